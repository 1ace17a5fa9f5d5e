package subject

import (
	"context"

	"github.com/neo4j/neo4j-go-driver/v6/neo4j"
	"github.com/neo4j/neo4j-go-driver/v6/neo4j/config"
)

// official reads with the official driver in the fastest of its ordinary ways: an auto-commit query whose result is walked record by record.
type official struct {
	driver neo4j.Driver
	fetch  int
}

func openOfficial(t Target) (Reader, error) {
	d, err := OfficialDriver(t)
	return &official{driver: d, fetch: int(t.Fetch)}, err
}

// OfficialDriver opens the official driver.
func OfficialDriver(t Target) (neo4j.Driver, error) {
	auth := neo4j.NoAuth()
	if t.User != "" {
		auth = neo4j.BasicAuth(t.User, t.Password, "")
	}
	return neo4j.NewDriver(t.URI, auth, func(c *config.Config) {
		if t.Connections > 0 {
			c.MaxConnectionPoolSize = t.Connections
		}
	})
}

func (o *official) Read(ctx context.Context, query string) (rows int64, err error) {
	session := o.driver.NewSession(ctx, neo4j.SessionConfig{AccessMode: neo4j.AccessModeRead, FetchSize: o.fetch})
	defer session.Close(ctx)
	result, err := session.Run(ctx, query, nil)
	if err != nil {
		return 0, err
	}
	var record *neo4j.Record
	for result.NextRecord(ctx, &record) {
		rows++
	}
	return rows, result.Err()
}

func (o *official) Close() { o.driver.Close(context.Background()) }
