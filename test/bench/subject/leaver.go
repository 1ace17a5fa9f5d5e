package subject

import (
	"context"
	"fmt"
)

// Leaver is a driver whose users leave long results.
type Leaver interface {
	// Leave reads the result up to the record with that number and leaves it there. leaving is
	// called at that moment. It returns when the caller can go on.
	Leave(ctx context.Context, query, how string, at int, leaving func()) error
	// Small asks for one record.
	Small(ctx context.Context) error
	// Transact writes in a transaction of two statements, and rolls back if told so.
	Transact(ctx context.Context, rollBack bool) error
	// Dialled is how many connections were made, Lost how many of them were closed because they
	// could not be cleaned or had failed; -1: unknown.
	Dialled() int64
	Lost() int64
	Close()
}

// The ways to leave.
const (
	Cancel = "cancel" // the context ends
	Break  = "break"  // the loop ends: neorx breaks, the official driver consumes
)

// The statements that do not matter.
const (
	oneRow   = "RETURN 1 AS n"
	writeRow = "CREATE (s:Soak {id: randomUUID()})"
	readRows = "MATCH (s:Soak) RETURN count(s) AS n"
)

// OpenLeaver opens the driver of that name.
func OpenLeaver(name string, t Target) (Leaver, error) {
	switch name {
	case Official:
		d, err := OfficialDriver(t)
		return officialLeaver{d}, err
	case Neorx:
		d, err := NeorxDriver(t)
		return neorxLeaver{d}, err
	}
	return nil, fmt.Errorf("subject: there is no %q", name)
}
