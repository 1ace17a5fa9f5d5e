package rx_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/neorx/neorx/rx"
)

// model is a stream as a naive person thinks of one: some items, then an error or not.
type model struct {
	items []int
	err   error
}

// link is one operator of a random chain, and what it does to a model.
type link struct {
	stream func(rx.Stream[int]) rx.Stream[int]
	model  func(model) model
}

// kinds makes links of a small number k.
var kinds = map[string]func(k int) link{
	"Map": func(k int) link {
		f := func(n int) int { return n + k }
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] { return rx.Map(s, f) }, model: mapped(f)}
	},
	"TryMap": func(k int) link {
		return link{
			stream: func(s rx.Stream[int]) rx.Stream[int] { return rx.TryMap(s, fragile(k)) },
			model:  failingAt(k),
		}
	},
	"ParallelMap": func(k int) link {
		return link{
			stream: func(s rx.Stream[int]) rx.Stream[int] { return rx.ParallelMap(s, 1+k, fragile(k)) },
			model:  failingAt(k),
		}
	},
	"Filter": func(k int) link {
		keep := func(n int) bool { return n%(k+1) == 0 }
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] { return s.Filter(keep) }, model: filtered(keep)}
	},
	"Take": func(k int) link {
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] { return s.Take(k) }, model: taken(k)}
	},
	"TakeWhile": func(k int) link {
		keep := func(n int) bool { return n < 2*k }
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] { return s.TakeWhile(keep) }, model: takenWhile(keep)}
	},
	"Skip": func(k int) link {
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] { return s.Skip(k) }, model: func(m model) model {
			return model{m.items[min(k, len(m.items)):], m.err}
		}}
	},
	"Scan": func(k int) link {
		return link{
			stream: func(s rx.Stream[int]) rx.Stream[int] { return rx.Scan(s, k, func(a, n int) int { return a + n }) },
			model: func(m model) model {
				sum := k
				return mapped(func(n int) int { sum += n; return sum })(m)
			},
		}
	},
	"Buffer": func(k int) link {
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] { return rx.Map(rx.Buffer(s, k+1), sum) }, model: batched(k + 1)}
	},
	"Concat": func(k int) link {
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] { return rx.Concat(rx.Just(k), s, rx.Just(k)) }, model: func(m model) model {
			m.items = append([]int{k}, m.items...)
			if m.err == nil {
				m.items = append(m.items, k)
			}
			return m
		}}
	},
	"ConcatMap": func(k int) link {
		return link{
			stream: func(s rx.Stream[int]) rx.Stream[int] {
				return rx.ConcatMap(s, func(n int) rx.Stream[int] { return rx.Just(n, n, n).Take(k) })
			},
			model: func(m model) (out model) {
				for _, n := range m.items {
					out.items = append(out.items, slices.Repeat([]int{n}, min(k, 3))...)
				}
				out.err = m.err
				return out
			},
		}
	},
	"OnErrorResume": func(k int) link {
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] {
			return s.OnErrorResume(func(error) rx.Stream[int] { return rx.Just(k) })
		}, model: func(m model) model {
			if m.err != nil {
				return model{append(m.items, k), nil}
			}
			return m
		}}
	},
	"Retry": func(k int) link {
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] {
			return s.Retry(func(_ error, attempt int) (time.Duration, bool) { return 0, attempt <= k })
		}, model: same}
	},
	"Prefetch": func(k int) link {
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] { return s.Prefetch(1 + k) }, model: same}
	},
	"Merge": func(int) link {
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] { return rx.Merge(s, rx.Empty[int]()) }, model: same}
	},
	"Share": func(k int) link {
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] { return s.Share(rx.ShareBuffer(k)) }, model: same}
	},
	"All": func(int) link {
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] { return rx.FromSeq2(s.All) }, model: same}
	},
	"face Take": func(k int) link {
		return face(func(o rxgo.Observable) rxgo.Observable { return o.Take(uint(k)) }, taken(k))
	},
	"face TakeLast": func(k int) link {
		return face(func(o rxgo.Observable) rxgo.Observable { return o.TakeLast(uint(k)) }, func(m model) model {
			if m.err != nil {
				return model{nil, m.err}
			}
			return model{m.items[max(0, len(m.items)-k):], nil}
		})
	},
	"face SkipLast": func(k int) link {
		return face(func(o rxgo.Observable) rxgo.Observable { return o.SkipLast(uint(k)) }, func(m model) model {
			return model{m.items[:max(0, len(m.items)-k)], m.err}
		})
	},
	"face Distinct": func(int) link {
		return face(func(o rxgo.Observable) rxgo.Observable { return o.Distinct(echo) }, func(m model) model {
			seen := map[int]bool{}
			return filtered(func(n int) bool {
				known := seen[n]
				seen[n] = true
				return !known
			})(m)
		})
	},
	"face BufferWithCount": func(k int) link {
		return face(func(o rxgo.Observable) rxgo.Observable {
			return o.BufferWithCount(k + 1).Map(func(_ context.Context, v any) (any, error) {
				total := 0
				for _, n := range v.([]any) {
					total += n.(int)
				}
				return total, nil
			})
		}, batched(k+1))
	},
	"face DefaultIfEmpty": func(k int) link {
		return face(func(o rxgo.Observable) rxgo.Observable { return o.DefaultIfEmpty(k) }, func(m model) model {
			if len(m.items) == 0 && m.err == nil {
				return model{[]int{k}, nil}
			}
			return m
		})
	},
	"face Repeat": func(k int) link {
		return face(func(o rxgo.Observable) rxgo.Observable { return o.Repeat(int64(k%2), nil) }, func(m model) model {
			if m.err == nil {
				m.items = slices.Repeat(m.items, 1+k%2)
			}
			return m
		})
	},
	"face pool": func(k int) link {
		return face(func(o rxgo.Observable) rxgo.Observable { return o.Filter(small, rxgo.WithPool(1+k)) },
			filtered(func(n int) bool { return n < 3 }))
	},
	"face windows": func(k int) link {
		return face(func(o rxgo.Observable) rxgo.Observable {
			return o.WindowWithCount(k + 1).FlatMap(func(it rxgo.Item) rxgo.Observable { return it.V.(rxgo.Observable) })
		}, same)
	},
	byChannel: func(int) link {
		return link{stream: func(s rx.Stream[int]) rx.Stream[int] {
			return rx.FromObservable[int](channelled{rx.Observable(s)})
		}, model: same}
	},
}

