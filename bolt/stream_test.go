package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// pulls lists the PULLs and DISCARDs of a connection.
func pulls(s *bolttest.Server) []string {
	var list []string
	for _, line := range s.Conversation(1) {
		if strings.HasPrefix(line, "PULL") || strings.HasPrefix(line, "DISCARD") {
			list = append(list, line)
		}
	}
	return list
}

// consume takes n rows one by one, each after a pause.
func consume(t testing.TB, s *bolt.Stream, rows *records.RecordRows, n int, pause time.Duration) {
	t.Helper()
	for range n {
		got, err := s.Next(t.Context(), 1)
		require.NoError(t, err)
		require.Equal(t, 1, got)
		rows.Take()
		<-time.After(pause)
	}
}

func TestDemandIsPulledAndTheRestDiscarded(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		stream, rows := run(t, c, 1_000_000, bolt.StreamConfig{Demand: 10})
		consume(t, stream, rows, 10, 0)
		require.NoError(t, stream.Discard(t.Context()))
		assert.Equal(t, []string{"PULL 10", "DISCARD -1"}, pulls(s))
		assert.NotEmpty(t, stream.Bookmark(), "an early stop keeps its bookmark")
		works(t, c)
	})
}

func TestPinnedFetchSizeRefillsWhenTheBatchIsConsumed(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		stream, rows := run(t, c, 7, bolt.StreamConfig{FetchSize: 3, Pinned: true})
		consume(t, stream, rows, 3, time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"PULL 3"}, pulls(s), "all three are consumed, and nobody has asked for more")
		consume(t, stream, rows, 1, 0)
		assert.Equal(t, []string{"PULL 3", "PULL 3"}, pulls(s))
		got, err := rest(t.Context(), stream, rows)
		require.NoError(t, err)
		assert.Equal(t, []int64{5, 6, 7}, got)
		assert.Equal(t, []string{"PULL 3", "PULL 3", "PULL 3"}, pulls(s))
	})
}

func TestNextPullLeavesAtTheLowMark(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		stream, rows := run(t, c, 10_000, bolt.StreamConfig{})
		synctest.Wait() // the whole batch has arrived, so that it is read in one go
		consume(t, stream, rows, 700, time.Millisecond)
		synctest.Wait()
		assert.Len(t, pulls(s), 1, "300 rows are left")
		consume(t, stream, rows, 1, time.Millisecond)
		synctest.Wait()
		assert.Equal(t, []string{"PULL 1000", "PULL 1000"}, pulls(s), "the first batch tells nothing")
	})
}

func TestNoPullForAResultThatIsCancelled(t *testing.T) {
	why := errors.New("the user has left")
	tests := map[string]func(cancel context.CancelCauseFunc, s *bolt.Stream, c *bolt.Conn){
		"by its context":    func(cancel context.CancelCauseFunc, _ *bolt.Stream, _ *bolt.Conn) { cancel(why) },
		"by its consumer":   func(_ context.CancelCauseFunc, s *bolt.Stream, _ *bolt.Conn) { s.Cancel(why) },
		"by its connection": func(_ context.CancelCauseFunc, _ *bolt.Stream, c *bolt.Conn) { c.Interrupt(why) },
	}
	for name, leave := range tests {
		t.Run(name, func(t *testing.T) {
			inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
				stream, rows := run(t, c, 5000, bolt.StreamConfig{})
				consume(t, stream, rows, 700, 0) // one more, and the next PULL leaves
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				leave(cancel, stream, c)
				for {
					_, err := stream.Next(ctx, 32)
					rows.Take()
					if err != nil {
						require.ErrorIs(t, err, why)
						break
					}
				}
				require.NoError(t, c.Reset(t.Context()))
				assert.Equal(t, []string{"PULL 1000"}, pulls(s))
				works(t, c)
			})
		})
	}
}

func TestALongResultFromAfarDoublesItsBatches(t *testing.T) {
	const oneWay = 20 * time.Millisecond
	elapsed := func(t *testing.T, n int) (trips int) {
		inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
			began := time.Now()
			stream, rows := run(t, c, n, bolt.StreamConfig{FetchSize: 100})
			got, err := rest(t.Context(), stream, rows)
			require.NoError(t, err)
			require.Equal(t, upTo(n), got)
			trips = int(time.Since(began) / (2 * oneWay))
			assert.LessOrEqual(t, trips, len(pulls(s)))
		}, bolttest.WithLatency(oneWay), bolttest.WithBuffer(64<<20))
		return trips
	}
	assert.Equal(t, 1, elapsed(t, 100))
	assert.Equal(t, 2, elapsed(t, 101))
	assert.Equal(t, 2, elapsed(t, 200), "the first batch tells nothing")
	assert.Equal(t, 3, elapsed(t, 400), "then they double")
	assert.Equal(t, 12, elapsed(t, 102_500), "nearly: what is buffered when a PULL leaves was not taken yet")
}

