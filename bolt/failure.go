package bolt

import (
	"errors"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// Failure is the reply to a request that failed. The server ignores what follows until RESET.
type Failure struct{ Err *ServerError }

// Append appends the message. Up to Bolt 5.6 only code and message travel.
func (m *Failure) Append(dst []byte, c *Capabilities) ([]byte, error) {
	d := newDict(packstream.AppendStruct(dst, TagFailure, 1))
	if !c.GQLErrors {
		d.text("code", m.Err.Code)
		d.text("message", m.Err.Message)
		return d.dst, nil
	}
	d.text("neo4j_code", m.Err.Code)
	if err := appendStatus(&d, m.Err, c); err != nil {
		return dst, err
	}
	return d.dst, nil
}

// appendStatus appends what an error and its causes have in common.
func appendStatus(d *dict, e *ServerError, c *Capabilities) error {
	d.optional("message", e.Message)
	d.optional("gql_status", e.GQLStatus)
	d.optional("description", e.Description)
	if e.Diagnostic != nil {
		d.key("diagnostic_record")
		var err error
		if d.dst, err = records.AppendResult(d.dst, e.Diagnostic, c.Dialect); err != nil {
			return err
		}
	}
	if e.Cause == nil {
		return nil
	}
	d.key("cause")
	cause := newDict(d.dst)
	err := appendStatus(&cause, e.Cause, c)
	d.dst = cause.dst
	return err
}

// Decode reads the metadata of the FAILURE, completes them and rewrites the codes that old servers misname; r stands before the dictionary.
func (m *Failure) Decode(r *packstream.Reader, _ *Capabilities) error {
	m.Err = decodeStatus(r, packstream.MaxDepth)
	m.Err.complete()
	return malformed("FAILURE", r)
}

func decodeStatus(r *packstream.Reader, depth int) *ServerError {
	e := &ServerError{}
	if depth == 0 {
		r.Fail(errors.New("causes nested too deep"))
		return e
	}
	for n := r.Map(); n > 0 && r.Err() == nil; n-- { // each cause may have announced as many entries as there are bytes behind all of them
		key := string(r.Text())
		if isNull(r) {
			continue
		}
		switch key {
		case "code", "neo4j_code":
			e.Code = r.String()
		case "message":
			e.Message = r.String()
		case "gql_status":
			e.GQLStatus = r.String()
		case "description":
			e.Description = r.String()
		case "diagnostic_record":
			e.Diagnostic = valueMap(r)
		case "cause":
			e.Cause = decodeStatus(r, depth-1)
		default:
			r.Skip()
		}
	}
	return e
}
