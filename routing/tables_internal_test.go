package routing

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func TestNewTable(t *testing.T) {
	got := newTable("Films", &bolt.RouteSuccess{
		TTL: time.Minute, Routers: []string{"a", "a:7687", "10.0.0.1:1"}, Readers: []string{"[::1]:2", "[::1]", "::1"}, Writers: []string{"b:3"},
	}, epoch)
	assert.Equal(t, &table{
		database: "Films", routers: []pool.Address{"a:7687", "10.0.0.1:1"}, readers: []pool.Address{"[::1]:2", "[::1]:7687"}, writers: []pool.Address{"b:3"},
		fetched: epoch, expires: epoch.Add(time.Minute),
	}, got)
	assert.Equal(t, "movies", newTable("Films", &bolt.RouteSuccess{Database: "movies"}, epoch).database)
	assert.True(t, newTable("", &bolt.RouteSuccess{}, epoch).leaderless)
}

func TestFresh(t *testing.T) {
	some := []pool.Address{"a:1"}
	whole := func(change func(*table)) *table {
		tab := &table{routers: some, readers: some, writers: some, fetched: epoch, expires: epoch.Add(time.Minute)}
		change(tab)
		return tab
	}
	cases := map[string]struct {
		table         *table
		reads, writes bool
	}{
		"as it came":      {whole(func(*table) {}), true, true},
		"expired":         {whole(func(t *table) { t.expires = epoch }), false, false},
		"without routers": {whole(func(t *table) { t.routers = nil }), false, false},
		"without readers": {whole(func(t *table) { t.readers = nil }), false, true},
		"without writers": {whole(func(t *table) { t.writers = nil }), true, false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.reads, test.table.fresh(true, epoch))
			assert.Equal(t, test.writes, test.table.fresh(false, epoch))
		})
	}
}

// The end of time does not come round.
func TestLongestLife(t *testing.T) {
	for _, now := range []time.Time{epoch, time.Now()} {
		tab := newTable("", &bolt.RouteSuccess{TTL: math.MaxInt64, Routers: []string{"a:1"}, Readers: []string{"a:1"}}, now)
		assert.True(t, tab.fresh(true, now))
		assert.True(t, tab.fresh(true, now.Add(100*365*24*time.Hour)))
		assert.False(t, tab.ending(now))
	}
}

func TestEnding(t *testing.T) {
	cases := []struct {
		life, ahead time.Duration // 0: never
	}{{time.Hour, 30 * time.Second}, {300 * time.Second, 30 * time.Second}, {100 * time.Second, 10 * time.Second}, {10 * time.Second, time.Second}, {9 * time.Second, 0}, {0, 0}}
	for _, test := range cases {
		t.Run(test.life.String(), func(t *testing.T) {
			tab := &table{fetched: epoch, expires: epoch.Add(test.life)}
			assert.False(t, tab.ending(tab.expires.Add(-test.ahead-1)))
			assert.Equal(t, test.ahead > 0, tab.ending(tab.expires.Add(-test.ahead)))
		})
	}
}

func TestSame(t *testing.T) {
	list := func(names ...pool.Address) []pool.Address { return names }
	tab := &table{routers: list("a"), readers: list("a", "b"), writers: list("c")}
	assert.True(t, tab.same(&table{routers: list("a"), readers: list("b", "a"), writers: list("c"), database: "x"}))
	assert.False(t, tab.same(nil))
	assert.False(t, tab.same(&table{routers: list("a"), readers: list("a", "b"), writers: list("b")}))
	assert.False(t, tab.same(&table{routers: list("a"), readers: list("a"), writers: list("c")}))
}

// bookkeeper does to tables whatever comes to rapid's mind, and to a simpler model of them.
type bookkeeper struct {
	tables  tables
	now     time.Time
	model   map[string]*table // the truth
	names   map[string]string // asked for → called
	open    map[pool.Address]bool
	initial []pool.Address
}

const delay = 30 * time.Second

func TestTables(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := &bookkeeper{tables: newTables(), now: epoch, model: map[string]*table{}, names: map[string]string{}, open: map[pool.Address]bool{}}
		t.Repeat(map[string]func(*rapid.T){
			"put":     b.put,
			"remove":  b.remove,
			"forget":  b.forget,
			"writer":  b.forgetWriter,
			"router":  b.forgetRouter,
			"resolve": func(t *rapid.T) { b.initial = servers(t, "initial") },
			"fail":    b.fail,
			"pass": func(t *rapid.T) {
				b.now = b.now.Add(rapid.SampledFrom([]time.Duration{time.Second, delay, time.Minute}).Draw(t, "time"))
			},
			"": b.check,
		})
	})
}

func server(t *rapid.T) pool.Address {
	return pool.Address(fmt.Sprintf("s%d:1", rapid.IntRange(0, 4).Draw(t, "server")))
}

func servers(t *rapid.T, label string) []pool.Address {
	return rapid.SliceOfNDistinct(rapid.Custom(server), 0, 4, rapid.ID).Draw(t, label)
}

