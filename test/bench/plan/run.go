package plan

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/neorx/neorx/test/bench/blaster"
	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// Measure measures a point once: a server in one process, the subject in another. It writes a processor profile of the subject into a folder, if that
// is not empty.
func (p Point) Measure(ctx context.Context, profiles string) (work.Sample, error) {
	server, err := child.StartServer(ctx, blaster.Config{Shape: p.Shape, RecvTimeout: p.Condition == Timeout, Latency: p.Latency})
	if err != nil {
		return work.Sample{}, err
	}
	defer server.Close()
	job := work.Streaming{
		Target:   subject.Target{URI: server.URI, Fetch: p.Fetch},
		Subject:  p.Subject,
		WarmUp:   strconv.FormatInt(warmUp(p.Rows()), 10),
		Query:    strconv.FormatInt(p.Rows(), 10),
		Rows:     p.Rows(),
		Deadline: p.Condition == Deadline,
	}
	if profiles != "" {
		job.Profile = filepath.Join(profiles, strings.ReplaceAll(p.String(), "/", ",")+".prof")
	}
	var s work.Sample
	err = child.Run(ctx, work.StreamRole, job, &s)
	return s, err
}

func warmUp(rows int64) int64 { return min(rows/10, 3000) }
