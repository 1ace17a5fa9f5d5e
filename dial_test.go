package neorx

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/retry"
)

// open opens a driver that is closed when the test ends.
func open(t *testing.T, uri string, opts ...Option) *Driver {
	t.Helper()
	d, err := Open(uri, BasicAuth("neo4j", "secret"), opts...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, d.Close(context.Background())) })
	return d
}

// serve listens on a loopback port until the test ends, and calls handle with every connection, which is closed then.
func serve(t *testing.T, handle func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer nc.Close()
				handle(nc)
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		running.Wait()
	})
	return l.Addr().String()
}

// answer reads what a client says first, and answers it.
func answer(text string) func(net.Conn) {
	return func(nc net.Conn) {
		_, _ = nc.Read(make([]byte, 1024))
		_, _ = io.WriteString(nc, text)
		_, _ = io.Copy(io.Discard, nc)
	}
}

// hangUp does what a server does with a client whose first bytes make no sense. It reads them all, so that closing is no reset.
func hangUp(nc net.Conn) { _, _ = nc.Read(make([]byte, 1<<16)) }

func TestRefusedPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())

	err = open(t, "bolt://"+address).VerifyConnectivity(t.Context())
	var (
		lost *ConnectivityError
		op   *net.OpError
	)
	require.ErrorAs(t, err, &lost)
	assert.Equal(t, address, lost.Address)
	require.ErrorAs(t, err, &op)
	assert.ErrorIs(t, err, syscall.ECONNREFUSED)
	assert.ErrorContains(t, err, "bolt: connect to "+address+": nothing listens there; is the server running, and is this its Bolt port?")
}

func TestUnknownHost(t *testing.T) {
	dial := func(_ context.Context, _, address string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: address, IsNotFound: true}}
	}
	err := open(t, "bolt://nowhere", WithDialer(dial)).VerifyConnectivity(t.Context())
	var (
		lost    *ConnectivityError
		unknown *net.DNSError
	)
	require.ErrorAs(t, err, &lost)
	require.ErrorAs(t, err, &unknown)
	assert.ErrorContains(t, err, "bolt: connect to nowhere:7687: ")
}

func TestDialerReturnsNothing(t *testing.T) {
	dial := func(context.Context, string, string) (net.Conn, error) { return nil, nil }
	for _, uri := range []string{"bolt://db", "bolt+ssc://db", "neo4j://db"} {
		d := open(t, uri, WithDialer(dial))
		assert.ErrorContains(t, d.VerifyConnectivity(t.Context()), "connect to db:7687: the dialer returned no connection", uri)
	}
}

func TestHTTPPort(t *testing.T) {
	address := serve(t, answer("HTTP/1.1 400 Bad Request\r\n\r\n"))
	t.Run("plain", func(t *testing.T) {
		err := open(t, "bolt://"+address).VerifyConnectivity(t.Context())
		var protocol *ProtocolError
		require.ErrorAs(t, err, &protocol)
		assert.Equal(t, address, protocol.Address)
		assert.ErrorContains(t, err, "this is an HTTP port")
	})
	t.Run("encrypted", func(t *testing.T) {
		err := open(t, "bolt+ssc://"+address).VerifyConnectivity(t.Context())
		var failed *TLSError
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, address, failed.Address)
		assert.False(t, failed.Retryable())
		assert.ErrorContains(t, err, "this is an HTTP port; the Bolt port is 7687 by default")
	})
}

func TestPlainAgainstTLS(t *testing.T) {
	const alert = "\x15\x03\x03\x00\x02\x02\x46"
	err := open(t, "bolt://"+serve(t, answer(alert))).VerifyConnectivity(t.Context())
	var protocol *ProtocolError
	require.ErrorAs(t, err, &protocol)
	assert.ErrorContains(t, err, "this port speaks TLS; use a URI with +s or +ssc, or switch encryption on")
}

func TestTLSAgainstPlain(t *testing.T) {
	t.Run("that hangs up", func(t *testing.T) {
		err := open(t, "bolt+s://"+serve(t, hangUp)).VerifyConnectivity(t.Context())
		var lost *ConnectivityError
		require.ErrorAs(t, err, &lost)
		assert.ErrorIs(t, err, io.EOF)
		assert.ErrorContains(t, err, "bolt: TLS handshake with 127.0.0.1:")
		assert.ErrorContains(t, err, "is TLS enabled on the server?")
	})
	t.Run("that answers", func(t *testing.T) {
		err := open(t, "bolt+s://"+serve(t, answer("220 mail.example.com"))).VerifyConnectivity(t.Context())
		var (
			failed *TLSError
			header tls.RecordHeaderError
		)
		require.ErrorAs(t, err, &failed)
		assert.ErrorAs(t, err, &header)
		assert.ErrorContains(t, err, "the server does not speak TLS; is it enabled there?")
	})
}

func TestHangUp(t *testing.T) {
	err := open(t, "bolt://"+serve(t, hangUp)).VerifyConnectivity(t.Context())
	var lost *ConnectivityError
	require.ErrorAs(t, err, &lost)
	assert.ErrorIs(t, err, io.EOF)
	assert.ErrorContains(t, err, "does it expect TLS?")
}

// never dials until its context ends.
func never(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, errors.New("dialling was interrupted")
}

// mute dials a server that accepts a connection and says nothing.
func mute(t *testing.T) Dialer {
	return func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go io.Copy(io.Discard, theirs) // ends when ours is closed, which the driver sees to
		t.Cleanup(func() { _ = theirs.Close() })
		return ours, nil
	}
}

