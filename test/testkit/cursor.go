package main

import (
	"context"
	"errors"
	"io"

	"github.com/neorx/neorx"
)

// cursor makes of a result, which is observed, one that is asked for records.
type cursor struct {
	id      string
	face    readingFace
	result  *neorx.Result
	reading reading // nil until the first record is asked for

	ahead    []*neorx.Record // read and not asked for yet
	end      error           // io.EOF behind the last record, or how the result has failed
	consumed bool            // nobody is to ask for records any more
}

// errConsumed answers who asks for records after the summary was.
var errConsumed = &neorx.UsageError{Message: "the result is consumed"}

// open executes a statement and keeps the result.
func (c *conn) open(ctx context.Context, on neorx.Querier, st *statement, opts ...neorx.QueryOption) (*cursor, error) {
	params, err := parameters(st.Params)
	if err != nil {
		return nil, err
	}
	r, err := on.Query(st.Cypher, params, opts...).Open(ctx)
	if err != nil {
		return nil, err
	}
	cur := &cursor{face: c.backend.face, result: r}
	cur.id = c.add(cur)
	return cur, nil
}

func (cur *cursor) opened() (string, any, error) {
	return "Result", map[string]any{"id": cur.id, "keys": append([]string{}, cur.result.Keys()...)}, nil
}

// read reads one record ahead.
func (cur *cursor) read(ctx context.Context) {
	if cur.reading == nil {
		cur.reading = cur.face.read(ctx, cur.result)
	}
	record, err := cur.reading.next()
	if err != nil {
		cur.end = err
		return
	}
	cur.ahead = append(cur.ahead, record)
}

// buffer reads everything that is left.
func (cur *cursor) buffer(ctx context.Context) {
	for cur.end == nil {
		cur.read(ctx)
	}
}

// peek returns the next record and leaves it there.
func (cur *cursor) peek(ctx context.Context) (*neorx.Record, error) {
	if cur.consumed {
		return nil, errConsumed
	}
	if len(cur.ahead) == 0 && cur.end == nil {
		cur.read(ctx)
	}
	if len(cur.ahead) > 0 {
		return cur.ahead[0], nil
	}
	return nil, cur.end
}

func (cur *cursor) next(ctx context.Context) (*neorx.Record, error) {
	record, err := cur.peek(ctx)
	if err == nil {
		cur.ahead = cur.ahead[1:]
	}
	return record, err
}

// rest returns all the records that are left.
func (cur *cursor) rest(ctx context.Context) (rows []*neorx.Record, err error) {
	for {
		record, err := cur.next(ctx)
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, record)
	}
}

// summary discards the records that are left.
func (cur *cursor) summary(ctx context.Context) (*neorx.Summary, error) {
	cur.discard(ctx)
	return cur.result.Summary(ctx)
}

// close discards the records that are left, and returns how the result ends if nobody was told yet.
func (cur *cursor) close(ctx context.Context) error {
	known := cur.end != nil
	cur.discard(ctx)
	if err := cur.result.Close(ctx); !known {
		return err
	}
	return nil
}

func (cur *cursor) discard(ctx context.Context) {
	cur.ahead, cur.consumed = nil, true
	if cur.reading != nil && cur.end == nil {
		cur.reading.stop(ctx)
	}
	if cur.end == nil {
		cur.end = io.EOF
	}
}
