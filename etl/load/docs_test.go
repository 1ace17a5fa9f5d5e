package load_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSnippetsOfTheDocsAreThisCode compares docs/load.md with the examples: every snippet is
// compiled as it is printed.
func TestSnippetsOfTheDocsAreThisCode(t *testing.T) {
	page, err := os.ReadFile("../../docs/load.md")
	require.NoError(t, err)
	source, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	snippets := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	require.NotEmpty(t, snippets)
	for _, s := range snippets {
		assert.Contains(t, dedented(string(source)), dedented(s[1]))
	}
}

func dedented(s string) string { return regexp.MustCompile(`(?m)^\t+`).ReplaceAllString(s, "") }
