package neorx_test

import "github.com/neorx/neorx"

// No record, and nothing else that a server says, may take more than 32 MiB of memory.
func ExampleWithMaxMessageMemory() {
	uri, stop := startServer()
	defer stop()

	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), neorx.WithMaxMessageMemory(32<<20)))
	// Output: welcome
}
