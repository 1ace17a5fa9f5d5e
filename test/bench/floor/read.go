package floor

import (
	"context"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/bolt/packstream"
)

// Read runs a query, asks for its records in batches of fetch, and counts them.
func (c *Client) Read(ctx context.Context, query string, fetch int64) (rows int64, err error) {
	stop := context.AfterFunc(ctx, func() { c.nc.Close() })
	defer stop()
	run := &bolt.Run{Query: query, TxConfig: bolt.TxConfig{ReadOnly: true}}
	pull := &bolt.Pull{N: fetch, QID: bolt.LastRun}
	if err := c.send(nil, run, pull); err != nil {
		return 0, err
	}
	if err := c.reply(); err != nil {
		return 0, err
	}
	for {
		n, more, err := c.batch()
		rows += n
		if err != nil || !more {
			return rows, err
		}
		if err := c.send(nil, pull); err != nil {
			return rows, err
		}
	}
}

// batch reads the answer to one PULL.
func (c *Client) batch() (rows int64, more bool, err error) {
	for {
		msg, err := c.in.next()
		if err != nil {
			return rows, false, err
		}
		if msg[1] != bolt.TagRecord {
			more, err := c.hasMore(msg)
			return rows, more, err
		}
		rows++
		if c.decode {
			c.last = c.dec.row(msg[2:])
		}
	}
}

func (c *Client) hasMore(msg []byte) (bool, error) {
	var end bolt.StreamSuccess
	body := packstream.NewReader(msg[2:])
	if msg[1] != bolt.TagSuccess {
		return false, failure(msg)
	}
	err := end.Decode(&body, &c.caps)
	return end.HasMore, err
}
