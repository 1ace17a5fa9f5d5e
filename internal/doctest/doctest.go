// Package doctest compares the snippets of a document with code that is compiled and tested, so
// that a document shows nothing that does not work. It is for tests alone, and imports nothing of
// the module.
package doctest

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	snippet = regexp.MustCompile("(?s)```go\n(.*?)```")
	indent  = regexp.MustCompile(`(?m)^\t+`)
)

// Snippets fails the test unless every Go snippet of a Markdown page is a part of the source file,
// indentation apart. A page without a snippet fails too.
func Snippets(t testing.TB, page, source string) {
	t.Helper()
	code := indent.ReplaceAllString(read(t, source), "")
	snippets := snippet.FindAllStringSubmatch(read(t, page), -1)
	if len(snippets) == 0 {
		t.Errorf("%s has no Go snippet", page)
	}
	for _, s := range snippets {
		if !strings.Contains(code, indent.ReplaceAllString(s[1], "")) {
			t.Errorf("%s has a snippet that is not in %s:\n%s", page, source, s[1])
		}
	}
}

func read(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
