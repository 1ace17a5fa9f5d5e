package work

import (
	"context"

	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/usage"
)

// ConnectRole is the role of somebody who connects, asks one query and leaves.
const ConnectRole = "connect"

// Connecting says where to connect, and how often.
type Connecting struct {
	Target  subject.Target
	Subject string
	Query   string
	Times   int
	Profile string
}

// Connect plays the role.
func Connect(spec []byte) error { return play[Connecting](spec) }

func (job Connecting) play() error {
	if err := job.connect(2); err != nil {
		return err
	}
	return answer(job.Profile, func() (Sample, error) {
		cost, err := usage.Of(func() error { return job.connect(job.Times) })
		return Sample{Cost: cost, Items: int64(job.Times)}, err
	})
}

func (job Connecting) connect(times int) error {
	for range times {
		asker, err := subject.OpenAsker(job.Subject, job.Target)
		if err != nil {
			return err
		}
		_, err = asker.Ask(context.Background(), job.Query, nil, false)
		asker.Close()
		if err != nil {
			return err
		}
	}
	return nil
}
