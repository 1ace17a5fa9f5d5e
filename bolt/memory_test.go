package bolt_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/bolt/packstream"
)

// repeated is a message with a list of the same value over and over, in about so many bytes.
type repeated func(t *testing.T, wire int) []byte

// unhex reads hexadecimal text with blanks in it.
func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return b
}

// listOf is a message that begins with head and ends with a list of items.
func listOf(head, item string) repeated {
	return func(t *testing.T, wire int) []byte {
		t.Helper()
		one := unhex(t, item)
		n := wire / len(one)
		return append(packstream.AppendList(unhex(t, head), n), bytes.Repeat(one, n)...)
	}
}

// mapOf is a message that begins with head and ends with a map of items, whose keys are numbers.
func mapOf(head, item string) repeated {
	return func(t *testing.T, wire int) []byte {
		t.Helper()
		one := unhex(t, item)
		n := wire / (len(one) + 8)
		msg := packstream.AppendMap(unhex(t, head), n)
		for i := range n {
			msg = append(packstream.AppendString(msg, fmt.Sprintf("%07x", i)), one...)
		}
		return msg
	}
}

// nested is a message that begins with head, and then has opening in it up to a thousand times, and
// the end.
func nested(head, opening, end string) repeated {
	return func(t *testing.T, wire int) []byte {
		t.Helper()
		n := min(wire/len(unhex(t, opening)), 900)
		return append(append(unhex(t, head), bytes.Repeat(unhex(t, opening), n)...), unhex(t, end)...)
	}
}

const (
	diagnosticKey = "D0 11 646961676E6F737469635F7265636F7264"

	recordHead   = "B171 91"
	statusesHead = "B170 A1 88 7374617475736573"
	adviceHead   = "B170 A1 8D 6E6F74696669636174696F6E73"
	planHead     = "B170 A1 84 706C616E A1 88 6368696C6472656E"
	argsHead     = "B170 A1 84 706C616E A1 84 61726773"
	namesHead    = "B170 A1 84 706C616E A1 8B 6964656E74696669657273"
	fieldsHead   = "B170 A1 86 6669656C6473"
	recordOfHead = "B17F A1" + diagnosticKey
	causeHead    = "B17F A1 85 6361757365"
	skippedHead  = "B170 A1 81 78"
)

// costlyMessage is one that a server can make as large as it likes.
type costlyMessage struct {
	name string
	of   repeated
}

// said is the message with about so many bytes, with what comes before and behind it.
func (m *costlyMessage) said(t *testing.T, wire int) []byte {
	t.Helper()
	msg := framedBytes(m.of(t, wire))
	switch kind, _, _ := strings.Cut(m.name, ":"); kind {
	case "RECORD":
		return slices.Concat(messagesOf(t, ran), msg, messagesOf(t, finished))
	case "SUCCESS of RUN":
		return slices.Concat(msg, messagesOf(t, finished))
	case "SUCCESS of PULL":
		return slices.Concat(messagesOf(t, ran), msg)
	}
	return slices.Concat(msg, messagesOf(t, ignored)) // FAILURE of RUN
}

