package main

import (
	"strconv"
	"testing"

	"github.com/neorx/neorx/test/bench/blaster"
	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/subject"
)

// TestSubjectsReadEverything shows that what is compared is the same work.
func TestSubjectsReadEverything(t *testing.T) {
	const rows = 2500
	for _, m := range plan.Streams() {
		p := m.(plan.Point)
		if p.Latency > 0 {
			continue
		}
		t.Run(p.String(), func(t *testing.T) {
			server, err := child.StartServer(t.Context(), blaster.Config{Shape: p.Shape, RecvTimeout: p.Condition == plan.Timeout})
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			reader, err := subject.Open(t.Context(), p.Subject, subject.Target{URI: server.URI, Fetch: p.Fetch})
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close()
			n, err := reader.Read(t.Context(), strconv.Itoa(rows))
			if err != nil || n != rows {
				t.Fatalf("%d records instead of %d: %v", n, rows, err)
			}
		})
	}
}
