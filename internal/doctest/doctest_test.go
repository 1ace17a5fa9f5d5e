package doctest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recorder is a test that notes whether it has failed.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()               {}
func (r *recorder) Errorf(string, ...any) { r.failed = true }

func TestSnippets(t *testing.T) {
	const source = "package x\n\nfunc f() {\n\tif a {\n\t\tb()\n\t}\n}\n"
	cases := map[string]struct {
		page   string
		failed bool
	}{
		"a part of the code":          {"text\n```go\nif a {\n\tb()\n}\n```\n", false},
		"a part, and something else":  {"```go\nb()\n```\n```go\nc()\n```\n", true},
		"another language is no code": {"```go\nb()\n```\n```sh\nc\n```\n", false},
		"no snippet":                  {"text\n", true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			page, code := filepath.Join(dir, "page.md"), filepath.Join(dir, "code.go")
			require.NoError(t, os.WriteFile(page, []byte(test.page), 0o600))
			require.NoError(t, os.WriteFile(code, []byte(source), 0o600))
			r := &recorder{TB: t}
			Snippets(r, page, code)
			assert.Equal(t, test.failed, r.failed)
		})
	}
}
