package neo4jserver

import "fmt"

// Version is a Neo4j version that this package knows how to run.
type Version string

// The versions: the newest one, and the one with long-term support.
const (
	V2026 Version = "2026.09.0"
	V5    Version = "5.26.16"
)

// Versions lists every version that Start accepts, the newest first.
func Versions() []Version {
	return []Version{V2026, V5}
}

// javaReleases tells on which feature releases of Java the version runs, the best tested first.
func (v Version) javaReleases() ([]int, error) {
	switch v {
	case V2026:
		return []int{25, 21}, nil
	case V5:
		return []int{17, 21}, nil
	default:
		return nil, fmt.Errorf("neo4jserver: unknown version %q (known: %v)", string(v), Versions())
	}
}
