package cause_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx/internal/cause"
)

var (
	errWhy  = errors.New("the shop closes")
	errWork = errors.New("cannot look up")

	both = []error{context.Canceled, errWhy}
)

// whole is an error with the context's and its cause.
const whole = "context canceled: the shop closes"

func cancelled(why error) context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(why)
	return ctx
}

func TestOf(t *testing.T) {
	late := fmt.Errorf("too late: %w", context.Canceled)
	cases := map[string]struct {
		ctx  context.Context
		want string
		is   []error
	}{
		"no end":               {context.Background(), "", nil},
		"no cause":             {cancelled(nil), "context canceled", []error{context.Canceled}},
		"a cause":              {cancelled(errWhy), whole, both},
		"a cause that says it": {cancelled(late), "too late: context canceled", []error{context.Canceled, late}},
		"a cause of another kind": {
			cancelled(context.DeadlineExceeded), "context canceled: context deadline exceeded",
			[]error{context.Canceled, context.DeadlineExceeded},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) { check(t, cause.Of(test.ctx), test.want, test.is) })
	}
}

func TestExplain(t *testing.T) {
	cases := map[string]struct {
		ctx  context.Context
		err  error
		want string
		is   []error
	}{
		"no error": {cancelled(errWhy), nil, "", nil},
		"no end":   {context.Background(), errWork, "cannot look up", []error{errWork}},
		"an error of something else": {
			cancelled(errWhy), errWork, "context canceled: cannot look up: the shop closes",
			[]error{errWork, context.Canceled, errWhy},
		},
		"the bare error":           {cancelled(errWhy), context.Canceled, whole, both},
		"the bare error, no cause": {cancelled(nil), context.Canceled, "context canceled", []error{context.Canceled}},
		"an error with the cause":  {cancelled(errWhy), cause.Of(cancelled(errWhy)), whole, both},
		"an error that says more": {
			cancelled(errWhy), fmt.Errorf("look up: %w", context.Canceled),
			"look up: context canceled: the shop closes", both,
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) { check(t, cause.Explain(test.ctx, test.err), test.want, test.is) })
	}
}

func check(t *testing.T, err error, want string, is []error) {
	t.Helper()
	if want == "" {
		assert.NoError(t, err)
		return
	}
	assert.EqualError(t, err, want)
	for _, target := range is {
		assert.ErrorIs(t, err, target)
	}
}

// late is a context that ends right after it was asked for the first time.
type late struct {
	context.Context
	asked bool
}

func (c *late) Err() error {
	if !c.asked {
		c.asked = true
		return nil
	}
	return c.Context.Err()
}

// A cause alone would not be known as the end of a context.
func TestOfEndsLate(t *testing.T) {
	assert.NoError(t, cause.Of(&late{Context: cancelled(errWhy)}))
	assert.Equal(t, errWork, cause.Explain(&late{Context: cancelled(errWhy)}, errWork))
}