func TestConnectionTimeout(t *testing.T) {
	hang := func(*testing.T) Dialer { return never }
	short := WithConnectionTimeout(time.Second)
	cases := map[string]struct {
		uri  string
		dial func(*testing.T) Dialer
		opts []Option
		want time.Duration
		op   string
	}{
		"dialling, by default": {"bolt://db", hang, nil, 30 * time.Second, "connect to"},
		"dialling":             {"bolt://db", hang, []Option{short}, time.Second, "connect to"},
		"the TLS handshake":    {"bolt+s://db", mute, []Option{short}, time.Second, "TLS handshake with"},
		"the login, where acquisitions may not wait": {"bolt://db", mute, []Option{short, WithConnectionAcquisitionTimeout(0)}, time.Second, "handshake"},
		"the login, where acquisitions may wait":     {"bolt://db", mute, []Option{short, WithConnectionAcquisitionTimeout(-1)}, time.Second, "handshake"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				err := open(t, test.uri, append(test.opts, WithDialer(test.dial(t)))...).VerifyConnectivity(t.Context())
				assert.Equal(t, test.want, time.Since(began))
				var lost *ConnectivityError
				require.ErrorAs(t, err, &lost)
				assert.Equal(t, test.op, lost.Op)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
				assert.ErrorContains(t, err, "connection timeout of "+test.want.String())
			})
		})
	}
}

func TestAcquisitionTimeoutCoversLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := open(t, "bolt://db", WithDialer(mute(t))).VerifyConnectivity(t.Context())
		assert.Equal(t, time.Minute, time.Since(began))
		var timeout *AcquireTimeoutError
		assert.ErrorAs(t, err, &timeout)
	})
}

func TestCancelledWhileConnecting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		why := errors.New("the user has left")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(why) })
		began := time.Now()
		err := open(t, "bolt://db", WithDialer(never)).VerifyConnectivity(ctx)
		assert.Equal(t, time.Second, time.Since(began), "nobody waits for the dialler")
		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorIs(t, err, why)
	})
}

// dialled records what it is asked for, and refuses.
type dialled struct{ addresses []string }

func (d *dialled) dial(_ context.Context, network, address string) (net.Conn, error) {
	d.addresses = append(d.addresses, network+" "+address)
	return nil, errors.New("refused by " + address)
}

func TestResolver(t *testing.T) {
	cases := map[string]struct {
		resolved []string
		dialled  []string
		problem  string
	}{
		"one address": {[]string{"db1:7688"}, []string{"tcp db1:7688"}, "bolt: connect to db1:7688: refused by db1:7688"},
		"several addresses": {
			[]string{"db1", "[::1]:1", "db2"},
			[]string{"tcp db1:7687", "tcp [::1]:1", "tcp db2:7687"},
			"bolt: connect to any address of virtual:7687: bolt: connect to db1:7687: ",
		},
		"none":      {nil, nil, "bolt: resolve virtual:7687: the resolver returned no address"},
		"a bad one": {[]string{"db1", "bolt://db2"}, nil, `the resolver returned a bad address for virtual:7687: "bolt://db2" is not host:port`},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			var d dialled
			resolver := func(_ context.Context, address string) ([]string, error) {
				assert.Equal(t, "virtual:7687", address)
				return test.resolved, nil
			}
			err := open(t, "bolt://virtual", WithResolver(resolver), WithDialer(d.dial)).VerifyConnectivity(t.Context())
			assert.ErrorContains(t, err, test.problem)
			assert.Equal(t, test.dialled, d.addresses)
		})
	}
}

func TestResolverFails(t *testing.T) {
	failed := errors.New("consul is down")
	resolver := func(context.Context, string) ([]string, error) { return nil, failed }
	err := open(t, "bolt://virtual", WithResolver(resolver)).VerifyConnectivity(t.Context())
	var lost *ConnectivityError
	require.ErrorAs(t, err, &lost)
	assert.ErrorIs(t, err, failed)
}

// Whether it is worth a retry that none of several addresses could be connected to depends on why.
func TestResolvedAddressesTogether(t *testing.T) {
	lost, untrusted := &ConnectivityError{Op: "connect to", Address: "db1:7687", Err: io.EOF}, &TLSError{Address: "db2:7687", Err: io.EOF}
	cases := map[string]struct {
		failures []error
		want     bool
	}{
		"one lost":            {[]error{lost}, true},
		"one untrusted":       {[]error{untrusted}, false},
		"untrusted, lost":     {[]error{untrusted, lost}, true},
		"lost, untrusted":     {[]error{lost, untrusted}, true},
		"untrusted, each one": {[]error{untrusted, untrusted}, false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			err := together("virtual:7687", test.failures)
			assert.Equal(t, test.want, retry.Retryable(err))
			for _, failure := range test.failures {
				assert.ErrorIs(t, err, failure)
			}
		})
	}
}

func TestResolvedAddressesAfterTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var tried []string
	c := &connector{timeout: time.Second, dial: func(_ context.Context, _, address string) (net.Conn, error) {
		tried = append(tried, address)
		cancel()
		return nil, errors.New("refused")
	}}
	_, err := c.connectAny(ctx, "virtual:7687", []pool.Address{"db1:7687", "db2:7687"}, bolt.NoAuth())
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, []string{"db1:7687"}, tried)
}
