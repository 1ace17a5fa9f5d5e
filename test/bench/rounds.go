package main

import (
	"context"
	"fmt"
	"os"
	"regexp"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/stats"
)

// only returns the measurements whose names fit.
func only(all []plan.Measurement, names *regexp.Regexp) (kept []plan.Measurement) {
	for _, m := range all {
		if names.MatchString(m.String()) {
			kept = append(kept, m)
		}
	}
	return kept
}

// measure measures everything in turn, again and again, so that what the machine does beside it meets all of them.
func measure(ctx context.Context, rounds int, all []plan.Measurement, env plan.Environment, found stats.Results) error {
	if len(all) == 0 {
		return nil
	}
	for round := range rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d of %d measurements\n", round+1, rounds, len(all))
		for _, m := range all {
			s, err := m.Measure(ctx, env)
			if err != nil {
				return fmt.Errorf("%s: %w", m, err)
			}
			found[m] = append(found[m], s)
		}
	}
	return nil
}
