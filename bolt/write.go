package bolt

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// writePiece is how much the other end has the time of a WriteTimeout for: a chunk and its header.
const writePiece = 2 + maxChunk

// writeTimed writes to a peer that may not be reading: one that takes nothing for the time of a WriteTimeout is lost. Who is slow, but takes something, has
// time. It is called with writing held. A deadline that has passed would ruin TLS, but then the connection is closed.
func (c *Conn) writeTimed(out *outgoing) error {
	if c.writeTimeout > 0 {
		defer func() { _ = c.nc.SetWriteDeadline(time.Time{}) }()
	}
	for piece := out.next(); len(piece) > 0; piece = out.next() {
		if c.writeTimeout > 0 {
			_ = c.nc.SetWriteDeadline(time.Now().Add(c.writeTimeout))
		}
		if _, err := c.nc.Write(piece); err != nil {
			return c.writeError(err)
		}
	}
	return nil
}

func (c *Conn) writeError(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("the server has taken nothing for %v: %w", c.writeTimeout, err)
	}
	return err
}
