package bolt

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt/packstream"
)

// requestVectors are complete frames of requests, most of them as the protocol reference gives them, and the messages that they are.
var requestVectors = []struct {
	name    string
	version Version
	message Request
	frame   string
}{
	{
		"HELLO",
		Version{5, 8},
		&Hello{UserAgent: "a/1", Agent: Agent{Product: "p/1"}},
		"002A B1 01 A2 8A 757365725F6167656E74 83 612F31 8A 626F6C745F6167656E74 A1 87 70726F64756374 83 702F31 0000",
	},
	{
		"HELLO that authenticates and offers a patch",
		Version{4, 4},
		&Hello{UserAgent: "a/1", Auth: BasicAuth("neo4j", "pw"), Routing: map[string]string{"address": "h:7687"}, PatchBolt: []string{"utc"}},
		"0066 B1 01 A6 8A 757365725F6167656E74 83 612F31 86 736368656D65 85 6261736963 89 7072696E636970616C 85 6E656F346A" +
			"8B 63726564656E7469616C73 82 7077 87 726F7574696E67 A1 87 61646472657373 86 683A37363837 8A 70617463685F626F6C74 91 83 757463 0000",
	},
	{
		"HELLO with a filter of categories",
		Version{5, 2},
		&Hello{UserAgent: "a/1", Notifications: NotificationFilter{MinimumSeverity: "OFF", Disabled: []string{"HINT"}}},
		"005F B1 01 A3 8A 757365725F6167656E74 83 612F31" +
			"D0 1E 6E6F74696669636174696F6E735F6D696E696D756D5F7365766572697479 83 4F4646" +
			"D0 21 6E6F74696669636174696F6E735F64697361626C65645F63617465676F72696573 91 84 48494E54 0000",
	},
	{
		"LOGON basic",
		Version{5, 8},
		&Logon{BasicAuth("neo4j", "pw")},
		"002F B1 6A A3 86 736368656D65 85 6261736963 89 7072696E636970616C 85 6E656F346A 8B 63726564656E7469616C73 82 7077 0000",
	},
	{"LOGON none", Version{5, 1}, &Logon{NoAuth()}, "000F B1 6A A1 86 736368656D65 84 6E6F6E65 0000"},
	{
		"LOGON bearer",
		Version{5, 1},
		&Logon{BearerAuth("t")},
		"001F B1 6A A2 86 736368656D65 86 626561726572 8B 63726564656E7469616C73 81 74 0000",
	},
	{
		"LOGON kerberos",
		Version{5, 1},
		&Logon{KerberosAuth("t")},
		"002C B1 6A A3 86 736368656D65 88 6B65726265726F73 89 7072696E636970616C 80 8B 63726564656E7469616C73 81 74 0000",
	},
	{
		"LOGON custom",
		Version{5, 1},
		&Logon{CustomAuth("u", "c", "r", "s", map[string]any{"k": int64(1)})},
		"003D B1 6A A5 86 736368656D65 81 73 89 7072696E636970616C 81 75 8B 63726564656E7469616C73 81 63" +
			"85 7265616C6D 81 72 8A 706172616D6574657273 A1 81 6B 01 0000",
	},
	{"RUN", Version{5, 8}, &Run{Query: "RETURN 1 AS n", Params: map[string]any{}}, "0012 B3 10 8D 52455455524E2031204153206E A0 A0 0000"},
	{
		"RUN with parameters",
		Version{5, 8},
		&Run{Query: "RETURN 1 AS n", Params: map[string]any{"x": int64(-17)}, TxConfig: TxConfig{ReadOnly: true, Database: "neo4j"}},
		"0026 B3 10 8D 52455455524E2031204153206E A1 81 78 C8 EF A2 84 6D6F6465 81 72 82 6462 85 6E656F346A 0000",
	},
	{"PULL", Version{5, 8}, &Pull{1000, LastRun}, "0008 B1 3F A1 81 6E C9 03E8 0000"},
	{"PULL all of a result", Version{5, 8}, &Pull{All, 0}, "000B B1 3F A2 81 6E FF 83 716964 00 0000"},
	{"DISCARD", Version{5, 8}, &Discard{All, LastRun}, "0006 B1 2F A1 81 6E FF 0000"},
	{"PULL_ALL", Version{3, 0}, &Pull{All, LastRun}, "0002 B0 3F 0000"},
	{"DISCARD_ALL", Version{3, 0}, &Discard{All, LastRun}, "0002 B0 2F 0000"},
	{"BEGIN", Version{5, 8}, &Begin{}, "0003 B1 11 A0 0000"},
	{
		"BEGIN with everything",
		Version{5, 6},
		&Begin{TxConfig{
			Bookmarks: []string{"b1", "b2"}, Timeout: time.Second, HasTimeout: true, Metadata: map[string]any{"k": "v"}, ReadOnly: true,
			Database: "d", ImpersonatedUser: "u", Notifications: NotificationFilter{Disabled: []string{}},
		}},
		"0073 B1 11 A7 89 626F6F6B6D61726B73 92 82 6231 82 6232 8A 74785F74696D656F7574 C9 03E8 8B 74785F6D65746164617461 A1 81 6B 81 76" +
			"84 6D6F6465 81 72 82 6462 81 64 88 696D705F75736572 81 75" +
			"D0 26 6E6F74696669636174696F6E735F64697361626C65645F636C617373696669636174696F6E73 90 0000",
	},
	{"BEGIN without a timeout of the server's", Version{4, 2}, &Begin{TxConfig{HasTimeout: true}}, "000F B1 11 A1 8A 74785F74696D656F7574 00 0000"},
	{"COMMIT", Version{5, 8}, Commit{}, "0002 B0 12 0000"},
	{"ROLLBACK", Version{5, 8}, Rollback{}, "0002 B0 13 0000"},
	{"RESET", Version{5, 8}, Reset{}, "0002 B0 0F 0000"},
	{"GOODBYE", Version{5, 8}, Goodbye{}, "0002 B0 02 0000"},
	{"LOGOFF", Version{5, 8}, Logoff{}, "0002 B0 6B 0000"},
	{"TELEMETRY", Version{5, 8}, &Telemetry{AutoCommit}, "0003 B1 54 02 0000"},
	{
		"ROUTE",
		Version{5, 8},
		&Route{Routing: map[string]string{"address": "h:7687"}, Bookmarks: []string{}, Database: "neo4j"},
		"001D B3 66 A1 87 61646472657373 86 683A37363837 90 A1 82 6462 85 6E656F346A 0000",
	},
	{
		"ROUTE of 4.3",
		Version{4, 3},
		&Route{Routing: map[string]string{"address": "h:7687"}, Bookmarks: []string{"b"}, Database: "neo4j"},
		"001B B3 66 A1 87 61646472657373 86 683A37363837 91 81 62 85 6E656F346A 0000",
	},
	{
		"ROUTE of 4.3 to the home database",
		Version{4, 3},
		&Route{Routing: map[string]string{}, Bookmarks: []string{}},
		"0005 B3 66 A0 90 C0 0000",
	},
	{
		"ROUTE for somebody else",
		Version{4, 4},
		&Route{Routing: map[string]string{}, Bookmarks: []string{}, ImpersonatedUser: "u"},
		"0010 B3 66 A0 90 A1 88 696D705F75736572 81 75 0000",
	},
}

