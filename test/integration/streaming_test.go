package integration_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
)

// wire counts the messages that a driver sends, by its log.
type wire struct {
	slog.Handler
	mu   sync.Mutex
	sent map[string]int
}

func newWire() *wire { return &wire{Handler: slog.DiscardHandler, sent: map[string]int{}} }

func (*wire) Enabled(context.Context, slog.Level) bool { return true }

func (w *wire) Handle(_ context.Context, r slog.Record) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent[r.Message]++
	return nil
}

func (w *wire) count(message string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent[message]
}

// heap is what is in use, after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestStalledObserverHoldsLittle stalls in the middle of a million records, often and for long
// enough that the server could send everything.
func TestStalledObserverHoldsLittle(t *testing.T) {
	log := newWire()
	driver := open(t, neorx.WithLogger(slog.New(log)))
	cypher := "UNWIND range(1, 1000000) AS x RETURN x, toString(x) + ' and some text to make it longer' AS text"
	idle := heap()
	var peak uint64
	seen := 0
	err := driver.Query(cypher, nil, neorx.ReadOnly()).Stream().ForEach(limited(t), func(*neorx.Record) error {
		seen++
		if seen%100_000 == 0 {
			<-time.After(200 * time.Millisecond)
			peak = max(peak, heap())
		}
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, million, seen)
	above := int64(peak) - int64(idle)
	t.Logf("heap %d KiB above idle at its peak, %d PULLs", above>>10, log.count("C: PULL"))
	assert.Less(t, above, int64(8<<20))
	assert.LessOrEqual(t, log.count("C: PULL"), million/1000, "a busy server gets no larger batches, and no smaller ones")
	assert.Zero(t, log.count("C: RESET"))
}

func TestPinnedFetchSizeIsOneThousandPulls(t *testing.T) {
	log := newWire()
	driver := open(t, neorx.WithLogger(slog.New(log)))
	n, err := driver.Query(millionCypher, nil, neorx.ReadOnly(), neorx.FetchSize(1000)).Stream().Count(limited(t))
	require.NoError(t, err)
	assert.EqualValues(t, million, n)
	assert.Equal(t, million/1000, log.count("C: PULL"))
}

func TestTakeIsOnePullAndADiscard(t *testing.T) {
	log := newWire()
	driver := open(t, neorx.WithLogger(slog.New(log)))
	all, err := driver.Query(millionCypher, nil, neorx.ReadOnly()).Stream().Take(10).Collect(limited(t))
	require.NoError(t, err)
	assert.Len(t, all, 10)
	assert.Equal(t, 1, log.count("C: PULL"))
	assert.Equal(t, 1, log.count("C: DISCARD"))
}

// cancelled runs a query that never ends, cancels it some time after the server has begun with it,
// and returns how long the call took to return. Before that a server can miss a RESET: see
// bolt.Conn.Reset.
func cancelled(t *testing.T, q neorx.Query, after time.Duration) time.Duration {
	ctx, cancel := context.WithCancel(limited(t))
	defer cancel()
	result, err := q.Open(ctx)
	if !assert.NoError(t, err) {
		return 0
	}
	// A result holds its connection until it is observed or closed; a context that has ended
	// already lets nobody begin to observe.
	defer func() { _ = result.Close(ctx) }()
	left := make(chan time.Time, 1)
	time.AfterFunc(after, func() {
		left <- time.Now()
		cancel()
	})
	_, err = result.Stream().Count(ctx)
	took := time.Since(<-left)
	assert.ErrorIs(t, err, context.Canceled)
	return took
}

// TestAThousandCancels cancels queries, as many at a time as there are connections, and expects the
// connections back. They read: a server can lose the RESET that follows at once on a RUN that
// writes, and then nothing ends the statement, not even closing the connection.
func TestAThousandCancels(t *testing.T) {
	const size, cancels = 10, 1000
	observer := newObserver(t)
	// A server with a lot to do needs its time to stop: what is not clean after the grace has
	// missed its RESET.
	driver := open(t, neorx.WithMaxConnectionPoolSize(size), neorx.WithResetGrace(10*time.Second))
	require.NoError(t, driver.VerifyConnectivity(limited(t)))
	kinds := []string{marked(endlessRecords, t.Name()), marked(endlessSearch, t.Name())}
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		took []time.Duration
	)
	work := make(chan int)
	for range size {
		wg.Go(func() {
			for i := range work {
				d := cancelled(t, driver.Session().Query(kinds[i%2], nil), time.Duration(i%30)*time.Millisecond)
				mu.Lock()
				took = append(took, d)
				mu.Unlock()
			}
		})
	}
	for i := range cancels {
		work <- i
	}
	close(work)
	wg.Wait()
	stats := driver.PoolStats().Total
	t.Logf("%d cancels: %+v", len(took), stats)
	// A RESET that the server misses costs a connection; the pool closes it, and so it has room for
	// the next.
	missed := stats.Closed.Uncleaned
	assert.LessOrEqual(t, missed, int64(cancels/20))
	assert.LessOrEqual(t, stats.Dialled, size+missed)
	if missed == 0 {
		began := time.Now()
		observer.awaitGone(t.Name())
		t.Logf("gone from the server %v after the last cancel", time.Since(began).Round(time.Millisecond))
	}
	slices.Sort(took)
	t.Logf("a cancelled call returned after %v in the median, %v at most", took[len(took)/2], took[len(took)-1])
	require.NoError(t, driver.VerifyConnectivity(limited(t)))
}

