package neorx_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

func TestIsConstraintViolation(t *testing.T) {
	violation := bolttest.Failure(neorx.CodeConstraintViolation, "already exists")
	assert.True(t, neorx.IsConstraintViolation(fmt.Errorf("create the user: %w", violation)))
	assert.False(t, neorx.IsConstraintViolation(bolttest.Failure(neorx.CodeSyntaxError, "no")))
	assert.False(t, neorx.IsConstraintViolation(errors.New("no")))
	assert.False(t, neorx.IsConstraintViolation(nil))
}

func ExampleIsConstraintViolation() {
	err := fmt.Errorf("create the user: %w", bolttest.Failure(neorx.CodeConstraintViolation, "already exists"))
	fmt.Println(neorx.IsConstraintViolation(err))
	// Output: true
}

func ExampleRetryable() {
	fmt.Println(neorx.Retryable(bolttest.Failure(neorx.CodeDeadlock, "try again")))
	fmt.Println(neorx.Retryable(bolttest.Failure(neorx.CodeSyntaxError, "no")))
	// Output:
	// true
	// false
}
