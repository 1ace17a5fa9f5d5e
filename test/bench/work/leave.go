package work

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
)

// LeaveRole is the role of many readers that leave a long result, and of a user with small queries
// beside them.
const LeaveRole = "leave"

// Leaving says what they read, and where they leave.
type Leaving struct {
	Target  subject.Target
	Subject string
	How     string
	Query   string
	At      int
	Readers int
	For     time.Duration
}

// Left is what came of it.
type Left struct {
	Each    Quantiles // from the query to the moment when the reader can go on
	Small   Quantiles // the small queries
	Elapsed time.Duration
	Dialled int64
	Lost    int64 // connections; -1: unknown
}

// PerSecond is how many readers have left in a second.
func (l Left) PerSecond() float64 { return float64(l.Each.N) / l.Elapsed.Seconds() }

// smallPause is between two small queries.
const smallPause = 20 * time.Millisecond

// Leave plays the role.
func Leave(spec []byte) error { return play[Leaving](spec) }

func (job Leaving) play() error {
	l, err := subject.OpenLeaver(job.Subject, job.Target)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := l.Small(context.Background()); err != nil {
		return err
	}
	var all crowd
	began := time.Now()
	deadline := began.Add(job.For)
	each, small := times{}, times{pause: smallPause}
	for range job.Readers {
		all.goUntil(deadline, &each, func(ctx context.Context) error {
			return l.Leave(ctx, job.Query, job.How, job.At, func() {})
		})
	}
	all.goUntil(deadline, &small, l.Small)
	if err := all.wait(); err != nil {
		return err
	}
	return child.Answer(Left{
		Each: QuantilesOf(each.all), Small: QuantilesOf(small.all), Elapsed: time.Since(began),
		Dialled: l.Dialled(), Lost: l.Lost(),
	})
}

// times collects durations from many goroutines.
type times struct {
	mu    sync.Mutex // guards all
	all   []time.Duration
	pause time.Duration // after each
}

func (t *times) add(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, d)
}

// crowd is goroutines that do the same again and again.
type crowd struct {
	sync.WaitGroup
	mu   sync.Mutex // guards errs
	errs []error
}

// goUntil starts one: it ends with the first error, or after what it has begun before the deadline.
func (c *crowd) goUntil(deadline time.Time, t *times, do func(ctx context.Context) error) {
	c.Go(func() { // wait joins it
		for began := time.Now(); began.Before(deadline); began = time.Now() {
			if err := do(context.Background()); err != nil {
				c.mu.Lock()
				defer c.mu.Unlock()
				c.errs = append(c.errs, err)
				return
			}
			t.add(time.Since(began))
			time.Sleep(t.pause)
		}
	})
}

func (c *crowd) wait() error {
	c.Wait()
	return errors.Join(c.errs...)
}
