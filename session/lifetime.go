package session

import (
	"context"
	"sync"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/rx"
)

// lifetime is a context that ends when its owner is closed. It has no parent, so that an owner that
// is forgotten is collected.
type lifetime struct {
	once sync.Once
	ctx  context.Context
	end  context.CancelCauseFunc
}

func (l *lifetime) context() context.Context {
	l.once.Do(func() { l.ctx, l.end = context.WithCancelCause(context.Background()) })
	return l.ctx
}

func (l *lifetime) close(cause error) {
	l.context()
	l.end(cause)
}

// Close ends the observations of RxGo observables that are still going on, with pool.ErrClosed. It
// is for whoever closes the pool: an observation whose channel nobody reads any more waits for a
// reader, and would not notice that its connection is gone.
func (e *Engine) Close() { e.life.close(pool.ErrClosed) }

// bound adds the lifetimes of the engine and of a session, if there is one, to the contexts of an
// observation.
func (e *Engine) bound(w *work, opts []rxgo.Option) []rxgo.Option {
	all := append([]rxgo.Option{rx.Until(e.life.context())}, opts...)
	if w != nil {
		all = append(all, rx.Until(w.life.context()))
	}
	return all
}
