package bolt

import (
	"fmt"
	"maps"
	"slices"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// StreamSuccess is the reply to PULL and DISCARD, after the records.
type StreamSuccess struct {
	// HasMore: the result goes on, and nothing else is said yet.
	HasMore bool
	// Bookmark names the state of the database after an auto-commit query.
	Bookmark string
	// Summary is what the server says about the query. Decode fills it in and leaves it to the caller to call its Finish; nil stands for an
	// empty one.
	Summary *records.Summary
	// Metadata holds further entries that Append sends as they are, such as "profile".
	Metadata map[string]any
}

// Append appends a SUCCESS with the reply's metadata in the form that the version has for them: notifications up to Bolt 5.4, and statuses
// from 5.6 on, the outcome before what is worth mentioning.
func (m *StreamSuccess) Append(dst []byte, c *Capabilities) ([]byte, error) {
	d := newDict(packstream.AppendStruct(dst, TagSuccess, 1))
	if m.HasMore {
		d.flag("has_more", true)
		return d.dst, nil
	}
	d.optional("bookmark", m.Bookmark)
	if m.Summary != nil {
		if err := appendSummary(&d, m.Summary, c); err != nil {
			return dst, err
		}
	}
	if n := d.len() + len(m.Metadata); n > maxDict {
		return dst, &records.UsageError{Message: fmt.Sprintf("a reply with %d entries of metadata; it can have %d", n, maxDict)}
	}
	for _, key := range slices.Sorted(maps.Keys(m.Metadata)) {
		d.key(key)
		var err error
		if d.dst, err = records.AppendResult(d.dst, m.Metadata[key], c.Dialect); err != nil {
			return dst, err
		}
	}
	return d.dst, nil
}

// Decode reads the metadata of the SUCCESS; r stands before the dictionary.
func (m *StreamSuccess) Decode(r *packstream.Reader, _ *Capabilities) error {
	if m.Summary == nil {
		m.Summary = &records.Summary{}
	}
	meta := records.DecodeSummary(r, r.Map(), m.Summary)
	m.HasMore, m.Bookmark = meta.HasMore, meta.Bookmark
	return malformed("SUCCESS of PULL or DISCARD", r)
}
