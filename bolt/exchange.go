package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/internal/cause"
)

// This file moves messages: send writes requests, await reads until what the caller waits for has come. See the package comment
// for who may hold what while doing so.

// message is what sending needs of a [Request].
type message interface {
	Tag() byte
	Append(dst []byte, c *Capabilities) ([]byte, error)
}

// sending is a request and who takes its reply.
type sending struct {
	message
	answer // nil for GOODBYE, which has no reply
}

// send writes the requests in one write, in order, and notes whose replies they are. Nothing is written, and the connection stays
// as usable as it was, when a request cannot be encoded.
func (c *Conn) send(ctx context.Context, reqs ...sending) error {
	return c.sendIf(ctx, always, reqs...)
}

func always() error { return nil }

// sendIf is send for requests that make sense only as long as open, which is asked with mu held, returns nil.
func (c *Conn) sendIf(ctx context.Context, open func() error, reqs ...sending) error {
	select {
	case c.writing <- struct{}{}:
	default:
		select {
		case c.writing <- struct{}{}:
		case <-ctx.Done():
			return cause.Of(ctx)
		}
	}
	defer func() { <-c.writing }()
	if ctx.Err() != nil {
		return cause.Of(ctx)
	}
	reqs = c.behindLogin(reqs)
	buf := writeBuffers.Get().(*[]byte)
	defer writeBuffers.Put(buf)
	out := outgoing{bytes: (*buf)[:0]}
	if err := c.encode(&out, reqs); err != nil {
		return err
	}
	if cap(out.bytes) <= keptWriteBytes {
		*buf = out.bytes
	}
	quiet, err := c.expect(open, reqs)
	if err != nil {
		return err
	}
	for _, r := range reqs {
		c.logMessage(ctx, "C", r.Tag())
	}
	return c.write(ctx, &out, quiet && len(out.bytes) <= quietWrite)
}

// writeBuffers holds what requests are encoded into: a connection has a buffer only while it writes.
var writeBuffers = sync.Pool{New: func() any { return new([]byte) }}

// keptWriteBytes is the largest buffer that goes back: enough for the rows of a usual UNWIND, and little beside what a program has that sends them.
const keptWriteBytes = 4 << 20

// encode is called with writing held. It appends the requests to out.
func (c *Conn) encode(out *outgoing, reqs []sending) error {
	out.bytes = append(out.bytes, c.choice...)
	for _, r := range reqs {
		mark := len(out.bytes)
		b, err := r.Append(append(out.bytes, 0, 0), &c.caps)
		if err != nil {
			return err
		}
		out.bytes = b
		out.seal(mark)
	}
	return nil
}

// expect queues the requests; quiet says that nothing else was waiting for a reply, and that nobody is in a hurry to close.
// The requests of a transaction or a result that is over are
// refused here, under the mutex, because the connection may serve somebody else already.
func (c *Conn) expect(open func() error, reqs []sending) (quiet bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return false, c.err
	}
	if err := open(); err != nil {
		return false, err
	}
	quiet = c.expected.n == 0 && !c.leaving
	if quiet {
		c.trip.begin(time.Now())
	}
	for _, r := range reqs {
		if r.answer != nil {
			c.expected.push(expectation{r.Tag(), r.answer})
			r.answer.expected()
		}
	}
	return quiet, nil
}

// write is called with writing held.
func (c *Conn) write(ctx context.Context, out *outgoing, quiet bool) error {
	switch {
	case quiet:
		return c.writeQuiet(ctx, out)
	case ctx.Done() == nil:
		return c.written(c.writeTimed(out))
	}
	stop := context.AfterFunc(ctx, func() { _ = c.abandon(ctx) })
	err := c.writeTimed(out)
	if !stop() {
		return c.abandon(ctx)
	}
	return c.written(err)
}

// written ends the connection if err is why a write has failed.
func (c *Conn) written(err error) error {
	if err == nil {
		return nil
	}
	return c.fail(&ConnectivityError{Op: "write", Address: c.address, Err: err})
}

