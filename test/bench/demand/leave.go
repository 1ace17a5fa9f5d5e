package demand

import (
	"fmt"
	"time"

	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

const manyRows = "UNWIND range(1, 1000000) AS n RETURN n"

const (
	leavers     = 8
	connections = 20
)

// leave has eight readers leave at a record, again and again.
func (r *run) leave() error {
	r.printf("Eight readers leave at the record named; a ninth user asks `RETURN 1` every 20 ms. " +
		"Busy: every core has something else to do as well.\n\n")
	r.printf("| machine | at | | how | leave/s | each p50 | p99 | worst " +
		"| small query p50 | p99 | worst | dialled | not clean |\n" +
		"| --- | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, load := range loads {
		for _, at := range []int{1500, 20_000} {
			for _, how := range []string{subject.Cancel, subject.Break} {
				for _, w := range []reader{official, pinned, neorx} {
					if err := r.under(load, func() error { return r.leaveOnce(load, how, at, w) }); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func (r *run) leaveOnce(load, how string, at int, w reader) error {
	l, err := play[work.Left](r, work.LeaveRole, work.Leaving{
		Target: r.target(w, connections), Subject: w.subject, How: how, Query: manyRows, At: at, Readers: leavers,
		For: r.lasts(10*time.Second, 3*time.Second),
	})
	if err != nil {
		return err
	}
	r.printf("| %s | %d | %s | %s | %.0f | %s | %s | %s | %s |\n", load, at, w.name, how, l.PerSecond(),
		times(l.Each), times(l.Small), lost(l.Dialled), lost(l.Lost))
	return nil
}

// gone looks for what was left.
func (r *run) gone() error {
	r.printf("From the moment of leaving to the first answer of `SHOW TRANSACTIONS` that does not have the query " +
		"any more. One such look takes a time of its own.\n\n")
	r.printf("| machine | at | | how | gone p50 | p99 | worst | a look p50 | p99 | worst | not clean |\n" +
		"| --- | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, load := range loads {
		for _, at := range []int{1500, 20_000, 100_000} {
			for _, how := range []string{subject.Cancel, subject.Break} {
				for _, w := range []reader{official, neorx} {
					if err := r.under(load, func() error { return r.goneOnce(load, how, at, w) }); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func (r *run) goneOnce(load, how string, at int, w reader) error {
	often := r.often(200, 20)
	if at > 50_000 {
		often /= 5 // reading up to there takes a while
	}
	g, err := play[work.Gone](r, work.GoneRole, work.Going{
		Target: r.target(w, connections), Subject: w.subject, How: how, Query: manyRows, At: at, Times: often,
	})
	if err != nil {
		return err
	}
	r.printf("| %s | %d | %s | %s | %s | %s | %s of %d |\n", load, at, w.name, how,
		times(g.After), times(g.Look), lost(g.Lost), g.After.N)
	return nil
}

// pace shows which PULLs leave for consumers that are slower than the server.
func (r *run) pace() error {
	r.printf("The n of the PULLs, in order.\n\n| consumer | records | time | PULLs |\n| --- | ---: | ---: | --- |\n")
	for _, c := range []struct {
		name  string
		rows  int
		every int
		pause time.Duration
	}{
		{"as fast as it can", 300_000, 300_000, 0},
		{"1000 records a second", 10_000, 10, 10 * time.Millisecond},
		{"stalls for a second after each 100,000", 400_000, 100_000, time.Second},
	} {
		p, err := play[work.Paced](r, work.PaceRole, work.Pacing{
			Target: r.Neo4j, Query: manyRows, Rows: c.rows, Every: c.every, Pause: c.pause,
		})
		if err != nil {
			return err
		}
		r.printf("| %s | %d | %.1f s | %s |\n", c.name, c.rows, p.Elapsed.Seconds(), list(p.Pulls))
	}
	return nil
}

// list shortens what is equal, and what is long.
func list(all []int64) (s string) {
	const most = 40
	for i := 0; i < len(all); {
		if i >= most {
			return s + fmt.Sprintf("… (%d more)", len(all)-i)
		}
		same := 1
		for i+same < len(all) && all[i+same] == all[i] {
			same++
		}
		if s += fmt.Sprint(all[i]); same > 1 {
			s += fmt.Sprintf(" × %d", same)
		}
		if i += same; i < len(all) {
			s += ", "
		}
	}
	return s
}
