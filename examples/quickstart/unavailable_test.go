//go:build !cgo || !(darwin || (linux && (amd64 || arm64)))

package main

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWithoutTheEmbeddedDatabaseItSaysWhatToSet(t *testing.T) {
	t.Setenv("NEO4J_URI", "")
	require.ErrorContains(t, run(t.Context(), io.Discard, io.Discard), "set NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD")
}
