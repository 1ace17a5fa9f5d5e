package neorx_test

import "github.com/neorx/neorx"

// No record, and nothing else that a server says, may have more than 16 MiB.
func ExampleWithMaxMessageBytes() {
	uri, stop := startServer()
	defer stop()

	verify(neorx.Open(uri, neorx.BasicAuth("neo4j", "password"), neorx.WithMaxMessageBytes(16<<20)))
	// Output: welcome
}
