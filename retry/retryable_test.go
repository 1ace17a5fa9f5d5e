package retry_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx/retry"
)

func TestRetryable(t *testing.T) {
	yes, no, silent := &opinion{retryable: true}, &opinion{retryable: false}, errors.New("boom")
	cases := map[string]struct {
		err  error
		want bool
	}{
		"nil":                            {nil, false},
		"silent":                         {silent, false},
		"context":                        {context.DeadlineExceeded, false},
		"yes":                            {yes, true},
		"no":                             {no, false},
		"wrapped yes":                    {fmt.Errorf("query: %w", yes), true},
		"wrapped no":                     {fmt.Errorf("query: %w", no), false},
		"no around yes, commit unknown":  {&opinion{retryable: false, err: yes}, false},
		"yes around no, token refreshed": {&opinion{retryable: true, err: no}, true},
		"yes joined with silence":        {errors.Join(silent, yes), true},
		"yes joined with no":             {errors.Join(yes, no), false},
		"no joined with yes":             {fmt.Errorf("%w: %w", no, yes), false},
		"no deep in a joined error":      {errors.Join(yes, fmt.Errorf("rollback: %w", errors.Join(silent, no))), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, retry.Retryable(c.err)) })
	}
}
