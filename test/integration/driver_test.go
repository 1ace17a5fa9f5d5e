package integration_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/records"
)

const testLimit = 2 * time.Minute // for whatever could hang

// open returns a driver on the server of this run.
func open(tb testing.TB, opts ...neorx.Option) *neorx.Driver {
	tb.Helper()
	return openURI(tb, scheme()+"://"+realServer(tb).Address, opts...)
}

// scheme is how drivers call the server of this run.
func scheme() string {
	if chosen := os.Getenv("NEORX_SCHEME"); chosen != "" {
		return chosen
	}
	return "bolt"
}

// openURI is open for another way to the same server.
func openURI(tb testing.TB, uri string, opts ...neorx.Option) *neorx.Driver {
	tb.Helper()
	server := realServer(tb)
	driver, err := neorx.Open(uri, neorx.BasicAuth(server.User, server.Password), opts...)
	require.NoError(tb, err)
	tb.Cleanup(func() { closeDriver(tb, driver) })
	return driver
}

func closeDriver(tb testing.TB, driver *neorx.Driver) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), testLimit)
	defer cancel()
	require.NoError(tb, driver.Close(ctx))
}

// limited returns the test's context with a limit: a test that hangs shall say where.
func limited(tb testing.TB) context.Context {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), testLimit)
	tb.Cleanup(cancel)
	return ctx
}

// row runs a query that yields one record, and returns the record.
func row(tb testing.TB, q interface {
	Collect(ctx context.Context) ([]*records.Record, *records.Summary, error)
},
) *records.Record {
	tb.Helper()
	all, _, err := q.Collect(limited(tb))
	require.NoError(tb, err)
	require.Len(tb, all, 1)
	return all[0]
}
