package plan

import (
	"context"

	"github.com/neorx/neorx/test/bench/blaster"
	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

// Small has one caller ask the synthetic server for one record, again and again: what a query costs the driver alone.
type Small struct {
	Subject string
	Write   bool
}

func (s Small) String() string {
	if s.Write {
		return "query/" + s.Subject + "/write"
	}
	return "query/" + s.Subject + "/read"
}

// Official is what the official driver does in the same place.
func (s Small) Official() Measurement { return Small{subject.Official, s.Write} }

// Measure measures it once.
func (s Small) Measure(ctx context.Context, env Environment) (work.Sample, error) {
	server, err := child.StartServer(ctx, blaster.Config{Shape: "int", RecvTimeout: true})
	if err != nil {
		return work.Sample{}, err
	}
	defer server.Close()
	records := 1
	if s.Subject == subject.Exec {
		records = 0
	}
	return run(ctx, work.QueriesRole, work.Queries{
		Target: subject.Target{URI: server.URI}, Subject: s.Subject, Query: "1", Records: records, Write: s.Write, Callers: 1,
		WarmUp: queriesWarmUp, For: queriesFor / 2, Profile: env.profile(s),
	})
}

func small() (cut []Measurement) {
	for _, write := range []bool{false, true} {
		for _, who := range []string{subject.Official, subject.Neorx, subject.Exec} {
			cut = append(cut, Small{who, write})
		}
	}
	return cut
}
