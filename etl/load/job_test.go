package load_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/etl/load"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

func TestEveryRowIsWrittenOnce(t *testing.T) {
	cases := map[string]struct {
		rows int
		opts []load.Option
	}{
		"nothing":           {0, nil},
		"one":               {1, nil},
		"a part of a batch": {999, nil},
		"without keys":      {3000, []load.Option{load.Writers(4)}},
		"keys":              {3000, []load.Option{load.Key(byID), load.Writers(4)}},
		"two keys": {
			3000,
			[]load.Option{load.Keys(func(i item) (int64, bool) { return i.ID % 7, i.ID > 9 })},
		},
		"many keys": {
			3000,
			[]load.Option{load.KeySet(func(i item) []int64 { return []int64{1, i.ID, i.ID % 3} })},
		},
		"sometimes no key": {
			3000,
			[]load.Option{load.KeySet(func(i item) []int64 { return []int64{1, 2}[:i.ID%3] })},
		},
		"one hot key": {
			3000,
			[]load.Option{load.Key(func(i item) int64 { return i.ID % 2 * i.ID }), load.Writers(4)},
		},
		"one key":            {3000, []load.Option{load.Key(func(item) string { return "all" }), load.Writers(4)}},
		"a small buffer":     {500, []load.Option{load.Key(byID), load.Buffer(10, 1<<20), load.Writers(3)}},
		"few bytes":          {100, []load.Option{load.Key(byID), load.Buffer(10, 50), load.BatchBytes(1)}},
		"one row a batch":    {50, []load.Option{load.BatchRows(1)}},
		"sixty-four groups":  {3000, []load.Option{load.Key(byID), load.Groups(64)}},
		"one group":          {3000, []load.Option{load.Key(byID), load.Groups(1), load.Writers(8)}},
		"exactly once":       {3000, []load.Option{load.Key(byID), load.Writers(4), load.ExactlyOnce("job")}},
		"once, without keys": {3000, []load.Option{load.Writers(4), load.ExactlyOnce("job")}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, &graph{}, func(t *testing.T, g *graph) {
				report, err := load.New[item](g.driver, create, c.opts...).Run(t.Context(), rx.FromSlice(items(c.rows)))
				require.NoError(t, err)
				g.has(t, items(c.rows))
				assert.EqualValues(t, c.rows, report.Read)
				assert.EqualValues(t, c.rows, report.Written)
				assert.EqualValues(t, c.rows, report.Low)
				assert.Zero(t, report.Open())
				assert.EqualValues(t, len(g.batches), report.Batches)
			})
		})
	}
}

// Rows of one key are written in their order, however many writers there are, and two transactions
// that run at the same time never have the same key.
func TestTheOrderOfAKeyIsKept(t *testing.T) {
	var running atomic.Int32
	most := int32(0)
	g := &graph{}
	keys := map[int64]bool{}
	g.onRows = func(context.Context, []int64) error {
		now := running.Add(1)
		defer running.Add(-1)
		time.Sleep(time.Millisecond) // virtual time: the others begin meanwhile
		g.mu.Lock()
		defer g.mu.Unlock()
		most = max(most, now)
		clear(keys)
		for _, ids := range g.running {
			mine := map[int64]bool{}
			for _, id := range ids {
				mine[id%10] = true
			}
			for key := range mine {
				assert.False(t, keys[key], "two transactions have key %d", key)
				keys[key] = true
			}
		}
		return nil
	}
	inBubble(t, g, func(t *testing.T, g *graph) {
		job := load.New[item](g.driver, create, load.Key(func(i item) int64 { return i.ID % 10 }), load.Writers(4),
			load.BatchRows(20))
		_, err := job.Run(t.Context(), rx.FromSlice(items(3000)))
		require.NoError(t, err)
		last := map[int64]int64{}
		for _, id := range g.ids() {
			before, found := last[id%10]
			assert.True(t, !found || before < id)
			last[id%10] = id
		}
		assert.Greater(t, most, int32(1), "writers work at the same time")
	})
}

