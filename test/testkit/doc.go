// Command testkit lets the suite that Neo4j tests its official drivers with test this one. The suite, github.com/neo4j-drivers/testkit, is
// written in Python and never touches a driver: it tells a program like this one over a connection what to do, and looks at what happens on the
// wire of its scripted servers. Nothing here knows a test: a request is a few calls of the driver's public API.
//
// Each test has a connection ([conn]), on which lines of JSON travel. A file has a group of requests, and registers them in the table of
// handlers: features.go what the driver can do and which tests are not for it, driver.go, auth.go, session.go, transaction.go, result.go,
// bookmarks.go. value.go and parameter.go translate values, summary.go and failure.go what the driver returns.
//
// Results are read in one of two ways, which have to come to the same: as RxGo observables, item by item over an unbuffered channel, or as
// typed streams. The flag -face chooses.
//
// The script run builds the command and starts a suite; see README.md.
package main
