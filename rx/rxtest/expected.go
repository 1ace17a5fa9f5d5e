package rxtest

import (
	"fmt"
	"slices"
)

// expected is what a use of a source with the items 0, 1, … has to deliver. The zero value passes
// every item on, in order.
type expected struct {
	all      func(n int) []any // what comes of n items and a completion; nil: these items
	before   func(n int) []any // what comes of n items and a failure; nil: the same
	enough   int               // so many items of the source satisfy it; 0: none do
	failure  []any             // comes in place of a failure of the source, and completes it
	replaces bool              // the result of a failure is failure alone
	order    order
	ends     ends
	batch    int  // so many items come at once; 0 is 1
	refuses  bool // few items are an error
	groups   bool // it emits observables that end by themselves
	begins   bool // it begins a run of its own: where that writes, a consumer around that has enough rolls it back, which is told
	forgets  bool // it does not see what its source fails with behind a stop, as it says
}

// order is in which order items come.
type order int

const (
	inOrder     order = iota
	interleaved       // those of several runs
	some              // how many come is a matter of time
)

// ends is which calls a consumer gets at the end.
type ends int

const (
	one       ends = iota // exactly one
	silent                // none
	errorOnly             // one for an error
	anyEnd                // one, which says nothing about how
)

// expectations is what differs from the zero value.
var expectations = map[string]expected{
	"rx.Concat":    {all: func(n int) []any { return append(upTo(n), 1) }, before: upTo},
	"rx.ConcatMap": {all: func(n int) []any { return append(upTo(n), upTo(n)...) }, before: upTo},
	"rx.Count":     folding(func(n int) []any { return []any{n} }),
	"rx.First":     {all: func(int) []any { return []any{0} }, before: nothing, enough: 1},
	"rx.FromSeq2":  {forgets: true, begins: true},
	"rx.Merge":     {all: func(n int) []any { return append(append(upTo(n), upTo(n)...), 1) }, before: nothing, order: interleaved},
	"rx.MergeMap":  {all: twice, before: nothing, order: interleaved},
	"rx.New":       {begins: true},
	"rx.Reduce":    folding(func(n int) []any { return []any{sumTo(n)} }),
	"rx.Scan": {all: func(n int) (sums []any) {
		for i := range n {
			sums = append(sums, sumTo(i+1))
		}
		return sums
	}},
	"rx.Skip":      {all: func(n int) []any { return upTo(n)[min(n, 1):] }},
	"rx.Take":      {all: func(n int) []any { return upTo(min(n, 400)) }, enough: 400},
	"rx.TakeWhile": {all: func(n int) []any { return upTo(min(n, 400)) }, enough: 401},

	"Observable.All":                    folding(constantly(true)),
	"Observable.AverageFloat32":         average,
	"Observable.AverageFloat64":         average,
	"Observable.AverageInt":             average,
	"Observable.AverageInt8":            average,
	"Observable.AverageInt16":           average,
	"Observable.AverageInt32":           average,
	"Observable.AverageInt64":           average,
	"Observable.BufferWithCount":        {batch: 2},
	"Observable.BufferWithTimeOrCount":  {batch: 2},
	"Observable.WindowWithCount":        {batch: 2},
	"Observable.WindowWithTimeOrCount":  {batch: 2},
	"Observable.Connect":                {all: nothing, ends: silent},
	"Observable.Contains":               folding(constantly(false)),
	"Observable.Count":                  folding(func(n int) []any { return []any{n} }),
	"Observable.Debounce":               {all: last, before: nothing, order: some},
	"Observable.DoOnCompleted":          {all: nothing, ends: anyEnd},
	"Observable.DoOnError":              {all: nothing, ends: errorOnly},
	"Observable.DoOnNext":               {ends: silent},
	"Observable.ElementAt":              {all: constantly(400), before: nothing, enough: 401, refuses: true},
	"Observable.Error":                  folding(nothing),
	"Observable.Errors":                 folding(nothing),
	"Observable.Find":                   folding(nothing),
	"Observable.First":                  {all: constantly(0), before: nothing, enough: 1},
	"Observable.FirstOrDefault":         {all: constantly(0), before: nothing, enough: 1},
	"Observable.FlatMap":                {all: twice},
	"Observable.GroupBy":                {order: interleaved, groups: true},
	"Observable.GroupByDynamic":         {order: interleaved, groups: true},
	"Observable.IgnoreElements":         folding(nothing),
	"Observable.Join":                   {all: joined, before: joined},
	"Observable.Last":                   folding(last),
	"Observable.LastOrDefault":          folding(last),
	"Observable.Max":                    folding(last),
	"Observable.Min":                    folding(constantly(0)),
	"Observable.OnErrorReturn":          {failure: []any{"its text"}},
	"Observable.OnErrorReturnItem":      {failure: []any{9}},
	"Observable.Reduce":                 folding(last),
	"Observable.Repeat":                 {all: func(n int) []any { return slices.Repeat(upTo(n), 3) }, before: upTo},
	"Observable.Run":                    {all: nothing, ends: silent},
	"Observable.Sample":                 {order: some},
	"Observable.SequenceEqual":          {all: constantly(false), before: nothing, failure: []any{false}, replaces: true},
	"Observable.Skip":                   {all: func(n int) []any { return upTo(n)[min(n, 2):] }},
	"Observable.SkipLast":               {all: func(n int) []any { return upTo(max(0, n-2)) }},
	"Observable.StartWith":              {all: func(n int) []any { return append(upTo(1000), upTo(n)...) }},
	"Observable.SumFloat32":             folding(func(n int) []any { return []any{sumTo(n)} }),
	"Observable.SumFloat64":             folding(func(n int) []any { return []any{sumTo(n)} }),
	"Observable.SumInt64":               folding(func(n int) []any { return []any{sumTo(n)} }),
	"Observable.Take":                   {all: func(n int) []any { return upTo(min(n, 400)) }, enough: 400},
	"Observable.TakeLast":               folding(func(n int) []any { return upTo(n)[max(0, n-2):] }),
	"Observable.TimeInterval":           {all: func(n int) []any { return slices.Repeat([]any{"0s"}, n) }},
	"Observable.ToMap":                  folding(mapTo),
	"Observable.ToMapWithValueSelector": folding(mapTo),
}

