package bolt

import "github.com/neorx/neorx/bolt/packstream"

// Commit makes the open transaction last.
type Commit struct{}

// Tag returns TagCommit.
func (Commit) Tag() byte { return TagCommit }

// Append appends the message; see [Request].
func (Commit) Append(dst []byte, _ *Capabilities) ([]byte, error) {
	return packstream.AppendStruct(dst, TagCommit, 0), nil
}

// Decode has no fields to read; see [Request].
func (Commit) Decode(*packstream.Reader, *Capabilities) error { return nil }

// CommitSuccess is the reply to COMMIT.
type CommitSuccess struct {
	// Bookmark names the state of the database after the transaction; it can be empty.
	Bookmark string
}

// Append appends a SUCCESS with the reply's metadata.
func (m *CommitSuccess) Append(dst []byte, _ *Capabilities) ([]byte, error) {
	d := newDict(packstream.AppendStruct(dst, TagSuccess, 1))
	d.optional("bookmark", m.Bookmark)
	return d.dst, nil
}

// Decode reads the metadata of the SUCCESS; r stands before the dictionary.
func (m *CommitSuccess) Decode(r *packstream.Reader, _ *Capabilities) error {
	*m = CommitSuccess{}
	for range r.Map() {
		key := r.Text()
		if isNull(r) {
			continue
		}
		switch string(key) {
		case "bookmark":
			m.Bookmark = r.String()
		default:
			r.Skip()
		}
	}
	return malformed("SUCCESS of COMMIT", r)
}
