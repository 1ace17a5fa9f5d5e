package neorx_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"

	"github.com/neorx/neorx"
)

// Everything from a level on goes to standard output: slog.LevelDebug shows each message on the
// wire.
func ExampleWithConsoleLog() {
	uri, stop := startServer()
	defer stop()

	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), neorx.WithConsoleLog(slog.LevelWarn)))
	// Output: welcome
}

// Any handler of log/slog will do.
func ExampleWithLogger() {
	uri, stop := startServer()
	defer stop()

	var log bytes.Buffer
	handler := slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})
	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), neorx.WithLogger(slog.New(handler).With("component", "neo4j"))))

	fmt.Println(strings.Contains(log.String(), `"msg":"connected","component":"neo4j"`))
	// Output:
	// welcome
	// true
}
