package rx

import (
	"errors"

	"github.com/reactivex/rxgo/v2"
)

// single implements rxgo.Single on an observable of one item.
type single struct{ o *observable }

var _ rxgo.Single = (*single)(nil)

func (s *single) own() *observable { return s.o }

// Observe starts an observation and returns its item or error.
func (s *single) Observe(opts ...rxgo.Option) <-chan rxgo.Item { return s.o.Observe(opts...) }

// Filter emits the item if apply returns true for it.
func (s *single) Filter(apply rxgo.Predicate, opts ...rxgo.Option) rxgo.OptionalSingle {
	return &optional{s.o.Filter(apply, opts...).(*observable)}
}

// Get observes on the caller's goroutine and returns the item, or the error, which is also in the
// item.
func (s *single) Get(opts ...rxgo.Option) (rxgo.Item, error) {
	it, err := s.o.get(opts)
	if errors.Is(err, ErrEmpty) {
		return rxgo.Error(err), err
	}
	return it, err
}

// Map emits what apply makes of the item.
func (s *single) Map(apply rxgo.Func, opts ...rxgo.Option) rxgo.Single {
	return &single{s.o.through(opts, apply)}
}

// Run observes on a goroutine of its own and drops the item.
func (s *single) Run(opts ...rxgo.Option) rxgo.Disposed { return s.o.Run(opts...) }

// optional implements rxgo.OptionalSingle on an observable of at most one item.
type optional struct{ o *observable }

var _ rxgo.OptionalSingle = (*optional)(nil)

func (s *optional) own() *observable { return s.o }

// Observe starts an observation and returns its item or error, if there is one.
func (s *optional) Observe(opts ...rxgo.Option) <-chan rxgo.Item { return s.o.Observe(opts...) }

// Get observes on the caller's goroutine and returns the item, rxgo.OptionalSingleEmpty where there
// is none, or the error, which is also in the item.
func (s *optional) Get(opts ...rxgo.Option) (rxgo.Item, error) {
	it, err := s.o.get(opts)
	if errors.Is(err, ErrEmpty) && it.E == nil {
		return rxgo.OptionalSingleEmpty, nil
	}
	return it, err
}

// Map emits what apply makes of the item.
func (s *optional) Map(apply rxgo.Func, opts ...rxgo.Option) rxgo.OptionalSingle {
	return &optional{s.o.through(opts, apply)}
}

// Run observes on a goroutine of its own and drops the item.
func (s *optional) Run(opts ...rxgo.Option) rxgo.Disposed { return s.o.Run(opts...) }

// get observes for one item. Without one the error is ErrEmpty, and the item has none.
func (o *observable) get(opts []rxgo.Option) (rxgo.Item, error) {
	r, _, done := o.begin(opts)
	defer done()
	var (
		got   rxgo.Item
		found *stop
	)
	err := o.perform(r.wanting(1), func(it rxgo.Item) error {
		got, found = it, new(stop)
		return found
	})
	err = found.settle(r.ctx, err)
	switch {
	case err != nil:
		return rxgo.Error(err), err
	case found == nil:
		return rxgo.Item{}, ErrEmpty
	default:
		return got, got.E
	}
}
