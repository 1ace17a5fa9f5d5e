package retry

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// Policy says when work that has failed is tried again, and for how long. Start from [Default]: the zero Policy makes one attempt. It is not
// changed by use and can be shared; so can Rand and OnRetry, which are called by everybody who uses the policy at that time.
type Policy struct {
	// MaxTime is how long attempts are started, counted from the start of the first. Where a delay would go past it, it is cut short, and one
	// last attempt is made just then; an attempt that has started is never interrupted. 0 means no retry. Default 30 s.
	MaxTime time.Duration
	// Initial is the delay before the second attempt. Default 1 s.
	Initial time.Duration
	// Multiplier makes each delay longer than the one before. Default 2.
	Multiplier float64
	// MaxDelay is what the delays do not grow beyond, jitter apart. Default 10 s.
	MaxDelay time.Duration
	// Soon is the second delay after failures that pass at once, such as a deadlock (see [Soon]). The
	// first is a random part of a tenth of it, just enough that two victims do not meet again; from
	// Soon on the delays grow as the others do. 0 treats such failures as all others. Default 50 ms.
	Soon time.Duration
	// Jitter is the part by which a delay may be shorter or longer, so that those who failed together do not come back together: at 0.2 it is
	// between 0.8 and 1.2 of its length. Default 0.2.
	Jitter float64
	// Rand returns a random number in [0, 1) for the jitter and the first delay of Soon. Default nil: math/rand/v2.
	Rand func() float64
	// OnRetry is told about each retry before its delay: the number of the attempt that has failed, from 1, its error and the delay. Default nil.
	OnRetry func(attempt int, err error, delay time.Duration)
}

// Default returns the policy of a driver without options.
func Default() Policy {
	return Policy{
		MaxTime:    30 * time.Second,
		Initial:    time.Second,
		Multiplier: 2,
		MaxDelay:   10 * time.Second,
		Soon:       50 * time.Millisecond,
		Jitter:     0.2,
	}
}

// Validate returns everything that is wrong with the policy. A policy that is not valid makes [Transient] and [Do] fail before the first attempt.
// With MaxTime 0 the other fields do not matter.
func (p Policy) Validate() error {
	if p.MaxTime == 0 {
		return nil
	}
	var problems []error
	problem := func(name string, value any, want string) {
		problems = append(problems, fmt.Errorf("retry: Policy.%s is %v: it must be %s", name, value, want))
	}
	// Every run of a managed query comes here, so that nothing is made an any of unless it is wrong.
	if p.MaxTime < 0 {
		problem("MaxTime", p.MaxTime, "0 or more")
	}
	if p.Initial <= 0 {
		problem("Initial", p.Initial, "positive")
	}
	if !(p.Multiplier >= 1) {
		problem("Multiplier", p.Multiplier, "1 or more")
	}
	if p.MaxDelay < p.Initial {
		problem("MaxDelay", p.MaxDelay, "Initial or more")
	}
	if p.Soon < 0 || p.Soon > p.MaxDelay {
		problem("Soon", p.Soon, "0 or more, and not more than MaxDelay")
	}
	if !(p.Jitter >= 0 && p.Jitter < 1) {
		problem("Jitter", p.Jitter, "in [0, 1)")
	}
	return errors.Join(problems...)
}

// soon returns the delay after the nth failure that passes at once, from 1.
func (p *Policy) soon(n int) time.Duration {
	if n == 1 {
		return time.Duration(p.random() * float64(p.Soon) / 10)
	}
	grown := float64(p.Soon) * math.Pow(p.Multiplier, float64(n-2))
	return p.jitter(time.Duration(min(grown, float64(p.MaxDelay))))
}

// intervals returns the delays without jitter. The library's own is switched off since its random source is global, and its limit because there 0
// means for ever, and because it gives up where a shorter delay would still do.
func (p *Policy) intervals() backoff.BackOff {
	return backoff.NewExponentialBackOff(
		backoff.WithInitialInterval(p.Initial),
		backoff.WithMultiplier(p.Multiplier),
		backoff.WithMaxInterval(p.MaxDelay),
		backoff.WithRandomizationFactor(0),
		backoff.WithMaxElapsedTime(0),
	)
}

// jitter makes d longer or shorter at random.
func (p *Policy) jitter(d time.Duration) time.Duration {
	if p.Jitter == 0 {
		return d
	}
	return time.Duration(float64(d) * (1 + p.Jitter*(2*p.random()-1)))
}

func (p *Policy) random() float64 {
	if p.Rand != nil {
		return p.Rand()
	}
	return rand.Float64()
}
