package work

import (
	"context"
	"runtime"

	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/usage"
)

// RestRole is the role of a program that has a driver and does nothing with it.
const RestRole = "rest"

// Resting says what it has.
type Resting struct {
	Target   subject.Target // its limit of connections is how many it will have
	Subject  string
	Query    string // one that keeps its connection until it is closed
	Sessions int
}

// AtRest is what is kept meanwhile.
type AtRest struct {
	DriverGoroutines     int     // of a driver without connections
	DriverBytes          int64   // and its memory
	ConnectionBytes      float64 // of an idle connection
	ConnectionGoroutines float64
	SessionBytes         float64
}

// Rest plays the role.
func Rest(spec []byte) error { return play[Resting](spec) }

func (job Resting) play() error {
	ctx := context.Background()
	var found AtRest
	nothing := usage.Kept()
	holder, err := subject.OpenHolder(job.Subject, job.Target)
	if err != nil {
		return err
	}
	defer holder.Close()
	unused := usage.Kept()
	found.DriverGoroutines, found.DriverBytes = unused.Goroutines-nothing.Goroutines, unused.Live-nothing.Live

	if err := holder.Hold(ctx, 1, job.Query); err != nil { // what is made once is no connection's
		return err
	}
	one := usage.Kept()
	if err := holder.Hold(ctx, job.Target.Connections, job.Query); err != nil {
		return err
	}
	idle := usage.Kept()
	more := float64(job.Target.Connections - 1)
	found.ConnectionBytes = float64(idle.Live-one.Live) / more
	found.ConnectionGoroutines = float64(idle.Goroutines-one.Goroutines) / more

	sessions := holder.Sessions(ctx, job.Sessions)
	found.SessionBytes = float64(usage.Kept().Live-idle.Live) / float64(job.Sessions)
	runtime.KeepAlive(sessions)
	return child.Answer(found)
}