func TestPoisonRowsAreFound(t *testing.T) {
	several := []int64{0, 1, 333, 999}
	whole := make([]int64, 100)
	for i := range whole {
		whole[i] = int64(i + 100)
	}
	cases := map[string][]int64{
		"first": {0}, "middle": {500}, "last": {999}, "several": several, "a whole batch": whole,
	}
	reasons := map[string]error{
		"a constraint":            fail(bolt.CodeConstraintViolation),
		"a type":                  fail(bolt.CodeTypeError),
		"a division":              fail(bolt.CodeArithmeticError),
		"a procedure":             fail("Neo.ClientError.Procedure.ProcedureCallFailed"),
		"memory":                  fail(bolt.CodeOutOfMemory),
		"the connection, dropped": bolttest.ErrHangUp,
	}
	for where, bad := range cases {
		for why, reason := range reasons {
			for kind, more := range map[string][]load.Option{"": nil, ", exactly once": {load.ExactlyOnce("job")}} {
				t.Run(where+", "+why+kind, func(t *testing.T) { poison(t, bad, reason, more) })
			}
		}
	}
}

func poison(t *testing.T, bad []int64, reason error, more []load.Option) {
	t.Helper()
	g := &graph{onRows: func(_ context.Context, ids []int64) error {
		for _, id := range ids {
			if slices.Contains(bad, id) {
				return reason
			}
		}
		return nil
	}}
	inBubble(t, g, func(t *testing.T, g *graph) {
		var rejected []int64
		opts := append([]load.Option{
			load.Key(byID), load.BatchRows(100), load.Writers(3),
			load.DeadLetters(func(_ context.Context, r load.Rejected[item]) error {
				assert.Error(t, r.Err)
				assert.Equal(t, r.Number, r.Row.ID)
				rejected = append(rejected, r.Number)
				return nil
			}),
		}, more...)
		job := load.New[item](g.driver, create, opts...)
		report, err := job.Run(t.Context(), rx.FromSlice(items(1000)))
		require.NoError(t, err)
		assert.ElementsMatch(t, bad, rejected)
		g.has(t, slices.DeleteFunc(items(1000), func(i item) bool { return slices.Contains(bad, i.ID) }))
		assert.EqualValues(t, 1000-len(bad), report.Written)
		assert.EqualValues(t, len(bad), report.Rejected)
		if more == nil {
			return
		}
		rejected = nil
		report, err = job.Run(t.Context(), rx.FromSlice(items(1000)))
		require.NoError(t, err)
		assert.EqualValues(t, 1000, report.Skipped, "the rejected rows are behind the places")
		assert.Empty(t, rejected)
	})
}

// note is a row that may not be encodable.
type note struct {
	ID   int64   `neo4j:"id"`
	Text string  `neo4j:"text"`
	Rank float64 `neo4j:"-"`
}

func TestRowsThatCannotBeSentAreRejected(t *testing.T) {
	inBubble(t, &graph{}, func(t *testing.T, g *graph) {
		rows := []note{{ID: 0}, {ID: 1, Text: "\xff"}, {ID: 2, Rank: math.NaN()}, {ID: 3}}
		var rejected []load.Rejected[note]
		job := load.New[note](g.driver, create, load.Key(func(n note) float64 { return n.Rank }),
			load.DeadLetters(func(_ context.Context, r load.Rejected[note]) error {
				rejected = append(rejected, r)
				return nil
			}))
		report, err := job.Run(t.Context(), rx.FromSlice(rows))
		require.NoError(t, err)
		assert.Equal(t, []int64{0, 3}, g.ids())
		assert.EqualValues(t, 2, report.Rejected)
		require.Len(t, rejected, 2)
		assert.EqualValues(t, 1, rejected[0].Number)
		assert.ErrorContains(t, rejected[0].Err, "text: the text is not valid UTF-8")
		assert.EqualValues(t, 2, rejected[1].Number)
		assert.ErrorContains(t, rejected[1].Err, "NaN")
	})
}

