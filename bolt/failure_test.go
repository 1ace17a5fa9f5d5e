package bolt

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
)

func failureRoundTrip(t *testing.T, v Version, err *ServerError) *ServerError {
	t.Helper()
	caps := v.Capabilities(false)
	body, appendErr := (&Failure{err}).Append(nil, &caps)
	require.NoError(t, appendErr)
	r := packstream.NewReader(body)
	tag, fields := r.Struct()
	assert.Equal(t, TagFailure, tag)
	assert.Equal(t, 1, fields)
	var got Failure
	require.NoError(t, got.Decode(&r, &caps))
	assert.Zero(t, r.Len())
	return got.Err
}

var syntaxError = &ServerError{
	Code: "Neo.ClientError.Statement.SyntaxError", Message: "Invalid input", GQLStatus: "42001", Description: "error: syntax error",
	Diagnostic: map[string]any{
		"OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/", "_classification": "CLIENT_ERROR",
		"_position": map[string]any{"offset": int64(0), "line": int64(1), "column": int64(1)},
	},
	Cause: &ServerError{
		Message: "'X' expected: 'MATCH'", GQLStatus: "42I06", Description: "error: invalid input",
		Diagnostic: map[string]any{"OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/"},
	},
}

func TestFailureWithGQLStatus(t *testing.T) {
	assert.Equal(t, syntaxError, failureRoundTrip(t, Version{5, 7}, syntaxError))
}

func TestFailureWithoutGQLStatus(t *testing.T) {
	got := failureRoundTrip(t, Version{5, 6}, syntaxError)
	assert.Equal(t, &ServerError{
		Code: "Neo.ClientError.Statement.SyntaxError", Message: "Invalid input", GQLStatus: "50N42",
		Description: "error: general processing exception - unexpected error. Invalid input",
		Diagnostic:  map[string]any{"OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/"},
	}, got)
}

func TestFailureNamesItsCode(t *testing.T) {
	for version, key := range map[Version]string{{5, 6}: "\x84code", {5, 7}: "\x8Aneo4j_code"} {
		caps := version.Capabilities(false)
		body, err := (&Failure{syntaxError}).Append(nil, &caps)
		require.NoError(t, err)
		assert.True(t, bytes.Contains(body, []byte(key)), version)
	}
}

func TestFailureWithoutAnything(t *testing.T) {
	caps := Version{5, 7}.Capabilities(false)
	r := packstream.NewReader([]byte{0xA0})
	var got Failure
	require.NoError(t, got.Decode(&r, &caps))
	assert.Equal(t, "Neo.DatabaseError.General.UnknownError", got.Err.Code)
	assert.EqualError(t, got.Err, "neo4j: Neo.DatabaseError.General.UnknownError: An unknown error occurred")
}

func TestFailureOfHostileDepth(t *testing.T) {
	caps := Version{5, 7}.Capabilities(false)
	body := bytes.Repeat([]byte("\xA1\x85cause"), 100_000)
	r := packstream.NewReader(append(body, 0xA0))
	var got Failure
	var protocol *ProtocolError
	require.ErrorAs(t, got.Decode(&r, &caps), &protocol)
	assert.ErrorContains(t, protocol, "causes nested too deep")
}

// Causes within causes each announce as many entries as there are bytes behind them. What is wrong with the innermost ends them all: were each to be
// walked through, this would take minutes.
func TestFailureOfHostileSizes(t *testing.T) {
	const behind = 128 << 20
	caps := Version{5, 7}.Capabilities(false)
	var body []byte
	for range 900 {
		body = packstream.AppendString(packstream.AppendMap(body, behind/2), "cause")
	}
	body = append(body, 0xC4)                 // reserved
	message := make([]byte, len(body)+behind) // of which nobody touches more than the beginning
	copy(message, body)
	r := packstream.NewReader(message)
	var got Failure
	require.ErrorContains(t, got.Decode(&r, &caps), "reserved marker C4")
}
