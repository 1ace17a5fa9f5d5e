package bolt

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestServerErrorText(t *testing.T) {
	precise := &ServerError{GQLStatus: "42I06", Message: "Invalid input 'X', expected: 'MATCH'."}
	for _, c := range []struct {
		err  *ServerError
		want string
	}{
		{
			&ServerError{Code: "Neo.ClientError.Statement.SyntaxError", Message: "Invalid input 'X'", GQLStatus: "42001", Cause: precise},
			"neo4j: Neo.ClientError.Statement.SyntaxError: Invalid input 'X' (GQL 42001, 42I06)",
		},
		{&ServerError{Code: "Neo.X", Message: "m", GQLStatus: "50N42"}, "neo4j: Neo.X: m"},
		{precise, "neo4j: Invalid input 'X', expected: 'MATCH'. (GQL 42I06)"},
	} {
		assert.EqualError(t, c.err, c.want)
	}
}

func TestServerErrorChain(t *testing.T) {
	cause := &ServerError{GQLStatus: "42I06"}
	err := fmt.Errorf("run: %w", &ServerError{Code: "Neo.ClientError.Statement.SyntaxError", GQLStatus: "42001", Cause: cause})

	var server *ServerError
	assert.True(t, errors.As(err, &server))
	assert.ErrorIs(t, err, cause)
	assert.Same(t, cause, server.FindGQL("42I06"))
	assert.True(t, server.HasGQL("42001"))
	assert.False(t, server.HasGQL("22012"))
	assert.Nil(t, cause.Unwrap(), "an interface without a type")
}

func TestServerErrorRetryable(t *testing.T) {
	for code, want := range map[string]bool{
		"Neo.TransientError.Transaction.DeadlockDetected":     true,
		"Neo.TransientError.General.DatabaseUnavailable":      true,
		"Neo.ClientError.Cluster.NotALeader":                  true,
		"Neo.ClientError.General.ForbiddenOnReadOnlyDatabase": true,
		"Neo.ClientError.Security.AuthorizationExpired":       true,
		"Neo.ClientError.Security.TokenExpired":               false,
		"Neo.ClientError.Transaction.Terminated":              false,
		"Neo.ClientError.General.DatabaseUnavailable":         false,
		"Neo.DatabaseError.General.UnknownError":              false,
		"":                                                    false,
	} {
		assert.Equal(t, want, (&ServerError{Code: code}).Retryable(), code)
	}
}

func TestServerErrorRetrySoon(t *testing.T) {
	for code, want := range map[string]bool{
		"Neo.TransientError.Transaction.DeadlockDetected":       true,
		"Neo.TransientError.Transaction.LockAcquisitionTimeout": true,
		"Neo.ClientError.Security.AuthorizationExpired":         true,
		"Neo.TransientError.General.DatabaseUnavailable":        false,
		"Neo.ClientError.Cluster.NotALeader":                    false,
		"":                                                      false,
	} {
		assert.Equal(t, want, (&ServerError{Code: code}).RetrySoon(), code)
	}
}

func TestServerErrorHasCode(t *testing.T) {
	err := &ServerError{Code: "Neo.ClientError.Security.Unauthorized"}
	assert.True(t, err.HasCode("Neo.ClientError.Security.TokenExpired", "Neo.ClientError.Security.Unauthorized"))
	assert.True(t, err.HasCode("Neo.ClientError.Security."))
	assert.False(t, err.HasCode("Neo.ClientError.Security"))
	assert.False(t, err.HasCode())
}

func TestServerErrorIsCompleted(t *testing.T) {
	err := &ServerError{Cause: &ServerError{
		Message:    "deeper",
		Diagnostic: map[string]any{"OPERATION": nil, "OPERATION_CODE": int64(7), "_classification": "TRANSIENT_ERROR", "_idempotent": true},
	}}
	err.complete()
	assert.Equal(t, &ServerError{
		Code:        "Neo.DatabaseError.General.UnknownError",
		Message:     "An unknown error occurred",
		GQLStatus:   "50N42",
		Description: "error: general processing exception - unexpected error. An unknown error occurred",
		Diagnostic:  map[string]any{"OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/"},
		Cause: &ServerError{
			Message:     "deeper",
			GQLStatus:   "50N42",
			Description: "error: general processing exception - unexpected error. deeper",
			Diagnostic: map[string]any{
				"OPERATION": nil, "OPERATION_CODE": int64(7), "CURRENT_SCHEMA": "/", "_classification": "TRANSIENT_ERROR", "_idempotent": true,
			},
		},
	}, err)
	assert.Equal(t, TransientError, err.Cause.Classification())
	assert.True(t, err.Cause.Idempotent())
	assert.Equal(t, UnknownClassification, err.Classification())
	assert.False(t, err.Idempotent())
}

func TestCodesOfOldServersAreRewritten(t *testing.T) {
	for old, want := range map[string]string{
		"Neo.TransientError.Transaction.Terminated":        "Neo.ClientError.Transaction.Terminated",
		"Neo.TransientError.Transaction.LockClientStopped": "Neo.ClientError.Transaction.LockClientStopped",
	} {
		err := &ServerError{Code: old}
		err.complete()
		assert.Equal(t, want, err.Code)
		assert.False(t, err.Retryable())
	}
}

func TestErrorTexts(t *testing.T) {
	cause := errors.New("connection refused")
	for _, c := range []struct {
		err  error
		want string
	}{
		{&ConnectivityError{Op: "dial", Address: "db1:7687", Err: cause}, "bolt: dial db1:7687: connection refused"},
		{&ProtocolError{Op: "handshake", Address: "db1:7687", Reason: "noise"}, "bolt: handshake db1:7687: noise"},
		{&ProtocolError{Op: "decode SUCCESS", Err: cause}, "bolt: decode SUCCESS: connection refused"},
		{&ProtocolError{Reason: "noise", Err: cause}, "bolt: noise: connection refused"},
	} {
		assert.EqualError(t, c.err, c.want)
	}
	assert.True(t, (&ConnectivityError{}).Retryable())
	assert.ErrorIs(t, &ConnectivityError{Err: cause}, cause)
	assert.ErrorIs(t, &ProtocolError{Err: cause}, cause)
}
