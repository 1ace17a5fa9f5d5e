package bolt

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// Accept is the server's end of the handshake: it reads the client's proposals and settles on one of the versions, of which none means all of
// Supported. Like a real server it takes the first proposal that it can serve, in it the newest version, and knows the manifest from Bolt 5.7
// on. It sets no deadlines. After an error the connection has to be closed; the client has been answered where an answer is due.
func Accept(rw io.ReadWriter, versions ...Version) (Agreement, error) {
	if len(versions) == 0 {
		versions = Supported
	}
	var opening [20]byte
	if _, err := io.ReadFull(rw, opening[:4]); err != nil {
		return Agreement{}, fmt.Errorf("handshake: %w", err)
	}
	if string(opening[:4]) != magic {
		return Agreement{}, handshakeError("the client does not speak Bolt: it began with % X", opening[:4])
	}
	if _, err := io.ReadFull(rw, opening[4:]); err != nil {
		return Agreement{}, fmt.Errorf("handshake: %w", err)
	}
	for slot := range slices.Chunk(opening[4:], 4) {
		if string(slot) == manifestSlot && slices.ContainsFunc(versions, manifestVersion) {
			return offer(rw, versions)
		}
		if v, ok := newestIn(rangeOf(slot), versions); ok && slot[0] == 0 {
			_, err := rw.Write([]byte{0, 0, v.Minor, v.Major})
			return Agreement{Version: v}, err
		}
	}
	if _, err := rw.Write([]byte(noVersion)); err != nil {
		return Agreement{}, fmt.Errorf("handshake: %w", err)
	}
	return Agreement{}, handshakeError("the client proposes none of Bolt %s", versionList(versions))
}

// offer sends the manifest and reads the client's choice.
func offer(rw io.ReadWriter, versions []Version) (Agreement, error) {
	ranges := consecutive(versions)
	out := binary.AppendUvarint([]byte(manifestSlot), uint64(len(ranges)))
	for _, r := range ranges {
		out = append(out, r.bytes()...)
	}
	out = append(out, 0) // no capabilities
	if _, err := rw.Write(out); err != nil {
		return Agreement{}, fmt.Errorf("handshake: %w", err)
	}
	slot, err := readSlot(rw)
	if err != nil {
		return Agreement{}, fmt.Errorf("handshake: %w", err)
	}
	capabilities, err := readVarint(rw)
	if err != nil {
		return Agreement{}, err
	}
	choice := rangeOf(slot[:])
	if slot[0] != 0 || choice.below != 0 || capabilities != 0 || !slices.Contains(versions, choice.newest) {
		return Agreement{}, handshakeError("the client chose % X with capabilities %d, which was not offered", slot[:], capabilities)
	}
	return Agreement{Version: choice.newest, Manifest: true}, nil
}
