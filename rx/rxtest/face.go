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
	take    int  // how many items of each observable; negative: all
	abandon bool // channels are left alone until drain is called
	opts    []rxgo.Option

	mu   sync.Mutex         // guards the fields below
	left []<-chan rxgo.Item // abandoned channels
	errs []error            // that came out
}

func (r *reader) note(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errs = append(r.errs, err)
}

// drain reads what was abandoned to its end, which must come.
func (r *reader) drain() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, ch := range r.left {
		for range ch {
		}
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
		default:
			args = append(args, argument(method, t))
		}
	}
	results := m.Call(args)
	if output != nil {
		r.channel(output)
	}
	for _, result := range results {
		r.read(result.Interface())
	}
}

// read deals with one result of a method.
func (r *reader) read(v any) {
	switch v := v.(type) {
	case rxgo.Observable:
		if r.take >= 0 {
			v = v.Take(uint(r.take))
		}
		r.channel(v.Observe(r.opts...))
	case rxgo.Single:
		_, err := v.Get(r.opts...)
		r.note(err)
	case rxgo.OptionalSingle:
		_, err := v.Get(r.opts...)
		r.note(err)
	case error:
		r.note(v)
	case []error:
		r.note(errors.Join(v...))
	case rxgo.Disposed:
		<-v
	case <-chan rxgo.Item:
		r.channel(v)
	case rxgo.Disposable:
		v()
	}
}

// channel reads the items, and the observables among them beside it.
func (r *reader) channel(items <-chan rxgo.Item) {
	if r.abandon {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.left = append(r.left, items)
		return
	}
	var wg sync.WaitGroup
	for it := range items {
		r.note(it.E)
		if inner, ok := it.V.(rxgo.Observable); ok {
			wg.Go(func() { r.channel(inner.Observe(r.opts...)) })
		}
	}
	wg.Wait()
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

// argument makes up an argument. Operators get one with which they pass on most items; those that pick an item look for a late one.
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
	case reflect.TypeFor[rxgo.NextFunc]():
		v = rxgo.NextFunc(func(any) {})
	case reflect.TypeFor[rxgo.ErrFunc]():
		v = rxgo.ErrFunc(func(error) {})
	case reflect.TypeFor[rxgo.CompletedFunc]():
		v = rxgo.CompletedFunc(func() {})
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
