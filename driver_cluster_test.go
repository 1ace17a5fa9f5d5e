package neorx_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

// TestCluster lets workers read and write through the public API while members crash, lose their
// power, are split off, restart one after the other and change their addresses, leaders are
// deposed, tables are old or empty and names lead nowhere. Whatever happens: what was acknowledged
// is there once, what was not is not, no read sees less than the work that it follows, and no work
// fails, but for commits that nobody knows the fate of.
//
// Each seed makes a world of its own, always the same. NEORX_CLUSTER_SEEDS says how many there are,
// NEORX_CLUSTER_SEED chooses a single one.
func TestCluster(t *testing.T) {
	first, n := uint64(0), number(t, "NEORX_CLUSTER_SEEDS", defaultSeeds)
	if os.Getenv("NEORX_CLUSTER_SEED") != "" {
		first, n = number(t, "NEORX_CLUSTER_SEED", 0), 1
	}
	for seed := range n {
		seed += first
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { newWorld(t, seed).run() })
		})
	}
}

const defaultSeeds = 20

func number(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err, variable)
	return n
}

const (
	workers  = 50
	duration = 45 * time.Second // of troubles
	election = 2 * time.Second
)

// world is a cluster in trouble, a driver, and what its users know.
type world struct {
	t        *testing.T
	seed     uint64
	cluster  *bolttest.Cluster
	driver   *neorx.Driver
	schedule bolttest.Schedule
	stop     chan struct{} // closed when there are no more troubles

	mu      sync.Mutex // guards what follows
	chained map[string]horizon
	longest time.Duration // that a worker has waited
}

// worlds differ in more than their troubles.
var worldVersions = [][]bolt.Version{
	nil, {{Major: 4, Minor: 2}}, {{Major: 4, Minor: 3}}, {{Major: 4, Minor: 4}}, {{Major: 5, Minor: 4}}, {{Major: 5, Minor: 8}}, {{Major: 6, Minor: 0}},
}

func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	pick := func(n uint64, of int) int { return int(seed / n % uint64(of)) }
	opts := []bolttest.ClusterOption{
		bolttest.WithMembers(3 + 2*pick(1, 2)), bolttest.WithReadReplicas(pick(2, 2)), bolttest.WithDatabases("neo4j", "movies"),
		bolttest.WithElectionTime(election), bolttest.WithReceiveTimeout(3 * time.Second),
		bolttest.WithTTL([]time.Duration{2 * time.Second, 10 * time.Second, 300 * time.Second}[pick(1, 3)]),
		bolttest.WithReplication(time.Millisecond, []time.Duration{5 * time.Millisecond, 300 * time.Millisecond}[pick(4, 2)]),
		bolttest.WithMemberOptions(bolttest.WithVersions(worldVersions[pick(1, len(worldVersions))]...)),
	}
	switch pick(3, 3) {
	case 0:
		opts = append(opts, bolttest.WithServerSideRouting())
	case 1:
		opts = append(opts, bolttest.WithServerSideRouting(0))
	}
	c := bolttest.NewCluster(t, opts...)
	w := &world{t: t, seed: seed, cluster: c, chained: map[string]horizon{}, stop: make(chan struct{})}
	w.schedule = c.RandomSchedule(seed, duration)
	w.driver = openCluster(t, c, neorx.WithConnectionTimeout(time.Second), neorx.WithMaxConnectionPoolSize(30))
	return w
}

// openCluster opens a driver for a cluster.
func openCluster(t *testing.T, c *bolttest.Cluster, opts ...neorx.Option) *neorx.Driver {
	t.Helper()
	always := []neorx.Option{neorx.WithDialer(c.Dial), neorx.WithLookup(c.LookUp), neorx.WithLogger(slog.New(&historian{c.History()}))}
	d, err := neorx.Open(c.URI(), neorx.NoAuth(), append(always, opts...)...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, d.Close(context.Background())) })
	return d
}

func (w *world) run() {
	t := w.t
	ctx, cancel := context.WithTimeout(t.Context(), w.schedule.End()+5*time.Minute) // whoever waits for longer waits for ever
	defer cancel()
	all := make([]*worker, workers)
	var working sync.WaitGroup
	for i := range all {
		all[i] = newWorker(w, i)
		working.Go(func() { all[i].run(ctx) })
	}
	require.NoError(t, w.cluster.Play(ctx, w.schedule))
	close(w.stop)
	working.Wait()
	w.check(all)
	w.checkWhole()
}

// check compares what the databases have with what the workers know.
func (w *world) check(all []*worker) {
	times := map[string]int{}
	written, doubtful := 0, 0
	for _, database := range []string{"neo4j", "movies"} {
		for _, id := range w.cluster.Values(database) {
			times[database+" "+id.(string)]++
		}
	}
	for _, one := range all {
		for id := range one.written {
			assert.Equal(w.t, 1, times[id], "%s was acknowledged", id)
			delete(times, id)
		}
		for id := range one.doubtful {
			assert.LessOrEqual(w.t, times[id], 1, "%s is in doubt", id)
			delete(times, id)
		}
		written, doubtful = written+len(one.written), doubtful+len(one.doubtful)
	}
	assert.Empty(w.t, times, "nobody has written that")
	assert.Greater(w.t, written, 3*workers)
	w.t.Logf("%d events; %d writes acknowledged, %d in doubt; the longest work took %v", len(w.schedule), written, doubtful, w.longest)
}

// checkWhole checks that nothing is left of what the workers have done, and that the driver still
// works.
func (w *world) checkWhole() {
	t := w.t
	w.cluster.AwaitLeader(t, "neo4j")
	synctest.Wait()
	assert.Zero(t, w.driver.PoolStats().Total.InUse)
	_, err := w.driver.Query(bolttest.CountEntries, map[string]any{"ids": []string{}}, neorx.ReadOnly()).Exec(t.Context())
	require.NoError(t, err)
	require.NoError(t, w.driver.Close(t.Context()))
	for _, m := range w.cluster.Members() {
		m.Server().AwaitConnections(t, 0)
	}
}

// horizon is what somebody has to see, since he has seen it before, or written it.
type horizon struct {
	ids   []string // written, the last few
	total int      // entries seen
}

const remembered = 20

func (h *horizon) wrote(ids ...string) {
	h.ids = append(h.ids[:len(h.ids):len(h.ids)], ids...)
	h.ids = h.ids[max(0, len(h.ids)-remembered):]
	h.total = max(h.total, len(h.ids))
}

// chain is what the queries of the driver have to see, whoever makes them: a bookmark manager
// chains them.
func (w *world) chain(database string) horizon {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.chained[database]
}

func (w *world) extend(database string, change func(*horizon)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := w.chained[database]
	change(&h)
	w.chained[database] = h
}

func (w *world) took(who string, d time.Duration) {
	if d > 10*time.Second {
		w.cluster.History().Note("%s: that took %v", who, d)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.longest = max(w.longest, d)
}

// historian writes a driver's warnings, such as about what is retried, into the history of the
// cluster.
type historian struct{ *bolttest.History }

func (*historian) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }
func (h *historian) WithAttrs([]slog.Attr) slog.Handler             { return h }
func (h *historian) WithGroup(string) slog.Handler                  { return h }

func (h *historian) Handle(_ context.Context, r slog.Record) error {
	line := "driver: " + r.Message
	r.Attrs(func(a slog.Attr) bool {
		line += " " + a.String()
		return true
	})
	h.Note("%s", line)
	return nil
}
