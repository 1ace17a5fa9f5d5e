package doctest_test

import (
	"testing"

	"github.com/neorx/neorx/internal/doctest"
)

func ExampleSnippets() {
	_ = func(t *testing.T) { doctest.Snippets(t, "../docs/streams.md", "docs_test.go") }
}
