package report

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/neorx/neorx/test/bench/plan"
)

// Write writes the tables and the plots into a folder.
func (r *Report) Write(folder string, synthetic, real []plan.Measurement) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "results.md"), []byte(r.markdown(synthetic, real)), 0o644); err != nil {
		return err
	}
	return r.Plots(folder)
}

func (r *Report) markdown(synthetic, real []plan.Measurement) string {
	m := r.Machine
	return fmt.Sprintf(`# Results

Written by %[1]sgo run ./test/bench%[1]s; do not edit. [How it was measured, and what the figures mean](../performance.md).

%[2]s, %[3]d cores, %[4]s, Go %[5]s, load average %[14]s; official driver %[6]s; Neo4j %[7]s on the same machine; %[8]d rounds, medians.

## What was promised

%[9]s
## At rest

%[10]s
## Records of the synthetic server

"× official" is how many times the official driver takes as much.

%[11]s
## Records, rows and connections of a real Neo4j

%[12]s
## Small queries: to a real Neo4j, and one caller of the synthetic server

%[13]s`, "`", m.Processor, m.Cores, m.System, m.Go, m.Official, m.Neo4j, r.Rounds,
		r.Targets(), r.AtRest(), r.Streams(synthetic), r.Streams(real), r.Queries(slices.Concat(real, synthetic)), m.Load)
}