// letters are dead letters that do not look at the row.
func letters(f func() error) load.Option {
	return load.DeadLetters(func(context.Context, load.Rejected[item]) error { return f() })
}

func TestRejectedRowsEndTheJob(t *testing.T) {
	ignore := letters(func() error { return nil })
	cases := map[string]struct {
		opts     []load.Option
		rejected int64
	}{
		"without dead letters":  {nil, 0},
		"with a bound":          {[]load.Option{ignore, load.MaxRejected(2)}, 2},
		"bound, no dead letter": {[]load.Option{load.MaxRejected(1)}, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			g := &graph{onRows: func(_ context.Context, ids []int64) error {
				if slices.ContainsFunc(ids, func(id int64) bool { return id%10 == 5 }) {
					return fail(bolt.CodeConstraintViolation)
				}
				return nil
			}}
			inBubble(t, g, func(t *testing.T, g *graph) {
				report, err := load.New[item](g.driver, create, append(c.opts, load.Writers(1))...).
					Run(t.Context(), rx.FromSlice(items(100)))
				var rejected *load.RejectedError
				require.ErrorAs(t, err, &rejected)
				assert.EqualValues(t, 5, rejected.Number%10)
				assert.True(t, neorx.IsConstraintViolation(err))
				assert.False(t, rejected.Retryable())
				assert.Equal(t, c.rejected, report.Rejected)
				assert.Positive(t, report.Open())
				assert.EqualValues(t, len(g.ids()), report.Written)
			})
		})
	}
}

// What no row is the reason of ends the job at once: nothing is halved.
func TestARefusedStatementEndsTheJob(t *testing.T) {
	codes := []string{bolt.CodeSyntaxError, bolt.CodeParameterMissing, bolt.CodeForbidden, bolt.CodeDatabaseNotFound}
	for _, code := range codes {
		t.Run(code, func(t *testing.T) {
			var asked atomic.Int32
			g := &graph{onRows: func(context.Context, []int64) error {
				asked.Add(1)
				return fail(code)
			}}
			inBubble(t, g, func(t *testing.T, g *graph) {
				job := load.New[item](g.driver, create, load.Writers(1), letters(func() error {
					t.Error("no row is the reason")
					return nil
				}))
				_, err := job.Run(t.Context(), rx.FromSlice(items(1000)))
				var server *neorx.ServerError
				require.ErrorAs(t, err, &server)
				assert.Equal(t, code, server.Code)
				assert.EqualValues(t, 1, asked.Load())
			})
		})
	}
}

// A server that has no memory for a transaction gets smaller ones; no row is rejected for it.
func TestBatchesAreHalvedWhereTheServerIsShortOfMemory(t *testing.T) {
	var refused atomic.Int32
	g := &graph{onRows: func(_ context.Context, ids []int64) error {
		if len(ids) > 60 {
			refused.Add(1)
			return fail(bolt.CodeOutOfMemory)
		}
		return nil
	}}
	inBubble(t, g, func(t *testing.T, g *graph) {
		report, err := load.New[item](g.driver, create, load.Writers(1)).Run(t.Context(), rx.FromSlice(items(4000)))
		require.NoError(t, err)
		g.has(t, items(4000))
		assert.Zero(t, report.Rejected)
		assert.Less(t, refused.Load(), int32(40), "later batches are small from the beginning")
	})
}

