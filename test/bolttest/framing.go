package bolttest

import "encoding/binary"

// noop is the chunk without content that keeps a connection alive.
var noop = []byte{0, 0}

// framing is how messages are cut into chunks. The zero value leaves them as they are.
type framing struct {
	chunk int // the largest chunk; 0: as large as possible
	noops int // how many NOOPs go in front of each message
}

// apply cuts a complete frame anew.
func (f framing) apply(frame []byte) []byte {
	if f == (framing{}) {
		return frame
	}
	var out []byte
	for range f.noops {
		out = append(out, noop...)
	}
	for size := chunkSize(frame); size > 0; size = chunkSize(frame) {
		out = f.split(out, frame[2:2+size])
		frame = frame[2+size:]
	}
	return append(out, noop...) // the end marker looks like a NOOP
}

func (f framing) split(out, chunk []byte) []byte {
	size := len(chunk)
	if f.chunk > 0 {
		size = f.chunk
	}
	for len(chunk) > 0 {
		n := min(size, len(chunk))
		out = binary.BigEndian.AppendUint16(out, uint16(n))
		out = append(out, chunk[:n]...)
		chunk = chunk[n:]
	}
	return out
}

func chunkSize(frame []byte) int { return int(binary.BigEndian.Uint16(frame)) }
