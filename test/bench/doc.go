// Package bench compares neorx with the official Neo4j driver for Go, side by side in one run.
//
//	go test -run '^$' -bench . -benchtime 1000000x
//
// The peer is a server that sends records encoded beforehand, from memory, so that the driver is the bottleneck. It runs in the same process, so its
// own time is in every figure; what counts is the ratio.
package bench