// Deadlocks come back after milliseconds, and are counted.
func TestDeadlocksAreRetriedAtOnce(t *testing.T) {
	var n atomic.Int32
	g := &graph{onRows: func(context.Context, []int64) error {
		if n.Add(1) <= 2 {
			return fail(bolt.CodeDeadlock)
		}
		return nil
	}}
	inBubble(t, g, func(t *testing.T, g *graph) {
		report, err := load.New[item](g.driver, create, load.Writers(1)).Run(t.Context(), rx.FromSlice(items(100)))
		require.NoError(t, err)
		g.has(t, items(100))
		assert.EqualValues(t, 2, report.Retries)
		assert.EqualValues(t, 2, report.Deadlocks)
		assert.Less(t, report.Elapsed, 100*time.Millisecond)
	})
}

func TestPatience(t *testing.T) {
	cases := map[string]struct {
		outage, patience time.Duration
		survives         bool
	}{
		"long enough": {time.Minute, 2 * time.Minute, true},
		"too short":   {time.Minute, 20 * time.Second, false},
		"none":        {time.Second, 0, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var began time.Time
			g := &graph{onRows: func(context.Context, []int64) error {
				if time.Since(began) < c.outage {
					return fail(bolt.CodeDatabaseUnavailable)
				}
				return nil
			}}
			inBubble(t, g, func(t *testing.T, g *graph) {
				began = time.Now()
				job := load.New[item](g.driver, create, load.Patience(c.patience))
				report, err := job.Run(t.Context(), rx.FromSlice(items(10)))
				if !c.survives {
					require.Error(t, err)
					assert.EqualValues(t, 10, report.Open())
					assert.LessOrEqual(t, time.Since(began), c.patience+time.Second)
					return
				}
				require.NoError(t, err)
				g.has(t, items(10))
			})
		})
	}
}

// A row does not wait for its batch to become full for longer than Linger.
func TestLinger(t *testing.T) {
	inBubble(t, &graph{}, func(t *testing.T, g *graph) {
		rows := make(chan item)
		job := load.New[item](g.driver, create, load.Key(byID), load.Linger(300*time.Millisecond))
		began := time.Now()
		var at []time.Duration
		done := make(chan error)
		go func() {
			done <- job.Stream(rx.FromChan(rows)).ForEach(t.Context(), func(a load.Ack) error {
				at = append(at, time.Since(began))
				return nil
			})
		}()
		rows <- item{1}
		time.Sleep(100 * time.Millisecond)
		rows <- item{2}
		time.Sleep(900 * time.Millisecond)
		rows <- item{3}
		close(rows)
		require.NoError(t, <-done)
		g.has(t, []item{{1}, {2}, {3}})
		require.NotEmpty(t, at)
		assert.Equal(t, 300*time.Millisecond, at[0])
		assert.Equal(t, time.Second, at[len(at)-1], "the last batch does not linger")
		assert.Less(t, at[len(at)-2], 500*time.Millisecond)
	})
}

func TestSourcesThatFail(t *testing.T) {
	broken := errors.New("the file ends in the middle")
	rows := rx.FromSlice(items(1500))
	cases := map[string]struct {
		source rx.Stream[item]
		check  func(t *testing.T, err error)
	}{
		"an error": {rx.Concat(rows, rx.Fail[item](broken)), func(t *testing.T, err error) {
			t.Helper()
			require.ErrorIs(t, err, broken)
		}},
		"an error of a sequence": {rx.Concat(rows, rx.FromSeq2(func(context.Context) iter.Seq2[item, error] {
			return func(yield func(item, error) bool) { yield(item{}, broken) }
		})), func(t *testing.T, err error) {
			t.Helper()
			require.ErrorIs(t, err, broken)
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, &graph{}, func(t *testing.T, g *graph) {
				report, err := load.New[item](g.driver, create, load.Key(byID)).Run(t.Context(), c.source)
				c.check(t, err)
				g.has(t, items(1500))
				assert.EqualValues(t, 1500, report.Written, "the rows before the error are written")
			})
		})
	}
}

