package main

import (
	"testing"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/subject"
)

// TestAtRest holds neorx to what its documentation says about a driver that has nothing to do.
func TestAtRest(t *testing.T) {
	found, err := plan.AtRest(t.Context(), subject.Neorx)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", found)
	if found.DriverGoroutines != 0 || found.ConnectionGoroutines != 0 {
		t.Errorf("goroutines: %d of a driver without connections, %.2f of each connection", found.DriverGoroutines, found.ConnectionGoroutines)
	}
	if found.ConnectionBytes > 16<<10 {
		t.Errorf("%.0f bytes of an idle connection", found.ConnectionBytes)
	}
}