// await returns when ready reports true, which it is asked under the mutex after everything that was read has been handed out. One
// goroutine reads for all: whoever finds none reading. The others wait, and all leave when their context ends, also while there is
// always something to read.
func (c *Conn) await(ctx context.Context, ready func() bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !ready() {
		if c.err != nil {
			return c.err
		}
		err := cause.Of(ctx)
		if err != nil {
			return err
		}
		if c.reading {
			err = c.waitForReader(ctx)
		} else {
			err = c.readOnce(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// waitForReader is called with mu held, and gives it up while it waits for whoever reads to hand something out.
func (c *Conn) waitForReader(ctx context.Context) error {
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	changed := c.changed
	c.mu.Unlock()
	defer c.mu.Lock()
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return cause.Of(ctx)
	}
}

// notify is called with mu held, after a change that somebody may wait for and that did not come from reading. Whoever reads is woken too.
func (c *Conn) notify() {
	c.handOut()
	if c.reading {
		c.alarm.ring(c.nc, c.alarm.turn)
	}
}

// handOut wakes the others with mu held.
func (c *Conn) handOut() {
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

// readOnce is called with mu held, which it gives up while it reads. Reading is given back on every way out, so that another
// goroutine that waits takes over when this one's context has ended.
func (c *Conn) readOnce(ctx context.Context) error {
	c.reading = true
	turn := c.alarm.arm(c.nc, c.hints.RecvTimeout)
	c.mu.Unlock()
	n, err := c.fill(ctx, turn)
	c.mu.Lock()
	defer func() {
		c.reading = false
		c.handOut()
	}()
	if n > 0 {
		c.drained += int64(n)
		if c.resetting {
			c.heardAt = time.Now()
		}
		err = c.dispatch()
		c.logReplies()
		return err
	}
	if err == nil || isTimeout(err) && c.alarm.rang == turn {
		return cause.Of(ctx) // nil if it has not ended: there is news that did not come over the wire
	}
	return c.failLocked(&ConnectivityError{Op: "read", Address: c.address, Err: c.readError(err)})
}

func (c *Conn) readError(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) { // a deadline, and not what the system calls a timeout
		return fmt.Errorf("no sign of life from the server for %s (its receive timeout): %w", c.hints.RecvTimeout, err)
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("the server closed the connection: %w", io.ErrUnexpectedEOF)
	}
	return err
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &ne) && ne.Timeout()
}

// fill reads once into frames. The caller has set reading, and armed the alarm.
func (c *Conn) fill(ctx context.Context, turn uint64) (int, error) {
	if c.frames.buf == nil {
		c.frames.buf = *readBuffers.Get().(*[]byte)
	}
	space := c.frames.Space()
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.alarm.ring(c.nc, turn)
		})
		defer stop()
	}
	n, err := c.nc.Read(space)
	c.frames.Filled(n)
	if n > 0 {
		err = nil // an error that is not passing comes again
	}
	return n, err
}

// readBuffers holds the buffers of connections that wait for nothing.
var readBuffers = sync.Pool{New: func() any { b := make([]byte, readSize); return &b }}

// alarm interrupts the read that is going on, and no later one; Conn.mu guards it. Every read that is armed has a turn of its own: a context that ends
// between two reads cannot be lost for the time of a whole deadline, and a late one does not hit the read of another goroutine.
type alarm struct {
	turn uint64 // of the last read that was armed
	rang uint64 // the last turn that was interrupted
	set  bool   // the socket has a read deadline
}

// arm prepares the next read: silence for longer than timeout ends it, unless timeout is 0.
func (a *alarm) arm(nc net.Conn, timeout time.Duration) (turn uint64) {
	a.turn++
	switch {
	case timeout > 0:
		a.set = true
		_ = nc.SetReadDeadline(time.Now().Add(timeout))
	case a.set:
		a.set = false
		_ = nc.SetReadDeadline(time.Time{})
	}
	return a.turn
}

// ring ends the read with this turn.
func (a *alarm) ring(nc net.Conn, turn uint64) {
	if a.turn == turn {
		a.rang, a.set = turn, true
		_ = nc.SetReadDeadline(time.Unix(1, 0))
	}
}

// dispatch hands out every complete message that was read. It is called with mu held, by the goroutine that was reading.
func (c *Conn) dispatch() error {
	for {
		c.takeRecords()
		msg, ok, err := c.frames.Next()
		if err != nil {
			return c.failLocked(c.protocolError(tooLarge(err)))
		}
		if !ok {
			break
		}
		c.trip.end()
		if err := c.handle(msg); err != nil {
			return c.failLocked(c.protocolError(err))
		}
	}
	if c.expected.n == 0 && c.frames.Empty() {
		if buf := c.frames.release(); len(buf) == readSize {
			readBuffers.Put(&buf)
		}
	}
	return nil
}

// protocolError completes an error of decoding with the address.
func (c *Conn) protocolError(err error) error {
	var p *ProtocolError
	if errors.As(err, &p) {
		p.Address = c.address
		return p
	}
	return &ProtocolError{Op: "decode", Address: c.address, Err: err}
}