// costly are those whose content a server can repeat. The shorter an item is on the wire, the more
// memory a byte of it takes.
var costly = []costlyMessage{
	{"RECORD: nulls", listOf(recordHead, "C0")},
	{"RECORD: integers", listOf(recordHead, "01")},
	{"RECORD: texts", listOf(recordHead, "8161")},
	{"RECORD: texts that are not UTF-8", listOf(recordHead, "81FF")},
	{"RECORD: empty lists", listOf(recordHead, "90")},
	{"RECORD: empty maps", listOf(recordHead, "A0")},
	{"RECORD: small maps", listOf(recordHead, "A1 81 78 C0")},
	{"RECORD: a large map", mapOf(recordHead, "C0")},
	{"RECORD: unknown structures", listOf(recordHead, "B07A")},
	{"RECORD: malformed structures", listOf(recordHead, "B044")},
	{"RECORD: nodes", listOf(recordHead, "B44E 01 90 A0 80")},
	{"RECORD: old nodes", listOf(recordHead, "B34E 01 90 A0")},
	{"RECORD: nodes with properties", listOf(
		recordHead, "92 B44E 01 91 81 61 A1 81 62 01 80 B44E 01 91 81 63 A1 81 64 01 80",
	)},
	{"RECORD: old relationships", listOf(recordHead, "B552 01 02 03 81 61 A0")},
	{"RECORD: paths", listOf(recordHead, "B350 91 B34E 01 90 A0 90 90")},
	{"RECORD: broken paths", listOf(recordHead, "B350 90 90 90")},
	{"RECORD: a path of nodes", func(t *testing.T, wire int) []byte {
		return append(listOf(recordHead+"B350", "B34E 01 90 A0")(t, wire), 0x90, 0x90)
	}},
	{"RECORD: points", listOf(recordHead, "B358 01 C10000000000000000 C10000000000000000")},
	{"RECORD: durations", listOf(recordHead, "B445 01 02 03 04")},
	{"RECORD: date-times", listOf(recordHead, "B349 01 02 03")},
	{"RECORD: vectors", listOf(recordHead, "B256 CC01C8 CC0101")},
	{"RECORD: empty vectors", listOf(recordHead, "B256 CC01C8 CC00")},
	{"RECORD: values of the future", listOf(recordHead, "B43F 81 61 01 02 A0")},
	{"RECORD: depth", nested(recordHead, "91", "C0")},
	{"SUCCESS of RUN: columns", listOf(fieldsHead, "80")},
	{"SUCCESS of RUN: something unknown", listOf(skippedHead, "A0")},
	{"SUCCESS of PULL: statuses", listOf(statusesHead, "A0")},
	{"SUCCESS of PULL: statuses that are notifications", listOf(statusesHead, "A1 8A 6E656F346A5F636F6465 80")},
	{"SUCCESS of PULL: statuses with diagnostic records", listOf(statusesHead, "A1"+diagnosticKey+"A1 80 80")},
	{"SUCCESS of PULL: a status with a diagnostic record", mapOf(statusesHead+"91 A1"+diagnosticKey, "C0")},
	{"SUCCESS of PULL: notifications", listOf(adviceHead, "A0")},
	{"SUCCESS of PULL: operators of a plan", listOf(planHead, "A0")},
	{"SUCCESS of PULL: arguments of an operator", mapOf(argsHead, "C0")},
	{"SUCCESS of PULL: lists in arguments of an operator", listOf(argsHead+"A1 80", "90")},
	{"SUCCESS of PULL: identifiers of an operator", listOf(namesHead, "80")},
	{"SUCCESS of PULL: depth of a plan", nested("B170 A1 84 706C616E", "A1 88 6368696C6472656E 91", "A0")},
	{"FAILURE: nulls in the diagnostic record", listOf(recordOfHead+"A1 80", "C0")},
	{"FAILURE: empty maps in the diagnostic record", listOf(recordOfHead+"A1 80", "A0")},
	{"FAILURE: small maps in the diagnostic record", listOf(recordOfHead+"A1 80", "A1 80 C0")},
	{"FAILURE: malformed structures in the diagnostic record", listOf(recordOfHead+"A1 80", "B044")},
	{"FAILURE: texts that are not UTF-8 in the diagnostic record", listOf(recordOfHead+"A1 80", "81FF")},
	{"FAILURE: a large diagnostic record", mapOf(recordOfHead, "C0")},
	{"FAILURE: diagnostic records one behind the other", func(t *testing.T, wire int) []byte {
		one := unhex(t, diagnosticKey+"A0")
		n := wire / len(one)
		return append(packstream.AppendMap(unhex(t, "B17F"), n), bytes.Repeat(one, n)...)
	}},
	{"FAILURE: causes", nested(causeHead, "A1 85 6361757365", "A0")},
}

// TestMemoryOfAMessage has a server send what takes the most memory. The bytes of a message of 1
// MiB are within the limit; however much more would be made of them, no more is allocated than the
// limit says, and the error names the option. Neither does the largest message that is accepted
// take more. The log has what a byte takes where there is no limit.
func TestMemoryOfAMessage(t *testing.T) {
	const (
		limit  = 6 << 20
		wire   = 1<<20 - 1<<10
		sample = 64 << 10
	)
	var table strings.Builder
	for _, m := range costly {
		said := m.said(t, sample)
		free, err := memoryOf(t, 4<<30, said)
		require.False(t, tooMuch(err), "%s: %v", m.name, err)
		each := float64(free) / float64(len(said))
		said = m.said(t, wire)
		took, err := memoryOf(t, limit, said)
		assert.LessOrEqual(t, took, limit/3+3*len(said), m.name)
		for size := wire; tooMuch(err); size = size * 2 / 3 {
			require.ErrorContains(t, err, "WithMaxMessageMemory allows for more", m.name)
			said = m.said(t, size)
			took, err = memoryOf(t, limit, said)
		}
		assert.LessOrEqual(t, took, limit/3+3*len(said), m.name)
		fmt.Fprintf(&table, "%7.1f bytes a byte; %7.1f KiB are accepted, and take %8.1f KiB  %s\n",
			each, float64(len(said))/(1<<10), float64(took)/(1<<10), m.name)
	}
	t.Log("\n" + table.String())
}

// memoryOf tells what a server makes a client allocate beside the read buffers, which double until
// they hold the message.
func memoryOf(t *testing.T, limit int, said []byte) (bytes int, err error) {
	t.Helper()
	c := connectWithin(t, limit, bolt.Version{Major: 5, Minor: 8}, said)
	took := allocated(func() { _, err = pull(t, c) })
	buffers := 0
	for size := 64 << 10; size/2 <= len(said); size *= 2 {
		buffers += size
	}
	return int(took) - buffers, err
}

// tooMuch tells whether it was the limit that has ended the work.
func tooMuch(err error) bool { return errors.As(err, new(*bolt.ProtocolError)) }
