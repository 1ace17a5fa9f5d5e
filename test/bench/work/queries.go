package work

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/usage"
)

// QueriesRole is the role of callers who ask small queries, as fast as they can.
const QueriesRole = "queries"

// Queries says who asks what for how long.
type Queries struct {
	Target  subject.Target
	Subject string
	Query   string
	Records int // how many a query has
	Write   bool
	Callers int
	WarmUp  time.Duration
	For     time.Duration
	Profile string
}

// Ask plays the role.
func Ask(spec []byte) error { return play[Queries](spec) }

func (job Queries) play() error {
	asker, err := subject.OpenAsker(job.Subject, job.Target)
	if err != nil {
		return err
	}
	defer asker.Close()
	callers := make([]caller, job.Callers)
	if err := job.ask(asker, callers, job.WarmUp); err != nil {
		return err
	}
	for i := range callers { // room for what comes, so that growing is in nobody's figures
		callers[i].latencies = make([]time.Duration, 0, 20*len(callers[i].latencies)+64)
	}
	return answer(job.Profile, func() (Sample, error) { return job.measure(asker, callers) })
}

func (job Queries) measure(asker subject.Asker, callers []caller) (s Sample, err error) {
	s.Cost, err = usage.Of(func() error { return job.ask(asker, callers, job.For) })
	var all []time.Duration
	for _, c := range callers {
		all = append(all, c.latencies...)
	}
	if err != nil || len(all) == 0 {
		return s, errors.Join(err, fmt.Errorf("%d queries answered", len(all)))
	}
	slices.Sort(all)
	s.Items, s.P50, s.P99 = int64(len(all)), all[len(all)/2], all[len(all)*99/100]
	return s, nil
}

// ask has every caller ask again and again until the time is over, and waits for the last answer.
func (job Queries) ask(asker subject.Asker, callers []caller, d time.Duration) error {
	deadline := time.Now().Add(d)
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() { callers[i].ask(asker, job, deadline) }) // ends at the deadline, or with an error
	}
	all.Wait()
	var failures []error
	for _, c := range callers {
		failures = append(failures, c.err)
	}
	return errors.Join(failures...)
}

type caller struct {
	latencies []time.Duration
	err       error
}

func (c *caller) ask(asker subject.Asker, job Queries, deadline time.Time) {
	for now := time.Now(); now.Before(deadline); {
		n, err := asker.Ask(context.Background(), job.Query, nil, job.Write)
		if err != nil || n != job.Records {
			c.err = errors.Join(err, fmt.Errorf("%d records instead of %d", n, job.Records))
			return
		}
		then := time.Now()
		c.latencies = append(c.latencies, then.Sub(now))
		now = then
	}
}
