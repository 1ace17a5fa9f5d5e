package work

import (
	"context"
	"fmt"
	"time"

	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/usage"
)

// SlowRole is the role of a consumer who stalls again and again in a long result.
const SlowRole = "slow"

// Slow says what it reads, and where it stalls.
type Slow struct {
	Target  subject.Target
	Subject string
	Query   string
	Rows    int64
	Every   int64         // so many records
	Stall   time.Duration // for so long
}

// Held is what a slow consumer's driver kept, in bytes above what it keeps when idle.
type Held struct {
	First, Last, Most int64 // live, at the first stall, the last, and the worst
	Garbage           int64 // the most that the heap ever had at a stall before it was collected
}

// Stall plays the role.
func Stall(spec []byte) error { return play[Slow](spec) }

func (job Slow) play() error {
	ctx := context.Background()
	if err := subject.Slowly(ctx, job.Subject, job.Target, "2000", func() {}); err != nil { // what is made once is there
		return err
	}
	idle := usage.Kept().Live
	var held Held
	rows := int64(0)
	err := subject.Slowly(ctx, job.Subject, job.Target, job.Query, func() {
		if rows++; rows%job.Every != 0 {
			return
		}
		time.Sleep(job.Stall)
		held.Garbage = max(held.Garbage, usage.Heap()-idle)
		held.see(usage.Kept().Live - idle)
	})
	if err == nil && rows != job.Rows {
		err = fmt.Errorf("%d records instead of %d", rows, job.Rows)
	}
	if err != nil {
		return err
	}
	return child.Answer(held)
}

func (h *Held) see(live int64) {
	if h.First == 0 {
		h.First = live
	}
	h.Last, h.Most = live, max(h.Most, live)
}
