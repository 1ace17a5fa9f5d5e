package bolt

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
)

const (
	maxChunk = 1<<16 - 1

	// readSize is what one read asks the socket for: large enough that the system call costs little beside the decoding.
	readSize = 64 << 10

	// MaxMessageBytes bounds one message unless something else is said, so that a hostile peer cannot grow the read buffer for ever. It only
	// grows with bytes that have really arrived.
	MaxMessageBytes = 1 << 30
)

// Frames cuts the bytes read from a connection into Bolt messages, in place: a message in one chunk is a view of the read
// buffer, one in several chunks is moved together inside it. Both ends of a connection use it: read into Space, tell with Filled
// how much arrived, and call Next until it has no more. It is not safe for concurrent use.
type Frames struct {
	// MaxBytes bounds a message in several chunks; 0 is MaxMessageBytes. One chunk, of 64 KiB at most, always passes.
	MaxBytes int

	buf  []byte
	r, w int // buf[r:w] has been read and not been looked at

	// The message in the making: its chunks so far are buf[start:end], and end ≤ r.
	open       bool
	start, end int
}

// Next returns the next complete message without its chunk headers; ok is false when more bytes are needed. Empty messages
// (NOOP, the server's keep-alive) are passed over. The bytes are valid until Space is called. An error means that the peer sent
// a message beyond the limit; the connection cannot be used any further.
func (f *Frames) Next() (msg []byte, ok bool, err error) {
	for f.w-f.r >= 2 {
		size := int(binary.BigEndian.Uint16(f.buf[f.r:]))
		if size == 0 {
			f.r += 2
			if f.open {
				f.open = false
				return f.buf[f.start:f.end:f.end], true, nil
			}
			continue
		}
		if f.w-f.r < 2+size {
			break
		}
		if err := f.take(f.r+2, size); err != nil {
			return nil, false, err
		}
		f.r += 2 + size
	}
	return nil, false, nil
}

// records takes the RECORDs at the front that have come in one chunk each, at most that many, and returns them as they are on the wire with
// how many there are. The bytes are valid until Space is called.
func (f *Frames) records(most int64) (run []byte, n int64) {
	if f.open {
		return nil, 0
	}
	buf, end := f.buf[:f.w], f.r
	for n < most {
		next := recordEnd(buf, end)
		if next == 0 {
			break
		}
		end = next
		n++
	}
	run, f.r = buf[f.r:end], end
	return run, n
}

// recordEnd returns where the message that begins at from ends, 0 if it is no RECORD in one chunk, or not complete.
func recordEnd(buf []byte, from int) int {
	if len(buf)-from < recordHead {
		return 0
	}
	head := binary.BigEndian.Uint32(buf[from:])
	end := from + 2 + int(head>>16)
	if uint16(head) != 0xB1<<8|uint16(TagRecord) || end <= from+recordHead || end+2 > len(buf) || buf[end]|buf[end+1] != 0 {
		return 0
	}
	return end + 2
}

const (
	// recordHead is what comes before the row of a RECORD in one chunk: the chunk's size and the structure's header.
	recordHead = 4
	// recordFrame is that and the end marker.
	recordFrame = recordHead + 2
)

// take adds the chunk buf[at:at+size] to the message in the making.
func (f *Frames) take(at, size int) error {
	if !f.open {
		f.open, f.start, f.end = true, at, at+size
		return nil
	}
	if limit := cmp.Or(f.MaxBytes, MaxMessageBytes); f.end-f.start+size > limit {
		return &ProtocolError{Reason: fmt.Sprintf("message of more than %d bytes", limit)}
	}
	copy(f.buf[f.end:], f.buf[at:at+size])
	f.end += size
	return nil
}

// Space returns where to read into; it is never empty. It invalidates what Next returned.
func (f *Frames) Space() []byte {
	f.compact()
	if free := len(f.buf) - f.w; free < readSize/2 {
		// Twice the size for a message that does not fit: what has arrived pays for what is allocated.
		grown := make([]byte, max(readSize, 2*len(f.buf)))
		copy(grown, f.buf[:f.w])
		f.buf = grown
	}
	return f.buf[f.w:]
}

// Filled tells that n bytes were read into Space.
func (f *Frames) Filled(n int) { f.w += n }

// Empty reports that no byte waits: neither a part of a message nor a message not yet taken.
func (f *Frames) Empty() bool { return !f.open && f.r == f.w }

// compact moves what is still needed to the front of the buffer.
func (f *Frames) compact() {
	kept := 0
	if f.open {
		kept = copy(f.buf, f.buf[f.start:f.end])
		f.start, f.end = 0, kept
	}
	f.w = kept + copy(f.buf[kept:], f.buf[f.r:f.w])
	f.r = kept
}

// release hands the buffer out, so that a connection at rest holds none; Empty must hold.
func (f *Frames) release() []byte {
	buf := f.buf
	*f = Frames{MaxBytes: f.MaxBytes}
	return buf
}

// AppendFrame appends one framed message to dst: what body appends, cut into chunks, and the end marker. If body fails, dst comes
// back as it was.
func AppendFrame(dst []byte, body func(dst []byte) ([]byte, error)) ([]byte, error) {
	mark := len(dst)
	out, err := body(append(dst, 0, 0))
	if err != nil {
		return dst[:mark], err
	}
	return sealFrame(out, mark), nil
}

// sealFrame cuts the body of the message that starts at mark, behind two bytes kept free for the first header, into chunks.
func sealFrame(out []byte, mark int) []byte {
	size := len(out) - mark - 2
	if size > maxChunk {
		return splitFrame(out, mark, size)
	}
	binary.BigEndian.PutUint16(out[mark:], uint16(size))
	return append(out, 0, 0)
}

// splitFrame makes room for the headers of the second and later chunks, from the back, so that every byte moves once.
func splitFrame(out []byte, mark, size int) []byte {
	chunks := (size + maxChunk - 1) / maxChunk
	out = slices.Grow(out, 2*chunks)
	body := mark + 2
	out = out[:len(out)+2*(chunks-1)]
	for i := chunks - 1; i >= 0; i-- {
		from := i * maxChunk
		length := min(maxChunk, size-from)
		to := body + from + 2*i
		copy(out[to:to+length], out[body+from:body+from+length])
		binary.BigEndian.PutUint16(out[to-2:], uint16(length))
	}
	return append(out, 0, 0)
}
