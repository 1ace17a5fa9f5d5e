// Package neo4jserver installs and runs a real Neo4j for tests and for people who want to try an
// example against one.
//
//	server, err := neo4jserver.Start(ctx, neo4jserver.V2026)
//	if errors.Is(err, neo4jserver.ErrUnavailable) {
//		// no Java of the right age, or no Maven, on this machine
//	}
//	defer server.Close()
//	fmt.Println(server.URI, server.User, server.Password)
//
// The server comes from Maven Central, runs in a Java process of its own, listens on a free
// loopback port only, and asks for a user and a password. The port speaks plain Bolt and Bolt over
// TLS alike, the latter with a self-signed certificate made for the occasion. Its data lives in a
// temporary folder that disappears with it.
//
// The Java process ends when its standard input does, so no server outlives the program that
// started it, even if that program is killed. Nothing here imports the driver: what the tests find
// out about a server does not depend on the code under test.
package neo4jserver
