package pool_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/rx"
)

// phone is a connection for the examples: it is always in order.
type phone struct{ number int }

func (*phone) Alive() bool                         { return true }
func (*phone) Clean() bool                         { return true }
func (*phone) Reset(context.Context) error         { return nil }
func (*phone) CanReauthenticate() error            { return nil }
func (*phone) Reauthenticate(bolt.AuthToken) error { return nil }
func (*phone) Close() error                        { return nil }

func (p *phone) say(word string) string { return fmt.Sprintf("line %d: %s", p.number, word) }

// phones returns a pool of at most so many connections.
func phones(most int) *pool.Pool {
	cfg := pool.Defaults()
	cfg.MaxSize = most
	installed := 0
	cfg.Dial = func(context.Context, pool.Address, bolt.AuthToken) (pool.Link, error) {
		installed++
		return &phone{number: installed}, nil
	}
	p, err := pool.New(cfg)
	if err != nil {
		panic(err)
	}
	return p
}

// A connection is a stream like any other: here it becomes a stream of what is said on it, and goes back to the pool when that has ended,
// which Take brings about.
func ExamplePool_Acquire() {
	p := phones(1)
	defer p.Close(context.Background())

	conversation := rx.ConcatMap(p.Acquire("db:7687", pool.Request{}), func(c *pool.Conn) rx.Stream[string] {
		return rx.Map(rx.Just("hello", "goodbye", "one more thing"), c.Link().(*phone).say)
	})
	for range 2 {
		words, err := conversation.Take(2).Collect(context.Background())
		fmt.Println(words, err)
	}
	fmt.Println("in use:", p.Stats().Total.InUse, "idle:", p.Stats().Total.Idle)
	// Output:
	// [line 1: hello line 1: goodbye] <nil>
	// [line 1: hello line 1: goodbye] <nil>
	// in use: 0 idle: 1
}

func ExamplePool_Get() {
	p := phones(2)
	defer p.Close(context.Background())

	c, err := p.Get(context.Background(), "db:7687", pool.Request{Label: "a long call"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Release()
	fmt.Println(c.Address(), c.Link().(*phone).say("hello"))
	// Output: db:7687 line 1: hello
}

func ExamplePool_Shutdown() {
	p := phones(1)
	c, _ := p.Get(context.Background(), "db:7687", pool.Request{})
	go c.Release()
	fmt.Println(p.Shutdown(context.Background()))
	_, err := p.Get(context.Background(), "db:7687", pool.Request{})
	fmt.Println(err)
	// Output:
	// <nil>
	// pool: closed
}

func ExamplePool_Close() {
	p := phones(1)
	c, _ := p.Get(context.Background(), "db:7687", pool.Request{})
	fmt.Println(p.Close(context.Background())) // does not wait for c
	c.Release()
	// Output: <nil>
}

func ExamplePool_Stats() {
	p := phones(5)
	defer p.Close(context.Background())
	one, _ := p.Get(context.Background(), "db:7687", pool.Request{})
	two, _ := p.Get(context.Background(), "db:7687", pool.Request{})
	one.Release()

	s := p.Stats().Hosts["db:7687"]
	fmt.Printf("%d in use, %d idle, of at most %d; lent %d times\n", s.InUse, s.Idle, s.Limit, s.Acquired)
	two.Release()
	// Output: 1 in use, 1 idle, of at most 5; lent 2 times
}

// What work on a connection has failed with is the pool's business, too: after a lost connection it does not trust the older ones.
func ExampleConn_Fail() {
	p := phones(1)
	defer p.Close(context.Background())
	err := p.Acquire("db:7687", pool.Request{}).ForEach(context.Background(), func(c *pool.Conn) error {
		lost := &bolt.ConnectivityError{Op: "read", Address: string(c.Address()), Err: io.ErrUnexpectedEOF}
		return c.Fail(lost)
	})
	fmt.Println(err)
	// Output: bolt: read db:7687: unexpected EOF
}

func ExampleDefaults() {
	cfg := pool.Defaults()
	fmt.Println(cfg.MaxSize, cfg.AcquisitionTimeout, cfg.MaxLifetime, cfg.ResetGrace)
	// Output: 100 1m0s 1h0m0s 2s
}

func ExampleNew() {
	_, err := pool.New(pool.Config{MaxSize: 10, ResetGrace: time.Second})
	fmt.Println(err)
	// Output: pool: Config.Dial is missing
}

func ExampleStatic() {
	cfg := pool.Defaults()
	cfg.Auth = pool.Static(bolt.BasicAuth("neo4j", "secret"))
	fmt.Println(cfg.Auth)
	// Output: AuthToken{scheme:basic principal:neo4j credentials:***}
}

func ExampleAcquireTimeoutError() {
	cfg := pool.Defaults()
	cfg.MaxSize = 1
	cfg.AcquisitionTimeout = 0 // fail at once
	cfg.Dial = func(context.Context, pool.Address, bolt.AuthToken) (pool.Link, error) { return &phone{}, nil }
	p, _ := pool.New(cfg)
	defer p.Close(context.Background())

	c, _ := p.Get(context.Background(), "db:7687", pool.Request{})
	defer c.Release()
	_, err := p.Get(context.Background(), "db:7687", pool.Request{})
	var timeout *pool.AcquireTimeoutError
	if errors.As(err, &timeout) {
		fmt.Println(timeout.Stats.InUse, "of", timeout.Stats.Limit, "in use")
	}
	// Output: 1 of 1 in use
}

// The inner acquisition can never succeed, since what would have to be given back is held by the function that waits.
func ExampleWithLease() {
	p := phones(1)
	defer p.Close(context.Background())

	outer := p.Acquire("db:7687", pool.Request{})
	err := outer.ForEach(context.Background(), func(c *pool.Conn) error {
		ctx := pool.WithLease(context.Background(), c)
		_, err := p.Get(ctx, "db:7687", pool.Request{})
		return err
	})
	var deadlock *pool.DeadlockError
	fmt.Println(errors.As(err, &deadlock))
	// Output: true
}
