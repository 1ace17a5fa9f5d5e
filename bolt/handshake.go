package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

const (
	magic = "\x60\x60\xB0\x17"
	// manifestSlot asks for, and announces, version 1 of the manifest: the server lists what it speaks and the client chooses.
	manifestSlot = "\x00\x00\x01\xFF"
	noVersion    = "\x00\x00\x00\x00"
	// maxOffers bounds the list of a manifest. Real servers offer about four.
	maxOffers = 1024
)

// Agreement is what the two ends of a handshake have settled on.
type Agreement struct {
	Version Version
	// Manifest: the server has listed its versions and the client has chosen. The reply to HELLO then names the version.
	Manifest bool
	// Choice is what the client still has to send, in front of its first message and best in the same write. It is empty after a classic
	// handshake and on the server's end.
	Choice []byte
}

// Negotiate is the client's end of the handshake. It proposes the versions (none means all of Supported), reads the answer and returns what was
// agreed on; the agreement's Choice is left to the caller to send. It sets no deadlines. An error of rw is returned wrapped; any other error is
// a *ProtocolError that says what the server is, or lacks.
func Negotiate(rw io.ReadWriter, versions ...Version) (Agreement, error) {
	if len(versions) == 0 {
		versions = Supported
	}
	if _, err := rw.Write(append([]byte(magic), proposals(versions)...)); err != nil {
		return Agreement{}, fmt.Errorf("send handshake: %w", err)
	}
	reply, err := readSlot(rw)
	if err != nil {
		return Agreement{}, handshakeLost(err)
	}
	if string(reply[:]) == manifestSlot {
		return chooseOffer(rw, versions)
	}
	return checkAnswer(reply, versions)
}

// slotCount is how many proposals fit into a handshake.
const slotCount = 4

// proposals fills the slots, most preferred first: the manifest, and one range of minors for each major. Bolt 6 has none, because who speaks it knows
// the manifest.
//
// Servers before Neo4j 4.3 need not know ranges, and take one for the newest version in it. Those with Bolt 4.1 or 4.2 also speak 4.1, which is proposed
// by itself where a slot is left; where all versions are proposed there is none, and they are spoken to in Bolt 3.0. The manifest gives way to 4.1 where
// it would lead to nothing that the ranges do not.
func proposals(versions []Version) []byte {
	var ranges []minorRange
	for _, major := range []uint8{5, 4, 3} {
		if r, ok := spanning(versions, major); ok {
			ranges = append(ranges, r)
		}
	}
	bolt6 := slices.ContainsFunc(versions, func(v Version) bool { return v.AtLeast(6, 0) })
	room := slotCount - len(ranges)
	if bolt6 {
		room--
	}
	if old := (Version{4, 1}); room > 0 && slices.Contains(versions, old) {
		after := slices.IndexFunc(ranges, func(r minorRange) bool { return r.contains(old) }) + 1
		ranges = slices.Insert(ranges, after, minorRange{old, 0})
		room--
	}
	var slots []byte
	if bolt6 || room > 0 && slices.ContainsFunc(versions, manifestVersion) {
		slots = append(slots, manifestSlot...)
	}
	for _, r := range ranges {
		slots = append(slots, r.bytes()...)
	}
	return append(slots, make([]byte, 4*slotCount-len(slots))...)
}

// manifestVersion tells whether servers with this version know the manifest.
func manifestVersion(v Version) bool { return v.AtLeast(5, 7) }

func readSlot(r io.Reader) (slot [4]byte, err error) {
	_, err = io.ReadFull(r, slot[:])
	return slot, err
}

// checkAnswer checks a classic answer, and recognizes what is not a Bolt server at all.
func checkAnswer(reply [4]byte, versions []Version) (Agreement, error) {
	v := Version{reply[3], reply[2]}
	switch {
	case string(reply[:]) == noVersion:
		return Agreement{}, handshakeError("the server speaks none of Bolt %s: it is older than Neo4j 3.5, or newer than what is offered", versionList(versions))
	case string(reply[:]) == "HTTP":
		return Agreement{}, handshakeError("this is an HTTP port; use the Bolt port of the server, which by default is 7687")
	case reply[0] == 0x15 && reply[1] == 0x03:
		return Agreement{}, handshakeError("this port speaks TLS; use a URI with +s or +ssc, or switch encryption on")
	case reply[0] != 0 || reply[1] != 0:
		return Agreement{}, handshakeError("the answer % X is not one of a Bolt server", reply[:])
	case !slices.Contains(versions, v):
		return Agreement{}, handshakeError("the server answered with Bolt %s, which was not proposed", v)
	}
	return Agreement{Version: v}, nil
}

// chooseOffer reads the manifest and takes the newest version that both ends have. What is not known is passed over.
func chooseOffer(r io.Reader, versions []Version) (Agreement, error) {
	offers, err := readOffers(r)
	if err != nil {
		return Agreement{}, err
	}
	if _, err = readVarint(r); err != nil { // capabilities: there are none that we would use
		return Agreement{}, err
	}
	var best Version
	for _, o := range offers {
		if v, ok := newestIn(o, versions); ok && v.Compare(best) > 0 {
			best = v
		}
	}
	if best == (Version{}) {
		return Agreement{}, handshakeError("no Bolt version in common: the server offers %v, the driver speaks %s", offers, versionList(versions))
	}
	return Agreement{Version: best, Manifest: true, Choice: []byte{0, 0, best.Minor, best.Major, 0}}, nil
}

func readOffers(r io.Reader) ([]minorRange, error) {
	n, err := readVarint(r)
	if err != nil {
		return nil, err
	}
	if n > maxOffers {
		return nil, handshakeError("the server announces %d offers", n)
	}
	raw := make([]byte, 4*n)
	if _, err := io.ReadFull(r, raw); err != nil {
		return nil, handshakeLost(err)
	}
	offers := make([]minorRange, 0, n)
	for o := range slices.Chunk(raw, 4) {
		offers = append(offers, rangeOf(o))
	}
	return offers, nil
}

// readVarint reads byte by byte, so that nothing behind the number is taken from the connection.
func readVarint(r io.Reader) (uint64, error) {
	var buf [binary.MaxVarintLen64]byte
	for i := range buf {
		if _, err := io.ReadFull(r, buf[i:i+1]); err != nil {
			return 0, handshakeLost(err)
		}
		if buf[i] < 0x80 {
			break
		}
	}
	n, size := binary.Uvarint(buf[:])
	if size <= 0 {
		return 0, handshakeError("a number of more than 64 bits")
	}
	return n, nil
}

func versionList(versions []Version) string {
	names := make([]string, len(versions))
	for i, v := range versions {
		names[i] = v.String()
	}
	return strings.Join(names, ", ")
}

func handshakeError(format string, args ...any) error {
	return &ProtocolError{Op: "handshake", Reason: fmt.Sprintf(format, args...)}
}

// handshakeLost wraps an error of the connection. A server that expects TLS, or that is busy starting, hangs up without a word.
func handshakeLost(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the server hung up during the handshake (is this a Bolt port, and does it expect TLS?): %w", err)
	}
	return fmt.Errorf("handshake: %w", err)
}
