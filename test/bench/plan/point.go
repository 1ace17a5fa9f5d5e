// Package plan says what is measured, and how much of it.
package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/neorx/neorx/test/bench/subject"
)

// Point is one thing to measure in the streams of the synthetic server. It is comparable.
type Point struct {
	Shape     string
	Subject   string
	Condition Condition
	Fetch     int64 // 0: what the subject does by itself; -1: everything at once
	Latency   time.Duration
}

// Condition is what a program meets beside its query.
type Condition string

// The conditions.
const (
	Plain    Condition = "plain"
	Timeout  Condition = "receive timeout" // the server promises signs of life, as every real one does
	Deadline Condition = "deadline"        // the context has one
)

// String names the point, for people and for -only.
func (p Point) String() string {
	s := fmt.Sprintf("%s/%s/%s", p.Shape, p.Subject, strings.ReplaceAll(string(p.Condition), " ", "-"))
	if p.Fetch != 0 {
		s += "/fetch=" + FetchName(p.Fetch)
	}
	if p.Latency != 0 {
		s += "/latency=" + p.Latency.String()
	}
	return s
}

// FetchName names a fetch size.
func FetchName(n int64) string {
	switch n {
	case 0:
		return "default"
	case -1:
		return "all"
	}
	return fmt.Sprint(n)
}

// Rows is how many records one measurement takes, so that it lasts some tenths of a second, for whoever is faster as for whoever is slower. What a record
// costs does not depend on it but for neorx, whose batches grow at the beginning of a result.
func (p Point) Rows() int64 {
	rows := int64(1_000_000)
	if p.Subject == subject.Official {
		rows = 300_000
		if p.Condition != Plain {
			rows = 100_000
		}
	}
	switch {
	case p.Shape == "bytes64k":
		return 4_000
	case p.Latency > 0 && p.Subject == subject.Official:
		return int64(400*time.Millisecond/p.Latency) * 1000 // every 1000 of them cost it one latency
	case p.Shape == "int" && p.Subject == subject.Stream:
		return 2_000_000
	case p.Shape == "path" || p.Shape == "wide50":
		return rows / 10
	case p.Shape == "node" || p.Shape == "string256":
		return rows / 2
	}
	return rows
}
