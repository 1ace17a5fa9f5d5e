package bolt

import "strings"

// ConnectivityError says that a server could not be reached, or that the connection to it was lost. Err is the cause: what net, crypto/tls or
// the context said.
type ConnectivityError struct {
	// Op is what was being done, such as "dial" or "read".
	Op string
	// Address is the server's host:port.
	Address string
	Err     error
}

// Error names what was done, the address and the cause.
func (e *ConnectivityError) Error() string {
	return joinParts("bolt", e.Op+" "+e.Address, errorText(e.Err))
}

// Unwrap returns the cause.
func (e *ConnectivityError) Unwrap() error { return e.Err }

// Retryable returns true: on another connection, or to another server, the same work can succeed.
func (e *ConnectivityError) Retryable() bool { return true }

// ProtocolError says that the other end sent something that Bolt does not allow there. The connection is of no more use.
type ProtocolError struct {
	// Op is what was being done, such as "handshake" or "decode SUCCESS of RUN".
	Op string
	// Address is the server's host:port; empty where it is not known.
	Address string
	// Reason says what was wrong, and the cure where it is known.
	Reason string
	// Err is the cause, if there is one.
	Err error
}

// Error names what was done, the address, what was wrong and the cause.
func (e *ProtocolError) Error() string {
	return joinParts("bolt", strings.TrimSpace(e.Op+" "+e.Address), e.Reason, errorText(e.Err))
}

// Unwrap returns the cause, or nil.
func (e *ProtocolError) Unwrap() error { return e.Err }

// joinParts puts colons between the parts that are not empty.
func joinParts(parts ...string) string {
	kept := parts[:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ": ")
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
