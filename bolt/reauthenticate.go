package bolt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/neorx/neorx/bolt/packstream"
)

// Auth is the token that the connection is logged on with, or will be before its next request: see [Conn.Reauthenticate].
func (c *Conn) Auth() AuthToken {
	c.mu.Lock()
	defer c.mu.Unlock()
	return *c.auth
}

// CanReauthenticate returns nil if the version lets an open connection change its user, as Bolt 5.1 and newer do, and otherwise an error that wraps
// errors.ErrUnsupported.
func (c *Conn) CanReauthenticate() error {
	if err := c.caps.require(c.caps.Logon, "session auth (another user on an open connection)", Version{5, 1}); err != nil {
		return fmt.Errorf("%w (%w)", err, errors.ErrUnsupported)
	}
	return nil
}

// Reauthenticate makes the connection log off, and on again with this token, in front of its next request and in the same write: that costs no
// round trip, and here nothing is sent. The connection must be clean, and stays so. Of several calls before that request the last counts. A RESET is
// no such request, since it overtakes what is sent before it.
//
// A token that the server refuses costs the connection, and the request behind it ends with the server's error. An error of Reauthenticate itself is
// that of [Conn.CanReauthenticate], and the connection stays as it is.
func (c *Conn) Reauthenticate(token AuthToken) error {
	if err := c.CanReauthenticate(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.auth = &token
	c.relogin.Store(&token)
	return nil
}

// LogOn does at once what [Conn.Reauthenticate] has left to the next request, and waits until the server has accepted the token. If there is nothing to do
// it does nothing.
func (c *Conn) LogOn(ctx context.Context) error {
	if c.relogin.Load() != nil {
		if err := c.send(ctx); err != nil {
			return err
		}
	}
	if err := c.await(ctx, func() bool { return !c.expected.any(TagLogoff, TagLogon) }); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// behindLogin puts LOGOFF and LOGON in front of requests, if that is due. It is called with writing held.
func (c *Conn) behindLogin(reqs []sending) []sending {
	token := c.relogin.Load()
	if token == nil || len(reqs) > 0 && (reqs[0].Tag() == TagReset || reqs[0].Tag() == TagGoodbye) {
		return reqs
	}
	return append([]sending{
		{Logoff{}, reloginReply{conn: c}},
		{&Logon{Auth: *token}, reloginReply{conn: c, token: token}},
	}, reqs...)
}

// reloginReply takes the answers to a LOGOFF and to the LOGON behind it, for which nobody waits in particular. It is no *call for those who interrupt: what
// they give up is the request behind it.
type reloginReply struct {
	conn  *Conn
	token *AuthToken // of LOGON; nil is LOGOFF
}

func (a reloginReply) expected() {
	if a.token != nil {
		a.conn.relogin.CompareAndSwap(a.token, nil)
	}
}

func (a reloginReply) success(r *packstream.Reader) error {
	if a.token == nil {
		return nil
	}
	var accepted LogonSuccess
	if err := accepted.Decode(r, &a.conn.caps); err != nil {
		return err
	}
	if accepted.CredentialsExpired {
		a.conn.mu.Unlock() // for the log's handler
		defer a.conn.mu.Lock()
		a.conn.warnOfExpiry()
	}
	return nil
}

// failure ends the connection, and with it what was sent behind the LOGON: the server answers nothing any more.
func (a reloginReply) failure(err error) { _ = a.conn.failLocked(err) }

// warnOfExpiry says what would otherwise be found out by the next statement.
func (c *Conn) warnOfExpiry() {
	if c.log != nil {
		c.log.LogAttrs(context.Background(), slog.LevelWarn, "the password has expired: the server will refuse everything but changing it", c.attrs()...)
	}
}
