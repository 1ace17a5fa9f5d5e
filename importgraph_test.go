package neorx_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const modulePath = "github.com/neorx/neorx"

// The libraries that production code may use, and those that tests may use besides.
const (
	rxgoPath    = "github.com/reactivex/rxgo/v2"
	backoffPath = "github.com/cenkalti/backoff/v4"
)

var testLibraries = []string{"github.com/stretchr/testify", "go.uber.org/goleak", "pgregory.net/rapid"}

// testPackages are our own that tests may use besides what their package may, and besides their
// package seen from outside.
var testPackages = []string{"test/bolttest", "rx/rxtest", "internal/conversation", "internal/doctest"}

// layer says what the production code of one package may import besides the standard library.
type layer struct {
	packages  []string // of this module, relative to its root; the root package is "."
	libraries []string
	tests     []string // packages that only its tests may import besides
	network   bool     // may import net and crypto/tls
}

// layers is the map of the module: imports point one way, from the driver down to the bytes. A new
// package needs a line here.
var layers = map[string]layer{
	"bolt/packstream": {},
	"internal/cause":  {},
	"records":         {packages: []string{"bolt/packstream"}},
	// rx sees backoff in RxGo's signatures, retry runs it.
	"rx":        {packages: []string{"internal/cause"}, libraries: []string{rxgoPath, backoffPath}},
	"rx/rxtest": {packages: []string{"rx"}, libraries: []string{rxgoPath, backoffPath}},
	"retry":     {packages: []string{"rx"}, libraries: []string{backoffPath}},
	"bolt":      {packages: []string{"internal/cause", "records", "bolt/packstream"}, network: true},
	"pool":      {packages: []string{"internal/cause", "bolt", "records", "rx"}, network: true},
	"routing":   {packages: []string{"internal/cause", "pool", "bolt", "records", "rx"}, network: true},
	// session never dials, and it sees RxGo's types only in its signatures (see
	// TestRxGoStaysAtTheEdge).
	"session": {packages: []string{"internal/cause", "routing", "pool", "bolt", "records", "rx", "retry"}, libraries: []string{rxgoPath}},
	".": {
		packages:  []string{"internal/settings", "internal/dial", "internal/login", "internal/topology", "session", "routing", "pool", "bolt", "records", "rx", "retry"},
		libraries: []string{rxgoPath}, tests: []string{"internal/pkcs8"}, network: true,
	},
	// What the driver alone uses.
	"internal/settings":     {packages: []string{"internal/dial", "internal/uri", "internal/login", "routing", "pool", "bolt", "records"}, network: true},
	"internal/dial":         {packages: []string{"internal/cause", "internal/uri", "internal/login", "internal/pkcs8", "routing", "pool", "bolt", "records"}, network: true},
	"internal/topology":     {packages: []string{"routing", "rx"}, tests: []string{"pool"}},
	"internal/login":        {packages: []string{"pool", "bolt", "records"}},
	"internal/uri":          {packages: []string{"pool"}, tests: []string{"bolt"}, network: true},
	"internal/conversation": {packages: []string{"bolt", "records"}, network: true},
	"internal/pkcs8":        {},
	"internal/doctest":      {},
	// for the suites in the nested modules, which its folder lets in
	"internal/boltversion": {packages: []string{"bolt"}},
	// etl is on top of session and rx and below nothing
	"etl/load":      {packages: []string{"session", "bolt", "records", "rx", "retry"}, libraries: []string{rxgoPath}, tests: []string{"."}},
	"test/bolttest": {packages: []string{"bolt", "records", "bolt/packstream"}, network: true},
}

// sourceFile is one parsed file of the module.
type sourceFile struct {
	name string // relative to the module's root, with slashes
	test bool
	tree *ast.File
}

func (f sourceFile) pkg() string { return path.Dir(f.name) }

// imports returns the paths that the file imports.
func (f sourceFile) imports(t *testing.T) []string {
	t.Helper()
	var paths []string
	for _, spec := range f.tree.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		paths = append(paths, imported)
	}
	return paths
}

// TestImportsPointOneWay fails on any import that the map of the module does not show.
func TestImportsPointOneWay(t *testing.T) {
	for _, file := range moduleFiles(t) {
		rules, known := layers[file.pkg()]
		if !assert.True(t, known, "%s: package %q is not on the map of this test", file.name, file.pkg()) {
			continue
		}
		for _, imported := range file.imports(t) {
			assert.True(t, allowed(file, rules, imported), "%s must not import %s", file.name, imported)
		}
	}
}