// handle gives one message to whom it belongs.
func (c *Conn) handle(msg []byte) error {
	if len(msg) > 2 && msg[0] == 0xB1 && msg[1] == TagRecord {
		return c.handleRecord(msg[2:])
	}
	r := packstream.NewReader(msg)
	tag, fields := r.Struct()
	if r.Err() != nil {
		return r.Err()
	}
	if err := c.memory.check(msg); err != nil {
		return err
	}
	if tag != TagIgnored && fields != 1 {
		return &ProtocolError{Reason: fmt.Sprintf("%s with %d fields", TagName(tag), fields)}
	}
	if c.expected.n == 0 {
		return &ProtocolError{Reason: TagName(tag) + " although no request waits for a reply"}
	}
	e := c.expected.pop()
	if c.log != nil {
		c.heard = append(c.heard, heard{tag, e.tag})
	}
	switch tag {
	case TagSuccess:
		return c.handleSuccess(&r, e)
	case TagFailure:
		return c.handleFailure(&r, e)
	case TagIgnored:
		return c.handleIgnored(e)
	}
	return &ProtocolError{Reason: "unexpected " + TagName(tag)}
}

// takeRecords hands out the RECORDs that come next, all at once, as far as somebody waits for them. What it leaves is handled message by message: RECORDs
// in several chunks, and what should not be there.
func (c *Conn) takeRecords() {
	pull, ok := c.pulled()
	if !ok {
		return
	}
	if run, n := c.frames.records(pull.fetch.room()); n > 0 {
		c.trip.end()
		pull.rows(run, n)
	}
}

// pulled returns whose rows come next, if a PULL is what is being answered. Behind a failure it is not: the server ignores it.
func (c *Conn) pulled() (pull pullReply, ok bool) {
	e, _ := c.expected.front()
	pull, ok = e.answer.(pullReply)
	return pull, ok && e.tag == TagPull && c.failure == nil
}

func (c *Conn) handleRecord(row []byte) error {
	if c.failure != nil {
		return &ProtocolError{Reason: "RECORD behind a failure"}
	}
	pull, ok := c.pulled()
	if !ok || pull.fetch.room() <= 0 {
		return &ProtocolError{Reason: "RECORD although no PULL waits for one"}
	}
	pull.Stream.row(row)
	return nil
}

// handleSuccess does not believe that anything but RESET succeeds behind a failure: rows and bookmarks of a statement that was refused would be somebody's.
func (c *Conn) handleSuccess(r *packstream.Reader, e expectation) error {
	if c.failure != nil && e.tag != TagReset {
		return &ProtocolError{Reason: "SUCCESS of " + TagName(e.tag) + " behind a failure"}
	}
	return e.success(r)
}

// handleFailure remembers the first failure: until the next RESET the server ignores everything because of it.
func (c *Conn) handleFailure(r *packstream.Reader, e expectation) error {
	var f Failure
	if err := f.Decode(r, &c.caps); err != nil {
		return err
	}
	if c.failure == nil {
		c.failure = f.Err
	}
	e.failure(f.Err)
	return nil
}

// handleIgnored takes the first IGNORED in front of a RESET, which has overtaken what it answers, for a failure: what comes up to the RESET is ignored too.
func (c *Conn) handleIgnored(e expectation) error {
	if c.failure == nil {
		if !c.expected.any(TagReset) {
			return &ProtocolError{Reason: "IGNORED for " + TagName(e.tag) + " although nothing failed"}
		}
		c.failure = errReset
	}
	e.failure(c.failure)
	return nil
}

// fail makes the connection unusable: everybody who waits gets err, and so does every later call. The first error stays.
func (c *Conn) fail(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failLocked(err)
}

// failLocked is fail for who holds mu. It gives it up at its end, while it closes the socket: over TLS that says goodbye, and may take seconds.
func (c *Conn) failLocked(err error) error {
	if c.err != nil {
		return c.err
	}
	c.err = err
	for c.expected.n > 0 {
		c.expected.pop().failure(err)
	}
	for len(c.streams) > 0 {
		c.streams[0].end(err)
	}
	c.notify()
	c.mu.Unlock()
	defer c.mu.Lock()
	if errors.Is(err, ErrClosed) {
		_ = c.nc.Close()
	} else {
		hangUp(c.nc)
	}
	if c.log != nil {
		c.log.LogAttrs(context.Background(), slog.LevelDebug, "connection lost", c.attrs(slog.Any("error", err))...)
	}
	return err
}
