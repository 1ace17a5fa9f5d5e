package rx_test

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

// The table in conformance_rows_test.go compares our face with RxGo's own operators, method by
// method. An outcome is a list of texts: values with their type, errors as "error …", in the order
// in which they came.
type outcome []string

// useRow is one use of one method.
type useRow struct {
	name string
	use  func(o rxgo.Observable, opts ...rxgo.Option) outcome
	// deviates says, for the inputs (or "*") where RxGo's result is a defect, what ours is.
	deviates map[string]outcome
	unstable bool // RxGo's result varies from run to run: only ours is checked, against deviates
}

// inputs are what the rows are tried on. An error ends its input.
var inputs = []struct {
	name  string
	items []any
}{
	{"empty", []any{}},
	{"one", []any{1}},
	{"several", []any{3, 1, 1, 2, 3}},
	{"failing", []any{1, 2, errBoom}},
	{"error", []any{errBoom}},
}

func text(v any) string {
	switch v := v.(type) {
	case error:
		return "error " + v.Error()
	default:
		return fmt.Sprintf("%T %v", v, v)
	}
}

func texts(items []rxgo.Item) outcome {
	out := outcome{}
	for _, it := range items {
		if it.E != nil {
			out = append(out, text(it.E))
		} else {
			out = append(out, text(it.V))
		}
	}
	return out
}

// read observes to the end.
func read(o rxgo.Iterable, opts ...rxgo.Option) outcome {
	var items []rxgo.Item
	for it := range o.Observe(opts...) {
		items = append(items, it)
	}
	return texts(items)
}

// got is the result of a Get.
func got(it rxgo.Item, err error) outcome {
	switch {
	case it.E != nil:
		return outcome{text(it.E)}
	case err != nil:
		return outcome{text(err)}
	default:
		return outcome{text(it.V)}
	}
}

// theirs is RxGo's own observable of the items; ctx frees what its operators leave behind.
func theirs(ctx context.Context, items []any) rxgo.Observable {
	return rxgo.Defer([]rxgo.Producer{func(_ context.Context, next chan<- rxgo.Item) {
		for _, v := range items {
			it := rxgo.Of(v)
			if err, failed := v.(error); failed {
				it = rxgo.Error(err)
			}
			if !it.SendContext(ctx, next) {
				return
			}
		}
	}})
}

// ours is our face on the same items.
func ours(items []any) rxgo.Observable {
	return rx.Observable(rx.New(func(_ context.Context, _ rx.Demand, emit func(any) error) error {
		for _, v := range items {
			if err, failed := v.(error); failed {
				return err
			}
			if err := emit(v); err != nil {
				return err
			}
		}
		return nil
	}))
}

func methods() (names []string) {
	face := reflect.TypeFor[rxgo.Observable]()
	for i := range face.NumMethod() {
		names = append(names, face.Method(i).Name)
	}
	return names
}

func TestEveryMethodHasARow(t *testing.T) {
	names := methods()
	require.Len(t, names, 75)
	for _, name := range names {
		assert.NotEmpty(t, conformance[name], name)
	}
	for name := range conformance {
		assert.Contains(t, names, name)
	}
}

// TestDeviationsAreWrittenDown looks every method that deviates up in the committed table.
func TestDeviationsAreWrittenDown(t *testing.T) {
	page, err := os.ReadFile("DEVIATIONS.md")
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(page), "## Operator by operator")
	named := map[string]bool{}
	for _, cell := range regexp.MustCompile(`(?m)^\| ([A-Z][A-Za-z0-9, ]*) \|`).FindAllStringSubmatch(table, -1) {
		for name := range strings.SplitSeq(cell[1], ", ") {
			named[name] = true
			assert.Contains(t, conformance, name)
		}
	}
	for method, rows := range conformance {
		for _, r := range rows {
			if len(r.deviates) > 0 {
				assert.True(t, named[method], "%s deviates", method)
			}
		}
	}
}

func TestConformance(t *testing.T) {
	for _, method := range methods() {
		for _, r := range conformance[method] {
			for _, in := range inputs {
				t.Run(fmt.Sprintf("%s/%s/%s", method, r.name, in.name), func(t *testing.T) { r.check(t, in.name, in.items) })
			}
		}
	}
}

func (r useRow) check(t *testing.T, name string, items []any) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	plain := r.use(ours(items))
	assert.Equal(t, plain, r.use(ours(items), rxgo.WithContext(ctx), rxgo.WithBufferedChannel(3)), "with a context and a buffer")

	want, deviates := r.deviates[name]
	if !deviates {
		want, deviates = r.deviates["*"]
	}
	if !r.unstable {
		rxgos := within(t, func() outcome { return r.use(theirs(ctx, items), rxgo.WithContext(ctx)) })
		if deviates {
			assert.NotEqual(t, rxgos, plain, "the table calls this a deviation")
		} else {
			want = rxgos
		}
	}
	assert.Equal(t, want, plain)
}

