package rxtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/reactivex/rxgo/v2"
)

// reader is how what a method of the face returns is read.
type reader struct {
	*report
	take    int  // how many items of each observable; negative: all
	groups  bool // observables among the items are read at the same time
	abandon bool // channels are left alone until drain is called
	opts    []rxgo.Option
	left    []<-chan rxgo.Item // abandoned channels
}

// drain reads what was abandoned to its end, which must come.
func (r *reader) drain() {
	for _, ch := range r.left {
		r.end(r.channel(ch))
	}
	r.left = nil
}

// call calls a method of the face with made-up arguments and reads what it returns.
func (r *reader) call(o rxgo.Observable, method string) {
	m := reflect.ValueOf(o).MethodByName(method)
	in := m.Type()
	var output chan rxgo.Item
	var args []reflect.Value
	for i := range in.NumIn() {
		switch t := in.In(i); {
		case in.IsVariadic() && i == in.NumIn()-1:
			for _, opt := range r.opts {
				args = append(args, reflect.ValueOf(opt))
			}
		case t == reflect.TypeFor[chan<- rxgo.Item]():
			output = make(chan rxgo.Item)
			args = append(args, reflect.ValueOf(output))
		case t == reflect.TypeFor[rxgo.NextFunc]():
			args = append(args, reflect.ValueOf(rxgo.NextFunc(r.item)))
		case t == reflect.TypeFor[rxgo.ErrFunc]():
			args = append(args, reflect.ValueOf(rxgo.ErrFunc(r.end)))
		case t == reflect.TypeFor[rxgo.CompletedFunc]():
			args = append(args, reflect.ValueOf(rxgo.CompletedFunc(func() { r.end(nil) })))
		default:
			args = append(args, argument(method, t))
		}
	}
	results := m.Call(args)
	if output != nil {
		r.observed(output)
	}
	r.results(results)
}

// results deals with what a method has returned: nothing, one value, or items and an error.
func (r *reader) results(results []reflect.Value) {
	for _, result := range results {
		switch v := result.Interface().(type) {
		case rxgo.Observable:
			if r.take >= 0 {
				v = v.Take(uint(r.take))
			}
			r.observed(v.Observe(r.opts...))
		case rxgo.Single:
			it, err := v.Get(r.opts...)
			r.got(it, err)
		case rxgo.OptionalSingle:
			it, err := v.Get(r.opts...)
			r.got(it, err)
		case []any:
			r.item(v)
		case []error:
			r.end(errors.Join(v...))
		case rxgo.Disposed:
			<-v
		case <-chan rxgo.Item:
			r.observed(v)
		case rxgo.Disposable:
			v()
		case error, nil:
			err, _ := v.(error)
			r.end(err)
		}
	}
}

func (r *reader) got(it rxgo.Item, err error) {
	if err == nil && it.V != nil {
		r.item(it.V)
	}
	r.end(err)
}

// observed reads a channel, now or when drain is called.
func (r *reader) observed(items <-chan rxgo.Item) {
	if r.abandon {
		r.left = append(r.left, items)
		return
	}
	r.end(r.channel(items))
}

// channel reads the items, and the observables among them beside it, and returns the error that
// came last.
func (r *reader) channel(items <-chan rxgo.Item) (last error) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for it := range items {
		if last != nil {
			r.fault("an item behind an error")
		}
		last = it.E
		switch inner, ok := it.V.(rxgo.Observable); {
		case it.E != nil:
		case ok:
			wg.Go(func() { r.innerEnd(r.channel(inner.Observe(r.opts...))) })
			if !r.groups { // one after the other
				wg.Wait()
			}
		default:
			r.item(it.V)
		}
	}
	return last
}

// fitting makes items of the type that the method wants.
func fitting(method string) func(n int) any {
	switch method {
	case "AverageInt8":
		return func(n int) any { return int8(n) }
	case "AverageInt16":
		return func(n int) any { return int16(n) }
	case "AverageInt32":
		return func(n int) any { return int32(n) }
	case "AverageInt64":
		return func(n int) any { return int64(n) }
	case "Unmarshal":
		return func(n int) any { return fmt.Append(nil, n) }
	}
	return func(n int) any { return n }
}

