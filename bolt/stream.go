package bolt

import (
	"cmp"
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// errResultOver says that there is nothing to be asked of a result.
var errResultOver = errors.New("bolt: the result is over")

// errReset ends the results that a RESET cuts off without a better reason.
var errReset = errors.New("bolt: the connection was reset")

// StreamConfig says how the rows of one result are fetched. Before Bolt 4.0 everything is sent at once, whatever it says about that.
type StreamConfig struct {
	// FetchSize is the n of the first PULL: 0 is DefaultFetchSize, All asks for everything at once, which the server then sends whether anybody reads or not.
	FetchSize int64
	// Pinned keeps that n for every PULL, and sends the next one only when the batch is consumed.
	Pinned bool
	// None says that no rows are wanted at all: they are discarded on the server. A real one then does not even begin with a statement that
	// does not write, so this is no way to find out whether a statement succeeds.
	None bool
	// Demand is how many rows the consumer will take; 0 is unknown. No more than that is ever asked for.
	Demand int64
	// OnBookmark, if set, gets the bookmark of an auto-commit statement once it is known, also when the connection is being drained after the
	// result was given up. It is called under the connection's lock: it must not block and must not use the connection.
	OnBookmark func(bookmark string)
}

// Stream is the result of one statement. Rows are pulled as they are consumed. Keys and Next belong to one goroutine, the
// consumer's; the other methods may be called from any.
type Stream struct {
	c   *Conn
	dec records.Decoder

	none       bool
	onBookmark func(string)
	summary    *records.Summary
	broken     atomic.Bool // ended by something else than its own consumption

	run uint64 // which of the connection's RUNs has begun it, guarded by c.writing

	// The consumer's own.
	ready     rowQueue // taken from arrived, being decoded
	keysGiven bool

	// Guarded by c.mu.
	fetch     fetch
	arrived   rowQueue
	keys      []string
	haveKeys  bool
	qid       int64
	home      string // the home database, if RUN's answer has told it
	pulling   bool   // a PULL or DISCARD is under way
	more      bool   // the server has more rows, and waits for a PULL or DISCARD
	seen      bool   // there was a row
	dropping  bool   // rows are of no more interest
	unread    bool   // the rest is discarded on the server
	sent      bool   // RUN is on its way
	ended     bool
	decided   bool         // by the server
	succeeded bool         // that is what it has decided
	refusal   *ServerError // of RUN
	err       error        // why it ended, nil after the last row
	bookmark  string
}

// Keys returns the names of the columns, in order, waiting for the server's answer to RUN if need be.
func (s *Stream) Keys(ctx context.Context) ([]string, error) {
	err := s.c.await(ctx, func() bool { return s.haveKeys || s.ended })
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if s.haveKeys {
		return s.keys, nil
	}
	return nil, cmp.Or(s.err, err) // what the server has said counts, also where it has hung up behind it
}

// Next decodes rows into the decoder, at least one and at most max, without waiting for more once it has one, and fewer of large ones. It returns how
// many there were, and io.EOF after the last. Rows that arrived before a failure come before it. When the decoder refuses a row its
// error is returned together with the number of rows before it; a row that is malformed costs the connection.
func (s *Stream) Next(ctx context.Context, max int) (int, error) {
	err := s.refill(ctx)
	if err == nil || err == io.EOF { //nolint:errorlint // refill returns it bare
		if unfit := s.giveKeys(); unfit != nil {
			return 0, unfit
		}
	}
	if err != nil {
		return 0, err
	}
	left := s.c.memory.block()
	for n := range max {
		if s.ready.n == 0 || left < 0 {
			return n, nil
		}
		row := s.ready.pop()
		if err := s.dec.Row(row); err != nil {
			return n, s.refused(err)
		}
		left -= len(row)
	}
	return max, nil
}

// refused tells rows that are no PackStream, which a sane server does not send, from rows that the decoder does not want.
func (s *Stream) refused(err error) error {
	var malformed *packstream.Error
	if !errors.As(err, &malformed) {
		return err
	}
	return s.c.fail(&ProtocolError{Op: "decode RECORD", Address: s.c.address, Err: err})
}

// giveKeys tells the decoder the columns, once, and also of a result without rows: whether they fit does not depend on the data.
func (s *Stream) giveKeys() error {
	if s.keysGiven {
		return nil
	}
	s.keysGiven = true
	return s.dec.Keys(s.keys)
}

// refill makes sure that a row is ready, and that the next PULL is on its way once few enough are buffered.
func (s *Stream) refill(ctx context.Context) error {
	if s.broken.Load() {
		return s.Err()
	}
	for {
		if err := s.pullIfLow(ctx); err != nil {
			return err
		}
		if s.ready.n > 0 {
			return nil
		}
		if err := s.awaitRows(ctx); err != nil {
			return err
		}
	}
}

// awaitRows moves what has arrived to ready, waiting for it if there is nothing, until a PULL is needed.
func (s *Stream) awaitRows(ctx context.Context) error {
	s.ready.clear()
	err := s.c.await(ctx, func() bool {
		return s.arrived.n > 0 || s.ended || s.err != nil || s.more && !s.pulling
	})
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.ready, s.arrived = s.arrived, s.ready
	switch {
	case s.ready.n > 0 || err != nil:
		return err
	case s.err != nil:
		return s.err
	case s.ended:
		return io.EOF
	}
	return nil
}

// pullIfLow sends the next PULL when the server waits for one and the buffered rest is under the low mark.
func (s *Stream) pullIfLow(ctx context.Context) error {
	s.c.mu.Lock()
	buffered := int64(s.ready.n + s.arrived.n)
	if !s.more || s.pulling || s.err != nil || buffered > s.fetch.lowMark() {
		s.c.mu.Unlock()
		return nil
	}
	s.pulling = true
	now := time.Now()
	s.fetch.adapt(now, buffered, s.c.trip.least, len(s.c.streams) == 1)
	n := s.fetch.next(now, buffered)
	s.c.mu.Unlock()
	return s.ask(ctx, &pullMore{s, n})
}

// ask sends a PULL or DISCARD, unless the result is over by now. The caller has set pulling.
func (s *Stream) ask(ctx context.Context, m message) error {
	err := s.c.sendIf(ctx, s.open, sending{m, pullReply{s}})
	if err == nil {
		return nil
	}
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.pulling = false
	s.c.notify() // somebody may wait for the turn that was not used
	if s.ended && (s.decided || s.c.err == nil) {
		return nil
	}
	return err
}

// open is called with c.mu held.
func (s *Stream) open() error {
	if s.ended {
		return errResultOver
	}
	return nil
}

// Discard ends the result early: the rest of the rows stays on the server, the statement finishes its work, and the summary is
// that of a complete run. It waits for the server's answer and returns the statement's error, if it failed, or the cause of a Cancel. After the end it
// does nothing. Any goroutine may call it; Next must not be called any more, unless the result was cancelled before.
func (s *Stream) Discard(ctx context.Context) error {
	s.c.mu.Lock()
	s.dropping = true
	s.arrived.clear()
	s.c.mu.Unlock()
	if err := s.finish(ctx); err != nil {
		return err
	}
	return s.Err()
}

// finish brings the result to its end on the wire, however that is.
func (s *Stream) finish(ctx context.Context) error {
	for {
		turn := false // to send the DISCARD: one may be enough for several who wait here
		err := s.c.await(ctx, func() bool {
			turn = !s.ended && s.more && !s.pulling
			s.pulling, s.unread = s.pulling || turn, s.unread || turn
			return turn || s.ended
		})
		if err != nil || !turn {
			return err
		}
		if err := s.ask(ctx, &discardRest{s}); err != nil {
			return err
		}
	}
}

// Broken reports, with one atomic load, that the result was ended by something else than its own consumption: it was cancelled, or the
// connection was interrupted, reset or closed. A consumer that has decoded rows in hand should stop then; Next tells why.
func (s *Stream) Broken() bool { return s.broken.Load() }

// Pulling reports whether rows that the server was asked for are still to come: a Discard has to
// wait for them.
func (s *Stream) Pulling() bool {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return s.pulling && s.fetch.room() > 0
}

// Cancel ends the result for its consumer, from any goroutine and without I/O: what is buffered is not delivered any more, and Next
// returns cause. Discard then brings it to its end on the wire.
func (s *Stream) Cancel(cause error) {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if !s.ended {
		s.cut(cause)
		s.c.notify()
	}
}

// Err returns why the result has failed, or nil.
func (s *Stream) Err() error {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return s.err
}

// Decided reports whether the server has said its last word on this statement. If it has not, and no more is to come, nobody knows whether an
// auto-commit statement has taken effect.
func (s *Stream) Decided() bool {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return s.decided
}

// Succeeded reports whether that word was that the statement has ended well: an auto-commit statement is committed then, whatever its consumer was told.
func (s *Stream) Succeeded() bool {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return s.succeeded
}

// Refused returns the server's error if it has refused the statement before it began, in the answer to RUN.
func (s *Stream) Refused() *ServerError {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return s.refusal
}

// Summary returns what the server told about the statement. It is complete once Next has returned io.EOF or Discard nil, and is not
// to be read before.
func (s *Stream) Summary() *records.Summary { return s.summary }

// Bookmark returns the bookmark of an auto-commit statement once it has ended, or "".
func (s *Stream) Bookmark() string {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return s.bookmark
}

// rows takes RECORDs from the reader, as they came over the wire in one chunk each; c.mu is held.
func (s *Stream) rows(run []byte, n int64) {
	s.seen = true
	s.fetch.arrived(n, len(run)-int(n)*recordFrame)
	if !s.dropping {
		s.arrived.push(run, int(n))
	}
}

// row takes a row that has come in pieces; c.mu is held.
func (s *Stream) row(row []byte) {
	s.seen = true
	s.fetch.arrived(1, len(row))
	if !s.dropping {
		s.arrived.pushOne(row)
	}
}

// end closes the result with the connection's mutex held. The first reason stays.
func (s *Stream) end(err error) {
	if s.ended {
		return
	}
	s.ended, s.more = true, false
	if s.err == nil {
		s.err = err
	}
	s.c.forget(s)
}

// cut tells the consumer that it is over, with the connection's mutex held: what is buffered is not delivered any more.
func (s *Stream) cut(cause error) {
	if s.err == nil {
		s.err = cause
	}
	s.dropping = true
	s.arrived.clear()
	s.broken.Store(true)
}

// runReply takes the answer to RUN.
type runReply struct{ *Stream }

func (s runReply) expected() {
	s.sent = true
	s.c.streams = append(s.c.streams, s.Stream)
	s.c.runs++
	s.Stream.run = s.c.runs
}

func (s runReply) success(r *packstream.Reader) error {
	var m RunSuccess
	if err := m.Decode(r, &s.c.caps); err != nil {
		return err
	}
	s.keys, s.haveKeys, s.qid = m.Fields, true, m.QID
	s.summary.Database, s.home, s.summary.Keys = m.Database, m.Database, m.Fields
	s.summary.SetAvailableAfter(m.TFirst, m.HasTFirst)
	return nil
}

func (s runReply) failure(err error) {
	s.decide(err)
	_ = errors.As(err, &s.refusal)
	if s.err == nil {
		s.err = err
	}
}

// decide notes whether err is the server's word.
func (s *Stream) decide(err error) {
	var told *ServerError
	s.decided = s.decided || errors.As(err, &told)
}

// pullReply takes the answer to PULL and to DISCARD.
type pullReply struct{ *Stream }

func (s pullReply) expected() {}

func (s pullReply) success(r *packstream.Reader) error {
	s.pulling = false
	meta := records.DecodeSummary(r, r.Map(), s.summary)
	if r.Err() != nil {
		return r.Err()
	}
	if meta.HasMore {
		s.more = !s.ended
		return nil
	}
	s.decided, s.succeeded = true, true
	s.summary.Finish(s.seen, len(s.keys) > 0, (s.none || s.unread) && !s.seen, s.c.caps.Statuses)
	if meta.Bookmark != "" {
		s.bookmark = meta.Bookmark
		if s.onBookmark != nil {
			s.onBookmark(meta.Bookmark)
		}
	}
	s.end(nil)
	return nil
}

func (s pullReply) failure(err error) {
	s.pulling = false
	s.decide(err)
	s.end(err)
}

// pullMore is a PULL behind the first. Whether it must name the result depends on what was sent before it, so that is looked at when
// it is encoded, with c.writing held.
type pullMore struct {
	s *Stream
	n int64
}

func (*pullMore) Tag() byte { return TagPull }

func (m *pullMore) Append(dst []byte, c *Capabilities) ([]byte, error) {
	return (&Pull{N: m.n, QID: m.s.explicitQID()}).Append(dst, c)
}

type discardRest struct{ s *Stream }

func (*discardRest) Tag() byte { return TagDiscard }

func (m *discardRest) Append(dst []byte, c *Capabilities) ([]byte, error) {
	return (&Discard{N: All, QID: m.s.explicitQID()}).Append(dst, c)
}

// explicitQID is the id that a PULL or DISCARD must carry, LastRun if the result is that of the last RUN.
func (s *Stream) explicitQID() int64 {
	if s.run == s.c.runs {
		return LastRun
	}
	return s.qid
}
