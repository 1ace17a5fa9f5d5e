package rx

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// Holding tells those whom a source serves what it holds meanwhile. ctx is the context of the
// source's run. Until leave is called, the contexts of everything that runs inside its emit on the
// same goroutine, by ConcatMap or in the functions of the RxGo face, go through mark: a pool that
// is asked for a connection there can see that another one will not be given back before.
//
// What runs on other goroutines is not told: Prefetch, MergeMap and the like let a source go on,
// and give back what it holds, while somebody waits.
func Holding(ctx context.Context, mark func(context.Context) context.Context) (leave func()) {
	inner := surroundingsOf(ctx)
	if inner == nil {
		return func() {}
	}
	h := &holding{mark}
	for s := inner; s != nil; s = s.outer {
		s.change(func() { s.held = append(s.held, h) })
	}
	return func() {
		for s := inner; s != nil; s = s.outer {
			s.change(func() {
				if i := slices.Index(s.held, h); i >= 0 {
					s.held = slices.Delete(s.held, i, i+1)
				}
			})
		}
	}
}

type holding struct {
	mark func(context.Context) context.Context
}

// surroundings are what is held upstream of an operator that runs something inside emit.
type surroundings struct {
	ctx   context.Context // of the operator's run
	outer *surroundings

	// marked is ctx with the marks of held; nil if they have changed since. It is read for every
	// item, so without the mutex.
	marked atomic.Pointer[context.Context]

	mu   sync.Mutex // guards held, and every change of marked
	held []*holding
}

type surroundingsKey struct{}

func surroundingsOf(ctx context.Context) *surroundings {
	s, _ := ctx.Value(surroundingsKey{}).(*surroundings)
	return s
}

// surround returns the context for what is upstream of an operator, and what that will hold.
func surround(ctx context.Context) (upstream context.Context, s *surroundings) {
	s = &surroundings{ctx: ctx, outer: surroundingsOf(ctx)}
	return context.WithValue(ctx, surroundingsKey{}, s), s
}

// apart is for the goroutines of an operator: who runs on them does not wait for what surrounds the
// operator.
func apart(ctx context.Context) context.Context {
	if surroundingsOf(ctx) == nil {
		return ctx
	}
	return context.WithValue(ctx, surroundingsKey{}, (*surroundings)(nil))
}

func (s *surroundings) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.marked.Store(nil)
}

// inside is the context for what runs inside emit.
func (s *surroundings) inside() context.Context {
	if ctx := s.marked.Load(); ctx != nil {
		return *ctx
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx := s.ctx
	for _, h := range s.held {
		ctx = h.mark(ctx)
	}
	s.marked.Store(&ctx)
	return ctx
}
