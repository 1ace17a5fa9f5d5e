// Package floor is the least that a client can do: it reads the bytes of a result and looks at nothing but where messages begin and what they are, or
// decodes them in a minimal loop. What a driver costs beyond that is what it does for its users.
package floor

import (
	"context"
	"fmt"
	"net"

	"github.com/neorx/neorx/bolt"
)

// Client is a connection that has logged in.
type Client struct {
	nc     net.Conn
	caps   bolt.Capabilities
	in     *reader
	decode bool
	dec    decoder

	last []value // so that no compiler finds decoding superfluous
}

// Config says how a client connects, and whether it decodes the records.
type Config struct {
	Address        string
	User, Password string // of none, nobody logs in
	Decode         bool
}

// Connect connects and logs in.
func Connect(ctx context.Context, cfg Config) (*Client, error) {
	nc, err := new(net.Dialer).DialContext(ctx, "tcp", cfg.Address)
	if err != nil {
		return nil, err
	}
	agreed, err := bolt.Negotiate(nc, bolt.Version{Major: 5, Minor: 8})
	if err != nil {
		nc.Close()
		return nil, err
	}
	c := &Client{nc: nc, caps: agreed.Version.Capabilities(false), in: newReader(nc), decode: cfg.Decode}
	if err := c.login(agreed.Choice, cfg); err != nil {
		nc.Close()
		return nil, err
	}
	return c, nil
}

func (c *Client) login(choice []byte, cfg Config) error {
	auth := bolt.NoAuth()
	if cfg.User != "" {
		auth = bolt.BasicAuth(cfg.User, cfg.Password)
	}
	err := c.send(choice, &bolt.Hello{UserAgent: "floor/1", Agent: bolt.Agent{Product: "floor/1"}}, &bolt.Logon{Auth: auth})
	if err != nil {
		return err
	}
	for range 2 {
		if err := c.reply(); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the connection.
func (c *Client) Close() { c.nc.Close() }

type message interface {
	Append(dst []byte, c *bolt.Capabilities) ([]byte, error)
}

func (c *Client) send(out []byte, messages ...message) error {
	for _, m := range messages {
		var err error
		out, err = bolt.AppendFrame(out, func(dst []byte) ([]byte, error) { return m.Append(dst, &c.caps) })
		if err != nil {
			return err
		}
	}
	_, err := c.nc.Write(out)
	return err
}

// reply reads an answer that must be a SUCCESS.
func (c *Client) reply() error {
	msg, err := c.in.next()
	if err == nil && msg[1] != bolt.TagSuccess {
		err = failure(msg)
	}
	return err
}

func failure(msg []byte) error {
	return fmt.Errorf("floor: the server answered %s: %q", bolt.TagName(msg[1]), msg[2:])
}
