//go:build cgo && (darwin || (linux && (amd64 || arm64)))

package kuzubolt

import (
	"context"
	"time"

	"github.com/kuzudb/go-kuzu"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/test/bolttest"
)

// agent is what the server calls itself: the library whose version go.mod pins.
const agent = "Kuzu/0.11.3"

// Server is an embedded database that listens on a free port of the loopback interface. It accepts any credentials.
type Server struct {
	engine *engine
	bolt   *bolttest.Server
}

// Start opens an empty database and serves it. It lives until Close.
func Start() (*Server, error) {
	e, err := openEngine()
	if err != nil {
		return nil, err
	}
	server, err := bolttest.Start(e.handle,
		bolttest.WithAgent(agent),
		bolttest.OnBegin(e.onBegin), bolttest.OnCommit(e.onCommit), bolttest.OnRollback(e.onRollback))
	if err != nil {
		e.close()
		return nil, err
	}
	return &Server{engine: e, bolt: server}, nil
}

// URI returns the address for neorx.Open.
func (s *Server) URI() string { return s.bolt.URI() }

// Close ends the connections and then the database, with everything in it. It is called once.
func (s *Server) Close() {
	s.bolt.Close()
	s.engine.close()
}

func (e *engine) onBegin(ctx context.Context, tx *bolttest.Tx) error {
	access := readWrite
	if tx.ReadOnly {
		access = readOnly
	}
	begun, err := e.begin(ctx, access)
	tx.Value = begun
	return failure(err)
}

func (e *engine) onCommit(_ context.Context, tx *bolttest.Tx) (bookmark string, err error) {
	return "", failure(tx.Value.(*transaction).commit())
}

func (e *engine) onRollback(_ context.Context, tx *bolttest.Tx) error {
	tx.Value.(*transaction).rollback()
	return nil
}

// handle is the bolttest.Handler: it runs a query in its transaction, or in one of its own.
func (e *engine) handle(ctx context.Context, query *bolttest.Query) (*bolttest.Result, error) {
	if query.Tx.Explicit {
		tx := query.Tx.Value.(*transaction)
		result, err := tx.run(ctx, query.Text, query.Params)
		if err != nil {
			return nil, failure(err)
		}
		return answer(result, tx.access, result.Close), nil
	}
	access := autoCommit
	if query.Tx.ReadOnly {
		access = readOnly
	}
	tx, err := e.begin(ctx, access)
	if err != nil {
		return nil, failure(err)
	}
	result, err := tx.run(ctx, query.Text, query.Params)
	tx.passTurn() // the result is complete: while the client takes it, others may write
	if err != nil {
		tx.rollback()
		return nil, failure(err)
	}
	return answer(result, access, func() { result.Close(); tx.rollback() }), nil
}

// answer gives a result of Kùzu's the form that the server takes. Kùzu says neither what a statement is nor what it
// has changed, so the type is what its access and its columns allow.
func answer(result *kuzu.QueryResult, access access, done func()) *bolttest.Result {
	a := &bolttest.Result{Keys: result.GetColumnNames(), Rows: rows(result), Close: done}
	switch {
	case access == readOnly:
		a.Summary.QueryType = records.QueryTypeRead
	case len(a.Keys) == 0:
		a.Summary.QueryType = records.QueryTypeWrite
	default:
		a.Summary.QueryType = records.QueryTypeReadWrite
	}
	milliseconds := result.GetCompilingTime() + result.GetExecutionTime()
	a.Summary.ResultAvailableAfter = time.Duration(milliseconds * float64(time.Millisecond))
	return a
}