func TestRequestVectors(t *testing.T) {
	for _, c := range requestVectors {
		t.Run(c.name, func(t *testing.T) {
			caps := c.version.Capabilities(false)
			frame, err := AppendFrame(nil, func(dst []byte) ([]byte, error) { return c.message.Append(dst, &caps) })
			require.NoError(t, err)
			assert.Equal(t, unhex(t, c.frame), frame)

			got, err := DecodeRequest(frame[2:len(frame)-2], &caps)
			require.NoError(t, err)
			assert.Equal(t, c.message, got)
			assert.Equal(t, c.message.Tag(), frame[3])
		})
	}
}

// TestRequestsCutAnywhere decodes every beginning of every request: an error, never a panic, and the message is still named.
func TestRequestsCutAnywhere(t *testing.T) {
	for _, c := range requestVectors {
		caps := c.version.Capabilities(false)
		frame := unhex(t, c.frame)
		msg := frame[2 : len(frame)-2]
		for n := range msg {
			_, err := DecodeRequest(msg[:n], &caps)
			var protocol *ProtocolError
			require.ErrorAs(t, err, &protocol, "%s cut at %d", c.name, n)
		}
	}
}

// reply is a message of a server.
type reply interface {
	Append(dst []byte, c *Capabilities) ([]byte, error)
}

