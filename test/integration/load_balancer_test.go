package integration_test

import (
	"context"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
)

// balancer forwards TCP connections to its backends in turn.
type balancer struct {
	address string

	mu       sync.Mutex // guards what follows
	backends []string
	next     int
	served   map[string]int // connections, by backend
	open     map[net.Conn]string
}

// newBalancer starts one that lives as long as the test.
func newBalancer(t *testing.T, backends ...string) *balancer {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	b := &balancer{address: l.Addr().String(), backends: backends, served: map[string]int{}, open: map[net.Conn]string{}}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { b.forward(client) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		b.cut("")
		running.Wait()
	})
	return b
}

// forward carries bytes both ways until one end closes. A backend that does not answer costs the
// client its connection, as with a real balancer.
func (b *balancer) forward(client net.Conn) {
	defer client.Close()
	backend := b.choose()
	server, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", backend)
	if err != nil {
		return
	}
	defer server.Close()
	b.mu.Lock()
	b.open[client] = backend
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.open, client)
	}()
	var upward sync.WaitGroup
	upward.Go(func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	})
	_, _ = io.Copy(client, server)
	_ = client.Close()
	upward.Wait()
}

func (b *balancer) choose() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	backend := b.backends[b.next%len(b.backends)]
	b.next++
	b.served[backend]++
	return backend
}

// cut ends the connections to a backend, or to all.
func (b *balancer) cut(backend string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for client, to := range b.open {
		if backend == "" || to == backend {
			_ = client.Close()
		}
	}
}

// replace puts another backend in the place of one, whose connections end.
func (b *balancer) replace(backend, by string) {
	b.mu.Lock()
	for i := range b.backends {
		if b.backends[i] == backend {
			b.backends[i] = by
		}
	}
	b.mu.Unlock()
	b.cut(backend)
}

func (b *balancer) servedBy(backend string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.served[backend]
}

// TestBehindALoadBalancer goes to a server by way of a balancer with two ways to it, of which one
// breaks. All work goes through the balancer, because that is the address which the server is
// called by, and managed work does not notice the rest.
func TestBehindALoadBalancer(t *testing.T) {
	direct := realServer(t).Address
	detour := newBalancer(t, direct).address
	front := newBalancer(t, direct, detour)
	driver := openURI(t, "neo4j://"+front.address, neorx.WithMaxConnectionPoolSize(4))
	t.Cleanup(func() { wipe(t, openURI(t, routed(t)), "Balanced") })

	work := func(n int) {
		t.Helper()
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				for j := range n {
					id := map[string]any{"id": i*n + j}
					_, err := neorx.WriteTx(limited(t), driver.Session(), func(ctx context.Context, tx *neorx.Transaction) (any, error) {
						return tx.Query("MERGE (n:Balanced {id: $id}) SET n.times = coalesce(n.times, 0) + 1", id).Exec(ctx)
					})
					assert.NoError(t, err)
					assert.NoError(t, driver.Query("MATCH (n:Balanced) RETURN n", nil, neorx.ReadOnly()).Stream().ForEach(limited(t), func(*neorx.Record) error { return nil }))
				}
			})
		}
		all.Wait()
	}
	work(5)
	assert.Positive(t, front.servedBy(direct))
	assert.Positive(t, front.servedBy(detour))
	table, err := driver.RoutingTable(limited(t), "")
	require.NoError(t, err)
	assert.Equal(t, []string{front.address}, table.Writers)

	dead := deadAddress(t)
	front.replace(detour, dead)
	work(5)
	assert.Positive(t, front.servedBy(dead), "the balancer went on sending clients to where nobody is")
	require.Len(t, driver.PoolStats().Hosts, 1, "everything went by way of the balancer")
}

// deadAddress is one at which nobody listens.
func deadAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}
