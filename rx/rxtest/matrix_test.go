package rxtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMatrix(t *testing.T) {
	var ledgers []*Ledger
	Matrix(t, func(*testing.T) Source {
		ledgers = append(ledgers, NewLedger())
		return ledgers[len(ledgers)-1]
	})
	idle := 0
	for row := range slices.Chunk(ledgers, len(exits())) { // not each exit: a sampler can end before its source begins
		if !slices.ContainsFunc(row, func(l *Ledger) bool { return l.Runs() > 0 }) {
			idle++
		}
	}
	assert.Equal(t, 1, idle, "rows that do not run the source: Connect only, which waits for nothing that is not published")
}

func ledger(*testing.T) Source { return NewLedger() }

// TestMatrixIsComplete reads the source of rx: an operator that is not in the matrix fails the
// test.
func TestMatrixIsComplete(t *testing.T) {
	sources := map[string]bool{"Call": true, "Empty": true, "Fail": true, "FromChan": true, "FromSlice": true, "Just": true} // nothing is upstream of them
	names, err := filepath.Glob("../*.go")
	require.NoError(t, err)
	uses := typedUses(false, false)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() || sources[f.Name.Name] || !concernsStreams(f) {
				continue
			}
			assert.Contains(t, uses, f.Name.Name)
		}
	}
}

// concernsStreams says whether a function is a method of Stream, or has one as parameter or result.
func concernsStreams(f *ast.FuncDecl) bool {
	found := false
	look := func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == "Stream"
		return true
	}
	if f.Recv != nil {
		ast.Inspect(f.Recv, look)
		return found
	}
	ast.Inspect(f.Type, look)
	return found && f.Name.Name != "Observable"
}
