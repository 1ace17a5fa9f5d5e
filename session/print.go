package session

import (
	"fmt"
	"io"
)

// Format writes the names of the columns, whatever the verb, and nothing of what is in them.
func (r *Result) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "result with the columns %q", r.keys)
}

// Format writes that it is an engine, whatever the verb, for the same reason as that of a session.
func (*Engine) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "session engine") }

// Format writes that it is a session, whatever the verb: what is in it changes while it would be
// printed.
func (*Session) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "session") }

// Format writes that it is a transaction, whatever the verb, for the same reason.
func (*Transaction) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "transaction") }
