package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"runtime/debug"
	"strconv"
	"sync"
)

// conn is one connection: one test, with everything that it has made. Requests run on goroutines of their own, because some of them ask the test
// something before they answer; conn owns them, they end with the connection's context, and serve waits for them.
type conn struct {
	backend  *backend
	nc       net.Conn
	requests sync.WaitGroup

	writing sync.Mutex // held while a response is written

	mu      sync.Mutex // guards what follows
	lastID  int
	objects map[string]any
	waiting map[string]chan json.RawMessage // callbacks by the id of their answer
}

func newConn(b *backend, nc net.Conn) *conn {
	return &conn{backend: b, nc: nc, objects: map[string]any{}, waiting: map[string]chan json.RawMessage{}}
}

// serve answers requests until the test is over, and cleans up what it has left.
func (c *conn) serve(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer c.cleanUp()
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = c.nc.Close() })()
	requests := newReader(c.nc)
	for {
		m, err := requests.next()
		if err != nil {
			return
		}
		if c.answered(m) {
			continue
		}
		c.requests.Go(func() { c.handle(ctx, m) })
	}
}

// cleanUp closes the drivers, which ends whatever still runs, waits for the requests, and leaves the results that were not read to their end.
func (c *conn) cleanUp() {
	for _, d := range objectsOf[*driver](c) {
		_ = d.Close(context.Background())
	}
	c.requests.Wait()
	for _, cur := range objectsOf[*cursor](c) {
		cur.discard(context.Background())
	}
}

// objectsOf returns all objects of a type.
func objectsOf[T any](c *conn) (found []T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, o := range c.objects {
		if o, ok := o.(T); ok {
			found = append(found, o)
		}
	}
	return found
}

// handle runs one request. Whatever goes wrong is an answer, so that the test fails with it and not by waiting.
func (c *conn) handle(ctx context.Context, m message) {
	defer func() {
		if p := recover(); p != nil {
			c.send("BackendError", backendError{fmt.Sprintf("panic: %v\n%s", p, debug.Stack())})
		}
	}()
	h, ok := handlers[m.Name]
	if !ok {
		c.send("BackendError", backendError{"unknown request " + m.Name})
		return
	}
	name, data, err := h(c, ctx, m.Data)
	if err != nil {
		name, data = c.failure(err)
	}
	if name != "" {
		c.send(name, data)
	}
}

// add keeps o under a new id.
func (c *conn) add(o any) string {
	id := c.newID()
	c.put(id, o)
	return id
}

func (c *conn) put(id string, o any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.objects[id] = o
}

func (c *conn) newID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastID++
	return strconv.Itoa(c.lastID)
}

// lookup returns the object of an id. A test that names one which is not there is at fault, or the backend is.
func lookup[T any](c *conn, id string) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o, ok := c.objects[id].(T)
	if !ok {
		return o, backendError{fmt.Sprintf("no %T has the id %q", o, id)}
	}
	return o, nil
}

// handler answers a request. An empty name is no answer: somebody else gives it.
type handler func(c *conn, ctx context.Context, data json.RawMessage) (name string, answer any, err error)

// handlers has every request that the backend knows.
var handlers = map[string]handler{}

// on registers f for requests of a name.
func on[R any](name string, f func(c *conn, ctx context.Context, r R) (string, any, error)) {
	handlers[name] = func(c *conn, ctx context.Context, data json.RawMessage) (string, any, error) {
		var r R
		if err := decode(data, &r); err != nil {
			return "", nil, backendError{name + ": " + err.Error()}
		}
		return f(c, ctx, r)
	}
}
