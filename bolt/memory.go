package bolt

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// DefaultMessageMemory is how many bytes of memory one message from a server may take unless
// something else is said: a container of 256 MiB survives it.
const DefaultMessageMemory = 128 << 20

// messageMemory bounds what one message takes. Its bytes are in up to four places at once: in a
// read buffer that is up to twice as large, in the queue of a result, and in the texts of the
// values. What is left is for everything else that is decoded.
type messageMemory int // 0 is DefaultMessageMemory

func (m messageMemory) bytes() int { return cmp.Or(int(m), DefaultMessageMemory) }

// wire is the limit for the bytes of a message.
func (m messageMemory) wire() int { return m.bytes() / 6 }

// decoded is the limit for what is made of them.
func (m messageMemory) decoded() int { return m.bytes() / 3 }

// block is how many bytes of rows are decoded at a time: what they become has been charged row by
// row only.
func (m messageMemory) block() int { return m.bytes() / 512 }

// apply tells a decoder of rows its limit.
func (m messageMemory) apply(dec records.Decoder) {
	if d, ok := dec.(interface{ LimitMemory(bytes int) }); ok {
		d.LimitMemory(m.decoded())
	}
}

// tooLarge names the cure for the error of Frames.
func tooLarge(err error) error {
	var p *ProtocolError
	if errors.As(err, &p) {
		p.Reason += ": WithMaxMessageMemory allows for more"
	}
	return err
}

// What the tokens of a message that is no RECORD may become. A map can be a status with a
// diagnostic record, an operator of a plan, or an error with its own, each with maps of Go's in it;
// a structure can be an error about one.
const (
	mapMemory    = 2 << 10
	structMemory = 512
	tokenMemory  = 160
	byteMemory   = 3
)

// check refuses a message, other than a RECORD, that would take too much. Such messages are decoded
// in many places, so that the tokens are counted here. Hardly any message is so large that they
// have to be.
func (m messageMemory) check(msg []byte) error {
	if len(msg) <= m.decoded()/mapMemory {
		return nil
	}
	left := m.decoded()
	for r := packstream.NewReader(msg); r.Len() > 0; {
		if left -= costOf(&r); left < 0 {
			return &ProtocolError{Reason: fmt.Sprintf(
				"%s would take more than %d bytes decoded: WithMaxMessageMemory allows for more than %d in all",
				TagName(msg[1]), m.decoded(), m.bytes(),
			)}
		}
	}
	return nil // what is malformed is for whoever decodes it
}

// costOf reads one token.
func costOf(r *packstream.Reader) int {
	switch r.Kind() {
	case packstream.Map:
		r.Map()
		return mapMemory
	case packstream.Struct:
		r.Struct()
		return structMemory
	case packstream.List:
		r.List()
		return tokenMemory
	default:
		before := r.Len()
		r.Skip()
		return tokenMemory + byteMemory*(before-r.Len())
	}
}
