package bolt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/neorx/neorx/internal/cause"
	"github.com/neorx/neorx/records"
)

// ErrClosed is what everything on a connection ends with once Close was called.
var ErrClosed = errors.New("bolt: the connection is closed")

// DriverVersion is told to servers as part of the driver's name.
const DriverVersion = "0.1.0"

// agentName is the driver's name as servers see it.
const agentName = "neorx/" + DriverVersion

// Config says who connects, and how the connection behaves. The zero value connects without authentication.
type Config struct {
	// Address is the server's host:port, for errors and logs. Default: the remote address of the network connection.
	Address string
	// UserAgent names the application, as "name/version". Default: the driver's own name and version.
	UserAgent string
	// Auth is what the connection logs in with. Default: NoAuth.
	Auth AuthToken
	// Routing is the routing context of a neo4j:// URI, with its address; nil asks for a connection to just this server.
	Routing map[string]string
	// Notifications filters what the server tells about queries. Default: what the server chooses.
	Notifications NotificationFilter
	// WriteTimeout is how long the other end may take nothing of what is written, after which the connection is lost. Default 0: as long as the context of
	// whoever writes permits.
	WriteTimeout time.Duration
	// Versions is what is offered to the server. Default: everything in Supported.
	Versions []Version
	// MaxMessageMemory bounds the memory, in bytes, that one message from the server takes, such as a record: at most a sixth for its bytes, of which there are
	// several copies while it is read, and a third for what its values take besides their texts. With a larger one work ends with a *ProtocolError, and the connection
	// is closed. One chunk of 64 KiB always passes. Default: DefaultMessageMemory.
	MaxMessageMemory int
	// Logger gets a line per message at debug level, without parameters or credentials. Its handler must not use the connection. Default: none.
	Logger *slog.Logger
}

// Conn is one authenticated Bolt connection: it carries one transaction or one auto-commit statement at a time, with any number of open
// results in a transaction. All methods are safe for concurrent use, and everything that waits returns when its context ends.
// It has no goroutine of its own.
type Conn struct {
	nc      net.Conn
	address string
	log     *slog.Logger
	caps    Capabilities
	server  records.ServerInfo
	hints   Hints
	peer    farEnd

	writeTimeout time.Duration
	memory       messageMemory

	// writing has room for one: who has put something in may write, and use choice and runs.
	writing chan struct{}
	choice  []byte // the last bytes of the handshake, which go out in front of the first message
	runs    uint64 // how many RUNs were sent; a PULL without a qid means the last one's result
	lookout lookout

	// These belong to the goroutine that has set reading.
	frames Frames
	heard  []heard // not logged yet

	mu        sync.Mutex // guards what follows, and the streams' shared fields; never held over I/O or a call to a user
	alarm     alarm
	trip      roundTrip
	expected  expectedQueue
	reading   bool
	changed   chan struct{} // closed at the next change; nil if nobody waits
	err       error         // why the connection is of no more use
	failure   error         // why the server ignores everything until a RESET
	tx        *Tx           // the open transaction
	resetting bool          // Reset is at work
	leaving   bool          // Close is at work
	dirty     bool          // work was interrupted: only a RESET makes the server forget it
	streams   []*Stream     // the open results
	drained   int64         // bytes read since a Reset has begun
	heardAt   time.Time     // when the last of them came
	auth      *AuthToken    // a pointer, so that printing a Conn does not show it

	// relogin is the token of the LOGON that goes in front of the next request; nil: there is none. Stored under mu, taken with writing held.
	relogin atomic.Pointer[AuthToken]
}

