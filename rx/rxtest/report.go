package rxtest

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/reactivex/rxgo/v2"
)

// report is what one observation has told its consumer.
type report struct {
	mu     sync.Mutex // guards what follows
	items  []string   // those within slices and inner observables one by one
	ends   []error    // nil for a completion
	inner  error      // an inner observable's end, if one has failed
	faults []string   // against the rules that hold for every observation
	panics any        // what the call has panicked with
	exited bool       // the call was left by runtime.Goexit
}

// item notes a value, or those that it is made of.
func (r *report) item(v any) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			r.item(element)
		}
		return
	case rxgo.TimestampItem:
		r.item(v.V)
		return
	case []byte:
		r.item(json.RawMessage(v))
		return
	case json.RawMessage:
		r.leaf(string(v))
		return
	case *int:
		r.leaf(fmt.Sprint(*v))
		return
	}
	r.leaf(fmt.Sprint(v))
}

func (r *report) leaf(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.ends) > 0 {
		r.faults = append(r.faults, "an item behind the end: "+text)
	}
	r.items = append(r.items, text)
}

// end notes how the observation has ended.
func (r *report) end(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ends = append(r.ends, err)
}

// innerEnd notes how an observable within the observation has ended.
func (r *report) innerEnd(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inner == nil {
		r.inner = err
	}
}

func (r *report) fault(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = append(r.faults, text)
}

// value notes the result of a call that returns one value or an error.
func (r *report) value(v any, err error) {
	if err == nil {
		r.item(v)
	}
	r.end(err)
}
