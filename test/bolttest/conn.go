package bolttest

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/neorx/neorx/bolt"
)

// state is where a connection stands: section "server states" of the protocol.
type state string

const (
	negotiation    state = "NEGOTIATION"
	authentication state = "AUTHENTICATION"
	ready          state = "READY"
	streaming      state = "AUTO_COMMIT"
	inTransaction  state = "IN_TRANSACTION"
	failed         state = "FAILED"
	defunct        state = "DEFUNCT"
)

// conn is the server's end of one connection. Three goroutines serve it: one reads requests into the inbox, so that a RESET is seen while the
// others work; one answers them in order and owns everything below that has no lock of its own; one writes. serve starts and joins them all.
type conn struct {
	server  *Server
	nc      net.Conn
	line    *faultyConn // what is under nc, without TLS
	session *Session
	caps    bolt.Capabilities
	agreed  bolt.Agreement
	framing framing

	in    *inbox
	out   *outbox
	epoch *epoch

	state state
	tx    *transaction // the open one, explicit or not
	frame []byte       // reused, as is row
	row   bolt.RecordMessage
}

// serve returns when the connection has ended and nothing of it is left.
func (c *conn) serve(ctx context.Context) {
	defer c.nc.Close()
	if t, ok := c.nc.(*tls.Conn); ok && t.HandshakeContext(ctx) != nil {
		return
	}
	agreed, err := bolt.Accept(c.nc, c.server.cfg.versions...)
	if err != nil {
		return
	}
	c.agreed, c.session.Version, c.caps = agreed, agreed.Version, agreed.Version.Capabilities(false)
	ctx, cancel := context.WithCancelCause(ctx)
	c.epoch, c.in, c.out = newEpoch(ctx), newInbox(), newOutbox(c.nc)
	left := make(chan struct{})
	go func() { // ends when reading fails, which closing nc below brings about; joined by left
		defer close(left)
		defer c.nc.Close() // nobody is there to write to, and a write that is stuck has to end
		defer cancel(errGone)
		defer c.in.close()
		c.read(c.caps)
	}()
	defer func() {
		cancel(errGone)
		c.endTransaction()
		c.out.close()
		_ = c.nc.Close()
		<-left
	}()
	c.work()
}

// read queues what the client sends until it leaves.
func (c *conn) read(caps bolt.Capabilities) {
	var frames bolt.Frames
	for {
		n, err := c.nc.Read(frames.Space())
		frames.Filled(n)
		for {
			msg, ok, broken := frames.Next()
			if broken != nil {
				return
			}
			if !ok {
				break
			}
			request, malformed := bolt.DecodeRequest(msg, &caps)
			c.arrive(arrival{request, malformed})
		}
		if err != nil {
			return
		}
	}
}

func (c *conn) arrive(a arrival) {
	if a.request != nil {
		c.server.note(c.session, a.request)
	}
	if a.isReset() {
		c.epoch.reset()
	}
	c.in.put(a)
}

// work answers requests in order until the connection is of no more use.
func (c *conn) work() {
	for c.state != defunct {
		a, ok := c.in.take()
		if !ok || a.request == nil {
			return // real servers close without a word on a message that they do not know
		}
		c.server.busy(c, true)
		stop := c.keepAlive()
		c.answer(a)
		stop()
		c.server.busy(c, c.state != ready)
	}
}

// keepAlive sends NOOPs from now on until stop is called, which joins the goroutine.
func (c *conn) keepAlive() (stop func()) {
	every := c.server.cfg.keepAlive
	if every <= 0 {
		return func() {}
	}
	ticker, done, left := time.NewTicker(every), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(left)
		for {
			select {
			case <-ticker.C:
				c.out.put(noop)
			case <-done:
				return
			}
		}
	}()
	return func() {
		ticker.Stop()
		close(done)
		<-left
	}
}

