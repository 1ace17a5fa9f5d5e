package neorx_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

var update = flag.Bool("update", false, "write the tables of testdata anew")

// promptly is how long a call may take after the end of its context.
const promptly = 250 * time.Millisecond

// patience is when the context ends.
const patience = time.Second

var errShopCloses = errors.New("the shop closes")

// endings are the ways in which a context ends.
var endings = map[error]ending{
	context.Canceled: func(ctx context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancelCause(ctx)
		timer := time.AfterFunc(patience, func() { cancel(errShopCloses) })
		return ctx, func() {
			timer.Stop()
			cancel(nil)
		}
	},
	context.DeadlineExceeded: func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeoutCause(ctx, patience, errShopCloses)
	},
}

// TestCallsEndWithTheirContext has every kind of call wait for every kind of server that does not
// answer. The call returns promptly when its context ends, and with the cause. What it returns is a
// committed table.
func TestCallsEndWithTheirContext(t *testing.T) {
	table := &endTable{}
	for _, w := range works {
		for _, tr := range outages {
			for end, within := range endings {
				var took time.Duration
				var err error
				synctest.Test(t, func(t *testing.T) { took, err = endOf(t, w, tr, within, pipes, synctest.Wait) })
				assert.LessOrEqual(t, took, patience+promptly, "%s, %s: %v", w.name, tr.name, err)
				table.add(t, w, tr, outcome(err, end))
			}
		}
	}
	table.compare(t, "testdata/context_ends.txt")
}

// ending is the context that a call gets.
type ending = func(ctx context.Context) (context.Context, context.CancelFunc)

// endOf tells how long a call has taken, and what it has returned. settle waits until nothing is
// under way.
func endOf(
	t testing.TB, w work, tr outage, within ending, link linking, settle func(),
) (took time.Duration, err error) {
	t.Helper()
	opts := []bolttest.Option{bolttest.InMemory()}
	if tr.tls {
		opts = append(opts, bolttest.WithTLS())
	}
	server := bolttest.New(t, answers, opts...)
	n := newNetwork(tr, dialer(server), link)
	driver, err := neorx.Open(uriOf(server, tr), neorx.BasicAuth("neo4j", "secret"),
		neorx.WithDialer(n.dial), neorx.WithMaxConnectionPoolSize(1), neorx.WithLogger(slog.New(slog.DiscardHandler)))
	require.NoError(t, err)
	defer func() {
		n.end(t)
		require.NoError(t, driver.Close(context.Background()))
	}()
	bench := &workbench{driver: driver}
	if tr.big {
		bench.params = large
	}
	if w.open || !tr.cold {
		require.NoError(t, driver.VerifyConnectivity(t.Context(), neorx.Database("neo4j")))
	}
	do := w.begin(t, bench)
	settle()
	n.start()
	settle()
	ctx, cancel := within(t.Context())
	defer cancel()
	began := time.Now()
	err = do(ctx)
	return time.Since(began), err
}

// outcome names what a caller is told. end is how the context has ended.
func outcome(err, end error) string {
	var what []string
	for _, kind := range []struct {
		name string
		is   bool
	}{
		{"commit unknown", errors.As(err, new(*neorx.CommitUnknownError))},
		{"undecided", errors.As(err, new(*neorx.UndecidedError))},
		{"committed", errors.As(err, new(*neorx.CommittedError))},
		{"transaction failed", errors.As(err, new(*neorx.TransactionFailedError))},
		{"closed", errors.Is(err, neorx.ErrClosed)},
		{"cause", errors.Is(err, end) && errors.Is(err, errShopCloses)},
		{"CAUSE LOST", errors.Is(err, end) && !errors.Is(err, errShopCloses)},
	} {
		if kind.is {
			what = append(what, kind.name)
		}
	}
	if err != nil && len(what) == 0 {
		return err.Error()
	}
	if err == nil {
		return "nil"
	}
	return strings.Join(what, ", ")
}

// endTable has a line for each kind of work, and says under which outage it ends how.
type endTable struct {
	order []string
	cells map[string]string // by work and outage
}

func (e *endTable) add(t testing.TB, w work, tr outage, outcome string) {
	t.Helper()
	if e.cells == nil {
		e.cells = map[string]string{}
	}
	key := w.name + "\x00" + tr.name
	if before, ok := e.cells[key]; ok {
		assert.Equal(t, before, outcome, "%s, %s: it does not depend on how the context ends", w.name, tr.name)
		return
	}
	e.cells[key] = outcome
	e.order = append(e.order, key)
}

// String lists the outcomes of each work, with the outages that have them.
func (e *endTable) String() string {
	var b strings.Builder
	b.WriteString("What a call returns whose context ends while the server does not answer: by kind of call,\n" +
		"the outcome and when it is that. Written by: go test -run TestCallsEndWithTheirContext -update .\n\n")
	fmt.Fprintf(&b, "The servers: %s.\n", namesOf(outages))
	b.WriteString("\"cause\" is an error that matches the context's and its cause.\n")
	for _, w := range works {
		fmt.Fprintf(&b, "\n%s\n", w.name)
		for _, outcome := range e.outcomes(w) {
			when := strings.Join(outcome.when, "; ")
			if len(outcome.when) == len(outages) {
				when = "always"
			}
			fmt.Fprintf(&b, "  %s: %s\n", outcome.what, when)
		}
	}
	return b.String()
}

type endOutcome struct {
	what string
	when []string
}

func (e *endTable) outcomes(w work) (list []endOutcome) {
	at := map[string]int{}
	for _, tr := range outages {
		what := e.cells[w.name+"\x00"+tr.name]
		i, known := at[what]
		if !known {
			i = len(list)
			at[what] = i
			list = append(list, endOutcome{what: what})
		}
		list[i].when = append(list[i].when, tr.name)
	}
	return list
}

func (e *endTable) compare(t *testing.T, name string) {
	t.Helper()
	t.Log("\n" + e.String())
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(e.String()), 0o644))
	}
	committed, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, string(committed), e.String(), "go test -run TestCallsEndWithTheirContext -update . writes it anew")
}

type linking = func() (client, far net.Conn, err error)

func dialer(s *bolttest.Server) func(ctx context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) { return s.Dial(ctx, "tcp", s.Address()) }
}

// uriOf has any certificate do, where there is one.
func uriOf(s *bolttest.Server, tr outage) string {
	if tr.tls {
		return "neo4j+ssc://" + s.Address()
	}
	return "neo4j://" + s.Address()
}

func namesOf(list []outage) string {
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].name
	}
	return strings.Join(names, "; ")
}
