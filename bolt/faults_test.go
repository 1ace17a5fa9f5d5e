package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// The conversation that is disturbed at every byte has one of everything: a login, rows in several batches of every type, a transaction, a failure
// in the middle of a result, a RESET, an early stop.
func answers(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	switch q.Text {
	case "FAIL":
		return bolttest.Range("x", 1, 3).Then(bolttest.Failure("Neo.ClientError.Statement.ArithmeticError", "/ by zero")), nil
	case "TYPES":
		return bolttest.Rows([]string{"a", "b"}, typesRow(), typesRow()), nil
	}
	return counting(context.Background(), q)
}

func typesRow() []any {
	return []any{
		[]any{nil, true, int64(-1), int64(1 << 40), 1.5, "text", []byte{1, 2, 3}, map[string]any{"k": []any{"v"}}},
		records.Node{ID: 1, ElementID: "4:x:1", Labels: []string{"L"}, Props: map[string]any{"p": records.Date{Year: 2024, Month: 2, Day: 29}}},
	}
}

// converse plays the conversation. It returns the first error of each step, and what it has read.
func converse(ctx context.Context, c *bolt.Conn) (read []string, errs []error) {
	note := func(name string, err error, rows ...string) {
		read = append(read, rows...)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	text, err := readText(ctx, c, "TYPES", 0)
	note("types", err, text...)
	text, err = readText(ctx, c, "COUNT", 5)
	note("count", err, text...)
	text, err = readText(ctx, c, "FAIL", 0)
	note("fail", err, text...)
	note("reset", c.Reset(ctx))
	tx, err := c.Begin(ctx, bolt.TxConfig{})
	note("begin", err)
	if err != nil {
		return read, errs
	}
	rows := records.NewRows()
	s, err := tx.Run(ctx, "COUNT", nil, bolt.StreamConfig{FetchSize: 2, Pinned: true}, rows)
	if err == nil {
		_, err = s.Next(ctx, 1)
		for _, r := range rows.Take() {
			read = append(read, r.String())
		}
		if err == nil {
			err = s.Discard(ctx)
		}
	}
	note("transaction", err)
	_, _, err = tx.Commit(ctx)
	note("commit", err)
	return read, errs
}

func readText(ctx context.Context, c *bolt.Conn, query string, n int) (read []string, err error) {
	var params map[string]any
	if n > 0 {
		params = map[string]any{"n": n}
	}
	rows := records.NewRows()
	s, err := c.Run(ctx, query, params, bolt.TxConfig{}, bolt.StreamConfig{FetchSize: 2, Pinned: true}, rows)
	for err == nil {
		_, err = s.Next(ctx, 32)
		for _, r := range rows.Take() {
			read = append(read, r.String())
		}
	}
	if err == io.EOF {
		err = nil
	}
	return read, err
}

// disturbed plays the conversation once in a bubble over a server with faults. Nothing may take longer than the limit, and no connection may stay open.
func disturbed(t *testing.T, limit time.Duration, opts ...bolttest.Option) (read []string, errs []error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, answers, append([]bolttest.Option{bolttest.InMemory()}, opts...)...)
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		nc, err := s.Dial(ctx, "tcp", s.Address())
		require.NoError(t, err)
		began := time.Now()
		c, err := bolt.NewConn(ctx, nc, bolt.Config{})
		if err != nil {
			errs = []error{err}
		} else {
			read, errs = converse(ctx, c)
			require.NoError(t, c.Close())
		}
		require.LessOrEqual(t, time.Since(began), limit)
		s.AwaitConnections(t, 0)
	})
	return read, errs
}

// typed tells whether an error is one that a user can tell from others.
func typed(err error) bool {
	var (
		server   *bolt.ServerError
		lost     *bolt.ConnectivityError
		protocol *bolt.ProtocolError
	)
	return errors.As(err, &server) || errors.As(err, &lost) || errors.As(err, &protocol) || errors.Is(err, context.DeadlineExceeded)
}

