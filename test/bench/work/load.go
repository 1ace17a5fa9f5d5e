package work

import (
	"context"

	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/usage"
)

// LoadRole is the role of somebody who sends many rows in one parameter.
const LoadRole = "load"

// Loading says what is sent, and how often.
type Loading struct {
	Target  subject.Target
	Subject string
	Query   string
	Kind    string // of the rows
	Rows    int    // of each batch
	Batches int
	Profile string
}

// Load plays the role.
func Load(spec []byte) error { return play[Loading](spec) }

func (job Loading) play() error {
	asker, err := subject.OpenAsker(job.Subject, job.Target)
	if err != nil {
		return err
	}
	defer asker.Close()
	rows, err := subject.Rows(job.Kind, job.Rows)
	if err != nil {
		return err
	}
	if err := job.load(asker, rows, 2); err != nil {
		return err
	}
	return answer(job.Profile, func() (Sample, error) {
		cost, err := usage.Of(func() error { return job.load(asker, rows, job.Batches) })
		return Sample{Cost: cost, Items: int64(job.Rows * job.Batches)}, err
	})
}

func (job Loading) load(asker subject.Asker, rows any, batches int) error {
	for range batches {
		if err := asker.Load(context.Background(), job.Query, rows); err != nil {
			return err
		}
	}
	return nil
}
