package rxtest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/neorx/neorx/rx/rxtest"
)

func ExampleMatrix() {
	testLeaks := func(t *testing.T) {
		rxtest.Matrix(t, func(*testing.T) rxtest.Source { return rxtest.NewLedger() })
	}
	_ = testLeaks
}

func ExampleTruth() {
	testTruth := func(t *testing.T) {
		table := rxtest.Truth(t, func(*testing.T) rxtest.Source { return rxtest.NewLedger() })
		t.Log(table)
	}
	_ = testTruth
}

func ExampleEvery() {
	testSlowSource := func(t *testing.T) {
		rxtest.Truth(t, func(*testing.T) rxtest.Source { return rxtest.NewLedger() }, rxtest.Every(7))
	}
	_ = testSlowSource
}

func ExampleNewLedger() {
	l := rxtest.NewLedger()
	defer l.Close()
	for n := range l.Stream(5, rxtest.Complete).All(context.Background()) {
		if n == 2 {
			fmt.Println("held in the loop:", l.Held())
			break
		}
	}
	fmt.Println("held after it:", l.Held())
	// Output:
	// held in the loop: 1
	// held after it: 0
}
