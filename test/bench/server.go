package main

import (
	"context"
	"os"

	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/integration/neo4jserver"
)

// realServer returns a real Neo4j: the one that the environment names, or one that is started for the occasion.
func realServer(ctx context.Context, version string) (subject.Target, func() error, error) {
	if uri := os.Getenv("NEO4J_URI"); uri != "" {
		return subject.Target{URI: uri, User: os.Getenv("NEO4J_USER"), Password: os.Getenv("NEO4J_PASSWORD")}, func() error { return nil }, nil
	}
	s, err := neo4jserver.Start(ctx, neo4jserver.Version(version))
	if err != nil {
		return subject.Target{}, nil, err
	}
	return subject.Target{URI: s.URI, User: s.User, Password: s.Password}, s.Close, nil
}