// NewConn turns a network connection into an authenticated Bolt connection: handshake, then HELLO and LOGON in one round trip. It closes nc
// if that fails or ctx ends first. Errors are a *ServerError where the server has refused, a *ProtocolError where the other end is no
// Bolt server, and otherwise a *ConnectivityError.
func NewConn(ctx context.Context, nc net.Conn, cfg Config) (*Conn, error) {
	c := &Conn{
		nc:      nc,
		address: cfg.Address,
		log:     cfg.Logger,
		writing: make(chan struct{}, 1),

		writeTimeout: cfg.WriteTimeout,
		memory:       messageMemory(cfg.MaxMessageMemory),
	}
	c.frames.MaxBytes = c.memory.wire()
	if cfg.Auth.Scheme == "" {
		cfg.Auth = NoAuth()
	}
	c.auth = &cfg.Auth
	if c.address == "" {
		c.address = nc.RemoteAddr().String()
	}
	c.peer.of(nc)
	choice, err := c.negotiate(ctx, cfg.Versions)
	if err == nil {
		err = c.login(ctx, cfg, choice)
	}
	if err != nil {
		_ = c.fail(err)
		return nil, err
	}
	return c, nil
}

// negotiate agrees on a version. The choice it returns goes out in front of the first message.
func (c *Conn) negotiate(ctx context.Context, versions []Version) (choice []byte, err error) {
	stop := context.AfterFunc(ctx, func() { hangUp(c.nc) })
	c.trip.begin(time.Now())
	agreed, err := Negotiate(c.nc, versions...)
	c.trip.end()
	if !stop() {
		return nil, &ConnectivityError{Op: "handshake", Address: c.address, Err: cause.Of(ctx)}
	}
	var p *ProtocolError
	switch {
	case errors.As(err, &p):
		p.Address = c.address
		return nil, p
	case err != nil:
		return nil, &ConnectivityError{Op: "handshake", Address: c.address, Err: err}
	}
	c.caps = agreed.Version.Capabilities(false)
	return agreed.Choice, nil
}

// login says HELLO, and LOGON in the same write where the version has it.
func (c *Conn) login(ctx context.Context, cfg Config, choice []byte) error {
	hello := &Hello{
		UserAgent: cmp.Or(cfg.UserAgent, agentName), Agent: agent(), Auth: cfg.Auth,
		Routing: cfg.Routing, PatchBolt: []string{patchUTC}, Notifications: cfg.Notifications,
	}
	var welcome HelloSuccess
	var accepted LogonSuccess
	greeting, logon := c.call(&welcome), c.call(&accepted)
	reqs := []sending{{hello, greeting}}
	if c.caps.Logon {
		reqs = append(reqs, sending{&Logon{Auth: cfg.Auth}, logon})
	}
	c.choice = choice
	if err := c.send(ctx, reqs...); err != nil {
		return err
	}
	c.choice = nil
	if err := greeting.wait(ctx); err != nil {
		return c.refused(ctx, "say HELLO to", err)
	}
	c.welcome(welcome)
	if !c.caps.Logon {
		return nil
	}
	err := c.refused(ctx, "log on to", logon.wait(ctx))
	if err == nil && accepted.CredentialsExpired {
		c.warnOfExpiry()
	}
	return err
}

// refused makes a context that ended during the login part of a ConnectivityError.
func (c *Conn) refused(ctx context.Context, op string, err error) error {
	if err != nil && ctx.Err() != nil {
		return &ConnectivityError{Op: op, Address: c.address, Err: err}
	}
	return err
}

func (c *Conn) welcome(m HelloSuccess) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if slices.Contains(m.PatchBolt, patchUTC) {
		c.caps = c.caps.Version.Capabilities(true)
	}
	c.hints = m.Hints
	c.server = records.ServerInfo{
		Address: c.address, Agent: m.Server, ConnectionID: m.ConnectionID, ProtocolVersion: c.caps.Version.String(),
	}
}

func agent() Agent {
	return Agent{
		Product: agentName, Platform: runtime.GOOS + "; " + runtime.GOARCH, Language: "Go/" + runtime.Version(), LanguageDetails: runtime.Compiler,
	}
}

// Version is the negotiated version of Bolt.
func (c *Conn) Version() Version { return c.caps.Version }

// Capabilities says what the negotiated version can do. Do not change it.
func (c *Conn) Capabilities() *Capabilities { return &c.caps }

