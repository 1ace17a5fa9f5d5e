// Package integration holds the tests that run against a real Neo4j, which they install and start
// themselves (see package neo4jserver). Run them from this folder:
//
//	go test ./...
//
// One server serves a whole run. These variables choose what runs:
//
//   - NEORX_NEO4J_VERSION: the server's version, one of neo4jserver.Versions(); default the newest.
//   - NEORX_SCHEME: how most tests call the server, bolt or neo4j; default bolt. What is about routing calls it neo4j anyway.
//   - NEORX_REQUIRE_NEO4J=1: a machine that cannot run the server fails. Without it the tests skip, and say so.
package integration
