package main

import (
	"context"
	"errors"
	"io"

	"github.com/neorx/neorx"
)

func init() {
	on("ResultNext", ofResult(nextRecord))
	on("ResultPeek", ofResult(peekRecord))
	on("ResultList", ofResult(listRecords))
	on("ResultSingle", ofResult(singleRecord))
	on("ResultSingleOptional", ofResult(firstRecord))
	on("ResultConsume", ofResult(consume))
}

type resultRequest struct {
	ResultID string `json:"resultId"`
}

func ofResult(f func(ctx context.Context, cur *cursor) (string, any, error)) func(*conn, context.Context, resultRequest) (string, any, error) {
	return func(c *conn, ctx context.Context, r resultRequest) (string, any, error) {
		cur, err := lookup[*cursor](c, r.ResultID)
		if err != nil {
			return "", nil, err
		}
		name, answer, err := f(ctx, cur)
		if err != nil {
			err = resultError{err}
		}
		return name, answer, err
	}
}

func nextRecord(ctx context.Context, cur *cursor) (string, any, error) {
	return recordOrNull(cur.next(ctx))
}

func peekRecord(ctx context.Context, cur *cursor) (string, any, error) {
	return recordOrNull(cur.peek(ctx))
}

func recordOrNull(record *neorx.Record, err error) (string, any, error) {
	if errors.Is(err, io.EOF) {
		return "NullRecord", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	row, err := recordValues(record)
	return "Record", row, err
}

func listRecords(ctx context.Context, cur *cursor) (string, any, error) {
	rows, err := cur.rest(ctx)
	if err != nil {
		return "", nil, err
	}
	list, err := recordList(rows)
	return "RecordList", map[string]any{"records": list}, err
}

func singleRecord(ctx context.Context, cur *cursor) (string, any, error) {
	record, err := cur.next(ctx)
	if errors.Is(err, io.EOF) {
		err = &neorx.NotOneError{}
	}
	if err != nil {
		return "", nil, err
	}
	if _, err = cur.next(ctx); err == nil {
		return "", nil, &neorx.NotOneError{Many: true}
	}
	if !errors.Is(err, io.EOF) {
		return "", nil, err
	}
	row, err := recordValues(record)
	return "Record", row, err
}

func firstRecord(ctx context.Context, cur *cursor) (string, any, error) {
	rows, err := cur.rest(ctx)
	if err != nil {
		return "", nil, err
	}
	warnings := []string{}
	if len(rows) == 0 {
		return "RecordOptional", map[string]any{"record": nil, "warnings": warnings}, nil
	}
	if len(rows) > 1 {
		warnings = append(warnings, "the result has more than one record")
	}
	row, err := recordValues(rows[0])
	return "RecordOptional", map[string]any{"record": row, "warnings": warnings}, err
}

func consume(ctx context.Context, cur *cursor) (string, any, error) {
	sum, err := cur.summary(ctx)
	if err != nil {
		return "", nil, err
	}
	fields, err := summary(sum)
	return "Summary", fields, err
}
