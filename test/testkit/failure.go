package main

import (
	"errors"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
)

// failure is the answer for an error: a driver's is kept, so that the test can hand it back to a managed transaction.
func (c *conn) failure(err error) (string, any) {
	var own backendError
	if errors.As(err, &own) {
		return "BackendError", own
	}
	fields := map[string]any{
		"id": c.add(err), "errorType": errorType(err), "msg": errorText(err), "code": "", "retryable": retryable(err),
	}
	var server *neorx.ServerError
	if !errors.As(err, &server) {
		return "DriverError", fields
	}
	fields["code"] = server.Code
	if err := addStatus(fields, server); err != nil {
		return "BackendError", backendError{err.Error()}
	}
	return "DriverError", fields
}

// retryable tells what the error itself says.
func retryable(err error) bool {
	var r interface{ Retryable() bool }
	return errors.As(err, &r) && r.Retryable()
}

// addStatus adds what the GQL standard wants to know about an error.
func addStatus(fields map[string]any, e *neorx.ServerError) error {
	diagnostic, err := entries(e.Diagnostic)
	if err != nil {
		return err
	}
	fields["msg"], fields["gqlStatus"], fields["statusDescription"] = e.Message, e.GQLStatus, e.Description
	fields["classification"], fields["rawClassification"] = e.Classification(), orNull(e.RawClassification())
	fields["diagnosticRecord"], fields["cause"] = diagnostic, nil
	if e.Cause == nil {
		return nil
	}
	cause := map[string]any{}
	fields["cause"] = map[string]any{"name": "GqlError", "data": cause}
	return addStatus(cause, e.Cause)
}

// resultError is what a request about a result ends with.
type resultError struct{ error }

func (e resultError) Unwrap() error { return e.error }

// isOver tells whether a result was asked for records after its end, or after that of its transaction.
func isOver(err error) bool { return errors.Is(err, bolt.ErrResultOpen) || errors.Is(err, errConsumed) }

// errorText is the text of an error. The suite looks for one of the official driver's.
func errorText(err error) string {
	if isOver(err) {
		return "result cursor is not available anymore"
	}
	return err.Error()
}

// errorType is the name by which the suite knows an error. It has none for this driver, so they are those of the official one for Go.
func errorType(err error) string {
	var (
		failed *neorx.TransactionFailedError
		result resultError
		server *neorx.ServerError
		lost   *neorx.ConnectivityError
		wire   *neorx.ProtocolError
		usage  *neorx.UsageError
	)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return "feature not supported"
	case errors.As(err, &failed) && errors.As(err, &result):
		return "result failed"
	case errors.As(err, &failed):
		return "cannot use this transaction"
	case errors.As(err, &server) && server.Code == "Neo.ClientError.Security.TokenExpired":
		return "TokenExpiredError"
	case errors.As(err, &server):
		return "Neo4jError"
	case errors.As(err, &lost):
		return "ConnectivityError"
	case errors.As(err, &wire):
		return "ProtocolError"
	case errors.As(err, &usage):
		return "UsageError"
	}
	return "error"
}
