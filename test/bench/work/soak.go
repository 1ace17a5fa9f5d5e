package work

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
)

// SoakRole is the role of a service that does everything at once: reads that are left, transactions
// and small reads.
const SoakRole = "soak"

// Soaking says how much of it.
type Soaking struct {
	Target  subject.Target
	Subject string
	Query   string // the long one
	Most    int    // records that are read of it
	Users   int
	For     time.Duration
	Seed    uint64
}

// Soaked is what came of it.
type Soaked struct {
	Small      []time.Duration // small reads
	Operations int64
	Failed     int64 // of them
	Dialled    int64
	Lost       int64 // connections; -1: unknown
}

// Soak plays the role.
func Soak(spec []byte) error { return play[Soaking](spec) }

func (job Soaking) play() error {
	l, err := subject.OpenLeaver(job.Subject, job.Target)
	if err != nil {
		return err
	}
	defer l.Close()
	var all crowd
	var small times
	var operations, failed atomic.Int64
	deadline := time.Now().Add(job.For)
	for i := range job.Users {
		random := rand.New(rand.NewPCG(job.Seed, uint64(i)))
		all.goUntil(deadline, &times{}, func(ctx context.Context) error {
			operations.Add(1)
			if job.one(ctx, l, random, &small) != nil {
				failed.Add(1)
			}
			return nil
		})
	}
	if err := all.wait(); err != nil {
		return err
	}
	return child.Answer(Soaked{
		Small: small.all, Operations: operations.Load(), Failed: failed.Load(), Dialled: l.Dialled(), Lost: l.Lost(),
	})
}

// one does one thing: of twenty, six are left by a cancel and four by a break, four are
// transactions, and six small reads.
func (job Soaking) one(ctx context.Context, l subject.Leaver, random *rand.Rand, small *times) error {
	at := 1 + random.IntN(job.Most)
	switch n := random.IntN(20); {
	case n < 6:
		return l.Leave(ctx, job.Query, subject.Cancel, at, func() {})
	case n < 10:
		return l.Leave(ctx, job.Query, subject.Break, at, func() {})
	case n < 14:
		return l.Transact(ctx, n == 10)
	}
	began := time.Now()
	err := l.Small(ctx)
	small.add(time.Since(began))
	return err
}

// Add adds another slice.
func (s *Soaked) Add(o Soaked) {
	s.Small = append(s.Small, o.Small...)
	s.Operations += o.Operations
	s.Failed += o.Failed
	s.Dialled += o.Dialled
	s.Lost += o.Lost
}
