package neorx

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEverySessionNameIsHere shows that programs need not import package session: every name is here too, but for those with which this package
// builds the driver.
func TestEverySessionNameIsHere(t *testing.T) {
	here := exported(t, ".")
	renamed := map[string]string{"ErrClosed": "ErrSessionClosed"}
	for name := range exported(t, "session") {
		switch name {
		case "Engine", "Router":
			continue
		}
		if other, ok := renamed[name]; ok {
			name = other
		}
		assert.True(t, here[name], "session.%s has no alias", name)
	}
}

// exported returns the names that the package in a folder exports, methods apart.
func exported(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	names := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		tree, err := parser.ParseFile(token.NewFileSet(), file, source, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, declaration := range tree.Decls {
			for _, name := range declared(declaration) {
				if name.IsExported() {
					names[name.Name] = true
				}
			}
		}
	}
	return names
}

// declared returns the names that a declaration introduces in its package.
func declared(declaration ast.Decl) []*ast.Ident {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var names []*ast.Ident
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name)
			case *ast.ValueSpec:
				names = append(names, s.Names...)
			}
		}
		return names
	}
	return nil
}
