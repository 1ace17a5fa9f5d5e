package neorx

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEverySessionNameIsHere shows that programs need not import package session: every name is
// here too, but for those with which this package builds the driver.
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

// TestAliasesLinkTheirMethods shows that every name that is an alias says what it is for, and links
// each method of the type that it stands for: go doc and pkg.go.dev show no methods of an alias. A
// link leads to something that exists.
func TestAliasesLinkTheirMethods(t *testing.T) {
	declared := map[string]*aliased{}
	count := 0
	for name, alias := range aliases(t) {
		assert.True(t, strings.HasPrefix(alias.comment, name+" "), "the comment of %s begins with the name", name)
		if declared[alias.folder] == nil {
			declared[alias.folder] = readPackage(t, alias.folder)
		}
		of := declared[alias.folder]
		for _, method := range of.methods[alias.typeName] {
			link := path.Base(alias.folder) + "." + alias.typeName + "." + method
			assert.Contains(t, alias.comment, "["+link+"]", "the comment of %s links its method", name)
			count++
		}
	}
	assert.Greater(t, count, 100, "the methods are found")
}

// TestLinksLeadSomewhere looks up the links in the comments of the root that lead to other
// packages: [pkg.Name] and [pkg.Type.Method].
func TestLinksLeadSomewhere(t *testing.T) {
	packages := map[string]*aliased{}
	for _, folder := range []string{"session", "records", "rx", "bolt", "pool", "routing", "internal/dial", "internal/topology"} {
		packages[path.Base(folder)] = readPackage(t, folder)
	}
	link := regexp.MustCompile(`\[\*?(\w+)\.([A-Z]\w*)(?:\.([A-Z]\w*))?\]`)
	found := 0
	for name, tree := range rootFiles(t) {
		for _, group := range tree.Comments {
			for _, m := range link.FindAllStringSubmatch(group.Text(), -1) {
				of, ours := packages[m[1]]
				if !ours {
					continue
				}
				found++
				if m[3] == "" {
					assert.True(t, of.names[m[2]], "%s: %s leads nowhere", name, m[0])
				} else {
					assert.Contains(t, of.methods[m[2]], m[3], "%s: %s leads nowhere", name, m[0])
				}
			}
		}
	}
	assert.Greater(t, found, 100, "the links are found")
}

// alias is a name of the root that stands for a type of another package.
type alias struct{ comment, folder, typeName string }

// aliases returns the aliases of the root by their names.
func aliases(t *testing.T) map[string]alias {
	t.Helper()
	found := map[string]alias{}
	for _, tree := range rootFiles(t) {
		for _, declaration := range tree.Decls {
			group, ok := declaration.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range group.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok && spec.Assign.IsValid() && spec.Name.IsExported() {
					found[spec.Name.Name] = aliasOf(t, tree, group, spec)
				}
			}
		}
	}
	require.NotEmpty(t, found)
	return found
}

func aliasOf(t *testing.T, tree *ast.File, group *ast.GenDecl, spec *ast.TypeSpec) alias {
	t.Helper()
	comment := spec.Doc
	if comment == nil {
		comment = group.Doc
	}
	target := withoutParameters(spec.Type)
	selector, ok := target.(*ast.SelectorExpr)
	require.True(t, ok, "%s is an alias of a type of another package", spec.Name)
	return alias{comment.Text(), folderOf(t, tree, selector.X.(*ast.Ident).Name), selector.Sel.Name}
}

// folderOf returns the folder of the package that a file imports by this name.
func folderOf(t *testing.T, tree *ast.File, name string) string {
	t.Helper()
	for _, spec := range tree.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		if path.Base(imported) == name {
			return strings.TrimPrefix(imported, "github.com/neorx/neorx/")
		}
	}
	t.Fatalf("no import is called %s", name)
	return ""
}

// aliased is what a package declares: its exported names, and the exported methods of its types.
type aliased struct {
	names   map[string]bool
	methods map[string][]string
}

func readPackage(t *testing.T, folder string) *aliased {
	t.Helper()
	p := &aliased{exported(t, folder), map[string][]string{}}
	for _, tree := range parsed(t, folder) {
		for _, declaration := range tree.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				if d.Recv != nil && d.Name.IsExported() {
					name := receiver(d)
					p.methods[name] = append(p.methods[name], d.Name.Name)
				}
			case *ast.GenDecl:
				p.addInterfaces(d)
			}
		}
	}
	return p
}

// receiver returns the name of the type that a method belongs to.
func receiver(d *ast.FuncDecl) string {
	of := d.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	if name, ok := withoutParameters(of).(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// withoutParameters returns the name of a generic type.
func withoutParameters(of ast.Expr) ast.Expr {
	switch generic := of.(type) {
	case *ast.IndexExpr:
		return generic.X
	case *ast.IndexListExpr:
		return generic.X
	}
	return of
}

func (p *aliased) addInterfaces(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		spec, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		if of, ok := spec.Type.(*ast.InterfaceType); ok {
			for _, method := range of.Methods.List {
				for _, name := range slices.DeleteFunc(method.Names, func(n *ast.Ident) bool { return !n.IsExported() }) {
					p.methods[spec.Name.Name] = append(p.methods[spec.Name.Name], name.Name)
				}
			}
		}
	}
}

// rootFiles returns the files of the root by their names, parsed.
func rootFiles(t *testing.T) map[string]*ast.File { return parsed(t, ".") }

// parsed returns the files of a folder by their names, without tests.
func parsed(t *testing.T, folder string) map[string]*ast.File {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	require.NoError(t, err)
	trees := map[string]*ast.File{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
		require.NoError(t, err)
		trees[file] = tree
	}
	return trees
}

// exported returns the names that the package in a folder exports, methods apart.
func exported(t *testing.T, folder string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, tree := range parsed(t, folder) {
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