func TestASlowConsumerBuffersOneBatchAtMost(t *testing.T) {
	sent := 0
	counted := func(context.Context, *bolttest.Query) (*bolttest.Result, error) {
		return bolttest.Seq([]string{"x"}, func(yield func([]any, error) bool) {
			for sent = 0; sent < 1_000_000 && yield([]any{int64(sent)}, nil); sent++ {
			}
		}), nil
	}
	inBubble(t, counted, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		stream, rows := run(t, c, 0, bolt.StreamConfig{})
		for consumed := 0; consumed < 20_000; consumed += 100 {
			consume(t, stream, rows, 100, time.Millisecond)
			synctest.Wait()
			require.LessOrEqual(t, sent-consumed, 1300+1, "a batch, the rest of the one before, and the row that the server looks ahead")
		}
		require.NoError(t, stream.Discard(t.Context()))
	})
}

func TestExecDiscardsInsteadOfPulling(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		stream, rows := run(t, c, 5000, bolt.StreamConfig{None: true})
		got, err := rest(t.Context(), stream, rows)
		require.NoError(t, err)
		assert.Empty(t, got)
		assert.Equal(t, []string{"DISCARD -1"}, pulls(s))
		works(t, c)
	})
}

func TestFailureComesBehindItsRows(t *testing.T) {
	failing := func(context.Context, *bolttest.Query) (*bolttest.Result, error) {
		return bolttest.Range("x", 1, 1500).Then(bolttest.Failure("Neo.ClientError.Statement.ArithmeticError", "/ by zero")), nil
	}
	inBubble(t, failing, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		stream, rows := run(t, c, 0, bolt.StreamConfig{})
		got, err := rest(t.Context(), stream, rows)
		assert.Equal(t, upTo(1500), got)
		var failed *bolt.ServerError
		require.ErrorAs(t, err, &failed)
		assert.True(t, stream.Decided())
		assert.False(t, c.Clean())
		require.NoError(t, c.Reset(t.Context()))
		assert.True(t, c.Clean())
	})
}

func TestServerDiesMidStream(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		stream, rows := run(t, c, 5000, bolt.StreamConfig{})
		consume(t, stream, rows, 10, time.Millisecond)
		s.CloseConnections()
		got, err := rest(t.Context(), stream, rows)
		var lost *bolt.ConnectivityError
		require.ErrorAs(t, err, &lost)
		assert.False(t, stream.Decided())
		assert.Equal(t, upTo(5000)[10:10+len(got)], got, "what had arrived is delivered")
		assert.False(t, c.Alive())
	})
}

func TestResultsOfATransactionInterleave(t *testing.T) {
	const outerRows, innerRows = 4000, 3000
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		tx, err := c.Begin(t.Context(), bolt.TxConfig{})
		require.NoError(t, err)
		open := func(n int) (*bolt.Stream, *records.RecordRows) {
			rows := records.NewRows()
			stream, err := tx.Run(t.Context(), "COUNT", map[string]any{"n": n}, bolt.StreamConfig{}, rows)
			require.NoError(t, err)
			return stream, rows
		}
		outer, outerBuf := open(outerRows)
		inner, innerBuf := open(innerRows)
		var outerGot, innerGot []int64
		take := func(s *bolt.Stream, rows *records.RecordRows, got *[]int64) bool {
			_, err := s.Next(t.Context(), 32)
			for _, r := range rows.Take() {
				x, _ := r.At(0).AsInt()
				*got = append(*got, x)
			}
			if err != io.EOF {
				require.NoError(t, err)
			}
			return err == nil
		}
		for more := true; more; {
			a, b := take(outer, outerBuf, &outerGot), take(inner, innerBuf, &innerGot)
			more = a || b
		}
		assert.Equal(t, upTo(outerRows), outerGot)
		assert.Equal(t, upTo(innerRows), innerGot)
		assert.Contains(t, pulls(s), "PULL 1000 of 0", "the result that is not the last names itself")
		_, _, err = tx.Commit(t.Context())
		require.NoError(t, err)
		works(t, c)
	})
}

