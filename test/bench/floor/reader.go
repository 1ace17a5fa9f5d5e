package floor

import (
	"encoding/binary"
	"io"
)

// reader cuts what a server sends into messages, and does no more than that.
type reader struct {
	from       io.Reader
	buf        []byte
	begin, end int // what is in buf and not handed out
	joined     []byte
}

func newReader(from io.Reader) *reader { return &reader{from: from, buf: make([]byte, 64<<10)} }

// next returns a message, which is valid until the next call.
func (r *reader) next() ([]byte, error) {
	r.joined = r.joined[:0]
	for {
		chunk, err := r.chunk()
		switch {
		case err != nil:
			return nil, err
		case len(chunk) == 0 && len(r.joined) > 0:
			return r.joined, nil
		case len(chunk) == 0:
			continue // a sign of life
		}
		if r.end-r.begin >= 2 && r.buf[r.begin]|r.buf[r.begin+1] == 0 && len(r.joined) == 0 {
			r.begin += 2
			return chunk, nil
		}
		r.joined = append(r.joined, chunk...)
	}
}

// chunk returns the next chunk; the one that ends a message is empty.
func (r *reader) chunk() ([]byte, error) {
	if err := r.fill(2); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(r.buf[r.begin:]))
	if err := r.fill(2 + n); err != nil {
		return nil, err
	}
	c := r.buf[r.begin+2 : r.begin+2+n]
	r.begin += 2 + n
	return c, nil
}

// fill makes sure that n bytes are there.
func (r *reader) fill(n int) error {
	for r.end-r.begin < n {
		if r.begin > 0 {
			r.end = copy(r.buf, r.buf[r.begin:r.end])
			r.begin = 0
		}
		if n > len(r.buf) {
			r.buf = append(r.buf, make([]byte, n)...)
		}
		k, err := r.from.Read(r.buf[r.end:])
		if err != nil {
			return err
		}
		r.end += k
	}
	return nil
}
