package rx

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/reactivex/rxgo/v2"
)

// observeBuffer is the capacity of the channel that Observe returns, unless the caller gives
// another: a buffered hop costs a third of an unbuffered one.
const observeBuffer = 128

// settings is what a list of RxGo options says. The options have no exported methods, so it is
// found out by watching what RxGo does with them.
type settings struct {
	contexts []context.Context // of every WithContext; where RxGo uses the last only, a run of ours ends with any of them
	buffer   int               // of WithBufferedChannel; 0: it is not given
	resume   bool              // WithErrorStrategy(ContinueOnError)
	pool     int               // of WithPool or WithCPUPool
}

func settingsOf(opts []rxgo.Option) (s settings) {
	if len(opts) == 0 {
		return s
	}
	for _, o := range opts {
		if ctx := probeContext(o); ctx != nil {
			s.contexts = append(s.contexts, ctx)
		}
	}
	s.buffer = probeBuffer(opts)
	s.resume = probeResume(opts)
	s.pool = probePool(opts)
	return s
}

// and is s with what is said later, closer to the consumer.
func (s settings) and(later settings) settings {
	s.contexts = append(later.contexts[:len(later.contexts):len(later.contexts)], s.contexts...)
	if later.buffer > 0 {
		s.buffer = later.buffer
	}
	s.resume = later.resume // concerns what is upstream of where it is said
	return s
}

type probeKey struct{}

// probeContext lets a Defer receive its context, and returns it, nil if the option sets none.
func probeContext(opt rxgo.Option) (ctx context.Context) {
	unset := context.WithValue(context.Background(), probeKey{}, true)
	producer := func(c context.Context, _ chan<- rxgo.Item) { ctx = c }
	drain(rxgo.Defer([]rxgo.Producer{producer}).Observe(rxgo.WithContext(unset), opt))
	if ctx == unset {
		return nil
	}
	return ctx
}

// probeBuffer lets a Defer receive channels with two different defaults, and returns the capacity
// that the options set, 0 if they set none.
func probeBuffer(opts []rxgo.Option) int {
	capacity := func(unset int) (buffer int) {
		producer := func(_ context.Context, next chan<- rxgo.Item) { buffer = cap(next) }
		defaults := []rxgo.Option{rxgo.WithBufferedChannel(unset)}
		last := rxgo.WithContext(context.Background())
		drain(rxgo.Defer([]rxgo.Producer{producer}).Observe(append(append(defaults, opts...), last)...))
		return buffer
	}
	given := capacity(1)
	if given != capacity(2) {
		return 0
	}
	return max(1, given)
}

// probeResume sees whether a Map goes on after an error item.
func probeResume(opts []rxgo.Option) bool {
	producer := func(_ context.Context, next chan<- rxgo.Item) {
		next <- rxgo.Error(ErrEmpty)
		next <- rxgo.Of(0)
	}
	echo := func(_ context.Context, v any) (any, error) { return v, nil }
	// A context that lives, and room for both items, whatever the options say: nothing waits when
	// Map stops reading.
	own := []rxgo.Option{rxgo.WithContext(context.Background()), rxgo.WithBufferedChannel(2)}
	return drain(rxgo.Defer([]rxgo.Producer{producer}).Map(echo).Observe(append(opts[:len(opts):len(opts)], own...)...)) == 2
}

// probePool counts how many partial results of an empty Reduce are combined: one for every worker,
// none without a pool.
func probePool(opts []rxgo.Option) int {
	workers := 0
	count := func(context.Context, any, any) (any, error) {
		workers++
		return nil, nil
	}
	own := rxgo.WithContext(context.Background())
	empty := rxgo.Defer([]rxgo.Producer{func(context.Context, chan<- rxgo.Item) {}})
	drain(empty.Reduce(count, append(opts[:len(opts):len(opts)], own)...).Observe())
	return workers
}

// drain reads a channel to its end and returns how many items it had.
func drain(items <-chan rxgo.Item) (n int) {
	for range items {
		n++
	}
	return n
}

// isPublished says whether the options make an observable connectable: only then does a channel
// observable not hand out its channel.
func isPublished(opts []rxgo.Option) bool {
	items := make(chan rxgo.Item)
	return rxgo.FromChannel(items, opts...).Observe() != (<-chan rxgo.Item)(items)
}

// durationOf reads an rxgo.Duration, which has no exported method and one implementation that can
// be made outside its package.
func durationOf(operator string, d rxgo.Duration) (time.Duration, error) {
	v := reflect.ValueOf(d)
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.Kind() == reflect.Struct && v.NumField() == 1 && v.Field(0).Type() == reflect.TypeFor[time.Duration]() {
		if span := time.Duration(v.Field(0).Int()); span > 0 {
			return span, nil
		}
	}
	return 0, illegal(operator, "the time span must be positive")
}

// illegal is the error for an argument that makes no sense; it matches rxgo.IllegalInputError,
// whose text cannot be set from outside.
func illegal(operator, reason string) error {
	return fmt.Errorf("rx: %s: %s: %w", operator, reason, rxgo.IllegalInputError{})
}