func TestPanicsBecomeErrors(t *testing.T) {
	boom := func(i item) item {
		if i.ID == 1500 {
			panic("boom")
		}
		return i
	}
	refusing := func(context.Context, []int64) error { return fail(bolt.CodeConstraintViolation) }
	cases := map[string]struct {
		onRows func(context.Context, []int64) error
		source rx.Stream[item]
		opts   []load.Option
	}{
		"of the source": {nil, rx.Map(rx.FromSlice(items(2000)), boom), nil},
		"of the key": {
			nil, rx.FromSlice(items(2000)),
			[]load.Option{load.Key(func(i item) int64 { return boom(i).ID })},
		},
		"of the dead letters": {
			refusing, rx.FromSlice(items(2000)),
			[]load.Option{letters(func() error { panic("boom") })},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, &graph{onRows: c.onRows}, func(t *testing.T, g *graph) {
				_, err := load.New[item](g.driver, create, c.opts...).Run(t.Context(), c.source)
				var panicked *rx.PanicError
				require.ErrorAs(t, err, &panicked)
				assert.Equal(t, "boom", panicked.Value)
			})
		})
	}
}

func TestGoexitOfTheSourceEndsTheJob(t *testing.T) {
	inBubble(t, &graph{}, func(t *testing.T, g *graph) {
		_, err := load.New[item](g.driver, create).Run(t.Context(), rx.Map(rx.FromSlice(items(10)), func(i item) item {
			if i.ID == 5 {
				runtime.Goexit()
			}
			return i
		}))
		require.ErrorContains(t, err, "Goexit")
	})
}

func TestDeadLettersThatFailEndTheJob(t *testing.T) {
	full := errors.New("the disk is full")
	g := &graph{onRows: func(_ context.Context, ids []int64) error {
		if slices.Contains(ids, 3) {
			return fail(bolt.CodeConstraintViolation)
		}
		return nil
	}}
	inBubble(t, g, func(t *testing.T, g *graph) {
		job := load.New[item](g.driver, create, letters(func() error { return full }))
		report, err := job.Run(t.Context(), rx.FromSlice(items(10)))
		require.ErrorIs(t, err, full)
		assert.Zero(t, report.Rejected)
		assert.EqualValues(t, len(g.ids()), report.Written)
		assert.Positive(t, report.Open(), "nothing is lost silently")
	})
}

// The end of the context rolls back what runs, or lets it finish.
func TestTheEndOfTheContext(t *testing.T) {
	cut := errors.New("cut")
	for name, c := range map[string]struct {
		opts    []load.Option
		written int
	}{
		"rolls back": {nil, 0},
		"finishes":   {[]load.Option{load.FinishOnCancel()}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			g := &graph{onRows: func(ctx context.Context, _ []int64) error {
				select {
				case <-time.After(time.Second):
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}}
			inBubble(t, g, func(t *testing.T, g *graph) {
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(500*time.Millisecond, func() { cancel(cut) })
				opts := append(c.opts, load.BatchRows(100), load.Writers(2))
				report, err := load.New[item](g.driver, create, opts...).Run(ctx, rx.FromSlice(items(10_000)))
				require.ErrorIs(t, err, context.Canceled)
				require.ErrorIs(t, err, cut)
				assert.Len(t, g.ids(), c.written)
				assert.EqualValues(t, c.written, report.Written)
			})
		})
	}
}

