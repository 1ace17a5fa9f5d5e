package integration_test

import (
	"context"
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

// TestStalledObserverHoldsLittle stalls in the middle of a million records, often and for long enough that the server could send everything.
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
	assert.Less(t, log.count("C: PULL"), 100, "the batches grow while the observer waits")
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

// TestAThousandCancels cancels queries of three kinds, as many at a time as there are connections, and expects the connections back.
func TestAThousandCancels(t *testing.T) {
	const size, cancels = 10, 1000
	observer := newObserver(t)
	driver := open(t, neorx.WithMaxConnectionPoolSize(size))
	require.NoError(t, driver.VerifyConnectivity(limited(t)))
	lock := driver.Query("MERGE (n:Lock) SET n.x = 0", nil)
	_, err := lock.Exec(limited(t))
	require.NoError(t, err)
	t.Cleanup(func() {
		_, _ = observer.driver.Query("MATCH (n:Lock) DELETE n", nil).Exec(context.Background())
	})
	holder, err := observer.driver.Session().Begin(limited(t))
	require.NoError(t, err)
	defer func() { _ = holder.Close(context.Background()) }()
	_, err = holder.Query("MATCH (n:Lock) SET n.x = 1", nil).Exec(limited(t))
	require.NoError(t, err)

	kinds := []string{
		marked(endlessRecords, t.Name()),
		marked(endlessWork, t.Name()),
		marked("MATCH (n:Lock) SET n.x = n.x + 1", t.Name()), // waits for the holder
	}
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		took []time.Duration
	)
	work := make(chan int)
	for range size {
		wg.Go(func() {
			for i := range work {
				ctx, cancel := context.WithCancel(limited(t))
				left := make(chan time.Time, 1)
				timer := time.AfterFunc(time.Duration(i%30)*time.Millisecond, func() {
					left <- time.Now()
					cancel()
				})
				_, err := driver.Session().Query(kinds[i%3], nil).Stream().Count(ctx)
				returned := time.Now()
				timer.Stop()
				assert.ErrorIs(t, err, context.Canceled)
				mu.Lock()
				took = append(took, returned.Sub(<-left))
				mu.Unlock()
			}
		})
	}
	for i := range cancels {
		work <- i
	}
	close(work)
	wg.Wait()
	began := time.Now()
	observer.awaitGone(t.Name())
	t.Logf("gone from the server %v after the last cancel", time.Since(began).Round(time.Millisecond))
	stats := driver.PoolStats()
	t.Logf("%d cancels: %+v", len(took), stats.Total)
	assert.LessOrEqual(t, stats.Total.Dialled, int64(size))
	slices.Sort(took)
	t.Logf("a cancelled call returned after %v in the median, %v at most", took[len(took)/2], took[len(took)-1])
	require.NoError(t, driver.VerifyConnectivity(limited(t)))
}

// TestCancelReturnsAtOnce measures how long a cancelled call takes to return, and how long the server shows it after that.
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
