// Package database finds the database that an example works on: the Neo4j that the environment names, or else an
// embedded one that lives and dies with the program.
package database

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/examples/internal/kuzubolt"
)

// Database says how to reach a database.
type Database struct {
	// URI, User and Password are what neorx.Open and neorx.BasicAuth take; an embedded database accepts anybody.
	URI, User, Password string

	schema []string
	close  func()
}

// Neo4j wants a constraint, so that MERGE finds an airport by its index; Kùzu has typed tables, whose primary keys are
// unique and indexed.
var (
	neo4jSchema = []string{
		`CREATE CONSTRAINT airport_iata IF NOT EXISTS FOR (a:Airport) REQUIRE a.iata IS UNIQUE`,
	}
	kuzuSchema = []string{
		`CREATE NODE TABLE IF NOT EXISTS Airport(iata STRING PRIMARY KEY,
			name STRING, city STRING, state STRING, latitude DOUBLE, longitude DOUBLE)`,
		`CREATE REL TABLE IF NOT EXISTS ROUTE(FROM Airport TO Airport, flights INT64)`,
	}
)

// Open takes NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD from the environment. Without NEO4J_URI it starts an embedded
// database; a program that was built without one gets an error that says what to set.
func Open() (*Database, error) {
	if uri := os.Getenv("NEO4J_URI"); uri != "" {
		return &Database{
			URI: uri, User: os.Getenv("NEO4J_USER"), Password: os.Getenv("NEO4J_PASSWORD"),
			schema: neo4jSchema, close: func() {},
		}, nil
	}
	server, err := kuzubolt.Start()
	if errors.Is(err, kuzubolt.ErrUnavailable) {
		return nil, fmt.Errorf("set NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD to use a Neo4j: %w", err)
	}
	if err != nil {
		return nil, err
	}
	return &Database{URI: server.URI(), schema: kuzuSchema, close: server.Close}, nil
}

// CreateSchema prepares the database for the airports and routes of examples/data. Doing it again changes nothing.
func (d *Database) CreateSchema(ctx context.Context, on neorx.Querier) error {
	for _, statement := range d.schema {
		if _, err := on.Query(statement, nil).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close ends an embedded database, and leaves a Neo4j alone.
func (d *Database) Close() { d.close() }
