package main

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/neorx/neorx/test/bench/child"
)

func TestMain(m *testing.M) {
	child.Main(roles)
	goleak.VerifyTestMain(m)
}