func TestASourceThatNeverYieldsEndsWithTheContext(t *testing.T) {
	inBubble(t, &graph{}, func(t *testing.T, g *graph) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := load.New[item](g.driver, create).Run(ctx, rx.FromChan(make(chan item)))
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

// An observer that stops lets finish what runs: what it was not shown may be written.
func TestObserversOfAcks(t *testing.T) {
	inBubble(t, &graph{}, func(t *testing.T, g *graph) {
		job := load.New[item](g.driver, create, load.BatchRows(10), load.Writers(2))
		acks, err := job.Stream(rx.FromSlice(items(1000))).Take(3).Collect(t.Context())
		require.NoError(t, err)
		assert.Len(t, acks, 3)
		assert.Equal(t, 10, acks[0].Rows)
		assert.Less(t, len(g.ids()), 100)

		refused := errors.New("refused")
		err = job.Stream(rx.FromSlice(items(1000))).ForEach(t.Context(), func(load.Ack) error { return refused })
		require.ErrorIs(t, err, refused)

		assert.PanicsWithValue(t, "observer", func() {
			_ = job.Stream(rx.FromSlice(items(1000))).ForEach(t.Context(), func(load.Ack) error { panic("observer") })
		})

		seen, err := job.Acks(rx.FromSlice(items(100))).Count().Get()
		require.NoError(t, err)
		assert.EqualValues(t, 10, seen.V)
	})
}

// The source is read only as far as the buffer goes.
func TestTheSourceWaits(t *testing.T) {
	g := &graph{onRows: func(context.Context, []int64) error {
		time.Sleep(time.Hour) // virtual time
		return nil
	}}
	inBubble(t, g, func(t *testing.T, g *graph) {
		var read atomic.Int64
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		job := load.New[item](g.driver, create, load.Key(func(item) int64 { return 1 }), load.BatchRows(10),
			load.Buffer(50, 1<<20))
		_, err := job.Run(ctx, rx.FromSlice(items(1000)).Tap(func(item) { read.Add(1) }))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.LessOrEqual(t, read.Load(), int64(10+50+1), "one batch, the buffer, and the row in hand")
	})
}

func TestWhatIsWrongWithOptions(t *testing.T) {
	key := load.Key(byID)
	cases := map[string]struct {
		opts []load.Option
		want string
	}{
		"writers":           {[]load.Option{load.Writers(0)}, "Writers is 0"},
		"groups":            {[]load.Option{load.Groups(65)}, "Groups is 65"},
		"batch rows":        {[]load.Option{load.BatchRows(0)}, "BatchRows is 0"},
		"batch bytes":       {[]load.Option{load.BatchBytes(-1)}, "BatchBytes is -1"},
		"linger":            {[]load.Option{load.Linger(-1)}, "Linger is -1ns"},
		"buffer":            {[]load.Option{load.Buffer(0, 0)}, "Buffer bytes is 0"},
		"rejected":          {[]load.Option{load.MaxRejected(-1)}, "MaxRejected is -1"},
		"patience":          {[]load.Option{load.Patience(-1)}, "Patience is -1ns"},
		"start":             {[]load.Option{load.StartAt(-1)}, "StartAt is -1"},
		"job":               {[]load.Option{load.ExactlyOnce("")}, "name of ExactlyOnce is empty"},
		"two keys":          {[]load.Option{key, key}, "more than one of Key"},
		"a pointer as key":  {[]load.Option{load.Key(func(i item) *item { return &i })}, "no lasting hash"},
		"keys of others":    {[]load.Option{load.Key(func(n note) int64 { return n.ID })}, "rows of another type"},
		"dead letters":      {[]load.Option{load.DeadLetters[item](nil)}, "function of DeadLetters is nil"},
		"all at once":       {[]load.Option{load.Writers(0), load.Groups(0)}, "Groups is 0"},
		"option of session": {[]load.Option{load.Session(session.FetchSize(-7))}, "FetchSize"},
		"others' dead letter": {
			[]load.Option{load.DeadLetters(func(context.Context, load.Rejected[note]) error { return nil })},
			"rows of another type",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inBubble(t, &graph{}, func(t *testing.T, g *graph) {
				_, err := load.New[item](g.driver, create, c.opts...).Run(t.Context(), rx.FromSlice(items(3)))
				var usage *records.UsageError
				require.ErrorAs(t, err, &usage)
				assert.ErrorContains(t, err, c.want)
				assert.Empty(t, g.ids())
			})
		})
	}
}
