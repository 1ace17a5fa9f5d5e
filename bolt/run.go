package bolt

import (
	"time"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// Run starts a query.
type Run struct {
	Query string
	// Params is anything that records.AppendParameters takes. Decode makes a map[string]any of it.
	Params any
	// TxConfig describes the transaction of a query that has none; inside a transaction it stays zero.
	TxConfig
}

// Tag returns TagRun.
func (*Run) Tag() byte { return TagRun }

// Append appends the message; see [Request]. A parameter that cannot be sent is a *records.UsageError which names it.
func (m *Run) Append(dst []byte, c *Capabilities) ([]byte, error) {
	out := packstream.AppendString(packstream.AppendStruct(dst, TagRun, 3), m.Query)
	out, err := records.AppendParameters(out, m.Params, c.Dialect)
	if err != nil {
		return dst, err
	}
	if out, err = m.TxConfig.append(out, c); err != nil {
		return dst, err
	}
	return out, nil
}

// Decode reads the fields of the message; see [Request].
func (m *Run) Decode(r *packstream.Reader, c *Capabilities) error {
	m.Query = r.String()
	m.Params = valueMap(r)
	m.TxConfig.decode(r, c)
	return malformed("RUN", r)
}

// valueMap reads a dictionary of values into Go's own.
func valueMap(r *packstream.Reader) map[string]any {
	if r.Kind() != packstream.Map {
		r.Map() // reports what is wrong
		return nil
	}
	m, _ := records.DecodeValue(r).AsMap()
	if r.Err() != nil {
		return nil
	}
	return m.Any()
}

// RunSuccess is the reply to RUN.
type RunSuccess struct {
	// Fields names the columns of the result.
	Fields []string
	// TFirst is how long it took until the first record was available, where HasTFirst is set; in milliseconds on the wire.
	TFirst    time.Duration
	HasTFirst bool
	// QID is the number of the result in its transaction; -1 outside a transaction.
	QID int64
	// Database is the user's home database, where the request named none (Bolt 5.8).
	Database string
}

// Append appends a SUCCESS with the reply's metadata, as far as the version has it.
func (m *RunSuccess) Append(dst []byte, c *Capabilities) ([]byte, error) {
	d := newDict(packstream.AppendStruct(dst, TagSuccess, 1))
	d.texts("fields", m.Fields)
	if m.HasTFirst {
		d.int("t_first", m.TFirst.Milliseconds())
	}
	if m.QID >= 0 && c.Demand {
		d.int("qid", m.QID)
	}
	if c.HomeDatabase {
		d.optional("db", m.Database)
	}
	return d.dst, nil
}

// Decode reads the metadata of the SUCCESS; r stands before the dictionary.
func (m *RunSuccess) Decode(r *packstream.Reader, _ *Capabilities) error {
	*m = RunSuccess{QID: -1}
	for range r.Map() {
		key := r.Text()
		if isNull(r) {
			continue
		}
		switch string(key) {
		case "fields":
			m.Fields = texts(r)
		case "t_first":
			m.TFirst, m.HasTFirst = duration(r, time.Millisecond), true
		case "qid":
			m.QID = r.Int()
		case "db":
			m.Database = r.String()
		default:
			r.Skip()
		}
	}
	return malformed("SUCCESS of RUN", r)
}
