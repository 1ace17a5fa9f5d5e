package rx

import (
	"fmt"

	"github.com/reactivex/rxgo/v2"
)

// maxWaiting bounds what an operator holds where the data, not an argument, decides how much that
// is.
const maxWaiting = 1 << 16

// sequence puts numbered values in order. Errors between them, of ContinueOnError, wait for all
// values that came before them.
type sequence struct {
	next    int
	waiting map[int]any
	highest int // number that has come; meaningless while nothing waits
	errors  []placed
}

// placed is an error and the number of the value that it comes behind.
type placed struct {
	behind int
	item   rxgo.Item
}

func (q *sequence) fail(it rxgo.Item, emit func(rxgo.Item) error) error {
	behind := q.next - 1
	if len(q.waiting) > 0 {
		behind = q.highest
	}
	q.errors = append(q.errors, placed{behind, it})
	if len(q.errors) > maxWaiting {
		return fmt.Errorf("rx: Serialize: %d errors wait for number %d", len(q.errors), q.next)
	}
	return q.emitErrors(emit)
}

// emitErrors emits the errors that wait for nothing any more.
func (q *sequence) emitErrors(emit func(rxgo.Item) error) error {
	for len(q.errors) > 0 && q.errors[0].behind < q.next {
		first := q.errors[0].item
		q.errors = q.errors[1:]
		if err := emit(first); err != nil {
			return err
		}
	}
	return nil
}

func (q *sequence) add(id int, v any, emit func(rxgo.Item) error) error {
	if id < q.next {
		return nil // its place is taken
	}
	if len(q.waiting) == 0 || id > q.highest {
		q.highest = id
	}
	q.waiting[id] = v
	if len(q.waiting) > maxWaiting {
		return fmt.Errorf("rx: Serialize: %d items wait for number %d", len(q.waiting), q.next)
	}
	for {
		v, ok := q.waiting[q.next]
		if !ok {
			return nil
		}
		delete(q.waiting, q.next)
		q.next++
		if err := emit(rxgo.Item{V: v}); err != nil {
			return err
		}
		if err := q.emitErrors(emit); err != nil {
			return err
		}
	}
}

func (q *sequence) end() error {
	if len(q.waiting) == 0 {
		return nil
	}
	return fmt.Errorf("rx: Serialize: number %d never came; %d items waited for it", q.next, len(q.waiting))
}