// within runs something of RxGo's that may not return.
func within(t *testing.T, f func() outcome) outcome {
	t.Helper()
	result := make(chan outcome, 1)
	go func() { result <- f() }()
	select {
	case out := <-result:
		return out
	case <-time.After(time.Minute):
		t.Fatal("RxGo hangs")
		return nil
	}
}

func TestConformanceWithPool(t *testing.T) {
	double := func(_ context.Context, v any) (any, error) { return 2 * v.(int), nil }
	odd := func(v any) bool { return v.(int)%2 == 1 }
	items := []any{5, 4, 3, 2, 1}
	for name, use := range map[string]func(rxgo.Observable, ...rxgo.Option) rxgo.Observable{
		"Map":    func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.Map(double, opts...) },
		"Filter": func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Observable { return o.Filter(odd, opts...) },
	} {
		for _, option := range []rxgo.Option{rxgo.WithPool(3), rxgo.WithCPUPool()} {
			ctx, cancel := context.WithCancel(t.Context())
			theirs := read(use(theirs(ctx, items), option, rxgo.WithContext(ctx)))
			cancel()
			mine := read(use(ours(items), option))
			assert.ElementsMatch(t, theirs, mine, name)
			assert.Equal(t, read(use(ours(items))), mine, "the order of the source is kept")
		}
	}
}

// TestConformanceContinueOnError lets an operator upstream fail for one item, and the operator
// under test ask for ContinueOnError.
func TestConformanceContinueOnError(t *testing.T) {
	fragile := func(_ context.Context, v any) (any, error) {
		if v == 2 {
			return nil, errBoom
		}
		return v, nil
	}
	goOn := rxgo.WithErrorStrategy(rxgo.ContinueOnError)
	for name, use := range map[string]func(rxgo.Observable, ...rxgo.Option) rxgo.Iterable{
		"Map": func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Iterable { return o.Map(fragile, opts...) },
		"Filter": func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Iterable {
			return o.Filter(func(any) bool { return true }, opts...)
		},
		"Skip":              func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Iterable { return o.Skip(1, opts...) },
		"Scan":              func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Iterable { return o.Scan(add, opts...) },
		"Distinct":          func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Iterable { return o.Distinct(echo, opts...) },
		"IgnoreElements":    func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Iterable { return o.IgnoreElements(opts...) },
		"TakeLast":          func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Iterable { return o.TakeLast(2, opts...) },
		"Max":               func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Iterable { return o.Max(compare, opts...) },
		"OnErrorReturnItem": func(o rxgo.Observable, opts ...rxgo.Option) rxgo.Iterable { return o.OnErrorReturnItem(7, opts...) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			items := []any{1, 2, 3, 4}
			rxgos := read(use(theirs(ctx, items).Map(fragile, rxgo.WithContext(ctx)), goOn, rxgo.WithContext(ctx)))
			assert.Equal(t, rxgos, read(use(ours(items).Map(fragile), goOn)))
		})
	}
	t.Run("Take ends with its last item", func(t *testing.T) {
		assert.Equal(t, outcome{"int 1", "error boom", "int 3"}, read(ours([]any{1, 2, 3, 4}).Map(fragile).Take(2, goOn)))
	})
	t.Run("BufferWithCount keeps the order", func(t *testing.T) {
		assert.Equal(t, outcome{"[]interface {} [1]", "error boom", "[]interface {} [3 4]"}, read(ours([]any{1, 2, 3, 4}).Map(fragile).BufferWithCount(2, goOn)))
	})
	t.Run("ForEach completes once", func(t *testing.T) {
		var calls outcome
		<-ours([]any{1, 2, 3}).Map(fragile, goOn).ForEach(
			func(v any) { calls = append(calls, text(v)) }, func(err error) { calls = append(calls, text(err)) }, func() { calls = append(calls, "completed") })
		assert.Equal(t, outcome{"int 1", "error boom", "int 3", "completed"}, calls)
	})
	t.Run("Errors", func(t *testing.T) {
		assert.Equal(t, []error{errBoom, errBoom}, ours([]any{1, 2, 2, 3}).Map(fragile).Errors(goOn))
	})
	t.Run("ToSlice", func(t *testing.T) {
		items, err := ours([]any{1, 2, 3}).Map(fragile).ToSlice(0, goOn)
		assert.Equal(t, []any{1, 3}, items)
		assert.Equal(t, errBoom, err)
	})
}

func compare(a, b any) int { return a.(int) - b.(int) }

func echo(_ context.Context, v any) (any, error) { return v, nil }

func add(_ context.Context, acc, v any) (any, error) {
	if acc == nil {
		return v, nil
	}
	return acc.(int) + v.(int), nil
}

func sorted(o outcome) outcome {
	slices.Sort(o)
	return o
}
