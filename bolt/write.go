package bolt

import (
	"errors"
	"fmt"
	"os"
	"time"
)

// writePiece is how much the other end has the time of a WriteTimeout for.
const writePiece = 64 << 10

// writeTimed writes to a peer that may not be reading: one that takes nothing for the time of a WriteTimeout is lost. Who is slow, but takes something, has
// time. It is called with writing held. A deadline that has passed would ruin TLS, but then the connection is closed.
func (c *Conn) writeTimed(out []byte) error {
	if c.writeTimeout <= 0 {
		_, err := c.nc.Write(out)
		return err
	}
	defer func() { _ = c.nc.SetWriteDeadline(time.Time{}) }()
	for len(out) > 0 {
		piece := out[:min(len(out), writePiece)]
		_ = c.nc.SetWriteDeadline(time.Now().Add(c.writeTimeout))
		if _, err := c.nc.Write(piece); err != nil {
			return c.writeError(err)
		}
		out = out[len(piece):]
	}
	return nil
}

func (c *Conn) writeError(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("the server has taken nothing for %v: %w", c.writeTimeout, err)
	}
	return err
}
