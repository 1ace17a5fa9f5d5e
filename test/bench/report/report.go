// Package report makes tables and plots of what was measured.
package report

import (
	"github.com/neorx/neorx/test/bench/stats"
	"github.com/neorx/neorx/test/bench/work"
)

// Report is everything that a run has found.
type Report struct {
	stats.Results
	Rounds  int
	Machine Machine
	Rest    map[string]work.AtRest // by subject
	Held    map[string]work.Held   // by subject
	Size    map[string]int64       // of a binary, by subject
}
