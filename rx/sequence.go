package rx

import (
	"fmt"

	"github.com/reactivex/rxgo/v2"
)

// maxWaiting bounds what an operator holds where the data, not an argument, decides how much that is.
const maxWaiting = 1 << 16

// sequence puts numbered values in order.
type sequence struct {
	next    int
	waiting map[int]any
}

func (q *sequence) add(id int, v any, emit func(rxgo.Item) error) error {
	if id < q.next {
		return nil // its place is taken
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
	}
}

func (q *sequence) end() error {
	if len(q.waiting) == 0 {
		return nil
	}
	return fmt.Errorf("rx: Serialize: number %d never came; %d items waited for it", q.next, len(q.waiting))
}
