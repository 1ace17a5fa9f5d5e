package work

import (
	"context"
	"fmt"
	"time"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
)

// GoneRole is the role of a reader that leaves a long result, and of an operator that looks whether
// the server still works for it.
const GoneRole = "gone"

// Going says what is read, and how often it is left.
type Going struct {
	Target  subject.Target
	Subject string
	How     string
	Query   string
	At      int
	Times   int
}

// Gone is how long it took.
type Gone struct {
	After Quantiles // from the moment of leaving to the answer in which SHOW TRANSACTIONS has it no more
	Look  Quantiles // one such look takes that long, so what is gone at once is seen to be so only then
	Lost  int64     // connections; -1: unknown
}

// Go plays the role.
func Go(spec []byte) error { return play[Going](spec) }

// showTag counts the transactions of a query with a tag. Its own text has the parameter and not the
// tag.
const showTag = "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery CONTAINS $tag RETURN count(*) AS n"

func (job Going) play() error {
	ctx := context.Background()
	l, err := subject.OpenLeaver(job.Subject, job.Target)
	if err != nil {
		return err
	}
	defer l.Close()
	operator, err := subject.NeorxDriver(job.Target)
	if err != nil {
		return err
	}
	defer operator.Close(ctx)
	var after, looks []time.Duration
	for i := range job.Times {
		var left time.Time
		tag := fmt.Sprintf("/* leaving %d */ ", i)
		if err := l.Leave(ctx, tag+job.Query, job.How, job.At, func() { left = time.Now() }); err != nil {
			return err
		}
		for still := int64(1); still > 0; {
			began := time.Now()
			still, err = neorx.One[int64](ctx, operator.Query(showTag, map[string]any{"tag": tag}, neorx.ReadOnly()))
			if err != nil {
				return err
			}
			looks = append(looks, time.Since(began))
		}
		after = append(after, time.Since(left))
	}
	return child.Answer(Gone{After: QuantilesOf(after), Look: QuantilesOf(looks), Lost: l.Lost()})
}