// Server tells who is at the other end.
func (c *Conn) Server() records.ServerInfo { return c.server }

// Hints are what the server has asked for when it was greeted.
func (c *Conn) Hints() Hints { return c.hints }

// Alive reports whether the connection is usable, as far as is known: it was not closed, and no read or write has failed.
func (c *Conn) Alive() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err == nil
}

// Clean reports whether the connection can serve somebody else as it is: alive, no transaction, no open result, no reply outstanding.
func (c *Conn) Clean() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err == nil && c.failure == nil && c.tx == nil && !c.dirty && len(c.streams) == 0 && c.expected.n == 0
}

// Close ends the connection at once, and with ErrClosed every result that is still open on it. Where nothing runs it says GOODBYE first, behind the answer
// to a RESET if something has failed or was interrupted; no server can make that last longer than a fraction of a second. Further calls do nothing.
func (c *Conn) Close() error {
	c.takeLeave()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.streams {
		s.cut(ErrClosed)
	}
	_ = c.failLocked(ErrClosed)
	return nil
}

// goodbyeTime bounds the courtesy towards a server that does not answer a RESET, or does not even take a few bytes.
const goodbyeTime = 250 * time.Millisecond

// takeLeave speaks to a server that is reading: one that has nothing to answer, or answers at once because of a RESET or a failure. It gets rid of the
// connection either way, so no error matters.
func (c *Conn) takeLeave() {
	c.mu.Lock()
	quiet := c.err == nil && (c.failure != nil || c.expected.only(TagReset))
	settled := func() bool { return !c.resetting && c.expected.n == 0 } // asked with mu held
	waits, resets := !settled(), (c.failure != nil || c.dirty) && !c.resetting
	c.leaving = true
	c.mu.Unlock()
	if !quiet {
		return
	}
	briefly(func(ctx context.Context) {
		if resets {
			_ = c.send(ctx, sending{Reset{}, resetReply{c.call(nil)}})
		}
		if waits || resets {
			_ = c.await(ctx, settled)
		}
	})
	briefly(func(ctx context.Context) { _ = c.send(ctx, sending{message: Goodbye{}}) })
}

func briefly(f func(ctx context.Context)) {
	ctx, cancel := context.WithTimeout(context.Background(), goodbyeTime)
	defer cancel()
	f(ctx)
}

// forget takes an ended result off the list; c.mu is held.
func (c *Conn) forget(s *Stream) {
	if i := slices.Index(c.streams, s); i >= 0 {
		c.streams = slices.Delete(c.streams, i, i+1)
	}
	c.notify()
}

// String names both ends of the connection, for logs.
func (c *Conn) String() string { return fmt.Sprintf("%s (%s)", c.address, c.server.ConnectionID) }

func (c *Conn) attrs(more ...slog.Attr) []slog.Attr {
	return append([]slog.Attr{slog.String("address", c.address), slog.String("connection", c.server.ConnectionID)}, more...)
}

func (c *Conn) logMessage(ctx context.Context, from string, tag byte) {
	if c.log != nil && c.log.Enabled(ctx, slog.LevelDebug) {
		c.log.LogAttrs(ctx, slog.LevelDebug, from+": "+TagName(tag), c.attrs()...)
	}
}

// heard is what a line of the log says of a message from the server.
type heard struct{ tag, request byte }

// logReplies is called by whoever reads, with mu held, which it gives up for the handler.
func (c *Conn) logReplies() {
	if len(c.heard) == 0 {
		return
	}
	c.mu.Unlock()
	defer c.mu.Lock()
	ctx := context.Background()
	if c.log.Enabled(ctx, slog.LevelDebug) {
		for _, r := range c.heard {
			c.log.LogAttrs(ctx, slog.LevelDebug, "S: "+TagName(r.tag), c.attrs(slog.String("to", TagName(r.request)))...)
		}
	}
	c.heard = c.heard[:0]
}
