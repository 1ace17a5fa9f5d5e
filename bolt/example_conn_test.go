package bolt_test

import (
	"context"
	"fmt"
	"io"
	"log"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// A server to talk to. A real one is dialled with package net.
func exampleConn(ctx context.Context) (*bolt.Conn, func()) {
	server, err := bolttest.Start(bolttest.Queries{
		"UNWIND range(1, 3) AS x RETURN x": bolttest.Range("x", 1, 3),
		"CREATE (:Item)":                   bolttest.Changed(records.Counters{NodesCreated: 1}),
	}.Handle)
	if err != nil {
		log.Fatal(err)
	}
	nc, err := server.Dial(ctx, "tcp", server.Address())
	if err != nil {
		log.Fatal(err)
	}
	conn, err := bolt.NewConn(ctx, nc, bolt.Config{Auth: bolt.BasicAuth("neo4j", "secret"), Versions: []bolt.Version{{Major: 5, Minor: 8}}})
	if err != nil {
		log.Fatal(err)
	}
	return conn, func() {
		_ = conn.Close()
		server.Close()
	}
}

func ExampleNewConn() {
	conn, closeAll := exampleConn(context.Background())
	defer closeAll()
	fmt.Println(conn.Version(), conn.Server().Agent)
	// Output: 5.8 Neo4j/5.26.0
}

func ExampleConn_Run() {
	ctx := context.Background()
	conn, closeAll := exampleConn(ctx)
	defer closeAll()

	rows := records.NewRows()
	stream, err := conn.Run(ctx, "UNWIND range(1, 3) AS x RETURN x", nil, bolt.TxConfig{ReadOnly: true}, bolt.StreamConfig{}, rows)
	for err == nil {
		_, err = stream.Next(ctx, 32) // at least one row, or the end
		for _, record := range rows.Take() {
			fmt.Println(record)
		}
	}
	fmt.Println(err == io.EOF, stream.Summary().QueryType)
	// Output:
	// {x: 1}
	// {x: 2}
	// {x: 3}
	// true r
}

func ExampleConn_Begin() {
	ctx := context.Background()
	conn, closeAll := exampleConn(ctx)
	defer closeAll()

	tx, err := conn.Begin(ctx, bolt.TxConfig{})
	if err != nil {
		log.Fatal(err)
	}
	stream, err := tx.Run(ctx, "CREATE (:Item)", nil, bolt.StreamConfig{}, records.NewRows())
	if err != nil {
		log.Fatal(err)
	}
	if err := stream.Discard(ctx); err != nil { // no rows are expected, but the answer is
		log.Fatal(err)
	}
	_, unknown, err := tx.Commit(ctx)
	fmt.Println(stream.Summary().Counters.NodesCreated, unknown, err)
	// Output: 1 false <nil>
}

func ExampleConn_Reset() {
	ctx := context.Background()
	conn, closeAll := exampleConn(ctx)
	defer closeAll()

	stream, err := conn.Run(ctx, "UNWIND range(1, 3) AS x RETURN x", nil, bolt.TxConfig{}, bolt.StreamConfig{FetchSize: 1}, records.NewRows())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(conn.Clean())
	if err := conn.Reset(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(conn.Clean(), stream.Broken())
	// Output:
	// false
	// true true
}
