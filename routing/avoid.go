package routing

import (
	"context"
	"errors"
	"net"
	"slices"
	"time"

	"github.com/neorx/neorx/pool"
)

// avoidance is for how long a server that has not answered when a table was asked for is the last choice, although the table names it.
const avoidance = 30 * time.Second

// preferred are those of the servers that are not to be avoided, or all if there is no other choice.
func (t *table) preferred(servers []pool.Address, now time.Time) []pool.Address {
	if len(t.avoid) == 0 || now.Sub(t.fetched) > avoidance {
		return servers
	}
	if good := others(servers, t.avoid); len(good) > 0 {
		return good
	}
	return servers
}

// unanswered are the servers of a new table that have not answered as routers before it was told: the others do not know yet, or cannot. Whoever had
// to wait for one of them should not wait for it again. One that was asked at an address which the seed stands for has another name in the table, so that
// its host has to be looked up.
func (d *discovery) unanswered(ctx context.Context, t *table) []pool.Address {
	var silent []pool.Address
	var ips []string
	for _, attempt := range d.tried {
		if !elsewhere(attempt.Err) && !errors.Is(attempt.Err, errSilent) {
			continue
		}
		silent = append(silent, attempt.Address)
		if target, one := attempt.Address.Target(); one {
			ip, _, _ := net.SplitHostPort(target)
			ips = append(ips, ip)
		}
	}
	if len(silent) == 0 {
		return nil
	}
	var avoid []pool.Address
	for _, a := range slices.Concat(t.readers, t.writers) {
		if slices.Contains(silent, a) || d.standsFor(ctx, a, ips) {
			avoid = append(avoid, a)
		}
	}
	return avoid
}

// standsFor tells whether a can be reached at none but these IP addresses.
func (d *discovery) standsFor(ctx context.Context, a pool.Address, ips []string) bool {
	if len(ips) == 0 || d.r.cfg.LookUp == nil {
		return false
	}
	found, err := d.r.cfg.LookUp(ctx, a.Host())
	return err == nil && len(found) > 0 && len(others(found, ips)) == 0
}
