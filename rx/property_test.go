package rx_test

import (
	"context"
	"fmt"
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
	"face by a channel": func(int) link {
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

func TestRandomChainsBehaveLikeSlices(t *testing.T) {
	names := make([]string, 0, len(kinds))
	for name := range kinds {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "n")
		var failure error
		if rapid.Bool().Draw(t, "fails") {
			failure = errBoom
		}
		var l ledger
		s, want := l.stream(n, failure), model{nil, failure}
		for i := range n {
			want.items = append(want.items, i)
		}
		var chain []string
		for range rapid.IntRange(1, 6).Draw(t, "length") {
			name, k := rapid.SampledFrom(names).Draw(t, "operator"), rapid.IntRange(0, 5).Draw(t, "k")
			next := kinds[name](k)
			s, want = next.stream(s), next.model(want)
			chain = append(chain, fmt.Sprintf("%s(%d)", name, k))
		}
		for range 2 {
			items, err := s.Collect(context.Background())
			require.Equal(t, want.err, err, strings.Join(chain, " → "))
			require.True(t, slices.Equal(want.items, items), "%s: want %v, got %v", strings.Join(chain, " → "), want.items, items)
			require.Zero(t, l.held.Load(), strings.Join(chain, " → "))
		}
	})
}
