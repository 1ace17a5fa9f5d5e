package plan

import (
	"context"
	"strconv"

	"github.com/neorx/neorx/test/bench/blaster"
	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// Measure measures a point once: a server in one process, the subject in another.
func (p Point) Measure(ctx context.Context, env Environment) (work.Sample, error) {
	server, err := child.StartServer(ctx, blaster.Config{Shape: p.Shape, RecvTimeout: p.Condition == Timeout, Latency: p.Latency})
	if err != nil {
		return work.Sample{}, err
	}
	defer server.Close()
	return run(ctx, work.StreamRole, work.Streaming{
		Target:   subject.Target{URI: server.URI, Fetch: p.Fetch},
		Subject:  p.Subject,
		WarmUp:   strconv.FormatInt(warmUp(p.Rows()), 10),
		Query:    strconv.FormatInt(p.Rows(), 10),
		Rows:     p.Rows(),
		Deadline: p.Condition == Deadline,
		Profile:  env.profile(p),
	})
}

// Official is what the official driver does in the same place.
func (p Point) Official() Measurement {
	p.Subject = subject.Official
	return p
}

func warmUp(rows int64) int64 { return min(rows/10, 3000) }

func run(ctx context.Context, role string, job any) (s work.Sample, err error) {
	err = child.Run(ctx, role, job, &s)
	return s, err
}
