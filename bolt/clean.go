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

// Reset makes the server drop what it is doing and rolls back an open transaction, and reads what
// was still under way, so that the connection is as good as new. It ends open results. If it fails,
// which includes that ctx ends first or more than 64 MiB had to be read, the connection is closed.
//
// RESET overtakes what was sent before it. A BEGIN, LOGON or LOGOFF that it meets in the queue
// costs the connection, so their answers are awaited first; and after a failure so is the rest of
// the queue, which is ignored by the server and so answered at once.
//
// RESET ends a statement that computes. Neo4j 2026.09.0 finishes the batch all the same while it
// finds row after row, so Reset reads the rest of what the last PULL has asked for.
//
// A server can miss a RESET: Neo4j 2026.09.0 does so where it is still planning the query of an
// auto-commit statement that writes. The statement then runs on, even after the connection is
// closed, and only a transaction timeout ends it.
func (c *Conn) Reset(ctx context.Context) error {
	c.mu.Lock()
	if c.leaving {
		c.mu.Unlock()
		return ErrClosed
	}
	c.interrupt(errReset)
	c.drained, c.heardAt, c.resetting = 0, time.Time{}, true
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
	reply := resetReply{c.call(nil)}
	if err := c.send(ctx, sending{&Reset{}, reply}); err != nil {
		return err
	}
	if err := c.drain(ctx, func() bool { return reply.done }); err != nil {
		return err
	}
	return reply.err
}

// Heard returns when something came from the server last while Reset ran, the zero time if nothing
// did. It can be called while Reset runs, to see whether the server is at work.
func (c *Conn) Heard() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heardAt
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
