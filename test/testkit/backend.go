package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"

	"github.com/neorx/neorx"
)

// backend is what all connections share: how it was started.
type backend struct {
	face         readingFace
	certificates string // the folder of the custom certificates
	log          *slog.Logger
	options      []neorx.Option // of every driver
}

// serve serves every connection of l until ctx ends, and returns when the last one is gone. The tests of one process come one after another, but a
// call that hangs may outlive its test, so each connection has a goroutine of its own; serve is its owner, and waits for it.
func (b *backend) serve(ctx context.Context, l net.Listener) error {
	var all sync.WaitGroup
	defer all.Wait()
	defer context.AfterFunc(ctx, func() { _ = l.Close() })()
	for {
		nc, err := l.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return nil
		case err != nil:
			return err
		}
		all.Go(func() { newConn(b, nc).serve(ctx) })
	}
}
