package session

import (
	"context"
	"errors"
	"fmt"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/rx"
)

const (
	holdItems = 100_000
	holdBytes = 16 << 20
)

// HoldOverflowError says that a transaction whose items are held back until COMMIT made more than
// can be held. It was rolled back.
type HoldOverflowError struct {
	// Items and Bytes are what was held when there was no more room. Bytes counts records, strings
	// and byte slices only.
	Items int
	Bytes int
}

// Error names the bound and the cure.
func (e *HoldOverflowError) Error() string {
	return fmt.Sprintf("session: rolled back: more than %d items or %d MiB would have to be held until COMMIT (%d items, %d bytes); "+
		"use the option Flow() to get them as they come", holdItems, holdBytes>>20, e.Items, e.Bytes)
}

// Retryable returns false: the same work would make as much again.
func (e *HoldOverflowError) Retryable() bool { return false }

// hold delivers the items of an attempt when it has completed, that is, committed; until then it is
// retried. Neither demand nor a stop of the consumer gets through to an attempt that writes.
func hold[T any](p retry.Policy, attempt rx.Stream[T], of effect) rx.Stream[T] {
	return rx.New(func(ctx context.Context, d rx.Demand, emit func(T) error) error {
		kept, err := gather(ctx, p, attempt, of)
		if err != nil {
			return err
		}
		err = rx.FromSlice(kept).Run(ctx, d, emit)
		if end := ctx.Err(); end != nil && errors.Is(err, end) {
			return &CommittedError{Err: err}
		}
		return err
	})
}

// gather returns the items of an attempt that has committed. A write that was not made is told to a
// consumer that is satisfied, too.
func gather[T any](ctx context.Context, p retry.Policy, attempt rx.Stream[T], of effect) ([]T, error) {
	if of == lasting {
		rest, release := rx.Unstopped(ctx)
		defer release()
		ctx = rest
	}
	var kept held[T]
	err := retry.Do(ctx, p, func(ctx context.Context) error {
		kept = held[T]{}
		err, _ := rx.Unmark(attempt.ForEach(ctx, kept.add))
		return err
	})
	if of == lasting {
		err = rx.AfterStop(err)
	}
	return kept.items, err
}

// held keeps items in bounded memory.
type held[T any] struct {
	items []T
	bytes int
}

func (h *held[T]) add(item T) error {
	bytes := h.bytes + size(item)
	if len(h.items) == holdItems || bytes > holdBytes {
		return &HoldOverflowError{Items: len(h.items), Bytes: h.bytes}
	}
	h.items, h.bytes = append(h.items, item), bytes
	return nil
}

// size estimates the memory of an item where it can be large without showing it.
func size(item any) (bytes int) {
	switch item := item.(type) {
	case *records.Record:
		return item.Size()
	case []*records.Record:
		for _, r := range item {
			bytes += r.Size()
		}
	case string:
		return len(item)
	case []byte:
		return len(item)
	}
	return bytes
}
