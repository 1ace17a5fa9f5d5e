// Package work has the roles that subjects play: each is a job for a process of its own, which measures itself and answers with a [Sample].
package work

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/usage"
)

// Sample is what one measurement has found.
type Sample struct {
	usage.Cost
	Items int64 // records, queries or rows
}

// NanosPerItem is the time that one item has taken.
func (s Sample) NanosPerItem() float64 { return float64(s.Elapsed.Nanoseconds()) / float64(s.Items) }

// CPUPerItem is the processor time that one item has taken, in nanoseconds.
func (s Sample) CPUPerItem() float64 { return float64(s.CPU.Nanoseconds()) / float64(s.Items) }

// AllocsPerItem is how many objects were allocated for one item.
func (s Sample) AllocsPerItem() float64 { return float64(s.Allocs) / float64(s.Items) }

// BytesPerItem is how many bytes were allocated for one item.
func (s Sample) BytesPerItem() float64 { return float64(s.Bytes) / float64(s.Items) }

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
func Stream(spec []byte) error {
	var job Streaming
	if err := json.Unmarshal(spec, &job); err != nil {
		return err
	}
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
	var s Sample
	err = profiled(job.Profile, func() (err error) { s, err = job.measure(ctx, reader); return err })
	if err != nil {
		return err
	}
	return child.Answer(s)
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
