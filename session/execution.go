package session

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
)

// blockRows is how many rows are decoded before the first of them is delivered, where rows are
// delivered one by one.
const blockRows = 32

// execution is one statement with a connection to run it on.
type execution struct {
	lease *lease
	// start sends the statement. An error means that nothing was sent.
	start func(ctx context.Context, cfg bolt.StreamConfig, dec records.Decoder) (*bolt.Stream, error)
	// told is the database that the server has told, once it has answered the statement. It is
	// asked only where that is of interest.
	told func(s *bolt.Stream) string
	// settle does what is left to do after the rows and returns how the execution ends. end is nil
	// after the last row, a stop of the consumer, or an error. s is nil if nothing was sent, and
	// end then is an error.
	settle func(ctx context.Context, s *bolt.Stream, end error) error
	// release frees what the execution holds, settled or not.
	release func()
	stream  bolt.StreamConfig
	repeats bool // a refusal that vouches for having had no effect is worth another try
	// access says what is lost where the execution is cut off.
	access effect
}

// effect is what an execution may leave behind by itself.
type effect uint8

const (
	awaited    effect = iota // nothing, but somebody waits for its end: its transaction, or for its bookmark
	expendable               // nothing: it only reads, in a transaction of its own
	lasting                  // what it has written
)

// effectOf is that of a statement in a transaction of its own.
func effectOf(s *settings) effect {
	if s.readOnly {
		return expendable
	}
	return lasting
}

// begin sends the statement, unless the session was closed meanwhile.
func (x *execution) begin(ctx context.Context, cfg bolt.StreamConfig, dec records.Decoder) (*bolt.Stream, error) {
	s, err := x.start(ctx, cfg, dec)
	if err != nil {
		return nil, err
	}
	return s, x.lease.begun()
}

// place waits for the server to say in which database the statement has begun, if that has to be
// known, so that nothing the consumer does next can end up in another one.
func (x *execution) place(ctx context.Context, s *bolt.Stream) error {
	if x.told == nil || !x.lease.unsettled() {
		return nil
	}
	_, err := s.Keys(ctx)
	x.lease.settle(x.told(s)) // BEGIN may have told it before the statement was refused
	return err
}

// again tells whether the statement is to be begun once more, because the server has refused it and
// says that this is safe. The connection is ready for it then.
func (x *execution) again(ctx context.Context, s *bolt.Stream) bool {
	if !x.repeats || s == nil {
		return false
	}
	refusal := s.Refused()
	return refusal != nil && refusal.Idempotent() && x.lease.begun() == nil && x.lease.bolt().Reset(ctx) == nil
}

// delivery says what becomes of the rows of an execution: they are decoded into Ts and delivered as
// Us.
type delivery[T, U any] struct {
	rows  func() records.Rows[T]
	block int // rows decoded at a time
	// deliver emits what has been decoded, as long as the result is not broken.
	deliver func(s *bolt.Stream, block []T, emit func(U) error) error
	summary func(*records.Summary) // gets that of an execution that has succeeded; may be nil
}

func deliverEach[T any](s *bolt.Stream, block []T, emit func(T) error) error {
	for _, v := range block {
		if s.Broken() {
			return s.Err()
		}
		if err := emit(v); err != nil {
			return err
		}
	}
	return nil
}

func deliverAll[T any](s *bolt.Stream, block []T, emit func([]T) error) error {
	if s.Broken() {
		return s.Err()
	}
	return emit(slices.Clone(block))
}

// run executes x and streams what d makes of its rows.
func run[T, U any](x *execution, d delivery[T, U]) rx.Stream[U] {
	return rx.New(func(ctx context.Context, demand rx.Demand, emit func(U) error) error {
		defer rx.Holding(ctx, x.lease.mark)()
		rows := d.rows()
		cfg := x.stream
		cfg.Demand = int64(demand)
		once := func() (s *bolt.Stream, end error) {
			if s, end = x.begin(ctx, cfg, rows); end == nil {
				end = x.place(ctx, s)
			}
			if end == nil {
				end = pull(ctx, s, rows, d, emit)
			}
			return s, end
		}
		s, end := once()
		if x.again(ctx, s) {
			s, end = once()
		}
		if stop := stopOf(ctx, end); stop != nil {
			return x.stopped(ctx, s, stop)
		}
		err := x.settled(ctx, s, end)
		if err == nil && d.summary != nil {
			d.summary(s.Summary())
		}
		return err
	})
}

// settled is settle for a run whose consumer has not stopped so far, which it may do any moment
// where the run is on a goroutine of its own. A COMMIT under way is not interrupted by that, and
// what was not written is not kept from a consumer that is satisfied with the rows.
func (x *execution) settled(ctx context.Context, s *bolt.Stream, end error) error {
	if s == nil || x.access != lasting {
		return x.settle(ctx, s, end)
	}
	rest, release := rx.Unstopped(ctx)
	defer release()
	return rx.AfterStop(x.settle(rest, s, end))
}

// stopOf returns the stop that a run has ended with, nil where it has not ended so: its consumer
// had enough in emit, or has ended ctx, the run's, while the run waited.
func stopOf(ctx context.Context, end error) error {
	if rx.Stopped(end) {
		return end
	}
	if stop := rx.ContextStop(ctx); stop != nil && errors.Is(end, ctx.Err()) {
		return stop
	}
	return nil
}

// stopped brings the execution to its end behind a consumer that had enough. Where nothing was sent
// there is nothing to end.
func (x *execution) stopped(ctx context.Context, s *bolt.Stream, stop error) error {
	if s == nil || x.access == expendable && (s.Pulling() || rx.ContextStop(ctx) != nil) {
		return stop // the pool's RESET ends it sooner than a DISCARD, which waits for the batch under way
	}
	rest, release := rx.Unstopped(ctx)
	defer release()
	return behind(stop, x.settle(rest, s, stop))
}

// behind is the end of a run that was stopped and then has failed with late, or not.
func behind(stop, late error) error {
	if late != nil {
		return rx.AfterStop(late)
	}
	return stop
}

// pull delivers rows until there are no more, or until something fails or stops.
func pull[T, U any](ctx context.Context, s *bolt.Stream, rows records.Rows[T], d delivery[T, U], emit func(U) error) error {
	for {
		n, err := s.Next(ctx, d.block)
		if n > 0 {
			if refused := d.deliver(s, rows.Take(), emit); refused != nil {
				return refused
			}
		}
		if err == io.EOF { //nolint:errorlint // Next returns it bare
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// enough tells whether a run has ended because its consumer wanted no more, which is no failure.
func enough(end error) bool { return rx.Stopped(end) || errors.Is(end, ErrResultClosed) }

// conclude brings a statement to its end on the wire if its consumer had enough, and returns the
// statement's failure if that is how it ends. Any other end stays what it is, as far as the pool
// does not know better.
func conclude(ctx context.Context, l *lease, s *bolt.Stream, end error) error {
	if s != nil && enough(end) {
		end = discard(ctx, s)
	}
	if s == nil || isOf(end, s) {
		return l.judge(end)
	}
	return end
}

// isOf tells whether it is the stream itself that has ended with err, and not its consumer.
func isOf(err error, s *bolt.Stream) bool {
	own := s.Err()
	return own != nil && errors.Is(err, own)
}

// discard returns the failure of the statement, if it fails on its way to the end.
func discard(ctx context.Context, s *bolt.Stream) error {
	if err := s.Discard(ctx); !errors.Is(err, ErrResultClosed) {
		return err
	}
	return nil
}
