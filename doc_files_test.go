package neorx_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mostRootFiles is how many files the root may have beside its tests: each is something that a user
// knows.
const mostRootFiles = 15

// TestRootFilesPointOneWay fails where files of the root need each other, directly or around
// others: what a file uses is below it.
func TestRootFilesPointOneWay(t *testing.T) {
	uses := usesBetweenFiles(t)
	assert.LessOrEqual(t, len(uses), mostRootFiles, "files in the root: %v", slices.Sorted(maps.Keys(uses)))
	for _, circle := range circles(uses) {
		assert.Fail(t, "a circle", "%v", circle)
	}
}

func TestCirclesAreFound(t *testing.T) {
	uses := map[string][]string{"a": {"b", "d"}, "b": {"c"}, "c": {"a"}, "d": {"e"}, "e": nil}
	assert.Equal(t, [][]string{{"a", "b", "c", "a"}}, circles(uses))
	assert.Empty(t, circles(map[string][]string{"a": {"b", "c"}, "b": {"c"}, "c": nil}))
}

// usesBetweenFiles returns, for each file of the root, the files whose names it uses. Names of
// other packages do not matter here, so they need not be found.
func usesBetweenFiles(t *testing.T) map[string][]string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	set, uses := token.NewFileSet(), map[string][]string{}
	var trees []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		trees, uses[name] = append(trees, tree), nil
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: empty{}, Error: func(error) {}}
	pkg, _ := config.Check(modulePath, set, trees, info) // its error is that the packages are empty
	for ident, object := range info.Uses {
		from, to := set.Position(ident.Pos()).Filename, set.Position(object.Pos()).Filename
		if object.Pkg() == pkg && from != to && !slices.Contains(uses[from], to) {
			uses[from] = append(uses[from], to)
		}
	}
	require.Contains(t, uses["verify.go"], "driver.go", "uses are found")
	return uses
}

// empty imports packages without anything in them.
type empty struct{}

var _ types.Importer = empty{}

func (empty) Import(name string) (*types.Package, error) {
	if name == "unsafe" {
		return types.Unsafe, nil
	}
	pkg := types.NewPackage(name, path.Base(name))
	pkg.MarkComplete()
	return pkg, nil
}

// circles returns each way that leads from a file back to it, once.
func circles(uses map[string][]string) (found [][]string) {
	done := map[string]bool{}
	var visit func(file string, way []string)
	visit = func(file string, way []string) {
		if i := slices.Index(way, file); i >= 0 {
			found = append(found, append(slices.Clone(way[i:]), file))
			return
		}
		if done[file] {
			return
		}
		for _, next := range slices.Sorted(slices.Values(uses[file])) {
			visit(next, append(slices.Clip(way), file))
		}
		done[file] = true
	}
	for _, file := range slices.Sorted(maps.Keys(uses)) {
		visit(file, nil)
	}
	return found
}

// TestTestFilesAreNamedAfterSources shows that the tests of a file of the root, or of a package for
// the driver alone, are beside it: x.go has x_test.go, x_anything_test.go and example_x_test.go.
func TestTestFilesAreNamedAfterSources(t *testing.T) {
	general := []string{"main_test.go", "example_test.go", "export_test.go", "importgraph_test.go"}
	folders, err := filepath.Glob("internal/*")
	require.NoError(t, err)
	for _, folder := range append(folders, ".") {
		tests, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		require.NoError(t, err)
		for _, test := range tests {
			if name := filepath.Base(test); !slices.Contains(general, name) {
				assert.True(t, namedAfterSource(t, folder, name), "%s is named after no file beside it", test)
			}
		}
	}
}

// namedAfterSource reports whether a test is named after a file of its folder, or after the
// package.
func namedAfterSource(t *testing.T, folder, test string) bool {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	subject := strings.TrimPrefix(strings.TrimSuffix(test, "_test.go"), "example_")
	return subject == filepath.Base(folder) || slices.ContainsFunc(sources, func(source string) bool {
		name := strings.TrimSuffix(filepath.Base(source), ".go")
		return !strings.HasSuffix(name, "_test") && (subject == name || strings.HasPrefix(subject, name+"_"))
	})
}
