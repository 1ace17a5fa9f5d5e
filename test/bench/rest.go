package main

import (
	"context"
	"fmt"
	"os"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/report"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// atRest finds what has no rounds, because it is no time.
func atRest(ctx context.Context, r *report.Report) error {
	fmt.Fprintln(os.Stderr, "what is kept at rest")
	r.Rest, r.Held, r.Size = map[string]work.AtRest{}, map[string]work.Held{}, map[string]int64{}
	for _, who := range []string{subject.Official, subject.Neorx} {
		var err error
		if r.Rest[who], err = plan.AtRest(ctx, who); err != nil {
			return err
		}
		if r.Held[who], err = plan.Slow(ctx, who); err != nil {
			return err
		}
		if r.Size[who], err = plan.BinarySize(ctx, who); err != nil {
			return err
		}
	}
	return nil
}