// name draws what a database is asked for by: x, y, their aliases, or nothing.
func name(t *rapid.T) string {
	return rapid.SampledFrom([]string{"x", "y", "X", "Y", ""}).Draw(t, "name")
}

func (b *bookkeeper) put(t *rapid.T) {
	asked := name(t)
	called := rapid.SampledFrom([]string{"x", "y"}).Draw(t, "called")
	switch asked {
	case "x", "y":
		called = asked
	case "": // home, or a server that does not tell
		called = rapid.SampledFrom([]string{called, ""}).Draw(t, "told")
	}
	tab := &table{
		database: called, routers: servers(t, "routers"), readers: servers(t, "readers"), writers: servers(t, "writers"),
		fetched: b.now, expires: b.now.Add(rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute}).Draw(t, "life")),
	}
	b.tables.resolved(b.initial)
	for _, a := range b.initial {
		b.open[a] = true
	}
	before, left := b.tables.put(asked, tab, delay)
	require.Equal(t, b.model[called], before)
	b.model[called] = tab
	if asked != "" && asked != called {
		b.names[asked] = called
	}
	for other, o := range b.model {
		if b.now.Sub(o.expires) > delay {
			b.drop(other)
		}
	}
	for _, a := range left {
		require.True(t, b.open[a], "%s was not known", a)
		require.False(t, b.needs(a), "%s is still needed", a)
		delete(b.open, a)
	}
	for _, o := range b.model {
		for _, a := range slices.Concat(o.routers, o.readers, o.writers) {
			b.open[a] = true
		}
	}
	for a := range b.open {
		require.True(t, b.needs(a), "%s stays for ever", a)
	}
}

// fail resolves the seed without a table.
func (b *bookkeeper) fail(t *rapid.T) {
	b.initial = servers(t, "initial")
	before := b.tables.initial
	left := b.tables.leave(b.tables.resolved(b.initial))
	for _, a := range b.tables.initial {
		b.open[a] = true
	}
	for _, a := range before {
		require.NotEqual(t, b.needs(a), slices.Contains(left, a), "%s", a)
	}
	for _, a := range left {
		delete(b.open, a)
	}
}

// needs tells whether a server is in a table or initial.
func (b *bookkeeper) needs(a pool.Address) bool {
	for _, o := range b.model {
		if o.has(a) {
			return true
		}
	}
	return slices.Contains(b.tables.initial, a)
}

func (b *bookkeeper) drop(called string) {
	delete(b.model, called)
	for asked, c := range b.names {
		if c == called {
			delete(b.names, asked)
		}
	}
}

// called is the name that a database is kept under.
func (b *bookkeeper) called(asked string) string {
	if _, ok := b.model[asked]; ok {
		return asked
	}
	return b.names[asked]
}

func (b *bookkeeper) remove(t *rapid.T) {
	asked := name(t)
	b.tables.remove(asked)
	if called := b.called(asked); b.model[called] != nil && (called != "" || asked == "") {
		b.drop(called)
	}
}

func (b *bookkeeper) forget(t *rapid.T) {
	a := server(t)
	was := false
	for called, o := range b.model {
		was = was || o.has(a)
		b.model[called] = &table{
			database: o.database, routers: without(o.routers, a), readers: without(o.readers, a), writers: without(o.writers, a),
			fetched: o.fetched, expires: o.expires,
		}
	}
	require.Equal(t, was, b.tables.forget(a))
}

func without(list []pool.Address, a pool.Address) []pool.Address {
	return slices.DeleteFunc(slices.Clone(list), func(b pool.Address) bool { return a == b })
}

func (b *bookkeeper) forgetWriter(t *rapid.T) {
	asked, a := name(t), server(t)
	was := false
	if o := b.model[b.called(asked)]; o != nil && (b.called(asked) != "" || asked == "") {
		was = slices.Contains(o.writers, a)
		changed := *o
		changed.writers = without(o.writers, a)
		b.model[o.database] = &changed
	}
	require.Equal(t, was, b.tables.forgetWriter(asked, a))
}

func (b *bookkeeper) forgetRouter(t *rapid.T) {
	asked, a := name(t), server(t)
	b.tables.forgetRouter(asked, a)
	if o := b.model[b.called(asked)]; o != nil && (b.called(asked) != "" || asked == "") {
		changed := *o
		changed.routers = without(o.routers, a)
		b.model[o.database] = &changed
	}
}

// check compares what everybody sees.
func (b *bookkeeper) check(t *rapid.T) {
	for _, asked := range []string{"x", "y", "X", "Y", ""} {
		want, got := b.model[b.called(asked)], b.tables.get(asked)
		if b.called(asked) == "" && asked != "" {
			want = nil
		}
		if want == nil {
			require.Nil(t, got, asked)
			continue
		}
		require.NotNil(t, got, asked)
		require.Equal(t, want.snapshot(), got.snapshot(), asked)
	}
}
