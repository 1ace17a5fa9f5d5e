package rx

import (
	"context"

	"github.com/reactivex/rxgo/v2"
)

// batcher gathers the items of a run and emits them in batches of at most limit.
type batcher struct {
	emit    func(rxgo.Item) error
	wrap    func([]any) any
	limit   int
	batch   []any
	refused bool
}

// add takes an item; what was gathered before an error item goes before it.
func (b *batcher) add(r *run, it rxgo.Item) error {
	if it.E != nil {
		if !r.resume {
			return it.E // end flushes
		}
		if err := b.flush(); err != nil {
			return err
		}
		return b.emit(it)
	}
	b.batch = append(b.batch, it.V)
	if len(b.batch) < b.limit {
		return nil
	}
	return b.flush()
}

func (b *batcher) flush() error {
	if len(b.batch) == 0 {
		return nil
	}
	full := b.wrap(b.batch)
	b.batch = nil
	if err := b.emit(rxgo.Item{V: full}); err != nil {
		b.refused = true
		return err
	}
	return nil
}

// end flushes what is left when the source has ended with err.
func (b *batcher) end(ctx context.Context, err error) error {
	if b.refused || len(b.batch) == 0 {
		return err
	}
	if end := ended(ctx); end != nil { // the batch is not emitted any more: the run is not complete
		return end
	}
	if stopped := b.flush(); stopped != nil {
		return stopped
	}
	return err
}
