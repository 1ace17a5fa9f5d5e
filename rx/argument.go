package rx

import "fmt"

// failArgument is what an operator returns for an argument that makes no sense: building a pipeline
// never panics, running it says what is wrong.
func failArgument[T any](operator, argument string, n int) Stream[T] {
	return Fail[T](fmt.Errorf("rx: %s: %s must be at least 1, got %d", operator, argument, n))
}
