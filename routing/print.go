package routing

import (
	"fmt"
	"io"
)

// Format writes that it is a router, whatever the verb: what is in it changes while it would be printed. See [Router.Table] for what it knows.
func (*Router) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "router") }
