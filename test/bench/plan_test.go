package main

import (
	"testing"

	"github.com/neorx/neorx/test/bench/blaster"
	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/subject"
)

// TestSubjectsReadEverything shows that what is compared is the same work.
func TestSubjectsReadEverything(t *testing.T) {
	for _, m := range plan.Synthetic() {
		p, ok := m.(plan.Point)
		if !ok || p.Latency > 0 {
			continue
		}
		t.Run(p.String(), func(t *testing.T) {
			target := serve(t, blaster.Config{Shape: p.Shape, RecvTimeout: p.Condition == plan.Timeout})
			target.Fetch = p.Fetch
			reader, err := subject.Open(t.Context(), p.Subject, target)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(reader.Close)
			read(t, t.Context(), reader, 2500)
		})
	}
}