type decodable interface {
	reply
	Decode(r *packstream.Reader, c *Capabilities) error
}

var replyVectors = []struct {
	name    string
	version Version
	message decodable
	empty   decodable
	body    string
}{
	{
		"HELLO",
		Version{6, 1},
		&HelloSuccess{
			Server: "Neo4j/1", ConnectionID: "b-1", ProtocolVersion: "6.1", Hints: Hints{RecvTimeout: 2 * time.Minute, Telemetry: true, SSR: true},
		},
		&HelloSuccess{},
		"B1 70 A4 86 736572766572 87 4E656F346A2F31 8D 636F6E6E656374696F6E5F6964 83 622D31 D0 10 70726F746F636F6C5F76657273696F6E 83 362E31" +
			"85 68696E7473 A3 D0 1F 636F6E6E656374696F6E2E726563765F74696D656F75745F7365636F6E6473 78" +
			"D0 11 74656C656D657472792E656E61626C6564 C3 8B 7373722E656E61626C6564 C3",
	},
	{
		"HELLO with a patch",
		Version{4, 4},
		&HelloSuccess{PatchBolt: []string{"utc"}}, &HelloSuccess{},
		"B1 70 A2 85 68696E7473 A0 8A 70617463685F626F6C74 91 83 757463",
	},
	{
		"LOGON",
		Version{5, 8},
		&LogonSuccess{AdvertisedAddress: "h:1", CredentialsExpired: true}, &LogonSuccess{},
		"B1 70 A2 D0 12 616476657274697365645F61646472657373 83 683A31 D0 13 63726564656E7469616C735F65787069726564 C3",
	},
	{
		"RUN",
		Version{5, 8},
		&RunSuccess{Fields: []string{"n", "größe", ""}, TFirst: 5 * time.Millisecond, HasTFirst: true, QID: 2, Database: "neo4j"},
		&RunSuccess{},
		"B1 70 A4 86 6669656C6473 93 81 6E 87 6772C3B6C39F65 80 87 745F6669727374 05 83 716964 02 82 6462 85 6E656F346A",
	},
	{"RUN without anything", Version{5, 8}, &RunSuccess{Fields: []string{}, QID: -1}, &RunSuccess{}, "B1 70 A1 86 6669656C6473 90"},
	{"BEGIN", Version{5, 8}, &BeginSuccess{"neo4j"}, &BeginSuccess{}, "B1 70 A1 82 6462 85 6E656F346A"},
	{"BEGIN before 5.8", Version{5, 7}, &BeginSuccess{}, &BeginSuccess{}, "B1 70 A0"},
	{"COMMIT", Version{5, 8}, &CommitSuccess{"b"}, &CommitSuccess{}, "B1 70 A1 88 626F6F6B6D61726B 81 62"},
	{
		"ROUTE",
		Version{4, 4},
		&RouteSuccess{TTL: 5 * time.Minute, Database: "d", Routers: []string{"a:1"}, Readers: []string{"b:2", "[::1]:3"}},
		&RouteSuccess{},
		"B1 70 A1 82 7274 A3 83 74746C C9 012C 82 6462 81 64 87 73657276657273 93" +
			"A2 89 616464726573736573 91 83 613A31 84 726F6C65 85 524F555445" +
			"A2 89 616464726573736573 92 83 623A32 87 5B3A3A315D3A33 84 726F6C65 84 52454144" +
			"A2 89 616464726573736573 90 84 726F6C65 85 5752495445",
	},
	{"RECORD", Version{5, 8}, &RecordMessage{[]any{int64(1)}}, &RecordMessage{}, "B1 71 91 01"},
}

func TestReplyVectors(t *testing.T) {
	for _, c := range replyVectors {
		t.Run(c.name, func(t *testing.T) {
			caps := c.version.Capabilities(false)
			body, err := c.message.Append(nil, &caps)
			require.NoError(t, err)
			assert.Equal(t, unhex(t, c.body), body)
			r := packstream.NewReader(body[2:])
			require.NoError(t, c.empty.Decode(&r, &caps))
			assert.Equal(t, c.message, c.empty)
			assert.Zero(t, r.Len())
		})
	}
}

