package bolttest_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// ask runs a query on a connection of its own and prints the values of its first column.
func ask(s *bolttest.Server, query string, params map[string]any) {
	ctx := context.Background()
	nc, err := s.Dial(ctx, "tcp", s.Address())
	if err != nil {
		fmt.Println(err)
		return
	}
	conn, err := bolt.NewConn(ctx, nc, bolt.Config{Auth: bolt.BasicAuth("alice", "secret")})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	rows := records.NewRows()
	stream, err := conn.Run(ctx, query, params, bolt.TxConfig{}, bolt.StreamConfig{}, rows)
	for err == nil {
		_, err = stream.Next(ctx, 32)
		for _, record := range rows.Take() {
			fmt.Println(record.At(0))
		}
	}
	if err != io.EOF {
		fmt.Println(err)
	}
}

// What a test of a repository looks like. Server, driver and query together take less than a millisecond.
func ExampleNew() {
	_ = func(t *testing.T) { // func TestTitles(t *testing.T)
		server := bolttest.New(t, bolttest.Queries{
			"MATCH (m:Movie) RETURN m.title AS title": bolttest.Column("title", "Heat", "Ronin"),
		}.Handle)

		titles, err := titlesOf(t.Context(), server.URI())
		if err != nil || len(titles) != 2 {
			t.Fatal(titles, err)
		}
		server.AwaitIdle(t) // nothing was left open
	}
}

// titlesOf stands for the code under test.
func titlesOf(context.Context, string) ([]string, error) { return nil, nil }

// A server that hangs up in the middle of a result.
func ExampleScript() {
	_ = func(t *testing.T) { // func TestLostConnection(t *testing.T)
		server := bolttest.Script(t, []bolttest.Step{
			bolttest.Handshake(bolt.Version{Major: 5, Minor: 4}),
			bolttest.Login(),
			bolttest.Expect(&bolt.Run{Query: "RETURN 1 AS n", Params: map[string]any{}}),
			bolttest.ExpectTag(bolt.TagPull),
			bolttest.Send(&bolt.RunSuccess{Fields: []string{"n"}, QID: bolt.LastRun}, &bolt.RecordMessage{Values: []any{1}}),
			bolttest.SendBytes(0x00, 0x04, 0xB1), // the beginning of another record
			bolttest.HangUp(),
		})
		_, err := titlesOf(t.Context(), server.URI())
		if err == nil {
			t.Fatal("the loss went unnoticed")
		}
	}
}

// In a test, use New instead: it closes the server when the test ends.
func ExampleStart() {
	server, err := bolttest.Start(bolttest.Queries{
		"MATCH (m:Movie) RETURN m.title AS title": bolttest.Column("title", "Heat", "Ronin"),
	}.Handle)
	if err != nil {
		panic(err)
	}
	defer server.Close()

	ask(server, "MATCH (m:Movie) RETURN m.title AS title", nil)
	ask(server, "MATCH (p:Person) RETURN p", nil)
	// Output:
	// Heat
	// Ronin
	// neo4j: Neo.ClientError.Statement.SyntaxError: bolttest: no answer for "MATCH (p:Person) RETURN p"
}

func ExampleHandler() {
	movies := map[string]int{"Heat": 1995, "Ronin": 1998, "Tenet": 2020}
	server, err := bolttest.Start(func(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
		title, _ := q.Params["title"].(string)
		year, ok := movies[title]
		if !ok {
			return bolttest.Rows([]string{"year", "who"}), nil // no rows
		}
		return bolttest.Rows([]string{"year", "who"}, []any{year, q.Tx.Session.Auth.Principal}), nil
	})
	if err != nil {
		panic(err)
	}
	defer server.Close()

	ask(server, "MATCH (m:Movie {title: $title}) RETURN m.year AS year", map[string]any{"title": "Heat"})
	ask(server, "MATCH (m:Movie {title: $title}) RETURN m.year AS year", map[string]any{"title": "Jaws"})
	// Output: 1995
}

func ExampleServer_Conversation() {
	server, err := bolttest.Start(bolttest.Queries{"RETURN 1": bolttest.Column("1", 1)}.Handle, bolttest.WithRecording())
	if err != nil {
		panic(err)
	}
	defer server.Close()

	ask(server, "RETURN 1", nil)
	for _, request := range server.Conversation(1)[:4] {
		fmt.Println(request)
	}
	// Output:
	// 1
	// HELLO
	// LOGON
	// RUN RETURN 1
	// PULL 1000
}

func ExampleSeq() {
	server, err := bolttest.Start(func(ctx context.Context, _ *bolttest.Query) (*bolttest.Result, error) {
		return bolttest.Seq([]string{"n"}, func(yield func([]any, error) bool) {
			for n := 1; n <= 3; n++ { // asked for as far as the client pulls
				if !yield([]any{n * n}, ctx.Err()) {
					return
				}
			}
		}), nil
	})
	if err != nil {
		panic(err)
	}
	defer server.Close()

	ask(server, "squares", nil)
	// Output:
	// 1
	// 4
	// 9
}

func ExampleFailRequest() {
	deadlock := bolttest.Failure("Neo.TransientError.Transaction.DeadlockDetected", "try again")
	server, err := bolttest.Start(bolttest.Queries{"RETURN 1": bolttest.Column("1", 1)}.Handle, bolttest.FailRequest(bolt.TagRun, 1, deadlock))
	if err != nil {
		panic(err)
	}
	defer server.Close()

	ask(server, "RETURN 1", nil)
	ask(server, "RETURN 1", nil)
	// Output:
	// neo4j: Neo.TransientError.Transaction.DeadlockDetected: try again
	// 1
}

func ExampleWithFaults() {
	server, err := bolttest.Start(bolttest.Range("n", 1, 2).Handle, bolttest.InMemory(), bolttest.WithFaults(bolttest.Chunks(1), bolttest.Noops(2)))
	if err != nil {
		panic(err)
	}
	defer server.Close()

	ask(server, "whatever", nil)
	// Output:
	// 1
	// 2
}

func ExampleWithAuth() {
	server, err := bolttest.Start(bolttest.Column("n", 1).Handle, bolttest.WithAuth(bolt.BasicAuth("alice", "another")))
	if err != nil {
		panic(err)
	}
	defer server.Close()

	ask(server, "RETURN 1", nil)
	// Output: neo4j: Neo.ClientError.Security.Unauthorized: The client is unauthorized due to authentication failure.
}
