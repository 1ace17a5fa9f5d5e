package plan

import (
	"context"
	"fmt"
	"time"

	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// RealStream reads a million records of an integer and a string from a real server.
type RealStream struct {
	Subject string
	Fetch   int64
}

const (
	million = 1_000_000
	warm    = "UNWIND range(1, 3000) AS x RETURN x, toString(x) AS text"
	stream  = "UNWIND range(1, 1000000) AS x RETURN x, toString(x) AS text"
)

func (r RealStream) String() string {
	s := "neo4j/million/" + r.Subject
	if r.Fetch != 0 {
		s += "/fetch=" + FetchName(r.Fetch)
	}
	return s
}

// Official is what the official driver does in the same place.
func (r RealStream) Official() Measurement { return RealStream{subject.Official, r.Fetch} }

// Measure measures it once.
func (r RealStream) Measure(ctx context.Context, env Environment) (work.Sample, error) {
	t := env.Neo4j
	t.Fetch = r.Fetch
	return run(ctx, work.StreamRole, work.Streaming{
		Target: t, Subject: r.Subject, WarmUp: warm, Query: stream, Rows: million, Profile: env.profile(r),
	})
}

// Queries has many callers ask RETURN 1 at the level of the driver.
type Queries struct {
	Subject string
	Write   bool
	Callers int
}

const (
	queriesWarmUp = 200 * time.Millisecond
	queriesFor    = 1200 * time.Millisecond
)

func (q Queries) String() string {
	access := "read"
	if q.Write {
		access = "write"
	}
	return fmt.Sprintf("neo4j/%s/%s/callers=%d", access, q.Subject, q.Callers)
}

// Official is what the official driver does in the same place.
func (q Queries) Official() Measurement { return Queries{subject.Official, q.Write, q.Callers} }

// Measure measures it once.
func (q Queries) Measure(ctx context.Context, env Environment) (work.Sample, error) {
	return run(ctx, work.QueriesRole, work.Queries{
		Target: env.Neo4j, Subject: q.Subject, Query: "RETURN 1", Records: 1, Write: q.Write, Callers: q.Callers,
		WarmUp: queriesWarmUp, For: queriesFor, Profile: env.profile(q),
	})
}

// Connect opens a driver, asks one query and closes it, again and again.
type Connect struct{ Subject string }

func (c Connect) String() string { return "neo4j/connect/" + c.Subject }

// Official is what the official driver does in the same place.
func (c Connect) Official() Measurement { return Connect{subject.Official} }

// Measure measures it once.
func (c Connect) Measure(ctx context.Context, env Environment) (work.Sample, error) {
	return run(ctx, work.ConnectRole, work.Connecting{Target: env.Neo4j, Subject: c.Subject, Query: "RETURN 1", Times: 100, Profile: env.profile(c)})
}
