package plan

import (
	"context"
	"fmt"

	"github.com/neorx/neorx/test/bench/blaster"
	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// Load sends batches of rows to be unwound in a write, to the synthetic server or to a real one.
type Load struct {
	Subject string
	Kind    string
	Rows    int
	Real    bool
}

// None of the rows is kept, so that the size of the store does not depend on the round.
const loadQuery = "UNWIND $rows AS row WITH row WHERE row.id < 0 CREATE (n:Row) SET n = row"

func (l Load) String() string {
	s := fmt.Sprintf("unwind/%s/%s/%d", l.Subject, l.Kind, l.Rows)
	if l.Real {
		return "neo4j/" + s
	}
	return s
}

// Official is what the official driver does in the same place. It takes no structs.
func (l Load) Official() Measurement { return Load{subject.Official, subject.OfMaps, l.Rows, l.Real} }

// Measure measures it once.
func (l Load) Measure(ctx context.Context, env Environment) (work.Sample, error) {
	job := work.Loading{
		Target: env.Neo4j, Subject: l.Subject, Query: loadQuery, Kind: l.Kind, Rows: l.Rows, Batches: 200_000 / l.Rows, Profile: env.profile(l),
	}
	if !l.Real {
		server, err := child.StartServer(ctx, blaster.Config{Shape: "int", RecvTimeout: true})
		if err != nil {
			return work.Sample{}, err
		}
		defer server.Close()
		job.Target, job.Query, job.Batches = subject.Target{URI: server.URI}, "0", 1_000_000/l.Rows
	}
	return run(ctx, work.LoadRole, job)
}

func loads(real bool) (cut []Measurement) {
	for _, rows := range []int{1000, 10_000} {
		cut = append(cut, Load{subject.Official, subject.OfMaps, rows, real}, Load{subject.Neorx, subject.OfMaps, rows, real}, Load{subject.Neorx, subject.OfStructs, rows, real})
	}
	return cut
}
