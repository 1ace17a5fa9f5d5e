package records_test

import (
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// What fails prints how to reproduce it; files are only litter.
	if err := flag.Set("rapid.nofailfile", "true"); err != nil {
		os.Exit(2)
	}
	goleak.VerifyTestMain(m)
}
