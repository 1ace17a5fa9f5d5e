// Package kuzubolt is an embedded graph database that speaks Bolt: Kùzu, in this process and in memory, behind the
// server of test/bolttest. It lets the examples run where no Neo4j is at hand.
//
// What it is not: a Neo4j. Kùzu's Cypher wants its tables declared before they are used (CREATE NODE TABLE, CREATE REL
// TABLE), its lists hold values of one type, and it does not count what a statement changed. It has one writer at a
// time: whoever may write waits until an open write transaction has ended. Everything else that the examples do is the
// same on both.
//
// Kùzu is a C++ library, so the package needs cgo, on Linux or macOS. Elsewhere Start returns ErrUnavailable.
package kuzubolt

import "errors"

// ErrUnavailable is what Start returns in a program that was built without the embedded database.
var ErrUnavailable = errors.New("kuzubolt: no embedded database in this build: it needs cgo and a C compiler, on Linux or macOS (amd64 or arm64)")