// answer does what one request asks for, if the state allows it.
func (c *conn) answer(a arrival) {
	tag := a.request.Tag()
	switch {
	case tag == bolt.TagGoodbye:
		c.state = defunct
	case tag == bolt.TagReset && c.state != negotiation && c.state != authentication:
		c.reset()
	case c.state == failed || tag != bolt.TagReset && c.epoch.context().Err() != nil:
		c.ignore(tag)
	case !allowed(c.state, tag):
		c.fatal(invalid("Message %s cannot be handled by a session in the %s state.", bolt.TagName(tag), c.state))
	case a.err != nil:
		c.fail(invalid("%v", a.err))
	default:
		c.perform(a.request)
	}
}

// allowed is the table of server states. RESET and GOODBYE are not in it.
func allowed(s state, tag byte) bool {
	switch s {
	case negotiation:
		return tag == bolt.TagHello
	case authentication:
		return tag == bolt.TagLogon
	case ready:
		return tag == bolt.TagRun || tag == bolt.TagBegin || tag == bolt.TagRoute || tag == bolt.TagTelemetry || tag == bolt.TagLogoff
	case streaming:
		return tag == bolt.TagPull || tag == bolt.TagDiscard
	case inTransaction:
		return tag == bolt.TagRun || tag == bolt.TagPull || tag == bolt.TagDiscard || tag == bolt.TagCommit || tag == bolt.TagRollback
	case failed, defunct:
	}
	return false
}

func (c *conn) perform(request bolt.Request) {
	if planned := c.server.planned(request.Tag()); planned != nil {
		c.fail(planned)
		return
	}
	switch m := request.(type) {
	case *bolt.Hello:
		c.hello(m)
	case *bolt.Logon:
		c.logon(m.Auth, &bolt.LogonSuccess{AdvertisedAddress: c.server.Address()})
	case bolt.Logoff:
		c.session.Auth, c.state = bolt.AuthToken{}, authentication
		c.reply(bolt.Success{})
	case *bolt.Telemetry:
		c.reply(bolt.Success{})
	case *bolt.Route:
		c.route(m)
	case *bolt.Begin:
		c.begin(m)
	case *bolt.Run:
		c.run(m)
	case *bolt.Pull:
		c.pull(m.N, m.QID)
	case *bolt.Discard:
		c.discard(m.N, m.QID)
	case bolt.Commit:
		c.commit()
	case bolt.Rollback:
		c.rollback()
	}
}

// reset ends what is going on. The connection is ready again, whatever it was.
func (c *conn) reset() {
	c.endTransaction()
	c.epoch.next()
	c.state = ready
	c.reply(bolt.Success{})
}

// ignore answers what comes between a failure, or the arrival of a RESET, and the turn of the RESET.
func (c *conn) ignore(tag byte) {
	switch tag {
	case bolt.TagBegin, bolt.TagLogon, bolt.TagLogoff: // real servers are stricter here than the protocol says
		c.fatal(invalid("Message %s cannot be handled by a session in the %s state.", bolt.TagName(tag), failed))
	default:
		c.reply(bolt.Ignored{})
	}
}

// fail reports an error. While somebody is still logging in it ends the connection.
func (c *conn) fail(err *bolt.ServerError) {
	if c.state == negotiation || c.state == authentication || err == hangUp {
		c.fatal(err)
		return
	}
	c.endTransaction()
	c.state = failed
	c.reply(&bolt.Failure{Err: err})
}

// fatal reports an error and ends the connection.
func (c *conn) fatal(err *bolt.ServerError) {
	c.state = defunct
	if err == hangUp {
		_ = c.line.cut()
		return
	}
	_ = c.send(&bolt.Failure{Err: err}) // with a diagnostic record that cannot be encoded it just hangs up
}

// send queues a message. An error means that the message cannot be encoded; that a connection is lost shows where it is read.
func (c *conn) send(m Reply) error {
	frame, err := bolt.AppendFrame(c.frame[:0], func(dst []byte) ([]byte, error) { return m.Append(dst, &c.caps) })
	if err != nil {
		return err
	}
	c.frame = frame
	c.out.put(c.framing.apply(frame))
	return nil
}

// reply sends the last word on a request. It ends the connection where that cannot be encoded.
func (c *conn) reply(m Reply) {
	if err := c.send(m); err != nil {
		c.fatal(serverError(codeUnknown, err.Error()))
	}
}