// length counts the bytes that the server sends in the undisturbed conversation.
func length(t *testing.T) (sent int64, read []string) {
	t.Helper()
	var wire bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		s := bolttest.New(t, answers, bolttest.InMemory())
		nc, err := s.Dial(t.Context(), "tcp", s.Address())
		require.NoError(t, err)
		c, err := bolt.NewConn(t.Context(), &tee{nc, &wire}, bolt.Config{})
		require.NoError(t, err)
		var errs []error
		read, errs = converse(t.Context(), c)
		require.Len(t, errs, 1, "only what is meant to fail: %v", errs)
		require.NoError(t, c.Close())
	})
	return int64(wire.Len()), read
}

func TestCutAtEveryByte(t *testing.T) {
	total, want := length(t)
	for at := range total {
		read, errs := disturbed(t, time.Minute, bolttest.WithFaults(bolttest.CutSent(at)))
		require.NotEmpty(t, errs, "cut at %d", at)
		requireTyped(t, errs)
		requirePrefixes(t, want, read)
	}
	t.Logf("%d positions", total)
}

func TestCutTheClientsBytes(t *testing.T) {
	_, want := length(t)
	for at := int64(0); at < 400; at++ {
		read, errs := disturbed(t, time.Minute, bolttest.WithFaults(bolttest.CutReceived(at)))
		requireTyped(t, errs)
		requirePrefixes(t, want, read)
	}
}

func TestStallAtEveryByte(t *testing.T) {
	total, want := length(t)
	for at := range total {
		hint := bolttest.WithHints(bolt.Hints{RecvTimeout: 5 * time.Second})
		read, errs := disturbed(t, time.Minute, bolttest.WithFaults(bolttest.Stall(at)), hint)
		require.NotEmpty(t, errs, "stalled at %d", at)
		requireTyped(t, errs)
		requirePrefixes(t, want, read)
	}
}

func TestDelayChunksDripAndNoopsChangeNothing(t *testing.T) {
	_, want := length(t)
	for name, fault := range map[string]bolttest.Fault{
		"delay":          bolttest.Delay(time.Second),
		"one byte drips": bolttest.Drip(1, time.Millisecond),
		"three bytes":    bolttest.Drip(3, time.Millisecond),
		"tiny chunks":    bolttest.Chunks(1),
		"odd chunks":     bolttest.Chunks(7),
		"noops":          bolttest.Noops(3),
	} {
		t.Run(name, func(t *testing.T) {
			read, errs := disturbed(t, time.Hour, bolttest.WithFaults(fault))
			require.Len(t, errs, 1)
			assert.Equal(t, want, read)
		})
	}
}

// What garbage decodes to can be anything; the connection must end in order whatever it is.
func TestGarbageAtEveryByte(t *testing.T) {
	total, _ := length(t)
	for at := range total {
		for _, by := range []byte{0x00, 0x7F, 0xB1, 0xD6, 0xFF} {
			_, errs := disturbed(t, time.Minute, bolttest.WithFaults(bolttest.Corrupt(at, by)), bolttest.WithHints(bolt.Hints{RecvTimeout: 5 * time.Second}))
			requireTyped(t, errs)
		}
	}
	t.Logf("%d variants", 5*total)
}

func requireTyped(t *testing.T, errs []error) {
	t.Helper()
	for _, err := range errs {
		require.True(t, typed(err), "%T: %v", err, err)
	}
}

// requirePrefixes asserts that what was read is, step by step, what an undisturbed conversation reads, or less.
func requirePrefixes(t *testing.T, want, got []string) {
	t.Helper()
	for _, row := range got {
		i := slices.Index(want, row)
		require.GreaterOrEqual(t, i, 0, "%s is no row of the conversation", row)
		want = want[i+1:]
	}
}

// tee copies what is read.
type tee struct {
	net.Conn
	copied io.Writer
}

func (c *tee) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	_, _ = c.copied.Write(b[:n])
	return n, err
}
