package rx

import (
	"context"
	"errors"
)

// Stream is a cold sequence of values that ends in completion or in one error. Nothing happens
// until it is run (ForEach, All, Collect, First, Count, Run, or observing its RxGo face), and every
// run starts anew. A Stream is a small immutable value: copy it freely and run it from as many
// goroutines as you like, provided its source allows that. The zero Stream is empty.
type Stream[T any] struct {
	run func(ctx context.Context, d Demand, emit func(T) error) error
}

// New makes a stream of a source: a function that calls emit for each item and returns nil when
// there are no more, or the error that broke it.
//
// The source runs on the goroutine of whoever runs the stream; emit returns when the consumer has
// dealt with the item. emit must be called on the source's own goroutine and not after the source
// has returned.
//
// If emit returns an error, the source must return: the consumer has had enough (Stopped tells), it
// failed, or ctx has ended. Further calls of emit return the same error, and the run ends with it,
// whatever the source returns. Two exceptions: an error marked by AfterStop and, after ctx has
// ended, an error that wraps ctx.Err(). A source frees what it holds by defer, since consumers may
// panic or call runtime.Goexit.
//
// d is how many items the consumer wants at most; a source is free to ignore it. A source that ends
// because ctx has ended must return an error. On a context that has already ended the source is not
// called.
func New[T any](source func(ctx context.Context, d Demand, emit func(T) error) error) Stream[T] {
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		if err := ended(ctx); err != nil {
			return err
		}
		g := gate[T]{ctx: ctx, emit: emit}
		return g.end(source(ctx, d, g.next))
	}}
}

// Operator is New for a source that is made of other streams. What they emit keeps the rules
// already, so it goes to the consumer unchecked; the run ends as one of New's does.
func Operator[T any](source func(ctx context.Context, d Demand, emit func(T) error) error) Stream[T] {
	return Stream[T]{func(ctx context.Context, d Demand, emit func(T) error) error {
		if err := ended(ctx); err != nil {
			return err
		}
		g := gate[T]{ctx: ctx, emit: emit}
		return g.end(source(ctx, d, g.pass))
	}}
}

// Run is ForEach for those who write operators and sources: it tells the stream the demand, and
// returns emit's error unchanged, also where that is the stop of somebody further down. Everybody
// else wants ForEach.
func (s Stream[T]) Run(ctx context.Context, d Demand, emit func(T) error) error {
	if s.run == nil || d <= 0 {
		return ended(ctx)
	}
	return s.run(ctx, d, emit)
}

var (
	errEmitMisused = errors.New("rx: emit was called after its run had ended, from inside itself or from a second goroutine")
	errPanicHidden = errors.New("rx: the source recovered a panic of its consumer")
)

// gate stands between a source written by somebody else and its consumer. It lets items through
// until the consumer refuses one, the context ends or the source returns, and keeps the refusal.
type gate[T any] struct {
	ctx   context.Context
	emit  func(T) error
	state gateState
	err   error // why the gate is shut, where emit said so
}

type gateState uint8

const (
	gateOpen gateState = iota
	gateBusy           // emit is running; if it panics or calls Goexit the gate stays so
	gateShut
)

func (g *gate[T]) next(v T) error {
	if g.state != gateOpen {
		return g.refusal()
	}
	if g.ctx.Err() != nil {
		return g.shut(ended(g.ctx))
	}
	g.state = gateBusy
	if err := g.emit(v); err != nil {
		return g.shut(err)
	}
	g.state = gateOpen
	return nil
}

// pass is next for items that have been let through before.
func (g *gate[T]) pass(v T) error {
	if err := g.emit(v); err != nil {
		return g.shut(err)
	}
	return nil
}

func (g *gate[T]) shut(err error) error {
	g.state, g.err = gateShut, err
	return err
}

func (g *gate[T]) refusal() error {
	if g.err != nil {
		return g.err
	}
	return errEmitMisused
}

// end turns what the source returned into what the run returns.
func (g *gate[T]) end(err error) error {
	if g.state == gateBusy {
		return errPanicHidden
	}
	stop := g.err
	g.state = gateShut
	if stop == nil {
		return asStop(g.ctx, err)
	}
	if late := lateError(err); late != nil && Stopped(stop) {
		return late.behind(stop)
	}
	if end := g.ctx.Err(); end != nil && errors.Is(stop, end) && errors.Is(err, end) {
		return err // it tells what the end of the context has cost
	}
	return stop
}
