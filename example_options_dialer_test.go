package neorx_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

// A server behind a socket of the file system, such as that of a sidecar. The address of the URI is
// a name that is not looked up.
func ExampleWithDialer_unixSocket() {
	socket, stop := startSocket()
	defer stop()

	var dialer net.Dialer
	verify(neorx.Open("bolt://sidecar", neorx.BasicAuth("neo4j", "password"),
		neorx.WithDialer(func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", socket)
		})))
	// Output: welcome
}

// A server behind an HTTP proxy. Encryption is between the driver and the server: the proxy sees
// none of what they say. golang.org/x/net/proxy has a dialer for SOCKS5, whose DialContext can be
// given to WithDialer as it is.
func ExampleWithDialer_httpProxy() {
	address, _, stopServer := startTLSServer()
	defer stopServer()
	proxy, stopProxy := startProxy()
	defer stopProxy()

	verify(neorx.Open("bolt+ssc://"+address, neorx.BasicAuth("neo4j", "password"),
		neorx.WithDialer(func(ctx context.Context, network, address string) (net.Conn, error) {
			var dialer net.Dialer
			conn, err := dialer.DialContext(ctx, network, proxy)
			if err != nil {
				return nil, err
			}
			if err := connectThrough(ctx, conn, address); err != nil {
				_ = conn.Close()
				return nil, err
			}
			return conn, nil
		})))
	// Output: welcome
}

// connectThrough asks an HTTP proxy to pass everything on to an address.
func connectThrough(ctx context.Context, conn net.Conn, address string) error {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if _, err := fmt.Fprintf(conn, "CONNECT %[1]s HTTP/1.1\r\nHost: %[1]s\r\n\r\n", address); err != nil {
		return err
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the proxy says %s", response.Status)
	}
	return nil // nothing is left in the reader: Bolt and TLS both begin with the client
}

// startSocket starts a server behind a socket of the file system.
func startSocket() (socket string, stop func()) {
	server, err := bolttest.Start(movies.Handle)
	if err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "neorx-")
	if err != nil {
		panic(err)
	}
	socket = filepath.Join(dir, "bolt.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		panic(err)
	}
	var running sync.WaitGroup
	running.Go(func() { // ends when the listener is closed
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { passOn(conn, server.Address()) }) // ends with the connections
		}
	})
	return socket, func() {
		_ = listener.Close()
		server.Close()
		running.Wait()
		_ = os.RemoveAll(dir)
	}
}

// startProxy starts an HTTP proxy that knows CONNECT only.
func startProxy() (address string, stop func()) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
		passOn(client, r.Host)
	}))
	return proxy.Listener.Addr().String(), proxy.Close
}

// passOn passes everything on, both ways, until both sides have ended.
func passOn(client net.Conn, address string) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(client, server)
		_ = client.Close()
	})
	_, _ = io.Copy(server, client)
	_ = server.Close()
	back.Wait()
}
