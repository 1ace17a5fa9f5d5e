package blaster

import (
	"net"
	"strconv"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/bolt/packstream"
)

// conversation is one connection. What it answers is collected until the client has nothing more to say.
type conversation struct {
	replies *replies
	nc      net.Conn
	left    int64 // records of the open result
	out     net.Buffers
}

// run answers until the client leaves.
func (c *conversation) run() {
	agreed, err := bolt.Accept(c.nc, version)
	if err != nil {
		return
	}
	caps := agreed.Version.Capabilities(false)
	var frames bolt.Frames
	for {
		msg, ok, err := frames.Next()
		if err != nil {
			return
		}
		if ok {
			if err := c.answer(msg, &caps); err != nil {
				return
			}
			continue
		}
		if err := c.flush(); err != nil {
			return
		}
		n, err := c.nc.Read(frames.Space())
		if err != nil {
			return
		}
		frames.Filled(n)
	}
}

func (c *conversation) flush() error {
	_, err := c.out.WriteTo(c.nc)
	return err
}

// answer looks at no more of a message than it needs: parameters may be large.
func (c *conversation) answer(msg []byte, caps *bolt.Capabilities) error {
	switch tag := msg[1]; tag {
	case bolt.TagHello:
		c.out = append(c.out, c.replies.hello)
	case bolt.TagRun:
		query := packstream.NewReader(msg[2:])
		n, err := strconv.ParseInt(query.String(), 10, 64)
		c.left, c.out = n, append(c.out, c.replies.run)
		return err
	case bolt.TagPull:
		var pull bolt.Pull
		body := packstream.NewReader(msg[2:])
		if err := pull.Decode(&body, caps); err != nil {
			return err
		}
		return c.pull(pull.N)
	case bolt.TagDiscard:
		c.left, c.out = 0, append(c.out, c.replies.end)
	case bolt.TagCommit:
		c.out = append(c.out, c.replies.commit)
	case bolt.TagGoodbye:
		return net.ErrClosed
	default:
		c.out = append(c.out, c.replies.empty)
	}
	return nil
}

func (c *conversation) pull(n int64) error {
	if n == bolt.All || n > c.left {
		n = c.left
	}
	c.left -= n
	if err := c.blast(n); err != nil {
		return err
	}
	if c.left > 0 {
		c.out = append(c.out, c.replies.more)
	} else {
		c.out = append(c.out, c.replies.end)
	}
	return nil
}

// blast sends n records, the last of them together with what follows.
func (c *conversation) blast(n int64) error {
	perWrite := int64(len(c.replies.records) / c.replies.record)
	for n > 0 {
		k := min(n, perWrite)
		c.out = append(c.out, c.replies.records[:k*int64(c.replies.record)])
		if n -= k; n > 0 {
			if err := c.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}
