package plan

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// Measurement is one thing to measure. All of them are comparable, so that a report can look up what it wants to compare.
type Measurement interface {
	// String names it, for people and for -only.
	String() string
	// Official is the same for the official driver.
	Official() Measurement
	// Measure measures it once.
	Measure(ctx context.Context, env Environment) (work.Sample, error)
}

// Environment is what measurements need beside themselves.
type Environment struct {
	// Neo4j is a real server, for those that need one.
	Neo4j subject.Target
	// Profiles is a folder for a processor profile of each; empty: none.
	Profiles string
}

func (e Environment) profile(m Measurement) string {
	if e.Profiles == "" {
		return ""
	}
	return filepath.Join(e.Profiles, strings.NewReplacer("/", ",", " ", "-").Replace(m.String())+".prof")
}
