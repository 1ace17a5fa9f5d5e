package packstream

import "strconv"

// Error says why input is not PackStream, or not the token that was asked for.
type Error struct {
	Offset int    // of the offending byte, counted from the start of the message or row
	Reason string // what is wrong with it
}

// Error implements error.
func (e *Error) Error() string {
	return "packstream: byte " + strconv.Itoa(e.Offset) + ": " + e.Reason
}