// TestReplies without metadata.
func TestRepliesWithoutMetadata(t *testing.T) {
	caps := Version{5, 8}.Capabilities(false)
	for want, message := range map[string]reply{"B1 70 A0": Success{}, "B0 7E": Ignored{}} {
		body, err := message.Append(nil, &caps)
		require.NoError(t, err)
		assert.Equal(t, unhex(t, want), body)
	}
}

// TestRepliesTolerate metadata that are not known, are Null, or are not there.
func TestRepliesTolerate(t *testing.T) {
	caps := Version{5, 8}.Capabilities(false)
	unknown := []byte("\xA1\x83new\x92\x01\xA1\x81x\xB1\x44\x01")
	for _, c := range replyVectors {
		_, isRecord := c.empty.(*RecordMessage)
		if isRecord {
			continue
		}
		for _, body := range [][]byte{{0xA0}, unknown, nulls(t, c.body)} {
			r := packstream.NewReader(body)
			require.NoError(t, c.empty.Decode(&r, &caps), c.name)
			assert.Zero(t, r.Len())
		}
	}
}

// nulls returns the dictionary of a SUCCESS with each of its values replaced by Null.
func nulls(t *testing.T, body string) []byte {
	r := packstream.NewReader(unhex(t, body)[2:])
	n := r.Map()
	out := packstream.AppendMap(nil, n)
	for range n {
		out = packstream.AppendString(out, r.String())
		r.Skip()
		out = packstream.AppendNull(out)
	}
	require.NoError(t, r.Err())
	return out
}

// TestRepliesRefuseWrongTypes replaces each value of each SUCCESS by a Float, which none of them is.
func TestRepliesRefuseWrongTypes(t *testing.T) {
	caps := Version{5, 8}.Capabilities(false)
	for _, c := range replyVectors {
		r := packstream.NewReader(unhex(t, c.body)[2:])
		if r.Kind() != packstream.Map {
			continue
		}
		for range r.Map() {
			wrong := packstream.AppendString(packstream.AppendMap(nil, 1), r.String())
			wrong = packstream.AppendFloat(wrong, 1)
			r.Skip()
			in := packstream.NewReader(wrong)
			var protocol *ProtocolError
			require.ErrorAs(t, c.empty.Decode(&in, &caps), &protocol, c.name)
			assert.ErrorContains(t, protocol, "bolt: decode SUCCESS of ")
		}
	}
}

func TestHintsOfWrongTypeAreIgnored(t *testing.T) {
	var h Hints
	wrong := packstream.AppendMap(nil, 3)
	for _, key := range []string{hintRecvTimeout, hintTelemetry, hintSSR} {
		wrong = packstream.AppendString(packstream.AppendString(wrong, key), "yes")
	}
	r := packstream.NewReader(wrong)
	h.decode(&r)
	require.NoError(t, r.Err())
	assert.Zero(t, h)
}

