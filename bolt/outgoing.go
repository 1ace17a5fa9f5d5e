package bolt

import "encoding/binary"

// outgoing is requests on their way to the socket. A message that fits into a chunk is framed where it was encoded. The others are not moved either: the
// header of each further chunk is put over the last bytes of the one before, once those have been written.
type outgoing struct {
	bytes []byte
	large []span // the bodies of messages that take several chunks, as far as they are not written; two bytes are free in front of each
	at    int    // what is before has been written
}

// span is a part of the bytes.
type span struct{ from, to int }

// seal ends the message that began at mark, behind two bytes kept free for the header of its first chunk.
func (o *outgoing) seal(mark int) {
	if body := mark + 2; len(o.bytes)-body > maxChunk {
		o.large = append(o.large, span{body, len(o.bytes)})
		o.bytes = append(o.bytes, 0, 0)
		return
	}
	o.bytes = sealFrame(o.bytes, mark)
}

// next returns what is to be written now: about as much as a chunk, and nothing at the end. It changes what it has returned before.
func (o *outgoing) next() []byte {
	to := min(o.at+writePiece, len(o.bytes))
	if len(o.large) > 0 && to >= o.large[0].from-2 {
		to = o.chunk()
	}
	piece := o.bytes[o.at:to]
	o.at = to
	return piece
}

// chunk puts the header in front of the next chunk of the first large message, where writing goes on then, and returns where the chunk ends; what little
// comes behind the last chunk of all goes with it.
func (o *outgoing) chunk() int {
	body := &o.large[0]
	o.at = min(o.at, body.from-2)
	n := min(maxChunk, body.to-body.from)
	binary.BigEndian.PutUint16(o.bytes[body.from-2:], uint16(n))
	body.from += n
	if body.from < body.to {
		return body.from
	}
	o.large = o.large[1:]
	if end := len(o.bytes); len(o.large) == 0 && end-body.to <= quietWrite {
		return end
	}
	return body.to
}
