package session

import (
	"fmt"

	"github.com/neorx/neorx/records"
)

const (
	holdItems = 100_000
	holdBytes = 16 << 20
)

// HoldOverflowError says that a transaction whose items are held back until COMMIT made more than can be held. It was rolled back.
type HoldOverflowError struct {
	// Items and Bytes are what was held when there was no more room. Bytes counts records only.
	Items int
	Bytes int
}

// Error names the bound and the cure.
func (e *HoldOverflowError) Error() string {
	return fmt.Sprintf("session: rolled back: more than %d items or %d MiB would have to be held until COMMIT (%d items, %d bytes); "+
		"use the option Flow() to get them as they come", holdItems, holdBytes>>20, e.Items, e.Bytes)
}

// held keeps items in bounded memory.
type held[T any] struct {
	items []T
	bytes int
}

func (h *held[T]) add(item T) error {
	h.bytes += size(item)
	if len(h.items) == holdItems || h.bytes > holdBytes {
		return &HoldOverflowError{Items: len(h.items), Bytes: h.bytes}
	}
	h.items = append(h.items, item)
	return nil
}

// size estimates the memory of an item where it can be large without showing it.
func size(item any) int {
	if r, ok := item.(*records.Record); ok {
		return r.Size()
	}
	return 0
}
