package work

import (
	"context"
	"fmt"
	"time"

	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/usage"
)

// StreamRole is the role of somebody who reads one result.
const StreamRole = "stream"

// Streaming says what to read.
type Streaming struct {
	Target   subject.Target
	Subject  string
	WarmUp   string // a query that is read first, and not measured
	Query    string
	Rows     int64  // how many records it must have
	Deadline bool   // the context has one, an hour off
	Profile  string // the file for a processor profile, if one is wanted
}

// Stream plays the role.
func Stream(spec []byte) error { return play[Streaming](spec) }

func (job Streaming) play() error {
	ctx := context.Background()
	if job.Deadline {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Hour)
		defer cancel()
	}
	reader, err := subject.Open(ctx, job.Subject, job.Target)
	if err != nil {
		return err
	}
	defer reader.Close()
	if _, err := reader.Read(ctx, job.WarmUp); err != nil {
		return err
	}
	return answer(job.Profile, func() (Sample, error) { return job.measure(ctx, reader) })
}

func (job Streaming) measure(ctx context.Context, reader subject.Reader) (Sample, error) {
	s := Sample{Items: job.Rows}
	var err error
	s.Cost, err = usage.Of(func() error {
		rows, err := reader.Read(ctx, job.Query)
		if err == nil && rows != job.Rows {
			err = fmt.Errorf("%d records instead of %d", rows, job.Rows)
		}
		return err
	})
	return s, err
}
