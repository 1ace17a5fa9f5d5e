package pool

import (
	"fmt"
	"io"
)

// Format writes where the connection leads to, whatever the verb: there are credentials in it, and it changes while it would be printed.
func (c *Conn) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "connection to "+string(c.Address()))
}

// Format writes that it is a pool, whatever the verb, for the same reasons. See [Pool.Stats] for how things stand with it.
func (*Pool) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "connection pool") }
