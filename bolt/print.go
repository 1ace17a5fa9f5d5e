package bolt

import (
	"fmt"
	"io"
)

// Format writes String, whatever the verb: a connection has credentials and rows in it, and changes while it would be printed.
func (c *Conn) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// Format writes where the result comes from, whatever the verb, and nothing of what is in it.
func (s *Stream) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "result on "+s.c.String())
}
