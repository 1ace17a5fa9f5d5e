package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bolttest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open returns the handler under test, on a database that answers the query as told.
func open(t *testing.T, answer bolttest.Handler, opts ...neorx.Option) http.Handler {
	t.Helper()
	server := bolttest.New(t, answer)
	driver, err := neorx.Open(server.URI(), neorx.NoAuth(), opts...)
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.Zero(t, driver.PoolStats().Total.InUse, "every connection is back")
		assert.NoError(t, driver.Close(context.WithoutCancel(t.Context())))
	})
	return squares(driver)
}

func always(result *bolttest.Result) bolttest.Handler {
	return func(context.Context, *bolttest.Query) (*bolttest.Result, error) { return result, nil }
}

func get(t *testing.T, handler http.Handler) (*http.Response, error) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	require.NoError(t, err)
	return server.Client().Do(request)
}

func TestARecordIsALine(t *testing.T) {
	rows := bolttest.Rows([]string{"n", "square"}, []any{int64(1), int64(1)}, []any{int64(2), int64(4)})
	response, err := get(t, open(t, always(rows)))
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Equal(t, "application/x-ndjson", response.Header.Get("Content-Type"))
	assert.Equal(t, "{\"n\":1,\"square\":1}\n{\"n\":2,\"square\":4}\n", string(body))
}

func TestAFailureBreaksTheResponseOff(t *testing.T) {
	failing := bolttest.Range("n", 1, 5000).Then(bolttest.Failure("Neo.DatabaseError.General.UnknownError", "the disk is on fire"))
	response, err := get(t, open(t, always(failing)))
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "is no complete response")
	assert.Contains(t, string(body), "{\"n\":1}\n{\"n\":2}\n", "what came before it is there")
}

func TestAClientThatLeavesStopsTheQuery(t *testing.T) {
	stopped := make(chan struct{})
	handler := open(t, func(ctx context.Context, _ *bolttest.Query) (*bolttest.Result, error) {
		endless := bolttest.Range("n", 1, 1<<62)
		endless.Close = func() { close(stopped) }
		return endless, nil
	})
	response, err := get(t, handler)
	require.NoError(t, err)
	line, err := bufio.NewReader(response.Body).ReadString('\n')
	require.NoError(t, err)
	assert.JSONEq(t, `{"n":1}`, line)
	require.NoError(t, response.Body.Close())
	<-stopped
}

// slow is a response whose client takes a number of lines and then leaves.
type slow struct {
	httptest.ResponseRecorder
	lines int
	leave context.CancelFunc
}

func (s *slow) Write(line []byte) (int, error) {
	if s.lines--; s.lines == 0 {
		s.leave()
	}
	return len(line), nil
}

func TestNoMoreIsPulledThanIsWritten(t *testing.T) {
	taken, stopped := 0, make(chan struct{})
	endless := bolttest.Seq([]string{"n"}, func(yield func([]any, error) bool) {
		for yield([]any{int64(taken)}, nil) {
			taken++
		}
	})
	endless.Close = func() { close(stopped) }
	const batch = 1000 // and no more: batches that may grow do so while the client is faster than the server
	handler := open(t, always(endless), neorx.WithFetchSize(batch))
	ctx, cancel := context.WithCancel(t.Context())
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/squares", nil)
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() {
		handler.ServeHTTP(&slow{lines: batch + batch/2, leave: cancel}, request)
	})
	<-stopped
	assert.LessOrEqual(t, taken, 2*batch+1, "two batches, and the row that the server looks ahead")
}
