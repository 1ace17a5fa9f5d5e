package bolt

import (
	"fmt"

	"github.com/neorx/neorx/bolt/packstream"
)

// Request is a message that a client sends: *[Hello], *[Logon], [Logoff], [Goodbye], [Reset], *[Run], *[Begin], [Commit], [Rollback], *[Pull],
// *[Discard], *[Route] or *[Telemetry].
type Request interface {
	// Tag returns the tag of the message.
	Tag() byte
	// Append appends the message in PackStream, without framing. What the version lacks is a *records.UsageError, and dst comes back as it was.
	Append(dst []byte, c *Capabilities) ([]byte, error)
	// Decode reads the fields of the message; r stands behind the structure's header. An error is a *ProtocolError.
	Decode(r *packstream.Reader, c *Capabilities) error
}

// DecodeRequest is the server's end of reading: it decodes one message without its framing. Where the version knows the message and its content
// is wrong, the message is returned together with a *ProtocolError; a message that the version does not know is an error alone.
func DecodeRequest(msg []byte, c *Capabilities) (Request, error) {
	r := packstream.NewReader(msg)
	tag, fields := r.Struct()
	if r.Err() != nil {
		return nil, &ProtocolError{Op: "decode a request", Err: r.Err()}
	}
	request, want := newRequest(tag, c)
	if request == nil {
		return nil, &ProtocolError{Op: "decode a request", Reason: fmt.Sprintf("Bolt %s has no %s", c.Version, TagName(tag))}
	}
	if fields != want {
		return request, &ProtocolError{Op: "decode " + TagName(tag), Reason: fmt.Sprintf("%d fields instead of %d", fields, want)}
	}
	return request, request.Decode(&r, c)
}

// newRequest returns an empty request and its number of fields, nil where the version has none with this tag.
func newRequest(tag byte, c *Capabilities) (request Request, fields int) {
	switch {
	case tag == TagHello:
		return &Hello{}, 1
	case tag == TagGoodbye:
		return Goodbye{}, 0
	case tag == TagReset:
		return Reset{}, 0
	case tag == TagRun:
		return &Run{}, 3
	case tag == TagBegin:
		return &Begin{}, 1
	case tag == TagCommit:
		return Commit{}, 0
	case tag == TagRollback:
		return Rollback{}, 0
	case tag == TagDiscard:
		return &Discard{}, demandFields(c)
	case tag == TagPull:
		return &Pull{}, demandFields(c)
	case tag == TagTelemetry && c.Telemetry:
		return &Telemetry{}, 1
	case tag == TagRoute && c.Route:
		return &Route{}, 3
	case tag == TagLogon && c.Logon:
		return &Logon{}, 1
	case tag == TagLogoff && c.Logon:
		return Logoff{}, 0
	}
	return nil, 0
}
