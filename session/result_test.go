package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// opened runs a test with an open result of each source.
func opened(t *testing.T, cypher string, params any, test func(t *testing.T, f *fixture, r *session.Result)) {
	fromEach(t, setup{}, cypher, params, func(t *testing.T, f *fixture, q session.Query) {
		r, err := q.Open(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"x"}, r.Keys())
		test(t, f, r)
		summary, err := r.Summary(t.Context())
		again, errAgain := r.Summary(t.Context())
		assert.Equal(t, err, errAgain)
		assert.Equal(t, summary, again)
		errClosed := r.Close(t.Context())
		assert.Equal(t, err, errClosed, "it tells the same end again and again")
		f.works(t)
	})
}

func TestResultsAreObservedOnce(t *testing.T) {
	opened(t, "COUNT", many, func(t *testing.T, _ *fixture, r *session.Result) {
		got, err := numbers(r.Stream()).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, upTo(10_000), got)
		var usage *records.UsageError
		_, err = r.Stream().Count(t.Context())
		require.ErrorAs(t, err, &usage)
		require.ErrorAs(t, r.Records().Error(), &usage)
		_, err = r.Summary(t.Context())
		require.NoError(t, err)
	})
}

func TestResultAsObservable(t *testing.T) {
	opened(t, "COUNT", nil, func(t *testing.T, _ *fixture, r *session.Result) {
		n := 0
		for item := range r.Records().Observe() {
			require.NoError(t, item.E)
			n++
		}
		assert.Equal(t, 10, n)
	})
}

func TestSummaryOfAResultThatNobodyObserved(t *testing.T) {
	opened(t, "COUNT", many, func(t *testing.T, f *fixture, r *session.Result) {
		summary, err := r.Summary(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "COUNT", summary.Query)
		assert.Contains(t, f.said(1), "DISCARD -1")
		var usage *records.UsageError
		_, err = r.Stream().Count(t.Context())
		require.ErrorAs(t, err, &usage)
	})
}

func TestCloseOfAResultThatNobodyObserved(t *testing.T) {
	opened(t, "COUNT", many, func(t *testing.T, f *fixture, r *session.Result) {
		require.NoError(t, r.Close(t.Context()))
		assert.Contains(t, f.said(1), "DISCARD -1")
		var usage *records.UsageError
		_, err := r.Stream().Count(t.Context())
		require.ErrorAs(t, err, &usage)
	})
}

func TestSummaryAfterAnEarlyStop(t *testing.T) {
	opened(t, "COUNT", many, func(t *testing.T, _ *fixture, r *session.Result) {
		got, err := numbers(r.Stream()).Take(5).Collect(t.Context())
		require.NoError(t, err)
		assert.Equal(t, upTo(5), got)
		_, err = r.Summary(t.Context())
		require.NoError(t, err)
	})
}

func TestSummaryAfterAFailure(t *testing.T) {
	opened(t, "BREAK", many, func(t *testing.T, _ *fixture, r *session.Result) {
		got, err := numbers(r.Stream()).Collect(t.Context())
		var failure *bolt.ServerError
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, upTo(10_000), got)
		_, err = r.Summary(t.Context())
		require.ErrorAs(t, err, &failure)
	})
}

func TestAConsumerOfAResultFails(t *testing.T) {
	opened(t, "COUNT", many, func(t *testing.T, _ *fixture, r *session.Result) {
		require.ErrorIs(t, r.Stream().ForEach(t.Context(), failAt(1500)), errConsumer)
		_, err := r.Summary(t.Context())
		require.ErrorIs(t, err, errConsumer)
	})
}

func TestAPanickingConsumerOfAResult(t *testing.T) {
	opened(t, "COUNT", many, func(t *testing.T, _ *fixture, r *session.Result) {
		assert.PanicsWithValue(t, "boom", func() {
			_ = r.Stream().ForEach(t.Context(), func(*records.Record) error { panic("boom") })
		})
		_, err := r.Summary(t.Context())
		require.Error(t, err)
	})
}

func TestCloseFromInsideTheObserver(t *testing.T) {
	opened(t, "COUNT", many, func(t *testing.T, f *fixture, r *session.Result) {
		n := 0
		err := r.Stream().ForEach(t.Context(), func(*records.Record) error {
			if n++; n == 1500 {
				require.NoError(t, r.Close(t.Context()))
			}
			return nil
		})
		require.ErrorIs(t, err, session.ErrResultClosed)
		assert.Equal(t, 1500, n)
		assert.Contains(t, f.said(1), "DISCARD -1")
		_, err = r.Summary(t.Context())
		require.NoError(t, err)
	})
}

func TestCloseWhileSomebodyObserves(t *testing.T) {
	for name, server := range map[string][]bolttest.Option{"in emit": nil, "waiting": {bolttest.WithLatency(2 * time.Second)}} {
		t.Run(name, func(t *testing.T) {
			fromEach(t, setup{server: server}, "COUNT", many, func(t *testing.T, f *fixture, q session.Query) {
				r, err := q.Open(t.Context())
				require.NoError(t, err)
				ended := make(chan error, 1)
				go func() {
					ended <- r.Stream().ForEach(t.Context(), func(*records.Record) error {
						if server == nil {
							<-time.After(time.Second)
						}
						return nil
					})
				}()
				<-time.After(5500 * time.Millisecond)
				require.NoError(t, r.Close(t.Context()))
				require.ErrorIs(t, <-ended, session.ErrResultClosed)
				f.works(t)
			})
		})
	}
}

func TestSummaryWaitsForTheObserver(t *testing.T) {
	opened(t, "COUNT", params("n", 60), func(t *testing.T, _ *fixture, r *session.Result) {
		ended := make(chan error, 1)
		go func() {
			ended <- r.Stream().ForEach(t.Context(), func(*records.Record) error { <-time.After(time.Second); return nil })
		}()
		<-time.After(time.Millisecond)
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := r.Summary(impatient)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		_, err = r.Summary(t.Context())
		require.NoError(t, err)
		require.NoError(t, <-ended)
	})
}

func TestCloseOnAnEndedContextStillGivesTheConnectionBack(t *testing.T) {
	fromEach(t, setup{}, "COUNT", many, func(t *testing.T, f *fixture, q session.Query) {
		r, err := q.Open(t.Context())
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, r.Close(ctx), context.Canceled)
		f.works(t)
	})
}

func TestSessionCloseEndsOpenResults(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		s := f.Session()
		r, err := s.Query("COUNT", many).Open(t.Context())
		require.NoError(t, err)
		require.NoError(t, s.Close())
		f.checkWhole(t)
		_, err = r.Stream().Count(t.Context())
		require.ErrorIs(t, err, session.ErrClosed)
		require.ErrorIs(t, r.Close(t.Context()), session.ErrClosed)
	})
}

// Only what fails before the result is there is retried.
func TestOpenIsRetried(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, f *fixture) {
		f.ledger.onBegin = func(attempt int) error {
			if attempt < 3 {
				return transient()
			}
			return nil
		}
		r, err := f.Query("CREATE", params("id", 1)).Open(t.Context())
		require.NoError(t, err)
		_, err = r.Summary(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []int64{1}, f.ledger.ids())
	})
}

func TestOpenThatIsRefused(t *testing.T) {
	fromEach(t, setup{}, "NONSENSE", nil, func(t *testing.T, f *fixture, q session.Query) {
		_, err := q.Open(t.Context())
		var failure *bolt.ServerError
		require.ErrorAs(t, err, &failure)
		f.works(t)
	})
}
