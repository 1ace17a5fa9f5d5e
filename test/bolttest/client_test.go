package bolttest_test

import (
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// client speaks Bolt message by message, also what a driver never says.
type client struct {
	t      testing.TB
	nc     net.Conn
	caps   bolt.Capabilities
	frames bolt.Frames
}

// dial shakes hands and leaves the rest to the test.
func dial(t testing.TB, s *bolttest.Server, versions ...bolt.Version) *client {
	t.Helper()
	nc, err := s.Dial(t.Context(), "tcp", s.Address())
	require.NoError(t, err)
	t.Cleanup(func() { _ = nc.Close() })
	return handshake(t, nc, versions...)
}

func handshake(t testing.TB, nc net.Conn, versions ...bolt.Version) *client {
	t.Helper()
	agreed, err := bolt.Negotiate(nc, versions...)
	require.NoError(t, err)
	_, err = nc.Write(agreed.Choice)
	require.NoError(t, err)
	return &client{t: t, nc: nc, caps: agreed.Version.Capabilities(true)}
}

// connect also logs in.
func connect(t testing.TB, s *bolttest.Server, versions ...bolt.Version) *client {
	t.Helper()
	c := dial(t, s, versions...)
	c.login(bolt.NoAuth())
	return c
}

func (c *client) login(token bolt.AuthToken) {
	c.t.Helper()
	requests := []bolt.Request{&bolt.Hello{UserAgent: "test/1", Agent: bolt.Agent{Product: "test/1"}, Auth: token, PatchBolt: []string{"utc"}}}
	if c.caps.Logon {
		requests = append(requests, &bolt.Logon{Auth: token})
	}
	c.send(requests...)
	for range requests {
		c.success()
	}
}

// send writes all requests at once.
func (c *client) send(requests ...bolt.Request) {
	c.t.Helper()
	require.NoError(c.t, c.say(requests...))
}

// say is send for connections that the server may have closed.
func (c *client) say(requests ...bolt.Request) error {
	c.t.Helper()
	var out []byte
	for _, m := range requests {
		var err error
		out, err = bolt.AppendFrame(out, func(dst []byte) ([]byte, error) { return m.Append(dst, &c.caps) })
		require.NoError(c.t, err)
	}
	_, err := c.nc.Write(out)
	return err
}

// receive waits for a message.
func (c *client) receive() (tag byte, body packstream.Reader, err error) {
	for {
		msg, ok, err := c.frames.Next()
		if err != nil {
			return 0, body, err
		}
		if ok {
			body = packstream.NewReader(msg)
			tag, _ = body.Struct()
			return tag, body, body.Err()
		}
		n, err := c.nc.Read(c.frames.Space())
		c.frames.Filled(n)
		if n == 0 && err != nil {
			return 0, body, err
		}
	}
}

func (c *client) expect(want byte) packstream.Reader {
	c.t.Helper()
	tag, body, err := c.receive()
	require.NoError(c.t, err)
	if tag == bolt.TagFailure && want != bolt.TagFailure {
		var m bolt.Failure
		require.NoError(c.t, m.Decode(&body, &c.caps))
		require.NoError(c.t, m.Err)
	}
	require.Equal(c.t, bolt.TagName(want), bolt.TagName(tag))
	return body
}

func (c *client) success() packstream.Reader { c.t.Helper(); return c.expect(bolt.TagSuccess) }

// reset recovers. It is sent by itself, since a RESET overtakes what is sent before it.
func (c *client) reset() {
	c.t.Helper()
	c.send(bolt.Reset{})
	c.success()
}

func (c *client) ignored() { c.t.Helper(); c.expect(bolt.TagIgnored) }

func (c *client) failure() *bolt.ServerError {
	c.t.Helper()
	body := c.expect(bolt.TagFailure)
	var m bolt.Failure
	require.NoError(c.t, m.Decode(&body, &c.caps))
	return m.Err
}

func (c *client) fields() bolt.RunSuccess {
	c.t.Helper()
	body := c.success()
	var m bolt.RunSuccess
	require.NoError(c.t, m.Decode(&body, &c.caps))
	return m
}

func (c *client) record() []any {
	c.t.Helper()
	body := c.expect(bolt.TagRecord)
	var m bolt.RecordMessage
	require.NoError(c.t, m.Decode(&body, &c.caps))
	return m.Values
}

// end reads the reply to PULL or DISCARD behind its records.
func (c *client) end() bolt.StreamSuccess {
	c.t.Helper()
	body := c.success()
	m := bolt.StreamSuccess{Summary: &records.Summary{}}
	require.NoError(c.t, m.Decode(&body, &c.caps))
	m.Summary.Finish(false, true, false, c.caps.Statuses)
	return m
}

// rows reads n records and the reply behind them.
func (c *client) rows(n int) ([][]any, bolt.StreamSuccess) {
	c.t.Helper()
	var rows [][]any
	for range n {
		rows = append(rows, c.record())
	}
	return rows, c.end()
}

// hungUp reads the end of the connection.
func (c *client) hungUp() {
	c.t.Helper()
	_, _, err := c.receive()
	require.ErrorIs(c.t, err, io.EOF)
}

func run(query string) *bolt.Run { return &bolt.Run{Query: query} }

func pull(n int64) *bolt.Pull { return &bolt.Pull{N: n, QID: bolt.LastRun} }

func discard() *bolt.Discard { return &bolt.Discard{N: bolt.All, QID: bolt.LastRun} }