// channelled hides that an observable is ours, so that it is observed by its channel.
type channelled struct{ rxgo.Observable }

func face(f func(rxgo.Observable) rxgo.Observable, m func(model) model) link {
	return link{stream: func(s rx.Stream[int]) rx.Stream[int] { return rx.FromObservable[int](f(rx.Observable(s))) }, model: m}
}

func same(m model) model { return m }

func mapped(f func(int) int) func(model) model {
	return func(m model) (out model) {
		for _, n := range m.items {
			out.items = append(out.items, f(n))
		}
		out.err = m.err
		return out
	}
}

func filtered(keep func(int) bool) func(model) model {
	return func(m model) (out model) {
		for _, n := range m.items {
			if keep(n) {
				out.items = append(out.items, n)
			}
		}
		out.err = m.err
		return out
	}
}

func taken(k int) func(model) model {
	return func(m model) model {
		if k <= len(m.items) {
			return model{m.items[:k], nil}
		}
		return m
	}
}

func takenWhile(keep func(int) bool) func(model) model {
	return func(m model) model {
		if i := slices.IndexFunc(m.items, func(n int) bool { return !keep(n) }); i >= 0 {
			return model{m.items[:i], nil}
		}
		return m
	}
}

func fragile(k int) func(context.Context, int) (int, error) {
	return func(_ context.Context, n int) (int, error) {
		if n == k {
			return 0, errBoom
		}
		return n, nil
	}
}

