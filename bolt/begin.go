package bolt

import "github.com/neorx/neorx/bolt/packstream"

// Begin opens a transaction.
type Begin struct{ TxConfig }

// Tag returns TagBegin.
func (*Begin) Tag() byte { return TagBegin }

// Append appends the message; see [Request].
func (m *Begin) Append(dst []byte, c *Capabilities) ([]byte, error) {
	out, err := m.TxConfig.append(packstream.AppendStruct(dst, TagBegin, 1), c)
	if err != nil {
		return dst, err
	}
	return out, nil
}

// Decode reads the fields of the message; see [Request].
func (m *Begin) Decode(r *packstream.Reader, c *Capabilities) error {
	m.TxConfig.decode(r, c)
	return malformed("BEGIN", r)
}

// BeginSuccess is the reply to BEGIN.
type BeginSuccess struct {
	// Database is the user's home database, where the request named none (Bolt 5.8).
	Database string
}

// Append appends a SUCCESS with the reply's metadata, as far as the version has it.
func (m *BeginSuccess) Append(dst []byte, c *Capabilities) ([]byte, error) {
	d := newDict(packstream.AppendStruct(dst, TagSuccess, 1))
	if c.HomeDatabase {
		d.optional("db", m.Database)
	}
	return d.dst, nil
}

// Decode reads the metadata of the SUCCESS; r stands before the dictionary.
func (m *BeginSuccess) Decode(r *packstream.Reader, _ *Capabilities) error {
	*m = BeginSuccess{}
	for range r.Map() {
		key := r.Text()
		if isNull(r) {
			continue
		}
		switch string(key) {
		case "db":
			m.Database = r.String()
		default:
			r.Skip()
		}
	}
	return malformed("SUCCESS of BEGIN", r)
}