// argument makes up an argument. Operators get one with which they pass on most items; those that
// pick an item look for a late one.
func argument(method string, t reflect.Type) reflect.Value {
	var v any
	switch t {
	case reflect.TypeFor[rxgo.Predicate]():
		late := method == "Contains" || method == "Find" || method == "TakeUntil" || method == "SkipWhile"
		v = rxgo.Predicate(func(any) bool { return !late })
	case reflect.TypeFor[rxgo.Func]():
		v = rxgo.Func(func(_ context.Context, v any) (any, error) { return v, nil })
	case reflect.TypeFor[rxgo.Func2]():
		v = rxgo.Func2(func(_ context.Context, _, v any) (any, error) { return v, nil })
	case reflect.TypeFor[rxgo.Comparator]():
		v = rxgo.Comparator(func(a, b any) int { return a.(int) - b.(int) })
	case reflect.TypeFor[rxgo.ErrorFunc]():
		v = rxgo.ErrorFunc(func(err error) any { return err.Error() })
	case reflect.TypeFor[rxgo.ItemToObservable]():
		v = rxgo.ItemToObservable(func(it rxgo.Item) rxgo.Observable { return rxgo.Just(it.V, it.V)() })
	case reflect.TypeFor[rxgo.ErrorToObservable]():
		v = rxgo.ErrorToObservable(func(err error) rxgo.Observable { return rxgo.Thrown(err) })
	case reflect.TypeFor[rxgo.Marshaller]():
		v = rxgo.Marshaller(json.Marshal)
	case reflect.TypeFor[rxgo.Unmarshaller]():
		v = rxgo.Unmarshaller(json.Unmarshal)
	default:
		return plainArgument(method, t)
	}
	return reflect.ValueOf(v)
}

func plainArgument(method string, t reflect.Type) reflect.Value {
	switch t {
	case reflect.TypeFor[rxgo.Duration]():
		return reflect.ValueOf(rxgo.WithDuration(time.Second))
	case reflect.TypeFor[backoff.BackOff]():
		return reflect.ValueOf(backoff.WithMaxRetries(backoff.NewConstantBackOff(time.Second), 2))
	case reflect.TypeFor[rxgo.Iterable](), reflect.TypeFor[rxgo.Observable]():
		return reflect.ValueOf(rxgo.Range(0, 1000))
	case reflect.TypeFor[context.Context]():
		return reflect.ValueOf(context.Background())
	case reflect.TypeFor[func(any) time.Time]():
		return reflect.ValueOf(func(v any) time.Time { return time.Unix(int64(v.(int)), 0) })
	case reflect.TypeFor[func(any) int]():
		return reflect.ValueOf(func(v any) int { return v.(int) })
	case reflect.TypeFor[func(rxgo.Item) int]():
		return reflect.ValueOf(func(it rxgo.Item) int { return it.V.(int) % 2 })
	case reflect.TypeFor[func(rxgo.Item) string]():
		return reflect.ValueOf(func(it rxgo.Item) string { return fmt.Sprint(it.V.(int) % 2) })
	case reflect.TypeFor[func(error) bool]():
		return reflect.ValueOf(func(error) bool { return true })
	case reflect.TypeFor[func() any]():
		return reflect.ValueOf(func() any { return new(int) })
	case reflect.TypeFor[any]():
		return reflect.ValueOf(9)
	}
	n := 2
	if method == "Take" || method == "ElementAt" {
		n = 400
	}
	if method == "Serialize" {
		n = 0
	}
	if !t.ConvertibleTo(reflect.TypeFor[int]()) {
		panic(fmt.Sprintf("rxtest: no argument of type %v for %s", t, method))
	}
	return reflect.ValueOf(n).Convert(t)
}
