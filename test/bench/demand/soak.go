package demand

import (
	"time"

	"github.com/neorx/neorx/test/bench/work"
)

const (
	soakUsers       = 24
	soakConnections = 50
	soakMost        = 20_000 // records are read of a million, at most
)

// soak has a service do everything at once on a machine that is busy anyway, each driver in turn.
func (r *run) soak() error {
	slices, each := r.often(6, 1), r.lasts(30*time.Second, 8*time.Second)
	r.printf("%d users, %d slices of %v for each driver in turn, every core busy besides. Of twenty operations six are "+
		"reads that are cancelled and four that a break ends, at one of the first %d records of a million; four are "+
		"transactions that write; six are small reads.\n\n", soakUsers, slices, each, soakMost)
	r.printf("| | operations | failed | small reads | p50 | p99 | worst " +
		"| dialled | connections lost | of the operations |\n" +
		"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	all := []reader{official, neorx}
	found := make([]work.Soaked, len(all))
	err := r.under("busy", func() error {
		for slice := range slices {
			for i, w := range all {
				s, err := play[work.Soaked](r, work.SoakRole, work.Soaking{
					Target: r.target(w, soakConnections), Subject: w.subject, Query: manyRows, Most: soakMost,
					Users: soakUsers, For: each, Seed: uint64(slice),
				})
				if err != nil {
					return err
				}
				found[i].Add(s)
			}
		}
		return nil
	})
	for i, w := range all {
		s := found[i]
		q := work.QuantilesOf(s.Small)
		share := "unknown"
		if s.Lost >= 0 && s.Operations > 0 {
			share = percent(s.Lost, s.Operations)
		}
		r.printf("| %s | %d | %d | %d | %s | %s | %s | %s |\n", w.name, s.Operations, s.Failed, q.N,
			times(q), lost(s.Dialled), lost(s.Lost), share)
	}
	return err
}
