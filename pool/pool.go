package pool

import (
	"context"
	"sync"

	"github.com/neorx/neorx/bolt"
)

// Pool lends connections to any number of addresses. It is safe for concurrent use.
type Pool struct {
	cfg Config

	mu      sync.Mutex // guards what follows, every host with its entries and waiters, and the marked fields of Conn
	hosts   map[Address]*host
	tickets uint64
	phase   phase
	quiet   chan struct{}      // closed when a draining pool has nothing left to wait for
	jobs    int                // goroutines of the pool's that are running
	joined  chan struct{}      // closed when a closed pool has none left
	leaving map[*host]struct{} // hosts to be forgotten
	gone    tally              // of those that were

	ending context.Context // ends with Close
	end    context.CancelCauseFunc
	routes routes
}

// phase is how far the pool is from its end.
type phase uint8

const (
	open phase = iota
	draining
	closed
)

// New makes a pool without any connection. It does no I/O; its error tells everything that is wrong with the configuration.
func New(cfg Config) (*Pool, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if cfg.Auth == nil {
		cfg.Auth = Static(bolt.NoAuth())
	}
	p := &Pool{
		cfg: cfg, hosts: map[Address]*host{}, leaving: map[*host]struct{}{},
		quiet: make(chan struct{}), joined: make(chan struct{}),
	}
	p.ending, p.end = context.WithCancelCause(context.Background())
	return p, nil
}

// host returns what is known about a, for somebody who wants a connection; p.mu is held.
func (p *Pool) host(a Address) *host {
	h := p.hosts[a]
	if len(p.leaving) > 0 {
		delete(p.leaving, h)
	}
	if h == nil {
		h = newHost(a)
		p.hosts[a] = h
	}
	return h
}

// source is where the tokens for a request come from.
func (p *Pool) source(r Request) TokenSource {
	if r.Auth != nil {
		return r.Auth
	}
	return p.cfg.Auth
}

// start runs f on a goroutine that belongs to the pool: it ends when f returns, which whoever closes the pool hastens through
// entry.cancel, and Close waits for it. p.mu is held.
func (p *Pool) start(f func()) {
	p.jobs++
	go func() {
		defer p.jobEnded()
		f()
	}()
}

func (p *Pool) jobEnded() {
	p.mu.Lock()
	p.jobs--
	p.unlock()
}

// unlock unlocks p.mu, and tells Shutdown and Close when what they wait for has come about.
func (p *Pool) unlock() {
	if len(p.leaving) > 0 {
		p.leave()
	}
	if p.phase == draining && p.isQuiet() {
		shut(p.quiet)
	}
	if p.phase == closed && p.jobs == 0 {
		shut(p.joined)
	}
	p.mu.Unlock()
}

// isQuiet tells whether nobody uses or awaits a connection, and none is being cleaned up.
func (p *Pool) isQuiet() bool {
	for _, h := range p.hosts {
		if h.count[taken]+h.count[cleaning]+h.queue.len > 0 {
			return false
		}
	}
	return true
}

// shut closes ch unless it is closed; p.mu is held.
func shut(ch chan struct{}) {
	select {
	case <-ch:
	default:
		close(ch)
	}
}
