package main

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx"
)

// readingFace is the side of the driver by which results are read.
type readingFace string

const (
	observableFace readingFace = "observable"
	streamFace     readingFace = "stream"
)

func (f readingFace) check() error {
	if f != observableFace && f != streamFace {
		return fmt.Errorf("the face is %q: it must be %s or %s", f, observableFace, streamFace)
	}
	return nil
}

// reading is a result that is being read.
type reading interface {
	// next returns the next record, and io.EOF behind the last.
	next() (*neorx.Record, error)
	// stop ends the reading early, which discards what is left.
	stop(ctx context.Context)
}

func (f readingFace) read(ctx context.Context, r *neorx.Result) reading {
	if f == observableFace {
		return newObservation(ctx, r)
	}
	next, stop := iter.Pull2(r.Stream().All(ctx))
	return &iteration{pull: next, end: stop}
}

// observation reads an observable, whose observer does not return from one record before the next is asked for: so the observable has no demand of
// its own.
type observation struct {
	result *neorx.Result
	wanted chan struct{} // a token for each record after the first
	items  chan *neorx.Record
	ended  chan error    // how it has ended, once
	left   chan struct{} // closed by stop
	gone   rxgo.Disposed // closed when nothing of the observation runs any more
	begin  func() rxgo.Disposed
}

func newObservation(ctx context.Context, r *neorx.Result) *observation {
	o := &observation{
		result: r, wanted: make(chan struct{}), items: make(chan *neorx.Record),
		ended: make(chan error, 1), // so that nobody has to be there to see it
		left:  make(chan struct{}),
	}
	o.begin = func() rxgo.Disposed {
		return r.Records(rxgo.WithContext(ctx)).ForEach(
			func(item any) { o.hand(ctx, item.(*neorx.Record)) },
			func(err error) { o.ended <- err },
			func() { o.ended <- io.EOF })
	}
	return o
}

// hand hands a record over and waits until another is wanted.
func (o *observation) hand(ctx context.Context, record *neorx.Record) {
	select {
	case o.items <- record:
	case <-o.left: // what had arrived by then still comes
		return
	case <-ctx.Done():
		return
	}
	select {
	case <-o.wanted:
	case <-o.left:
	case <-ctx.Done():
	}
}

func (o *observation) next() (*neorx.Record, error) {
	if o.gone == nil {
		o.gone = o.begin()
	} else {
		select {
		case o.wanted <- struct{}{}:
		case err := <-o.ended: // by its context
			return nil, err
		}
	}
	select {
	case record := <-o.items:
		return record, nil
	case err := <-o.ended:
		return nil, err
	}
}

func (o *observation) stop(ctx context.Context) {
	_ = o.result.Close(ctx)
	close(o.left)
	<-o.gone
}

// iteration reads a typed stream.
type iteration struct {
	pull func() (*neorx.Record, error, bool)
	end  func()
}

func (i *iteration) next() (*neorx.Record, error) {
	record, err, ok := i.pull()
	if !ok {
		return nil, io.EOF
	}
	return record, err
}

func (i *iteration) stop(context.Context) { i.end() }