func failingAt(k int) func(model) model {
	return func(m model) model {
		if i := slices.Index(m.items, k); i >= 0 {
			return model{m.items[:i], errBoom}
		}
		return m
	}
}

func sum(b []int) (total int) {
	for _, n := range b {
		total += n
	}
	return total
}

func batched(n int) func(model) model {
	return func(m model) (out model) {
		for b := range slices.Chunk(m.items, n) {
			out.items = append(out.items, sum(b))
		}
		out.err = m.err
		return out
	}
}

// byChannel is the one kind that does not join its source when it is left early: a channel in
// between is not told, it is abandoned.
const byChannel = "face by a channel"

// chain draws a source, a few operators on it and the model of both.
func chain(t *rapid.T, l *ledger, without ...string) (s rx.Stream[int], want model, name string) {
	n := rapid.IntRange(0, 12).Draw(t, "n")
	if rapid.Bool().Draw(t, "fails") {
		want.err = errBoom
	}
	s = l.stream(n, want.err)
	for i := range n {
		want.items = append(want.items, i)
	}
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(kinds)), func(name string) bool { return slices.Contains(without, name) })
	var links []string
	for range rapid.IntRange(1, 6).Draw(t, "length") {
		kind, k := rapid.SampledFrom(names).Draw(t, "operator"), rapid.IntRange(0, 5).Draw(t, "k")
		next := kinds[kind](k)
		s, want = next.stream(s), next.model(want)
		links = append(links, fmt.Sprintf("%s(%d)", kind, k))
	}
	return s, want, strings.Join(links, " → ")
}

func TestRandomChainsBehaveLikeSlices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l ledger
		s, want, name := chain(t, &l)
		for range 2 {
			items, err := s.Collect(context.Background())
			require.Equal(t, want.err, err, name)
			require.True(t, slices.Equal(want.items, items), "%s: want %v, got %v", name, want.items, items)
			if !strings.Contains(name, byChannel) {
				require.Zero(t, l.held.Load(), name)
			}
		}
	})
}

// TestRandomChainsEndInRandomWays cancels, stops or breaks a chain at a random item. What came is
// then the beginning of what was to come, only a run that gave everything has no error, and nothing
// is held.
func TestRandomChainsEndInRandomWays(t *testing.T) {
	errConsumer := errors.New("consumer")
	rapid.Check(t, func(t *rapid.T) {
		var l ledger
		s, want, name := chain(t, &l, byChannel)
		at := rapid.IntRange(0, 12).Draw(t, "at")
		how := rapid.SampledFrom([]string{"cancel", "fail", "panic", "break"}).Draw(t, "how")
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var items []int
		err := func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = p.(error)
				}
			}()
			if how == "break" {
				for v, err := range s.All(ctx) {
					if err != nil {
						return err
					}
					if items = append(items, v); len(items) > at {
						return context.Canceled
					}
				}
				return nil
			}
			return s.ForEach(ctx, func(v int) error {
				if items = append(items, v); len(items) <= at {
					return nil
				}
				switch how {
				case "cancel":
					cancel()
					return nil
				case "panic":
					panic(errConsumer)
				default:
					return errConsumer
				}
			})
		}()
		require.Zero(t, l.held.Load(), name)
		require.LessOrEqual(t, len(items), len(want.items), name)
		require.True(t, slices.Equal(want.items[:len(items)], items), "%s: want %v, got %v", name, want.items, items)
		switch {
		case err == nil || err == want.err:
			require.Len(t, items, len(want.items), name)
			require.Equal(t, want.err, err, name)
		case errors.Is(err, context.Canceled), errors.Is(err, errConsumer), how == "cancel": // or a failure that nobody resumes any more
			require.Greater(t, len(items), at, name)
		default:
			t.Fatalf("%s: %v", name, err)
		}
	})
}
