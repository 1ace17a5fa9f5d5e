//go:build cgo && (darwin || (linux && (amd64 || arm64)))

package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheEmbeddedDatabaseIsTheDefault(t *testing.T) {
	t.Setenv("NEO4J_URI", "")
	var out, progress bytes.Buffer
	require.NoError(t, run(t.Context(), &out, &progress))

	assert.Contains(t, progress.String(), "(3376/3376)")
	assert.Contains(t, progress.String(), "(5366/5366)")
	lines := strings.Split(out.String(), "\n")
	require.Len(t, lines, 3+30+1+1+1, "head, routes, foot, summary, and the end of its line")
	assert.Regexp(t, `│ Dallas-Fort Worth, TX +│ Honolulu, HI +│ +732 │ +6081 │`, lines[3])
	assert.Regexp(t, `│ Lihue, HI +│ Denver, CO +│ +45 │ +5487 │`, lines[32])
	assert.Contains(t, lines[34], "5366 records from Kuzu/")
}
