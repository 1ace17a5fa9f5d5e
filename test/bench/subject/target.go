// Package subject has those who are compared: the official driver, neorx in each of its faces, and the floor.
package subject

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
)

// Target says where to connect, and how to read.
type Target struct {
	URI            string
	User, Password string // no user: no authentication
	Fetch          int64  // 0: what the subject does by itself; -1: everything at once
	Connections    int    // the pool's limit; 0: what the subject does by itself
}

func (t Target) address() (string, error) {
	u, err := url.Parse(t.URI)
	if err != nil {
		return "", err
	}
	return u.Host, nil
}

// Reader is somebody who reads results.
type Reader interface {
	// Read runs the query and counts its records.
	Read(ctx context.Context, query string) (int64, error)
	// Close closes the connections.
	Close()
}

// The names of those who read.
const (
	Official = "official"
	Stream   = "Stream"  // neorx: a typed stream
	Records  = "Records" // neorx: the RxGo face, observed
	Batches  = "Batches" // neorx: the same, in batches of 1000
	Structs  = "As[T]"   // neorx: straight into structs
	Drained  = "drained" // the floor: where messages begin
	Decoded  = "decoded" // the floor: values in slabs
)

// IsFloor tells who is no driver at all.
func IsFloor(name string) bool { return name == Drained || name == Decoded }

// Open connects the subject of that name.
func Open(ctx context.Context, name string, t Target) (Reader, error) {
	switch {
	case name == Official:
		return openOfficial(t)
	case IsFloor(name):
		return openFloor(ctx, name, t)
	}
	read, ok := faces[name]
	if !ok {
		return nil, fmt.Errorf("subject: there is no %q", name)
	}
	return openNeorx(read, t)
}

// floorFetch is what the floor asks for where nothing is said.
const floorFetch = 1000

func (t Target) floorFetch() int64 { return cmp.Or(t.Fetch, floorFetch) }