// TestLeavingCostsNoConnection leaves long results in the middle of batches that have grown.
func TestLeavingCostsNoConnection(t *testing.T) {
	const at = 50_000
	ways := map[string]func(q neorx.Query) error{
		"by a break": func(q neorx.Query) error {
			read := 0
			for _, err := range q.Stream().All(limited(t)) {
				if read++; err != nil || read == at {
					return err
				}
			}
			return nil
		},
		"by a cancel": func(q neorx.Query) error {
			ctx, cancel := context.WithCancel(limited(t))
			defer cancel()
			read := 0
			err := q.Stream().ForEach(ctx, func(*neorx.Record) error {
				if read++; read == at {
					cancel()
				}
				return nil
			})
			if errors.Is(err, context.Canceled) {
				return nil
			}
			return err
		},
	}
	for name, leave := range ways {
		t.Run(name, func(t *testing.T) {
			observer, driver := newObserver(t), open(t, neorx.WithMaxConnectionPoolSize(2))
			for range 10 {
				require.NoError(t, leave(driver.Query(marked(endlessRecords, t.Name()), nil, neorx.ReadOnly())))
			}
			observer.awaitGone(t.Name())
			stats := driver.PoolStats().Total
			assert.Zero(t, stats.Closed.Uncleaned)
			assert.LessOrEqual(t, stats.Dialled, int64(2))
			require.NoError(t, driver.VerifyConnectivity(limited(t)))
		})
	}
}

// TestCancelEndsWaitingForALock cancels a write that waits for another transaction.
func TestCancelEndsWaitingForALock(t *testing.T) {
	driver, observer := open(t), newObserver(t)
	t.Cleanup(func() { wipe(t, driver, "Lock") })
	exec(t, driver.Query("CREATE (:Lock)", nil))
	session := driver.Session()
	defer session.Close()
	holder := begin(t, session)
	exec(t, holder.Query("MATCH (n:Lock) SET n.x = 1", nil))

	mark := t.Name()
	ctx, cancel := context.WithCancel(limited(t))
	ended := make(chan error, 1)
	go func() {
		_, err := driver.Query(marked("MATCH (n:Lock) SET n.x = 2", mark), nil).Exec(ctx)
		ended <- err
	}()
	observer.awaitRunning(mark)
	cancel()
	assert.ErrorIs(t, outcome(t, ended), context.Canceled)
	observer.awaitGone(mark)
	require.NoError(t, holder.Commit(limited(t)))
}

// TestCancelReturnsAtOnce measures how long a cancelled call takes to return, and how long the
// server shows it after that.
func TestCancelReturnsAtOnce(t *testing.T) {
	driver, observer := open(t), newObserver(t)
	for i, cypher := range []string{endlessRecords, endlessWork} {
		mark := fmt.Sprintf("%s %d", t.Name(), i)
		ctx, cancel := context.WithCancel(limited(t))
		ended := make(chan error, 1)
		go func() {
			_, err := driver.Session().Query(marked(cypher, mark), nil).Stream().Count(ctx)
			ended <- err
		}()
		observer.awaitRunning(mark)
		began := time.Now()
		cancel()
		require.ErrorIs(t, outcome(t, ended), context.Canceled)
		returned := time.Since(began)
		observer.awaitGone(mark)
		t.Logf("returned after %v, gone from the server after %v", returned.Round(time.Microsecond), time.Since(began).Round(time.Millisecond))
	}
}
