package rxtest

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/neorx/neorx/rx"
)

// End is how the streams of a Source end when nobody ends them before.
type End int

const (
	Complete End = iota // completed
	Fail                // with ErrSource, or an error of the source's own
	Hang                // not at all: it waits for its context
)

// ErrSource is the error of a Ledger that was asked to fail.
var ErrSource = errors.New("rxtest: the source failed")

// Source is what Matrix examines. Each is used for one observation or a few at once, and closed
// afterwards.
type Source interface {
	// Stream is a cold stream of 0, 1, … n-1, each emitted only when the one before was taken, that
	// then ends as end says.
	Stream(n int, end End) rx.Stream[int]
	// Lifetime is a context that ends with Close; the RxGo face of the stream gets it as an option.
	Lifetime() context.Context
	// Close ends every stream that still runs, as closing a driver does, and may wait for it.
	Close()
	// Held is how many resources, connections for example, are in use by streams. It may wait for
	// clean-up that the source does behind its streams' backs, if that is bounded.
	Held() int
}

// Special is a Source that does not do everything that Stream says.
type Special interface {
	Source
	Traits() Traits
}

// Traits is what is different with a Special source.
type Traits struct {
	// Owed is the error, marked by [rx.AfterStop], that a run ends with wherever it is stopped:
	// that of a write that is then rolled back, for example.
	Owed error
	// Withholds says that nothing is delivered before the source has succeeded.
	Withholds bool
}

// Ledger is a Source that holds nothing but the count of its running streams.
type Ledger struct {
	lifetime context.Context //nolint:containedctx // it is the thing itself, handed out by Lifetime
	cancel   context.CancelFunc
	held     atomic.Int64
	runs     atomic.Int64
}

// NewLedger makes a Ledger.
func NewLedger() *Ledger {
	l := &Ledger{}
	l.lifetime, l.cancel = context.WithCancel(context.Background())
	return l
}

// Stream counts as held from the start of each run to its end.
func (l *Ledger) Stream(n int, end End) rx.Stream[int] {
	return rx.New(func(ctx context.Context, _ rx.Demand, emit func(int) error) error {
		l.runs.Add(1)
		l.held.Add(1)
		defer l.held.Add(-1)
		for i := range n {
			if err := emit(i); err != nil {
				return err
			}
		}
		switch end {
		case Complete:
			return nil
		case Fail:
			return ErrSource
		case Hang:
		}
		select {
		case <-ctx.Done():
			return rx.ContextError(ctx)
		case <-l.lifetime.Done():
			return context.Cause(l.lifetime)
		}
	})
}

// Lifetime ends with Close.
func (l *Ledger) Lifetime() context.Context { return l.lifetime }

// Close ends Lifetime.
func (l *Ledger) Close() { l.cancel() }

// Held is the number of runs under way.
func (l *Ledger) Held() int { return int(l.held.Load()) }

// Runs is the number of runs so far.
func (l *Ledger) Runs() int { return int(l.runs.Load()) }
