package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/report"
	"github.com/neorx/neorx/test/bench/stats"
	"github.com/neorx/neorx/test/bench/usage"
	"github.com/neorx/neorx/test/bench/work"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// even is a report of a run in which everything took the same.
func even() *report.Report {
	r := &report.Report{Results: stats.Results{}, Rounds: 1}
	for _, m := range append(plan.Synthetic(), plan.Real()...) {
		r.Results[m] = []work.Sample{{Cost: usage.Cost{Elapsed: time.Second, CPU: time.Second, Allocs: 1000}, Items: 1000, P99: time.Second}}
	}
	return r
}

func TestTargetsTellWhatIsMissed(t *testing.T) {
	table := even().Targets()
	for _, want := range []string{
		"| `Stream()`, int, plain: a record | 1.00 ms | 1.00 ms | 1.00 (1.00–1.00) | 1.00 | ≥ 6 × | no |",
		"| `Stream()`, mixed, n = all, against the floor decoder: a record | 1.00 ms | 1.00 ms | 1.00 (1.00–1.00) | 1.00 | ≤ 1.4 × | yes |",
		"| `Stream()`, node: allocations a record | 1.0 | 1.0 | 1.0 |  | ≤ 1.1 | yes |",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("%s is not in the table:\n%s", want, table)
		}
	}
	if strings.Contains(table, "idle connection") {
		t.Error("the table has what was not measured")
	}
}

func TestWriteWritesTablesAndPlots(t *testing.T) {
	folder := t.TempDir()
	if err := even().Write(folder, plan.Synthetic(), plan.Real()); err != nil {
		t.Fatal(err)
	}
	for file, head := range map[string]string{"results.md": "# Results", "conditions.png": "\x89PNG", "conditions.svg": "<?xml", "queries.svg": "<?xml"} {
		got, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil || !bytes.HasPrefix(got, []byte(head)) {
			t.Errorf("%s: %v, %.20q", file, err, got)
		}
	}
}
