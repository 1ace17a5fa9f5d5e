package records

// UsageError says that the program used the driver in a way that cannot work: what was wrong, and what to do instead.
// Nothing was sent to the server, and repeating the call will not help.
type UsageError struct {
	Message string
	Cause   error // may be nil
}

// Error implements error.
func (e *UsageError) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *UsageError) Unwrap() error { return e.Cause }
