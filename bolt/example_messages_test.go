package bolt_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/bolt/packstream"
)

// A token cannot be printed by accident.
func ExampleBasicAuth() {
	token := bolt.BasicAuth("alice", "s3cret")
	fmt.Printf("%v\n%#v\n", token, token)

	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && len(groups) == 0 {
			return slog.Attr{}
		}
		return a
	}}))
	log.Info("log on", "token", token)
	// Output:
	// AuthToken{scheme:basic principal:alice credentials:***}
	// AuthToken{scheme:basic principal:alice credentials:***}
	// level=INFO msg="log on" token.scheme=basic token.principal=alice token.credentials=***
}

func ExampleServerError() {
	var err error = &bolt.ServerError{
		Code: "Neo.ClientError.Statement.SyntaxError", Message: "Invalid input 'X'", GQLStatus: "42001",
		Cause: &bolt.ServerError{GQLStatus: "42I06", Message: "Invalid input 'X', expected: 'MATCH'."},
	}
	err = fmt.Errorf("load movies: %w", err)
	fmt.Println(err)

	var server *bolt.ServerError
	if errors.As(err, &server) {
		fmt.Println(server.Retryable(), server.HasCode("Neo.ClientError.Statement."), server.FindGQL("42I06").Message)
	}
	// Output:
	// load movies: neo4j: Neo.ClientError.Statement.SyntaxError: Invalid input 'X' (GQL 42001, 42I06)
	// false true Invalid input 'X', expected: 'MATCH'.
}

// Both ends of a handshake: the client proposes, the server has an older version only.
func ExampleNegotiate() {
	client, server := net.Pipe()
	done := make(chan bolt.Agreement)
	go func() { // ends with the handshake; joined by the receive below
		agreed, err := bolt.Accept(server, bolt.Version{Major: 5, Minor: 4})
		if err != nil {
			fmt.Println(err)
		}
		done <- agreed
	}()

	agreed, err := bolt.Negotiate(client)
	fmt.Println(agreed.Version, agreed.Manifest, err)
	fmt.Println((<-done).Version)
	// Output:
	// 5.4 false <nil>
	// 5.4
}

// What a version of Bolt does not have is an error before anything is sent.
func ExampleVersion_Capabilities() {
	caps := bolt.Version{Major: 4, Minor: 3}.Capabilities(false)
	begin := &bolt.Begin{TxConfig: bolt.TxConfig{ImpersonatedUser: "bob"}}
	_, err := begin.Append(nil, &caps)
	fmt.Println(err)
	// Output: impersonation needs Bolt 4.4; this connection speaks 4.3
}

// A message, framed as a client sends it and decoded as a server does.
func ExampleDecodeRequest() {
	caps := bolt.Version{Major: 5, Minor: 8}.Capabilities(false)
	run := &bolt.Run{Query: "RETURN $x", Params: map[string]any{"x": 1}}
	frame, err := bolt.AppendFrame(nil, func(dst []byte) ([]byte, error) { return run.Append(dst, &caps) })
	if err != nil {
		panic(err)
	}
	fmt.Printf("% X\n", frame)

	var frames bolt.Frames
	frames.Filled(copy(frames.Space(), frame))
	msg, _, _ := frames.Next()
	request, err := bolt.DecodeRequest(msg, &caps)
	fmt.Println(bolt.TagName(request.Tag()), request.(*bolt.Run).Query, request.(*bolt.Run).Params, err)
	// Output:
	// 00 11 B3 10 89 52 45 54 55 52 4E 20 24 78 A1 81 78 01 A0 00 00
	// RUN RETURN $x map[x:1] <nil>
}

// A reply, both ways.
func ExampleFailure() {
	caps := bolt.Version{Major: 5, Minor: 4}.Capabilities(false)
	sent := &bolt.Failure{Err: &bolt.ServerError{Code: "Neo.TransientError.Transaction.DeadlockDetected", Message: "try again"}}
	msg, err := sent.Append(nil, &caps)
	if err != nil {
		panic(err)
	}

	r := packstream.NewReader(msg)
	tag, _ := r.Struct()
	var received bolt.Failure
	fmt.Println(bolt.TagName(tag), received.Decode(&r, &caps))
	fmt.Println(received.Err, received.Err.Retryable())
	// Output:
	// FAILURE <nil>
	// neo4j: Neo.TransientError.Transaction.DeadlockDetected: try again true
}
