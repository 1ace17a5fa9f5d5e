package rx_test

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/neorx/neorx/rx"
)

var (
	errHung  = errors.New("a source has waited for an hour")
	errOwed  = errors.New("what a source still had to do has failed")
	errPanic = errors.New("a function has panicked")
)

// shape is what a random pipeline may tell: a model that knows where the scheduler decides.
type shape struct {
	items   []int
	ordered bool    // what comes is the beginning of items; otherwise some of them, in any order
	n       int     // items before a completion; negative: not known
	ends    []error // the ends that it may have by itself; nil is a completion
	owes    certainty
	early   bool // an error of a function may come before all items have
}

// certainty is whether a stop of the consumer makes a source fail behind it.
type certainty int

const (
	debtless certainty = iota
	maybe
	always
)

func exactly(items []int, end error) shape {
	return shape{items: items, ordered: true, n: len(items), ends: []error{end}}
}

func (m shape) can(end error) bool { return slices.Contains(m.ends, end) }

// exact says that there is one result, whatever the scheduler does.
func (m shape) exact() bool { return m.ordered && !m.early && len(m.ends) == 1 }

// model is an exact shape, for the operators that are modelled on lists.
func (m shape) model() model { return model{slices.Clone(m.items), m.ends[0]} }

// atMost is the certainty that is left where a stop may come when the source has ended.
func (m shape) atMost(c certainty) certainty { return min(m.owes, c) }

func (m shape) mapped(f func(int) int) shape {
	m.items = mapped(f)(model{items: m.items}).items
	return m
}

// with is a shape of the same items with more ends.
func (m shape) with(ends ...error) shape {
	m.ends = slices.Clone(m.ends)
	for _, end := range ends {
		if !m.can(end) {
			m.ends = append(m.ends, end)
		}
	}
	return m
}

// taken is the shape behind Take(k).
func (m shape) taken(k int) shape {
	stopped := []error{nil}
	switch {
	case m.owes == always:
		stopped = []error{errOwed}
	case m.owes == maybe:
		stopped = []error{nil, errOwed}
	}
	switch {
	case k == 0:
		return exactly(nil, nil)
	case m.exact() && k > len(m.items):
		return m
	case m.exact():
		m.items, m.n, m.ends = m.items[:k], k, stopped
		return m
	case m.n >= 0:
		m.n = min(m.n, k)
	}
	if m.ordered {
		m.items = m.items[:min(k, len(m.items))]
	}
	return m.with(stopped...).with(nil)
}

// skipped is the shape behind Skip(k).
func (m shape) skipped(k int) shape {
	if m.ordered {
		m.items = m.items[min(k, len(m.items)):]
	}
	if m.n >= 0 {
		m.n = max(0, m.n-k)
	}
	return m
}

// beside is the shape of several that run side by side.
func beside(parts ...shape) (m shape) {
	complete := true
	for _, part := range parts {
		m.items = append(m.items, part.items...)
		m.owes, m.early = max(m.owes, part.atMost(maybe)), true
		if part.n < 0 || m.n < 0 {
			m.n = -1
		} else {
			m.n += part.n
		}
		complete = complete && part.can(nil)
		m = m.with(failures(part)...)
	}
	if complete {
		m = m.with(nil)
	}
	return m
}

func failures(m shape) []error {
	return slices.DeleteFunc(slices.Clone(m.ends), func(err error) bool { return err == nil })
}

// within is the shape of one inner stream for each item, several at a time; the items are sums.
func (m shape) within(inner shape) shape {
	out := shape{n: -1, owes: maybe, early: true}
	for _, v := range m.items {
		out.items = append(out.items, inner.mapped(func(n int) int { return n + v }).items...)
	}
	if m.n >= 0 && inner.n >= 0 {
		out.n = m.n * inner.n
	}
	out = out.with(failures(m)...).with(failures(inner)...)
	if m.can(nil) && (inner.can(nil) || m.n <= 0) {
		out = out.with(nil)
	}
	return out
}

// zipped is the shape of the sums of two exact ones.
func zipped(left, right shape) shape {
	n := min(len(left.items), len(right.items))
	out := shape{ordered: true, n: n, owes: max(left.atMost(maybe), right.atMost(maybe))}
	for i := range n {
		out.items = append(out.items, left.items[i]+right.items[i])
	}
	switch {
	case len(left.items) <= n:
		out.ends = left.ends
	default:
		out.ends = right.ends
	}
	// A failure behind a stop within is reported, also where the other one has ended before.
	if out.owes != debtless || left.can(errOwed) || right.can(errOwed) {
		out = out.with(errOwed)
	}
	return out
}

// fault says what is wrong with a result, "" if it may be. ctx is the context of the run.
func (m shape) fault(ctx context.Context, items []int, err error) string {
	switch {
	case m.ordered && (len(items) > len(m.items) || !slices.Equal(items, m.items[:len(items)])):
		return fmt.Sprintf("%v is not the beginning of %v", items, m.items)
	case !m.ordered && !subset(items, m.items):
		return fmt.Sprintf("%v is not among %v", items, m.items)
	case err == nil && !m.can(nil):
		return fmt.Sprintf("complete with %v, but it ends with %v", items, m.ends)
	case err == nil && m.n >= 0 && len(items) != m.n:
		return fmt.Sprintf("complete with %v, but has %d items", items, m.n)
	case err == nil:
		return ""
	case rx.Stopped(err):
		return fmt.Sprintf("somebody's stop has come out: %v", err)
	case ctx.Err() != nil && errors.Is(err, ctx.Err()), ctx.Err() != nil && ofOurs(err): // a failure that nobody resumes any more
		return ""
	case !m.owns(err):
		return fmt.Sprintf("%v is none of its errors %v", err, m.ends)
	case m.exact() && len(items) != len(m.items):
		return fmt.Sprintf("%v, with %v in place of %v", err, items, m.items)
	}
	return ""
}

// owns tells whether err is one of the failures of the shape.
func (m shape) owns(err error) bool {
	return slices.ContainsFunc(failures(m), func(own error) bool { return errors.Is(err, own) })
}

// ofOurs tells whether err is one that the sources make.
func ofOurs(err error) bool {
	return errors.Is(err, errBoom) || errors.Is(err, errHung) || errors.Is(err, errOwed)
}

// subset tells whether all of some are in all, as often as they are there.
func subset(some, all []int) bool {
	left := map[int]int{}
	for _, v := range all {
		left[v]++
	}
	for _, v := range some {
		if left[v]--; left[v] < 0 {
			return false
		}
	}
	return true
}
