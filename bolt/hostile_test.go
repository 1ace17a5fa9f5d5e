package bolt_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/conversation"
	"github.com/neorx/neorx/records"
)

// connectTo opens a connection to a server that says something behind the login, whatever it is told, and then hangs up. Of several things each takes
// a read of its own.
func connectTo(t *testing.T, v bolt.Version, said ...[]byte) *bolt.Conn {
	t.Helper()
	return connectWithin(t, 24<<20, v, said...)
}

// connectWithin is connectTo with a limit for the memory of a message.
func connectWithin(t *testing.T, memory int, v bolt.Version, said ...[]byte) *bolt.Conn {
	t.Helper()
	caps := v.Capabilities(false)
	var login []byte
	for range map[bool]int{false: 1, true: 2}[caps.Logon] {
		login = append(login, messagesOf(t, finished)...)
	}
	server := append(conversation.Recording{{0, 0, v.Minor, v.Major}, login}, said...)
	c, err := bolt.NewConn(t.Context(), server.Play(), bolt.Config{Versions: []bolt.Version{v}, MaxMessageMemory: memory})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// framedBytes is a message in chunks.
func framedBytes(msg []byte) []byte {
	framed, _ := bolt.AppendFrame(nil, func(dst []byte) ([]byte, error) { return append(dst, msg...), nil })
	return framed
}

// messagesOf makes messages of hexadecimal texts.
func messagesOf(t *testing.T, texts ...string) (wire []byte) {
	t.Helper()
	for _, text := range texts {
		msg, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
		require.NoError(t, err)
		wire = append(wire, framedBytes(msg)...)
	}
	return wire
}

// What an ordinary server says to RUN and PULL for a result with the column x.
const (
	ran      = "B170 A1 86 6669656C6473 91 81 78" // SUCCESS {fields: ["x"]}
	rowOfOne = "B171 91 01"                       // RECORD [1]
	finished = "B170 A0"

	refused  = "B17F A1 84 636F6465 81 78" // FAILURE {code: "x"}
	ignored  = "B07E"
	bookmark = "B170 A1 88 626F6F6B6D61726B 82 6273" // SUCCESS {bookmark: "bs"}
)

// ask has a server say something to a RUN and a PULL 2, and reads what it can.
func ask(t *testing.T, wire []byte) (read []*records.Record, c *bolt.Conn, err error) {
	t.Helper()
	c = connectTo(t, bolt.Version{Major: 5, Minor: 8}, wire)
	read, err = pull(t, c)
	return read, c, err
}

func pull(t *testing.T, c *bolt.Conn) (read []*records.Record, err error) {
	t.Helper()
	rows := records.NewRows()
	s, err := c.Run(t.Context(), "RETURN x", nil, bolt.TxConfig{}, bolt.StreamConfig{FetchSize: 2, Pinned: true}, rows)
	require.NoError(t, err)
	for err == nil {
		_, err = s.Next(t.Context(), 10)
		read = append(read, rows.Take()...)
	}
	if err == io.EOF {
		err = nil
	}
	return read, err
}

// TestHostileServer has a server say what it must not. Each is an error that tells what, and where; the connection is closed, and nobody has paid for
// it with memory.
func TestHostileServer(t *testing.T) {
	deep := strings.Repeat("91", 3<<20)
	cases := map[string]struct {
		said []string
		want string
	}{
		// what is not a message
		"an integer":                 {[]string{"01"}, "expected Structure, found Integer"},
		"half a structure":           {[]string{"B1"}, "the input ends within a value"},
		"no fields":                  {[]string{"B070"}, "SUCCESS with 0 fields"},
		"an unknown message":         {[]string{"B155A0"}, "unexpected message 0x55"},
		"a request":                  {[]string{"B00F"}, "RESET with 0 fields"},
		"a reserved marker":          {[]string{"C4"}, "reserved marker C4"},
		"metadata that is no map":    {[]string{"B17001"}, "expected Dictionary, found Integer"},
		"a key that is no text":      {[]string{"B170A10102"}, "expected String, found Integer"},
		"a key that is no UTF-8":     {[]string{"B170A181FF01"}, "not valid UTF-8"},
		"metadata that ends early":   {[]string{"B170A2816101"}, "a size larger than what has arrived"},
		"metadata of 2^31 entries":   {[]string{"B170DA7FFFFFFF"}, "a size larger than what has arrived"},
		"a text of 2^31 bytes":       {[]string{"B170A18161D27FFFFFFF"}, "a size larger than what has arrived"},
		"a text of 2^32 bytes":       {[]string{"B170A18161D2FFFFFFFF"}, "a size beyond 2147483647"},
		"a list of 2^31 fields":      {[]string{"B170A1866669656C6473D67FFFFFFF"}, "a size larger than what has arrived"},
		"fields that are no list":    {[]string{"B170A1866669656C647301"}, "expected List, found Integer"},
		"fields that are no texts":   {[]string{"B170A1866669656C64739101"}, "expected String, found Integer"},
		"a field that is no UTF-8":   {[]string{"B170A1866669656C64739181FF"}, "not valid UTF-8"},
		"a failure without a map":    {[]string{"B17F01"}, "expected Dictionary, found Integer"},
		"a failure with a number":    {[]string{"B17FA184636F646501"}, "expected String, found Integer"},
		"has_more that is no bool":   {[]string{ran, "B170A1886861735F6D6F726501"}, "expected Boolean, found Integer"},
		"an unknown type of query":   {[]string{ran, "B170A184747970658178"}, "the unknown type of query"},
		"a bookmark that is no text": {[]string{ran, "B170A188626F6F6B6D61726B01"}, "expected String, found Integer"},
		"stats that are no map":      {[]string{ran, "B170A185737461747301"}, "expected Dictionary, found Integer"},
		"statuses that are no list":  {[]string{ran, "B170A188737461747573657301"}, "expected List, found Integer"},
		// what has its time, and comes at another
		"a record before RUN's answer": {[]string{rowOfOne}, "RECORD although no PULL waits for one"},
		"records behind the end":       {[]string{ran, rowOfOne, finished, rowOfOne}, "RECORD although no PULL waits for one"},
		"more records than asked for":  {[]string{ran, rowOfOne, rowOfOne, rowOfOne}, "RECORD although no PULL waits for one"},
		"an answer to nothing":         {[]string{ran, rowOfOne, finished, finished}, "SUCCESS although no request waits for a reply"},
		"a failure of nothing":         {[]string{ran, rowOfOne, finished, "B17FA0"}, "FAILURE although no request waits for a reply"},
		"IGNORED of nothing":           {[]string{ran, rowOfOne, finished, "B07E"}, "IGNORED although no request waits for a reply"},
		"IGNORED for no reason":        {[]string{"B07E"}, "IGNORED for RUN although nothing failed"},
		"a record behind a refusal":    {[]string{refused, rowOfOne, finished}, "RECORD behind a failure"},
		"SUCCESS behind a refusal":     {[]string{refused, finished}, "SUCCESS of PULL behind a failure"},
		// rows
		"a row that is no list":      {[]string{ran, "B17101", finished}, "expected List, found Integer"},
		"a row of no columns":        {[]string{ran, "B17190", finished}, "a row of 0 values for 1 columns"},
		"a row of two columns":       {[]string{ran, "B171920102", finished}, "a row of 2 values for 1 columns"},
		"a row with an end":          {[]string{ran, "B171910102", finished}, "bytes after the end of a row"},
		"a row that ends early":      {[]string{ran, "B17191C9", finished}, "the input ends within a value"},
		"a list of 2^31 items":       {[]string{ran, "B17191D67FFFFFFF", finished}, "a size larger than what has arrived"},
		"lists of the same bytes":    {[]string{ran, "B17191" + strings.Repeat("D500FF", 80) + strings.Repeat("00", 255), finished}, "a size larger than what has arrived"},
		"bytes beyond the end":       {[]string{ran, "B17191CEFFFFFFFF", finished}, "a size beyond 2147483647"},
		"a reserved marker in a row": {[]string{ran, "B17191C4", finished}, "a reserved marker"},
		"a key in a row, no text":    {[]string{ran, "B17191A10102", finished}, "expected String, found Integer"},
		// too much of it
		"depth without an end":   {[]string{ran, "B17191" + deep, finished}, "a size larger than what has arrived"},
		"depth in metadata":      {[]string{"B170A18178" + deep}, "would take more than 8388608 bytes decoded: WithMaxMessageMemory allows for more"},
		"a message beyond 4 MiB": {[]string{ran, "B17191CE00500000" + strings.Repeat("00", 5<<20)}, "message of more than 4194304 bytes"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			wire := messagesOf(t, test.said...)
			var (
				err error
				c   *bolt.Conn
			)
			took := allocated(func() { _, c, err = ask(t, wire) })
			var protocol *bolt.ProtocolError
			if err == nil { // what is surplus is found out by whoever comes next
				err = c.Reset(t.Context())
			}
			require.ErrorAs(t, err, &protocol)
			assert.ErrorContains(t, err, test.want)
			assert.NotEmpty(t, protocol.Address)
			assert.False(t, c.Alive())
			assert.LessOrEqual(t, took, uint64(8*len(wire)+4<<20), "of %d bytes", len(wire))
		})
	}
}

