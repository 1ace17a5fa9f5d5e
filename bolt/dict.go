package bolt

import (
	"maps"
	"slices"
	"time"

	"github.com/neorx/neorx/bolt/packstream"
)

// maxDict is how many entries fit into a dictionary with the smallest header, more than any message of Bolt has.
const maxDict = 15

// dict builds a dictionary of at most maxDict entries: its header is one byte, which counts along.
type dict struct {
	dst    []byte
	header int
}

func newDict(dst []byte) dict { return dict{packstream.AppendMap(dst, 0), len(dst)} }

func (d *dict) len() int { return int(d.dst[d.header] & 0x0F) }

// key begins an entry; the value has to be appended to dst next.
func (d *dict) key(key string) {
	d.dst[d.header]++
	d.dst = packstream.AppendString(d.dst, key)
}

func (d *dict) text(key, value string) {
	d.key(key)
	d.dst = packstream.AppendString(d.dst, value)
}

func (d *dict) int(key string, value int64) {
	d.key(key)
	d.dst = packstream.AppendInt(d.dst, value)
}

// optional leaves the entry out where the value is empty.
func (d *dict) optional(key, value string) {
	if value != "" {
		d.text(key, value)
	}
}

func (d *dict) flag(key string, value bool) {
	if value {
		d.key(key)
		d.dst = packstream.AppendBool(d.dst, true)
	}
}

func (d *dict) texts(key string, values []string) {
	d.key(key)
	d.dst = appendTexts(d.dst, values)
}

// nested appends a dictionary that fill makes.
func (d *dict) nested(key string, fill func(*dict)) {
	d.key(key)
	inner := newDict(d.dst)
	fill(&inner)
	d.dst = inner.dst
}

func appendTexts(dst []byte, values []string) []byte {
	dst = packstream.AppendList(dst, len(values))
	for _, v := range values {
		dst = packstream.AppendString(dst, v)
	}
	return dst
}

// appendTextMap sorts its keys, so that equal messages are equal bytes.
func appendTextMap(dst []byte, m map[string]string) []byte {
	dst = packstream.AppendMap(dst, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		dst = packstream.AppendString(dst, key)
		dst = packstream.AppendString(dst, m[key])
	}
	return dst
}

// isNull reads a Null, if that comes next. A Null in the metadata of a message means what leaving the key out means.
func isNull(r *packstream.Reader) bool {
	if r.Kind() != packstream.Null {
		return false
	}
	r.Null()
	return true
}

// texts reads a list of strings. All of them share one piece of memory.
func texts(r *packstream.Reader) []string {
	n := r.List()
	values := make([]string, 0, n)
	start := *r
	for range n {
		r.Text()
	}
	all := string(start.Rest()[:start.Len()-r.Len()])
	for range n {
		text := start.Text()
		end := len(all) - (start.Len() - r.Len())
		values = append(values, all[end-len(text):end])
	}
	return values
}

func textMap(r *packstream.Reader) map[string]string {
	n := r.Map()
	m := make(map[string]string, n)
	for range n {
		key := r.String()
		m[key] = r.String()
	}
	return m
}

// duration reads a number of units, at most the longest duration there is.
func duration(r *packstream.Reader, unit time.Duration) time.Duration {
	const longest = time.Duration(1<<63 - 1)
	n := r.Int()
	if limit := int64(longest / unit); n > limit {
		return longest
	} else if n < -limit {
		return -longest
	}
	return time.Duration(n) * unit
}

// malformed is the error of a message that could not be decoded, nil where it could.
func malformed(message string, r *packstream.Reader) error {
	if r.Err() == nil {
		return nil
	}
	return &ProtocolError{Op: "decode " + message, Err: r.Err()}
}
