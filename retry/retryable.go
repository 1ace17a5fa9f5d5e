package retry

import "errors"

// Retryable tells whether doing the same again may succeed where it has ended with err. Errors know that themselves: those with a method
//
//	Retryable() bool
//
// are asked, and where one wraps another the outer knows better; it has seen what the inner means. Of errors that are joined every one is asked,
// and one no is enough. An error that says nothing, in all of its chain, is not retryable; neither is nil.
func Retryable(err error) bool { return ask(err) == yes }

// Soon tells whether the reason of err has passed by the time that it is seen, so that a new attempt
// need not wait: the victim of a deadlock, for example, has given the locks to the others. Errors know
// that themselves, by a method
//
//	RetrySoon() bool
//
// The outermost that has one is asked. It does not make an error [Retryable].
func Soon(err error) bool {
	var e interface{ RetrySoon() bool }
	return errors.As(err, &e) && e.RetrySoon()
}

type answer uint8

const (
	silence answer = iota
	yes
	no
)

func ask(err error) answer {
	switch e := err.(type) { //nolint:errorlint // this is the walk through the chain, which errors.As makes without stopping at a no
	case interface{ Retryable() bool }:
		if e.Retryable() {
			return yes
		}
		return no
	case interface{ Unwrap() error }:
		return ask(e.Unwrap())
	case interface{ Unwrap() []error }:
		all := silence
		for _, one := range e.Unwrap() {
			all = max(all, ask(one))
		}
		return all
	default:
		return silence
	}
}
