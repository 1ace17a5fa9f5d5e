package neorx_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFilesOfTheDesignExist looks up the files and folders that docs/DESIGN.md names, between
// backticks and relative to the root.
func TestFilesOfTheDesignExist(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("docs", "DESIGN.md"))
	require.NoError(t, err)
	named := regexp.MustCompile("`([\\w./-]+(?:\\.(?:go|md|txt|yml)|/))`").FindAllStringSubmatch(string(page), -1)
	assert.Greater(t, len(named), 100, "the names are found")
	for _, name := range named {
		_, err := os.Stat(filepath.FromSlash(name[1]))
		assert.NoError(t, err, "docs/DESIGN.md names what does not exist")
	}
}
