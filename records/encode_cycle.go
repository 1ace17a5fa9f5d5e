package records

import (
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// visit identifies a container by its memory. The length tells a slice from its own beginning, and from a pointer to
// its first element.
type visit struct {
	memory unsafe.Pointer
	length int
}

// cycleDepth is the depth from which on containers are remembered: a cycle gets there soon, hardly anything else does.
const cycleDepth = 64

const notCounted = -1 // the length of a map or of what a pointer points to

// enter is called before the items of a container, and leave after them. In between it must not be entered again.
func (e *encoder) enter(memory unsafe.Pointer, length int) error {
	e.depth++
	if e.depth <= cycleDepth {
		return nil
	}
	if e.depth > packstream.MaxDepth {
		return errorString("it nests deeper than 1000 levels")
	}
	v := visit{memory, length}
	if _, ok := e.seen[v]; ok {
		return errorString("it contains itself")
	}
	if e.seen == nil {
		e.seen = make(map[visit]struct{})
	}
	e.seen[v] = struct{}{}
	return nil
}

func (e *encoder) leave(memory unsafe.Pointer, length int) {
	if e.depth > cycleDepth {
		delete(e.seen, visit{memory, length})
	}
	e.depth--
}

func enterSlice[T any](e *encoder, s []T) error {
	return e.enter(unsafe.Pointer(unsafe.SliceData(s)), len(s))
}

func leaveSlice[T any](e *encoder, s []T) {
	e.leave(unsafe.Pointer(unsafe.SliceData(s)), len(s))
}

// mapMemory returns what identifies a map: its only word.
func mapMemory[T any](m map[string]T) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&m)) }