// folding is a use with one result, behind the last item.
func folding(all func(n int) []any) expected { return expected{all: all, before: nothing} }

var average = folding(func(n int) []any { return []any{sumTo(n) / max(1, n)} })

func upTo(n int) (items []any) {
	for i := range n {
		items = append(items, i)
	}
	return items
}

func sumTo(n int) int { return n * (n - 1) / 2 }

func nothing(int) []any { return nil }

func constantly(v any) func(int) []any { return func(int) []any { return []any{v} } }

func last(n int) []any { return upTo(n)[max(0, n-1):] }

func twice(n int) (items []any) {
	for i := range n {
		items = append(items, i, i)
	}
	return items
}

// joined is the right items that are at most one away from each of n left ones.
func joined(n int) (items []any) {
	for i := range n {
		for right := max(0, i-1); right <= i+1; right++ {
			items = append(items, right)
		}
	}
	return items
}

func mapTo(n int) []any {
	m := map[any]any{}
	for i := range n {
		m[i] = i
	}
	return []any{m}
}

// texts is items as a report has them.
func texts(items []any) (out []string) {
	for _, v := range items {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// whole is what has to come of n items and a completion.
func (e *expected) whole(n int) []string {
	if e.all == nil {
		return texts(upTo(n))
	}
	return texts(e.all(n))
}

// broken is what has to come of n items and a failure.
func (e *expected) broken(n int) []string {
	if e.before == nil {
		return e.whole(n)
	}
	return texts(e.before(n))
}