func TestRequestsRefuse(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"PULL 0", "B1 3F A1 81 6E 00", "n is 0"},
		{"PULL -2", "B1 3F A1 81 6E FE", "n is -2"},
		{"PULL without n", "B1 3F A0", "n is 0"},
		{"mode", "B1 11 A1 84 6D6F6465 81 78", `the access mode "x" is neither "r" nor "w"`},
		{"parameters Null", "B3 10 81 78 C0 A0", "expected Dictionary, found Null"},
		{"HELLO without agent", "B1 01 A1 8A 757365725F6167656E74 83 612F31", "bolt_agent has no product"},
		{"HELLO without user agent", "B1 01 A0", "user_agent is missing"},
		{"unknown API", "B1 54 04", "there is no API 4"},
		{"fields", "B2 12 A0 A0", "decode COMMIT: 2 fields instead of 0"},
		{"unknown message", "B0 55", "Bolt 5.8 has no message 0x55"},
		{"no structure", "A0", "expected Structure, found Dictionary"},
	} {
		t.Run(c.name, func(t *testing.T) {
			caps := Version{5, 8}.Capabilities(false)
			_, err := DecodeRequest(unhex(t, c.body), &caps)
			var protocol *ProtocolError
			require.ErrorAs(t, err, &protocol)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestRequestsThatAVersionDoesNotHave(t *testing.T) {
	for _, c := range []struct {
		version Version
		body    string
	}{
		{Version{4, 2}, "B3 66 A0 90 C0"},
		{Version{5, 0}, "B1 6A A0"},
		{Version{5, 0}, "B0 6B"},
		{Version{5, 3}, "B1 54 02"},
	} {
		caps := c.version.Capabilities(false)
		msg, err := DecodeRequest(unhex(t, c.body), &caps)
		require.Error(t, err)
		assert.Nil(t, msg)
	}
}

// TestFilterUnderTheWrongName: the key changed between 5.4 and 5.6, and servers ignore the wrong one.
func TestFilterUnderTheWrongName(t *testing.T) {
	old, young := Version{5, 4}.Capabilities(false), Version{5, 6}.Capabilities(false)
	begin := &Begin{TxConfig{Notifications: NotificationFilter{Disabled: []string{"HINT"}}}}
	msg, err := begin.Append(nil, &old)
	require.NoError(t, err)
	got, err := DecodeRequest(msg, &young)
	require.NoError(t, err)
	assert.Equal(t, &Begin{}, got)
}

func TestTimeoutIsRoundedUp(t *testing.T) {
	caps := Version{5, 8}.Capabilities(false)
	for timeout, want := range map[time.Duration]time.Duration{
		0:                       0,
		1:                       time.Millisecond,
		time.Millisecond:        time.Millisecond,
		1500 * time.Microsecond: 2 * time.Millisecond,
	} {
		msg, err := (&Begin{TxConfig{Timeout: timeout, HasTimeout: true}}).Append(nil, &caps)
		require.NoError(t, err)
		got, err := DecodeRequest(msg, &caps)
		require.NoError(t, err)
		assert.Equal(t, &Begin{TxConfig{Timeout: want, HasTimeout: true}}, got)
	}
	_, err := (&Begin{TxConfig{Timeout: -1, HasTimeout: true}}).Append(nil, &caps)
	assert.ErrorContains(t, err, "the transaction timeout -1ns is negative")
}

func TestDurationsThatOverflow(t *testing.T) {
	for n, want := range map[int64]time.Duration{1 << 62: 1<<63 - 1, -1 << 62: -1<<63 + 1, 3: 3 * time.Second} {
		r := packstream.NewReader(packstream.AppendInt(nil, n))
		assert.Equal(t, want, duration(&r, time.Second))
	}
}

func TestTxConfigAcceptsNull(t *testing.T) {
	caps := Version{5, 8}.Capabilities(false)
	body := unhex(t, "B1 11 A5 89 626F6F6B6D61726B73 C0 8A 74785F74696D656F7574 C0 84 6D6F6465 C0 82 6462 C0 88 696D705F75736572 C0")
	got, err := DecodeRequest(body, &caps)
	require.NoError(t, err)
	assert.Equal(t, &Begin{}, got)
}

// TestRunSuccessIsCheap: it is on the path of every query.
func TestRunSuccessIsCheap(t *testing.T) {
	caps := Version{5, 8}.Capabilities(false)
	body, err := (&RunSuccess{Fields: []string{"a", "b", "c"}, HasTFirst: true, QID: -1}).Append(nil, &caps)
	require.NoError(t, err)
	var m RunSuccess
	allocations := testing.AllocsPerRun(100, func() {
		r := packstream.NewReader(body[2:])
		require.NoError(t, m.Decode(&r, &caps))
	})
	assert.LessOrEqual(t, allocations, 2.0, "one for the names' text, one for the slice")
}

func BenchmarkRun(b *testing.B) {
	caps := Version{5, 8}.Capabilities(false)
	run := &Run{Query: "RETURN 1 AS n", TxConfig: TxConfig{ReadOnly: true, Database: "neo4j", Bookmarks: []string{"b"}}}
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst, _ = run.Append(dst[:0], &caps)
	}
}

func BenchmarkRunSuccess(b *testing.B) {
	caps := Version{5, 8}.Capabilities(false)
	body, _ := (&RunSuccess{Fields: []string{"n"}, HasTFirst: true, QID: -1}).Append(nil, &caps)
	var m RunSuccess
	b.ReportAllocs()
	for b.Loop() {
		r := packstream.NewReader(body[2:])
		_ = m.Decode(&r, &caps)
	}
}
