package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// graph stores nothing: it answers a merge with the rows that it got, and notes how many.
type graph struct {
	batches []int
}

func (g *graph) handle(_ context.Context, query *bolttest.Query) (*bolttest.Result, error) {
	result := &bolttest.Result{Keys: []string{"iata", "name", "place"}}
	batch := query.Params["rows"].([]any)
	g.batches = append(g.batches, len(batch))
	result.Rows = func(yield func([]any, error) bool) {
		for _, item := range batch {
			row := item.(map[string]any)
			if !yield([]any{row["iata"], row["name"], row["city"].(string) + ", " + row["state"].(string)}, nil) {
				return
			}
		}
	}
	return result, nil
}

// open returns a driver for a graph that lives as long as the test.
func open(t *testing.T) (*graph, *neorx.Driver) {
	t.Helper()
	g := &graph{}
	server := bolttest.New(t, g.handle)
	driver, err := neorx.Open(server.URI(), neorx.NoAuth())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, driver.Close(context.WithoutCancel(t.Context()))) })
	return g, driver
}

func lines(n int) *strings.Reader {
	return strings.NewReader("iata,name,city,state\n" + strings.Repeat("SEA,Seattle-Tacoma Intl,Seattle,WA\n", n))
}

func TestLinesBecomeStoredRecords(t *testing.T) {
	g, driver := open(t)
	var out bytes.Buffer
	require.NoError(t, load(t.Context(), driver, lines(1200), &out))
	assert.Equal(t, []int{500, 500, 200}, g.batches)
	want := `{"iata":"SEA","name":"Seattle-Tacoma Intl","place":"Seattle, WA"}` + "\n"
	assert.Equal(t, strings.Repeat(want, 1200), out.String())
}

func TestABrokenLineStopsBehindWhatIsStored(t *testing.T) {
	g, driver := open(t)
	var out bytes.Buffer
	broken := strings.NewReader("iata,name,city,state\nSEA,Seattle-Tacoma Intl,Seattle,WA\nPDX\n")
	require.ErrorContains(t, load(t.Context(), driver, broken, &out), "record on line 3: wrong number of fields")
	assert.Equal(t, []int{1}, g.batches)
	assert.Equal(t, 1, strings.Count(out.String(), "\n"))
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestNothingIsReadThatCannotBeWritten(t *testing.T) {
	g, driver := open(t)
	in := lines(100_000)
	require.ErrorIs(t, load(t.Context(), driver, in, full{}), errFull)
	assert.Equal(t, []int{500}, g.batches, "the first batch, and no more")
	assert.Greater(t, in.Len(), 3_000_000, "most of the input is not read")
}
