//go:build cgo && (darwin || (linux && (amd64 || arm64)))

package kuzubolt

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/kuzudb/go-kuzu"

	"github.com/neorx/neorx/bolt"
)

const (
	bufferPoolBytes = 512 << 20 // Kùzu's own default is 80% of the machine's memory
	databaseBytes   = 8 << 30   // address space, not memory; Kùzu's own default of 8 TiB fails under a limit
)

// engine is one in-memory database.
//
// Kùzu allows one write transaction at a time and fails a second one at once, leaving its connection in a state in
// which the next statement crashes the process. So writers queue for a turn here, and each transaction has a
// connection of its own (22 µs) that dies with it.
type engine struct {
	database *kuzu.Database
	turn     chan struct{} // capacity 1: holds a token while somebody may write
}

func openEngine() (*engine, error) {
	config := kuzu.DefaultSystemConfig()
	config.BufferPoolSize, config.MaxDbSize = bufferPoolBytes, databaseBytes
	database, err := kuzu.OpenInMemoryDatabase(config)
	if err != nil {
		return nil, fmt.Errorf("kuzubolt: %w", err)
	}
	return &engine{database: database, turn: make(chan struct{}, 1)}, nil
}

// close ends the database. Every transaction must have ended before.
func (e *engine) close() { e.database.Close() }

// access says what a transaction may do, as Kùzu writes it.
type access string

const (
	readOnly   access = "BEGIN TRANSACTION READ ONLY"
	readWrite  access = "BEGIN TRANSACTION"
	autoCommit access = "" // every statement is a transaction of its own, and may write
)

// transaction is a Kùzu connection for the time of one transaction. Not safe for concurrent use.
type transaction struct {
	engine    *engine
	conn      *kuzu.Connection
	access    access
	holdsTurn bool
}

// begin waits for the writer's turn, unless the transaction only reads, and starts a transaction.
func (e *engine) begin(ctx context.Context, access access) (*transaction, error) {
	if access != readOnly {
		select {
		case e.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	tx := &transaction{engine: e, access: access, holdsTurn: access != readOnly}
	var err error
	if tx.conn, err = kuzu.OpenConnection(e.database); err == nil && access != autoCommit {
		err = tx.statement(string(access))
	}
	if err != nil {
		tx.close()
		return nil, fmt.Errorf("kuzubolt: %w", err)
	}
	return tx, nil
}

// commit makes the transaction's work durable and ends it.
func (t *transaction) commit() error {
	defer t.close()
	if t.access == autoCommit {
		return nil
	}
	return t.statement("COMMIT")
}

// rollback ends the transaction without its work. Kùzu rolls back what a closed connection leaves open, and has done
// so already where a statement failed.
func (t *transaction) rollback() { t.close() }

func (t *transaction) close() {
	t.conn.Close()
	t.passTurn()
}

// passTurn lets the next writer begin. Calling it again does nothing.
func (t *transaction) passTurn() {
	if t.holdsTurn {
		t.holdsTurn = false
		<-t.engine.turn
	}
}

// statement executes one that has neither parameters nor rows.
func (t *transaction) statement(cypher string) error {
	result, err := t.conn.Query(cypher)
	result.Close()
	return err
}

// run executes a statement. Kùzu computes the whole result before it returns; ctx interrupts it. The caller closes
// the result before it ends the transaction.
func (t *transaction) run(ctx context.Context, cypher string, params map[string]any) (*kuzu.QueryResult, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	arguments, err := bind(cypher, params)
	if err != nil {
		return nil, err
	}
	prepared, err := t.conn.Prepare(cypher)
	if err != nil {
		prepared.Close()
		return nil, err
	}
	defer prepared.Close()
	disarm := t.interruptOn(ctx)
	result, err := t.conn.Execute(prepared, arguments)
	disarm()
	if ctx.Err() != nil { // even if the statement was faster than the interrupt: nobody waits for it any more
		err = ctx.Err()
	}
	if err != nil {
		result.Close()
		return nil, err
	}
	return result, nil
}

// interruptOn interrupts the statement that runs next when ctx ends, until the returned function is called.
//
// Kùzu forgets an interrupt that comes before the statement has started, hence the repetition; and it looks for one
// between batches of rows only, so that a statement with huge lists can go on for seconds. The goroutine ends with
// the returned function, which waits for it: an interrupt after the connection's end would crash.
func (t *transaction) interruptOn(ctx context.Context) (disarm func()) {
	finished, left := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(left)
		select {
		case <-finished:
			return
		case <-ctx.Done():
		}
		again := time.NewTicker(10 * time.Millisecond)
		defer again.Stop()
		for {
			t.conn.Interrupt()
			select {
			case <-finished:
				return
			case <-again.C:
			}
		}
	}()
	return func() { close(finished); <-left }
}

var placeholder = regexp.MustCompile(`\$(\w+)`)

// bind chooses and converts the parameters that a statement names: Kùzu refuses one that is not used, and takes a
// missing one for null, where Neo4j does the contrary.
func bind(cypher string, params map[string]any) (map[string]any, error) {
	arguments := make(map[string]any)
	for _, match := range placeholder.FindAllStringSubmatch(cypher, -1) {
		value, given := params[match[1]]
		if !given {
			return nil, &bolt.ServerError{Code: "Neo.ClientError.Statement.ParameterMissing", Message: "Expected parameter(s): " + match[1]}
		}
		if value != nil {
			var err error
			if value, err = toKuzu(match[1], value); err != nil {
				return nil, err
			}
		}
		arguments[match[1]] = value
	}
	return arguments, nil
}