// TestOddValues has rows with values that make no sense, or no sense yet. Each spoils itself, and nothing else.
func TestOddValues(t *testing.T) {
	const days = "CB7FFFFFFFFFFFFFFF"
	cases := map[string]struct{ value, want string }{
		"text that is no UTF-8":        {"82C328", "undecodable STRING: it is not valid UTF-8"},
		"an unknown structure":         {"B17A01", "7A"},
		"a known one, too short":       {"B044", "DATE"},
		"a known one, too long":        {"B2440101", "DATE"},
		"a date beyond all calendars":  {"B144" + days, "DATE"},
		"a time before midnight":       {"B254FF00", "TIME"},
		"a time behind midnight":       {"B174CB00004E94914F0000", "LOCAL TIME"},
		"nanoseconds beyond a second":  {"B34901CA3B9ACA0000", "ZONED DATETIME"},
		"an offset beyond 18 hours":    {"B3490101CA0000FD21", "ZONED DATETIME"},
		"an instant beyond all":        {"B349" + days + "0000", "ZONED DATETIME"},
		"a zone that there is none of": {"B369010184A1B2C3D4", "ZONED DATETIME"},
		"a zone outside the folder":    {"B36901018B2E2E2F2E2E2F6574632F78", "ZONED DATETIME"},
		"a date-time beyond all":       {"B264" + days + "00", "LOCAL DATETIME"},
		"nanoseconds in a duration":    {"B445" + days + days + days + days, "DURATION"},
		"a point of integers":          {"B358C91C230101", "POINT"},
		"a path to nowhere":            {"B35090909105", "PATH"},
		"a path that ends in between":  {"B35091B44E0190A08090920100", "PATH"},
		"a vector cut in an element":   {"B256CC01C9CC03010203", "VECTOR"},
		"a vector of nothing known":    {"B256CC0101CC0100", "VECTOR"},
		"too deep":                     {strings.Repeat("91", 1100) + "01", "deeper than 1000"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			read, c, err := ask(t, messagesOf(t, ran, "B17191"+test.value, rowOfOne, finished))
			require.NoError(t, err)
			require.Len(t, read, 2)
			assert.Contains(t, read[0].At(0).String(), test.want)
			if name != "too deep" {
				assert.Equal(t, records.KindInvalid, read[0].At(0).Kind())
			}
			assert.Equal(t, "{x: 1}", read[1].String())
			assert.True(t, c.Clean())
		})
	}
}

