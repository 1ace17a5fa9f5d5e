package conversation

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

// Recording is what a server has said, cut where the client has spoken next.
type Recording [][]byte

// Recorder is a connection that records what comes over another one.
type Recorder struct {
	net.Conn
	said  Recording
	spoke bool // the client has, since the server did
}

// Read records what it reads.
func (r *Recorder) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	if n > 0 && (r.spoke || r.said == nil) {
		r.said, r.spoke = append(r.said, nil), false
	}
	if n > 0 {
		last := len(r.said) - 1
		r.said[last] = append(r.said[last], b[:n]...)
	}
	return n, err
}

// Write notes that a new part begins.
func (r *Recorder) Write(b []byte) (int, error) {
	r.spoke = true
	return r.Conn.Write(b)
}

// Said is what was recorded.
func (r *Recorder) Said() Recording { return r.said }

// Save writes a recording to a file: a line in hexadecimal for each part.
func (r Recording) Save(file string) error {
	var text bytes.Buffer
	for _, part := range r {
		fmt.Fprintf(&text, "%x\n", part)
	}
	return os.WriteFile(file, text.Bytes(), 0o600)
}

// Load reads what Save has written.
func Load(file string) (Recording, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var r Recording
	for line := range strings.Lines(string(text)) {
		part, err := hex.DecodeString(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		r = append(r, part)
	}
	return r, nil
}

// Replay is a connection to a server that says what was recorded, a part at a time, and then hangs up. It does not listen: who waits for an answer gets the
// next one. So nothing on it ever waits, and its deadlines do nothing.
type Replay struct {
	parts Recording
	in    int // the part that is being read
	at    int // how far
}

// Play starts a recording from its beginning.
func (r Recording) Play() *Replay { return &Replay{parts: r} }

// Read returns what is left of the present part, or of the next one.
func (p *Replay) Read(b []byte) (int, error) {
	for p.in < len(p.parts) && p.at == len(p.parts[p.in]) {
		p.in, p.at = p.in+1, 0
	}
	if p.in == len(p.parts) {
		return 0, io.EOF
	}
	n := copy(b, p.parts[p.in][p.at:])
	p.at += n
	return n, nil
}

// Write takes everything.
func (p *Replay) Write(b []byte) (int, error) { return len(b), nil }

// Close does nothing.
func (p *Replay) Close() error { return nil }

// LocalAddr returns an address that says nothing.
func (p *Replay) LocalAddr() net.Addr { return &net.TCPAddr{} }

// RemoteAddr returns an address that says nothing.
func (p *Replay) RemoteAddr() net.Addr { return &net.TCPAddr{} }

// SetDeadline does nothing.
func (p *Replay) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (p *Replay) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (p *Replay) SetWriteDeadline(time.Time) error { return nil }