// TestRxGoStaysAtTheEdge fails where a package other than rx uses RxGo for more than its signatures
// need.
func TestRxGoStaysAtTheEdge(t *testing.T) {
	for _, file := range moduleFiles(t) {
		if file.test || strings.HasPrefix(file.name, "rx/") || !slices.Contains(file.imports(t), rxgoPath) {
			continue
		}
		ast.Inspect(file.tree, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := selector.X.(*ast.Ident); ok && x.Name == "rxgo" {
				assert.Contains(t, []string{"Option", "Observable"}, selector.Sel.Name, "%s: rxgo.%s belongs in rx", file.name, selector.Sel.Name)
			}
			return true
		})
	}
}

func allowed(file sourceFile, rules layer, imported string) bool {
	inside, isOurs := strings.CutPrefix(imported, modulePath)
	switch {
	case isOurs:
		inside = strings.TrimPrefix(inside, "/")
		if inside == "" {
			inside = "."
		}
		return slices.Contains(rules.packages, inside) || file.test && (inside == file.pkg() || slices.Contains(slices.Concat(testPackages, rules.tests), inside))
	case imported == "net" || imported == "crypto/tls":
		return rules.network || file.test
	case !strings.Contains(strings.Split(imported, "/")[0], "."):
		return true // the standard library
	default:
		return slices.Contains(rules.libraries, imported) || file.test && isTestLibrary(imported)
	}
}

func isTestLibrary(imported string) bool {
	return imported == rxgoPath || imported == backoffPath || slices.ContainsFunc(testLibraries, func(library string) bool {
		return imported == library || strings.HasPrefix(imported, library+"/")
	})
}

// moduleFiles parses every Go file of the main module; nested modules have their own rules.
func moduleFiles(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipForeign(name, entry)
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		files = append(files, sourceFile{name: filepath.ToSlash(name), test: strings.HasSuffix(name, "_test.go"), tree: tree})
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// skipForeign leaves out what the go command leaves out, and nested modules.
func skipForeign(name string, entry fs.DirEntry) error {
	if name == "." {
		return nil
	}
	if strings.HasPrefix(entry.Name(), ".") || strings.HasPrefix(entry.Name(), "_") || entry.Name() == "testdata" {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
		return filepath.SkipDir
	}
	return nil
}

// TestTheMapPointsOneWay shows that the map itself has no circle: every package that may be
// imported is below its importer.
func TestTheMapPointsOneWay(t *testing.T) {
	var below func(pkg string, seen []string)
	below = func(pkg string, seen []string) {
		require.NotContains(t, seen, pkg, "a circle: %v", seen)
		rules, known := layers[pkg]
		require.True(t, known, pkg)
		for _, next := range rules.packages {
			below(next, append(slices.Clip(seen), pkg))
		}
	}
	for pkg := range layers {
		below(pkg, nil)
	}
}

func TestWhatTheMapForbids(t *testing.T) {
	cases := map[string]struct {
		file, imported string
		want           bool
	}{
		"downwards":                        {"session/query.go", modulePath + "/pool", true},
		"upwards":                          {"pool/pool.go", modulePath + "/session", false},
		"the root from below":              {"rx/stream.go", modulePath, false},
		"sideways":                         {"retry/retry.go", modulePath + "/bolt", false},
		"around the neighbor":              {"pool/pool.go", modulePath + "/bolt/packstream", false},
		"the network in the session":       {"session/query.go", "net", false},
		"the network in bolt":              {"bolt/conn.go", "net", true},
		"net/url everywhere":               {"session/query.go", "net/url", true},
		"RxGo outside rx":                  {"pool/pool.go", rxgoPath, false},
		"a test library in production":     {"pool/pool.go", "go.uber.org/goleak", false},
		"a test library in a test":         {"pool/pool_test.go", "go.uber.org/goleak", true},
		"a package's own API test":         {"pool/pool_test.go", modulePath + "/pool", true},
		"the test server in a test":        {"session/query_test.go", modulePath + "/test/bolttest", true},
		"the test server in production":    {"session/query.go", modulePath + "/test/bolttest", false},
		"an unknown library":               {"records/value.go", "github.com/google/uuid", false},
		"the root sees the session":        {"driver.go", modulePath + "/session", true},
		"the root sees the settings":       {"driver.go", modulePath + "/internal/settings", true},
		"dialing below the settings":       {"internal/dial/connector.go", modulePath + "/internal/settings", false},
		"dialing outside the driver":       {"session/query.go", modulePath + "/internal/dial", false},
		"the root does not see the codec":  {"driver.go", modulePath + "/bolt/packstream", false},
		"the test server speaks in tokens": {"test/bolttest/server.go", modulePath + "/bolt/packstream", true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			file := sourceFile{name: test.file, test: strings.HasSuffix(test.file, "_test.go")}
			assert.Equal(t, test.want, allowed(file, layers[file.pkg()], test.imported))
		})
	}
}