// TestNoiseWithoutAnEnd has servers that never come to the point: they send signs of life for ever, or a message a byte at a time, or one that does not end. A
// client waits no longer than its context, and keeps nothing of it.
func TestNoiseWithoutAnEnd(t *testing.T) {
	cases := map[string]struct {
		noise []byte
		every time.Duration
		want  string // "" is the end of the context
	}{
		"signs of life":           {make([]byte, 1<<10), time.Second, ""},
		"a byte at a time":        {[]byte{0xFF}, time.Second, ""},
		"a message without end":   {append([]byte{0xFF, 0xFF}, make([]byte, 0xFFFF)...), time.Millisecond, "message of more than 4194304 bytes"},
		"small chunks, endlessly": {bytes.Repeat([]byte{0, 1, 'x'}, 1<<15), time.Millisecond, "message of more than 4194304 bytes"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				nc := &noise{Conn: conversation.Recording{{0, 0, 8, 5}, messagesOf(t, finished, finished)}.Play(), said: test.noise, every: test.every}
				c, err := bolt.NewConn(t.Context(), nc, bolt.Config{MaxMessageMemory: 24 << 20})
				require.NoError(t, err)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				began := time.Now()
				stream, err := c.Run(ctx, "RETURN x", nil, bolt.TxConfig{}, bolt.StreamConfig{}, records.NewRows())
				require.NoError(t, err)
				var end error
				took := allocated(func() { _, end = stream.Next(ctx, 1) })
				assert.LessOrEqual(t, took, uint64(32<<20))
				if test.want != "" {
					require.ErrorAs(t, end, new(*bolt.ProtocolError))
					assert.ErrorContains(t, end, test.want)
					assert.False(t, c.Alive())
					return
				}
				require.ErrorIs(t, end, context.DeadlineExceeded)
				assert.Equal(t, time.Minute, time.Since(began))
				within, cancel := context.WithTimeout(t.Context(), 2*time.Second)
				defer cancel()
				require.ErrorIs(t, c.Reset(within), context.DeadlineExceeded)
				assert.False(t, c.Alive())
			})
		})
	}
}

// noise is a connection on which, once everything else was said, the same comes over and over, at intervals.
type noise struct {
	net.Conn
	said  []byte
	at    int
	every time.Duration

	mu   sync.Mutex    // guards what follows
	late chan struct{} // closed when a deadline in the past is set: nobody sets another
	past bool          // that has happened
}

func (n *noise) Read(b []byte) (int, error) {
	if got, err := n.Conn.Read(b); err == nil {
		return got, nil
	}
	late := n.deadlines()
	select {
	case <-time.After(n.every):
		got := copy(b, n.said[n.at:])
		n.at = (n.at + got) % len(n.said)
		return got, nil
	case <-late:
		return 0, os.ErrDeadlineExceeded
	}
}

// deadlines returns what is closed at the next deadline, whenever that will be set.
func (n *noise) deadlines() chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.late == nil {
		n.late = make(chan struct{})
	}
	return n.late
}

func (n *noise) SetReadDeadline(at time.Time) error {
	late := n.deadlines()
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case at.IsZero():
		n.late = nil
	case !at.After(time.Now()) && !n.past:
		close(late)
	}
	n.past = !at.IsZero()
	return nil
}
