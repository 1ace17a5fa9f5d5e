package demand

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/neorx/neorx/test/bench/blaster"
	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// program is this one, or the one to compare with.
type program struct{ name, path string }

// programs are all there are.
func (r *run) programs() []program {
	if r.Before == "" {
		return []program{{"now", ""}}
	}
	return []program{{"before", r.Before}, {"now", ""}}
}

// latency reads two million integers from the synthetic server, near and far.
func (r *run) latency() error {
	r.printf("Two million records of one integer from the synthetic server, which is that far away; " +
		"medians of records a second.\n\n" +
		"| round trip | | records/s | of those without |\n| --- | --- | ---: | ---: |\n")
	near := map[program]float64{}
	for _, latency := range []time.Duration{0, time.Millisecond, 40 * time.Millisecond} {
		found, err := r.alternate(r.often(7, 3), func(p program) (float64, error) { return r.fromAfar(p, latency) })
		if err != nil {
			return err
		}
		for _, p := range r.programs() {
			if latency == 0 {
				near[p] = found[p]
			}
			r.printf("| %v | %s | %.0f | %.2f |\n", latency, p.name, found[p], found[p]/near[p])
		}
	}
	return nil
}

// alternate measures all programs in turn, and returns the medians.
func (r *run) alternate(rounds int, measure func(p program) (float64, error)) (map[program]float64, error) {
	all := map[program][]float64{}
	for range rounds {
		for _, p := range r.programs() {
			v, err := measure(p)
			if err != nil {
				return nil, err
			}
			all[p] = append(all[p], v)
		}
	}
	medians := map[program]float64{}
	for p, values := range all {
		slices.Sort(values)
		medians[p] = values[len(values)/2]
	}
	return medians, nil
}

func (r *run) fromAfar(p program, latency time.Duration) (float64, error) {
	const rows = 2_000_000
	server, err := child.StartServer(r.ctx, blaster.Config{Shape: "int", Latency: latency})
	if err != nil {
		return 0, err
	}
	defer server.Close()
	return r.read(p, work.Streaming{
		Target: subject.Target{URI: server.URI}, Subject: subject.Stream,
		WarmUp: "3000", Query: strconv.Itoa(rows), Rows: rows,
	})
}

// read returns how many records a second came.
func (r *run) read(p program, job work.Streaming) (float64, error) {
	var s work.Sample
	if err := child.RunIn(r.ctx, p.path, work.StreamRole, job, &s); err != nil {
		return 0, err
	}
	return s.PerSecond(), nil
}

// The rows fit the struct of the face As[T].
const (
	mixedRows = "UNWIND range(1, %d) AS n " +
		"RETURN n AS id, toString(n) AS name, toFloat(n) AS score, n %% 2 = 0 AS active, 'tag' AS tag"
	mixedWarm = 3000
)

// rows reads a long result in each of four faces.
func (r *run) rows() error {
	rows := r.often(5_000_000, 500_000)
	r.printf("Five mixed columns, %d records; medians of records a second.\n\n| server | face |", rows)
	for _, p := range r.programs() {
		r.printf(" %s |", p.name)
	}
	r.printf(" ratio |\n| --- | --- |%s ---: |\n", dashes(len(r.programs())))
	for _, server := range []string{"synthetic", "Neo4j"} {
		for _, face := range []string{subject.Stream, subject.Records, subject.Batches, subject.Structs} {
			rounds := r.often(5, 2)
			if server == "Neo4j" {
				rounds = r.often(3, 1)
			}
			found, err := r.alternate(rounds, func(p program) (float64, error) { return r.face(p, server, face, rows) })
			if err != nil {
				return err
			}
			r.printf("| %s | %s |", server, face)
			for _, p := range r.programs() {
				r.printf(" %.0f |", found[p])
			}
			all := r.programs()
			r.printf(" %.2f |\n", found[all[len(all)-1]]/found[all[0]])
		}
	}
	return nil
}

func dashes(n int) (s string) {
	for range n {
		s += " ---: |"
	}
	return s
}

func (r *run) face(p program, server, face string, rows int) (float64, error) {
	job := work.Streaming{Subject: face, Rows: int64(rows)}
	if server == "Neo4j" {
		job.Target, job.WarmUp, job.Query = r.Neo4j, fmt.Sprintf(mixedRows, mixedWarm), fmt.Sprintf(mixedRows, rows)
		return r.read(p, job)
	}
	s, err := child.StartServer(r.ctx, blaster.Config{Shape: "mixed"})
	if err != nil {
		return 0, err
	}
	defer s.Close()
	job.Target, job.WarmUp, job.Query = subject.Target{URI: s.URI}, strconv.Itoa(mixedWarm), strconv.Itoa(rows)
	return r.read(p, job)
}
