package bolt

import (
	"context"
	"fmt"

	"github.com/neorx/neorx/records"
)

// singleResultBytes bounds what is kept of the results that are open when a transaction runs its next statement before Bolt 4.0.
const singleResultBytes = 64 << 20

// makeRoom reads what is left of the open results into memory where the version has one result at a time. The server would begin with the next
// statement only when it has sent everything; and as long as nobody reads that, it need not read a long statement either.
func (t *Tx) makeRoom(ctx context.Context) error {
	if t.c.caps.Demand {
		return nil
	}
	tooMuch := false
	err := t.c.await(ctx, func() bool {
		size := 0
		for _, s := range t.c.streams {
			size += len(s.arrived.buf) - s.arrived.head
		}
		tooMuch = size > singleResultBytes
		return tooMuch || len(t.c.streams) == 0
	})
	if tooMuch {
		return &records.UsageError{Message: fmt.Sprintf(
			"more than %d bytes of an open result to be kept for the next statement: Bolt %s has one result at a time, so read it to its end first",
			singleResultBytes, t.c.caps.Version)}
	}
	return err
}
