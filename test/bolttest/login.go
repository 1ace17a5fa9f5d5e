package bolttest

import (
	"fmt"
	"slices"

	"github.com/neorx/neorx/bolt"
)

const patchUTC = "utc"

// hello introduces the two ends to each other, and logs in where the version has no LOGON.
func (c *conn) hello(m *bolt.Hello) {
	c.session.Hello = *m
	cfg := c.server.cfg
	success := &bolt.HelloSuccess{Server: cfg.agent, ConnectionID: fmt.Sprintf("bolt-%d", c.session.ID), Hints: cfg.hints}
	if c.agreed.Manifest {
		success.ProtocolVersion = c.agreed.Version.String()
	}
	if c.caps.Patches && !cfg.noPatch && slices.Contains(m.PatchBolt, patchUTC) {
		success.PatchBolt = []string{patchUTC}
		c.caps = c.agreed.Version.Capabilities(true)
	}
	if c.caps.Logon {
		c.state = authentication
		c.reply(success)
		return
	}
	c.logon(m.Auth, success)
}

// logon asks the hook whether the client may come in.
func (c *conn) logon(token bolt.AuthToken, welcome Reply) {
	ctx := c.epoch.context()
	if err := c.server.cfg.onLogin(ctx, token); err != nil {
		c.fatal(reported(ctx, err, codeUnauthorized))
		return
	}
	c.session.Auth, c.state = token, ready
	c.reply(welcome)
}