func TestCommitEndsResultsThatAreOpen(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		tx, err := c.Begin(t.Context(), bolt.TxConfig{})
		require.NoError(t, err)
		rows := records.NewRows()
		stream, err := tx.Run(t.Context(), "COUNT", map[string]any{"n": 5000}, bolt.StreamConfig{}, rows)
		require.NoError(t, err)
		consume(t, stream, rows, 5, 0)
		_, _, err = tx.Commit(t.Context())
		require.NoError(t, err)
		assert.True(t, stream.Broken())
		_, err = stream.Next(t.Context(), 1)
		require.ErrorIs(t, err, bolt.ErrResultOpen)
		assert.Equal(t, []string{"PULL 1000", "DISCARD -1"}, pulls(s))
		works(t, c)
	})
}

func TestManyReadersShareAConnection(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		tx, err := c.Begin(t.Context(), bolt.TxConfig{})
		require.NoError(t, err)
		const readers = 8
		results := make(chan error, readers)
		for i := range readers {
			go func() {
				rows := records.NewRows()
				n := 1000 * (i + 1)
				stream, err := tx.Run(t.Context(), "COUNT", map[string]any{"n": n}, bolt.StreamConfig{}, rows)
				if err == nil {
					var got []int64
					got, err = rest(t.Context(), stream, rows)
					if err == nil && len(got) != n {
						err = fmt.Errorf("%d rows instead of %d", len(got), n)
					}
				}
				results <- err
			}()
		}
		for range readers {
			require.NoError(t, <-results)
		}
		require.NoError(t, tx.Rollback(t.Context()))
		works(t, c)
	}, bolttest.WithLatency(time.Millisecond))
}

func TestAReaderThatLeavesHandsOver(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		tx, err := c.Begin(t.Context(), bolt.TxConfig{})
		require.NoError(t, err)
		leaving, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		defer cancel()
		first := make(chan error, 1)
		go func() { // reads for both until its context ends
			rows := records.NewRows()
			stream, err := tx.Run(leaving, "COUNT", nil, bolt.StreamConfig{}, rows)
			if err == nil {
				_, err = rest(leaving, stream, rows)
			}
			first <- err
		}()
		synctest.Wait()
		rows := records.NewRows()
		stream, err := tx.Run(t.Context(), "COUNT", map[string]any{"n": 7}, bolt.StreamConfig{}, rows)
		require.NoError(t, err)
		got, err := rest(t.Context(), stream, rows)
		require.NoError(t, err)
		assert.Equal(t, upTo(7), got)
		require.ErrorIs(t, <-first, context.DeadlineExceeded)
	}, bolttest.WithLatency(20*time.Millisecond))
}

func TestEmptyLastBatch(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, s *bolttest.Server, c *bolt.Conn) {
		stream, rows := run(t, c, 2000, bolt.StreamConfig{FetchSize: 1000, Pinned: true})
		got, err := rest(t.Context(), stream, rows)
		require.NoError(t, err)
		assert.Equal(t, upTo(2000), got)
		assert.Len(t, pulls(s), 3)
		works(t, c)
	}, bolttest.WithoutPeek())
}

func TestDecoderErrorIsTheConsumersOwn(t *testing.T) {
	inBubble(t, counting, func(t *testing.T, _ *bolttest.Server, c *bolt.Conn) {
		refuse := errors.New("no")
		stream, err := c.Run(t.Context(), "COUNT", nil, bolt.TxConfig{}, bolt.StreamConfig{}, decoder(func(n int) error {
			if n == 4 {
				return refuse
			}
			return nil
		}))
		require.NoError(t, err)
		n, err := stream.Next(t.Context(), 32)
		assert.Equal(t, 3, n, "the rows before it count")
		require.ErrorIs(t, err, refuse)
		require.NoError(t, stream.Discard(t.Context()))
		works(t, c)
	})
}

// decoder calls a function with the number of each row, from 1.
func decoder(row func(n int) error) records.Decoder { return &rowFunc{row: row} }

type rowFunc struct {
	n   int
	row func(n int) error
}

func (*rowFunc) Keys([]string) error { return nil }

func (d *rowFunc) Row([]byte) error {
	d.n++
	return d.row(d.n)
}
