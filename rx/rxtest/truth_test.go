package rxtest

import (
	"context"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

var update = flag.Bool("update", false, "write the table of ends anew")

const truthTable = "testdata/truth.txt"

// TestTruth compares how every observation ends with the table that is committed.
func TestTruth(t *testing.T) {
	table := Truth(t, ledger)
	if *update {
		require.NoError(t, os.WriteFile(truthTable, []byte(table), 0o600))
	}
	committed, err := os.ReadFile(truthTable)
	require.NoError(t, err)
	want, got := strings.Split(string(committed), "\n"), strings.Split(table, "\n")
	require.Len(t, got, len(want), "run the test with -update and look at the difference")
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("line %d differs from %s\nwant %s\ngot  %s", i+1, truthTable, want[i], got[i])
		}
	}
}

// liar is a source with a fault.
type liar struct {
	*Ledger
	run func(n int, end End, emit func(int) error) error
}

func (l *liar) Stream(n int, end End) rx.Stream[int] {
	return rx.Operator(func(_ context.Context, _ rx.Demand, emit func(int) error) error { return l.run(n, end, emit) })
}

// TestTruthSeesLies puts sources with faults under an operator: each has to be seen by one exit at
// least.
func TestTruthSeesLies(t *testing.T) {
	emitAll := func(n int, emit func(int) error) error {
		for i := range n {
			if err := emit(i); err != nil {
				return err
			}
		}
		return nil
	}
	lies := map[string]func(n int, end End, emit func(int) error) error{
		"a failure is a completion": func(n int, _ End, emit func(int) error) error { return emitAll(n, emit) },
		"an item is lost": func(n int, _ End, emit func(int) error) error {
			return emitAll(n-1, func(i int) error { return emit(i + 1) })
		},
		"an item comes twice": func(n int, _ End, emit func(int) error) error {
			return emitAll(n, func(i int) error { return errors.Join(emit(i), emit(i)) })
		},
		"the last is lost":   func(n int, _ End, emit func(int) error) error { return emitAll(n-1, emit) },
		"nothing comes":      func(int, End, func(int) error) error { return nil },
		"the cause is lost":  func(int, End, func(int) error) error { return errors.New("something") },
		"a stop is not seen": func(n int, _ End, emit func(int) error) error { _ = emitAll(n, emit); return nil },
		"somebody's stop is the end": func(_ int, _ End, emit func(int) error) error {
			var stop error
			_ = rx.New(func(_ context.Context, _ rx.Demand, emit func(int) error) error {
				stop = emit(0)
				return stop
			}).Take(1).ForEach(context.Background(), emit)
			return stop
		},
	}
	for name, run := range lies {
		for _, use := range []string{"rx.Map", "rx.Prefetch", "Observable.Map", "Observable.ToSlice"} {
			seen := 0
			for _, e := range exits() {
				if e.end == Hang || e.disturb != nil {
					continue // these liars wait for nobody
				}
				x := &experiment{exit: e, use: use}
				x.inBubble(t, func(*testing.T) Source { return &liar{NewLedger(), run} })
				for _, r := range x.readers {
					seen += len(x.faults(r.report))
				}
			}
			assert.NotZero(t, seen, "%s, under %s", name, use)
		}
	}
}

// TestTruthSeesLostFailures: what a source fails with behind a stop must come out.
func TestTruthSeesLostFailures(t *testing.T) {
	x := &experiment{exit: exit{name: "late failure", n: few, end: Hang, early: true, late: true}, use: "rx.Map"}
	x.owed.Add(1)
	lost := &report{items: []string{"0", "1"}, ends: []error{nil}}
	assert.Equal(t, []string{"what the source has failed with behind the stop is lost"}, x.faults(lost))
	assert.Empty(t, x.faults(&report{items: []string{"0", "1"}, ends: []error{errLate}}))
	assert.NotEmpty(t, x.faults(&report{items: []string{"0", "1"}, ends: []error{errLate, nil}}), "ended twice")
	assert.NotEmpty(t, x.faults(&report{items: []string{"1"}, ends: []error{errLate}}), "an item is missing")
	assert.NotEmpty(t, x.faults(&report{panics: "something else"}))
	assert.NotEmpty(t, x.faults(&report{exited: true}))
}
