package bolt

import (
	"maps"
	"strings"
)

// ServerError is a failure that the server has reported. What the server has left out is filled in, so that every field can be read whatever
// the version; Cause leads to the more precise errors that servers with Bolt 5.7 and newer add.
type ServerError struct {
	// Code is Neo4j's own code, such as "Neo.ClientError.Statement.SyntaxError". Causes have none.
	Code string
	// Message is meant for people; its text is not stable between servers.
	Message string
	// GQLStatus is the five characters of the GQL standard, such as "42001"; "50N42" where the server has sent none.
	GQLStatus string
	// Description is the standard's text for GQLStatus.
	Description string
	// Diagnostic is the diagnostic record. It always has OPERATION, OPERATION_CODE and CURRENT_SCHEMA.
	Diagnostic map[string]any
	// Cause is the error behind this one, or nil.
	Cause *ServerError
}

// What a server that does not say means.
const (
	unknownCode        = "Neo.DatabaseError.General.UnknownError"
	unknownMessage     = "An unknown error occurred"
	unknownStatus      = "50N42"
	unknownDescription = "error: general processing exception - unexpected error. "
)

// Error returns code, message and the GQL statuses of the whole chain, the most precise last.
func (e *ServerError) Error() string {
	var b strings.Builder
	b.WriteString("neo4j: ")
	if e.Code != "" {
		b.WriteString(e.Code + ": ")
	}
	b.WriteString(e.Message)
	separator := " (GQL "
	for c := e; c != nil; c = c.Cause {
		if c.GQLStatus == "" || c.GQLStatus == unknownStatus {
			continue
		}
		b.WriteString(separator + c.GQLStatus)
		separator = ", "
	}
	if separator == ", " {
		b.WriteString(")")
	}
	return b.String()
}

// Unwrap returns the cause, so that errors.As and errors.Is see the whole chain.
func (e *ServerError) Unwrap() error {
	if e.Cause == nil {
		return nil
	}
	return e.Cause
}

// Retryable tells whether the same work can succeed when it is done again: after transient errors, after a change of leader, and with fresh
// credentials after an expired authorization.
func (e *ServerError) Retryable() bool {
	switch e.Code {
	case "Neo.ClientError.Cluster.NotALeader",
		"Neo.ClientError.General.ForbiddenOnReadOnlyDatabase",
		"Neo.ClientError.Security.AuthorizationExpired":
		return true
	}
	return strings.HasPrefix(e.Code, "Neo.TransientError.")
}

// RetrySoon tells whether the reason has passed with the failure: the locks that a deadlock or a
// timeout was about are free again, and a connection logs in anew after an expired authorization.
func (e *ServerError) RetrySoon() bool {
	switch e.Code {
	case CodeDeadlock, CodeLockTimeout, "Neo.ClientError.Security.AuthorizationExpired":
		return true
	}
	return false
}

// HasCode tells whether the code is one of these, or begins with one that ends with a dot, such as "Neo.ClientError.Security.".
func (e *ServerError) HasCode(codes ...string) bool {
	for _, code := range codes {
		if e.Code == code || strings.HasSuffix(code, ".") && strings.HasPrefix(e.Code, code) {
			return true
		}
	}
	return false
}

// FindGQL returns the first error of the chain, from e towards its causes, with this GQL status, or nil. The precise status is often a cause's.
func (e *ServerError) FindGQL(status string) *ServerError {
	for c := e; c != nil; c = c.Cause {
		if c.GQLStatus == status {
			return c
		}
	}
	return nil
}

// HasGQL tells whether an error of the chain has this GQL status.
func (e *ServerError) HasGQL(status string) bool { return e.FindGQL(status) != nil }

// Classification says whose fault it was.
type Classification string

// The classifications that servers send.
const (
	ClientError           Classification = "CLIENT_ERROR"
	DatabaseError         Classification = "DATABASE_ERROR"
	TransientError        Classification = "TRANSIENT_ERROR"
	UnknownClassification Classification = "UNKNOWN"
)

// Classification returns the classification of the diagnostic record: UnknownClassification where it has none, or one that is not known here.
func (e *ServerError) Classification() Classification {
	switch c := Classification(e.RawClassification()); c {
	case ClientError, DatabaseError, TransientError:
		return c
	default:
		return UnknownClassification
	}
}

// RawClassification returns the classification as the server has written it, or "".
func (e *ServerError) RawClassification() string {
	s, _ := e.Diagnostic["_classification"].(string)
	return s
}

// Idempotent tells that the server vouches for the statement having had no effect: an auto-commit query that was refused like this may be run
// once more at once.
func (e *ServerError) Idempotent() bool {
	b, _ := e.Diagnostic["_idempotent"].(bool)
	return b
}

// rewritten maps codes of 4.x servers that are no reason to retry to what newer servers call them.
var rewritten = map[string]string{
	"Neo.TransientError.Transaction.Terminated":        "Neo.ClientError.Transaction.Terminated",
	"Neo.TransientError.Transaction.LockClientStopped": "Neo.ClientError.Transaction.LockClientStopped",
}

// complete fills in what the server has left out, as all drivers do.
func (e *ServerError) complete() {
	if e.Code == "" {
		e.Code = unknownCode
	}
	if code, ok := rewritten[e.Code]; ok {
		e.Code = code
	}
	for c := e; c != nil; c = c.Cause {
		c.completeStatus()
	}
}

func (e *ServerError) completeStatus() {
	if e.Message == "" {
		e.Message = unknownMessage
	}
	if e.GQLStatus == "" {
		e.GQLStatus = unknownStatus
	}
	if e.Description == "" {
		e.Description = unknownDescription + e.Message
	}
	diagnostic := map[string]any{"OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/"}
	maps.Copy(diagnostic, e.Diagnostic)
	e.Diagnostic = diagnostic
}
