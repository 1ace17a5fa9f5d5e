package bolt

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/neorx/neorx/bolt/packstream"
)

// drainBytes is how much a RESET may leave to be read before closing the connection is cheaper.
const drainBytes = 64 << 20

// Interrupt ends the open transaction, every open result and every call that waits for a reply, except Reset, with cause, at once and without I/O: whoever waits is told, and
// what is buffered is not delivered any more. The connection needs a Reset before it can be used again.
func (c *Conn) Interrupt(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.interrupt(cause)
}

// interrupt is called with mu held.
func (c *Conn) interrupt(cause error) {
	if c.tx != nil {
		c.tx.cause, c.tx, c.dirty = cause, nil, true
	}
	for i := range c.expected.n {
		if waiting, ok := c.expected.at(i).answer.(*call); ok {
			waiting.failure(cause)
		}
	}
	for _, s := range slices.Clone(c.streams) {
		s.cut(cause)
		s.end(cause)
		c.dirty = true
	}
	c.notify()
}

// Reset makes the server drop what it is doing and rolls back an open transaction, and reads what was still under way, so that the connection
// is as good as new. It ends open results. If it fails, which includes that ctx ends first or more than 64 MiB had to be read, the connection
// is closed.
//
// RESET overtakes what was sent before it. A BEGIN, LOGON or LOGOFF that it meets in the queue costs the connection, so their answers are
// awaited first; and after a failure so is the rest of the queue, which is ignored by the server and so answered at once.
//
// A server can miss a RESET: Neo4j 2026.09.0 does so where it is still planning the query of an auto-commit statement that writes. The statement then runs
// on, even after the connection is closed, and only a transaction timeout ends it.
func (c *Conn) Reset(ctx context.Context) error {
	c.mu.Lock()
	if c.leaving {
		c.mu.Unlock()
		return ErrClosed
	}
	c.interrupt(errReset)
	c.drained, c.resetting = 0, true
	c.mu.Unlock()
	err := c.reset(ctx)
	c.mu.Lock()
	c.resetting = false
	c.notify()
	c.mu.Unlock()
	if err != nil {
		return c.fail(&ConnectivityError{Op: "reset", Address: c.address, Err: err})
	}
	return nil
}

func (c *Conn) reset(ctx context.Context) error {
	err := c.drain(ctx, func() bool {
		return !c.expected.any(TagBegin, TagLogon, TagLogoff) && (c.failure == nil || c.expected.n == 0)
	})
	if err != nil {
		return err
	}
	if err := c.letBegin(ctx); err != nil {
		return err
	}
	reply := resetReply{c.call(nil)}
	if err := c.send(ctx, sending{&Reset{}, reply}); err != nil {
		return err
	}
	if err := c.drain(ctx, func() bool { return reply.done }); err != nil {
		return err
	}
	return reply.err
}

// resetGap is how long a server has to begin with a PULL or DISCARD before a RESET follows.
const resetGap = 2 * time.Millisecond

// letBegin waits until the reply to a PULL or DISCARD that has just left begins, at most for the resetGap. Neo4j 2026.09 can lose itself
// where a RESET comes in the instant in which it takes up a PULL: it answers neither, and the connection is of no more use.
func (c *Conn) letBegin(ctx context.Context) error {
	c.mu.Lock()
	left := c.unheard
	c.mu.Unlock()
	if left.IsZero() {
		return nil
	}
	gap, cancel := context.WithDeadline(ctx, left.Add(resetGap))
	defer cancel()
	err := c.drain(gap, func() bool { return c.unheard.IsZero() })
	if ctx.Err() == nil && gap.Err() != nil {
		return nil
	}
	return err
}

// drain is await with a bound for what is read.
func (c *Conn) drain(ctx context.Context, ready func() bool) error {
	done := false
	err := c.await(ctx, func() bool {
		done = ready()
		return done || c.drained > drainBytes
	})
	if err == nil && !done {
		return fmt.Errorf("more than %d bytes of an abandoned result to read", drainBytes)
	}
	return err
}

// resetReply takes the answer to RESET. It is no *call for those who interrupt: RESET is what makes interruptions good.
type resetReply struct{ *call }

func (a resetReply) expected() {
	a.call.expected()
	a.c.dirty = false // what is interrupted from here on, this RESET does not reach
}

func (a resetReply) success(r *packstream.Reader) error {
	a.c.failure = nil
	return a.call.success(r)
}
