package uri

import (
	"fmt"
	"maps"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/pool"
)

// parse returns what Parse makes of a URI, and the problems it has.
func parse(uri string) (Target, []string) {
	var problems []string
	t := Parse(uri, func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) })
	return t, problems
}

func TestURI(t *testing.T) {
	cases := map[string]struct {
		uri, normal string
		address     pool.Address
		scheme      Scheme
	}{
		"bolt":                  {"bolt://db:7687", "bolt://db:7687", "db:7687", Scheme{}},
		"bolt+s":                {"bolt+s://db:7687", "bolt+s://db:7687", "db:7687", Scheme{Encrypted: true}},
		"bolt+ssc":              {"bolt+ssc://db:7687", "bolt+ssc://db:7687", "db:7687", Scheme{Encrypted: true, Unchecked: true}},
		"neo4j":                 {"neo4j://db:7687", "neo4j://db:7687", "db:7687", Scheme{Routed: true}},
		"neo4j+s":               {"neo4j+s://db:7687", "neo4j+s://db:7687", "db:7687", Scheme{Routed: true, Encrypted: true}},
		"neo4j+ssc":             {"neo4j+ssc://db:7687", "neo4j+ssc://db:7687", "db:7687", Scheme{Routed: true, Encrypted: true, Unchecked: true}},
		"a scheme in any case":  {"BOLT+S://db", "bolt+s://db:7687", "db:7687", Scheme{Encrypted: true}},
		"the default port":      {"bolt://db", "bolt://db:7687", "db:7687", Scheme{}},
		"another port":          {"bolt://db:1", "bolt://db:1", "db:1", Scheme{}},
		"the highest port":      {"bolt://db:65535", "bolt://db:65535", "db:65535", Scheme{}},
		"a closing slash":       {"bolt://db/", "bolt://db:7687", "db:7687", Scheme{}},
		"IPv4":                  {"bolt://127.0.0.1:7688", "bolt://127.0.0.1:7688", "127.0.0.1:7688", Scheme{}},
		"IPv6":                  {"bolt://[::1]", "bolt://[::1]:7687", "[::1]:7687", Scheme{}},
		"IPv6 with a port":      {"bolt://[2001:db8::7]:7688", "bolt://[2001:db8::7]:7688", "[2001:db8::7]:7688", Scheme{}},
		"IPv6 with a zone":      {"bolt://[fe80::1%25eth0]:7688", "bolt://[fe80::1%25eth0]:7688", "[fe80::1%eth0]:7688", Scheme{}},
		"a name with a dot":     {"bolt://db.example.com.", "bolt://db.example.com.:7687", "db.example.com.:7687", Scheme{}},
		"a name not in ASCII":   {"bolt://bücher.example", "bolt://bücher.example:7687", "bücher.example:7687", Scheme{}},
		"a routing context":     {"neo4j://db?policy=europe", "neo4j://db:7687?policy=europe", "db:7687", Scheme{Routed: true}},
		"one with mail in it":   {"neo4j://db?who=a@b", "neo4j://db:7687?who=a%40b", "db:7687", Scheme{Routed: true}},
		"a name with _ and -":   {"bolt://my_db-1", "bolt://my_db-1:7687", "my_db-1:7687", Scheme{}},
		"a port with a zero":    {"bolt://db:07688", "bolt://db:7688", "db:7688", Scheme{}},
		"upper case in a name":  {"bolt://DB", "bolt://DB:7687", "DB:7687", Scheme{}},
		"an IPv4-mapped one":    {"bolt://[::ffff:1.2.3.4]", "bolt://[::ffff:1.2.3.4]:7687", "[::ffff:1.2.3.4]:7687", Scheme{}},
		"the unspecified one":   {"bolt://[::]", "bolt://[::]:7687", "[::]:7687", Scheme{}},
		"a digit for a name":    {"bolt://1", "bolt://1:7687", "1:7687", Scheme{}},
		"a query without value": {"neo4j://db?", "neo4j://db:7687", "db:7687", Scheme{Routed: true}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got, problems := parse(test.uri)
			require.Empty(t, problems)
			assert.Equal(t, test.normal, got.String())
			assert.Equal(t, test.address, got.Address())
			assert.Equal(t, test.scheme, got.Scheme)
		})
	}
}

func TestBadURI(t *testing.T) {
	cases := map[string]struct {
		uri  string
		want []string // a part of each problem, in order
	}{
		"empty":                       {"", []string{"has no scheme: write neo4j://host:7687"}},
		"no scheme":                   {"localhost:7687", []string{"has no scheme"}},
		"a scheme without slashes":    {"bolt:localhost", []string{"has no scheme"}},
		"an unknown scheme":           {"postgres://db", []string{"the scheme of the URI is not known: use neo4j"}},
		"the scheme of HTTP":          {"https://db:7473", []string{"the scheme https is that of the server's HTTP interface"}},
		"an empty scheme":             {"://db", []string{"is not known"}},
		"no host":                     {"bolt://", []string{"has no host"}},
		"a host that is no text":      {"bolt://d\xffb", []string{"the host of the URI has text that is not UTF-8"}},
		"a zone that is no text":      {"bolt://[fe80::1%25e\xff]", []string{"has a zone that no interface has"}},
		"only a port":                 {"bolt://:7687", []string{"has no host"}},
		"user information":            {"bolt://neo4j:secret@db", []string{"user information (…@): credentials are the second argument"}},
		"a path":                      {"bolt://db/movies", []string{"has a path, which means nothing: a database is chosen by the option Database"}},
		"a query of bolt":             {"bolt://db?policy=europe", []string{"has a query part: a routing context is for neo4j"}},
		"a query of bolt+s":           {"bolt+s://db?policy=europe", []string{"has a query part"}},
		"a fragment":                  {"bolt://db#here", []string{"has a fragment"}},
		"a port in words":             {"bolt://db:bolt", []string{"the port of the URI is not a number from 1 to 65535"}},
		"port 0":                      {"bolt://db:0", []string{"the port"}},
		"a port too high":             {"bolt://db:65536", []string{"the port"}},
		"a negative port":             {"bolt://db:-1", []string{"the port"}},
		"a port with a sign":          {"bolt://db:+1", []string{"the port"}},
		"a colon without port":        {"bolt://db:", []string{"has a colon but no port: leave it out for port 7687"}},
		"IPv6 without brackets":       {"bolt://::1:7687", []string{"write an IPv6 address in brackets"}},
		"a bracket too few":           {"bolt://[::1", []string{"has no closing bracket"}},
		"a name in brackets":          {"bolt://[db]:7687", []string{"is in brackets, but is not an IPv6 address"}},
		"IPv4 in brackets":            {"bolt://[127.0.0.1]:7687", []string{"is not an IPv6 address"}},
		"something after brackets":    {"bolt://[::1]7687", []string{"something else than :port"}},
		"a colon after brackets":      {"bolt://[::1]:", []string{"something else than :port"}},
		"a bad port after brackets":   {"bolt://[::1]:x", []string{"the port"}},
		"a space in the host":         {"bolt://my db", []string{`the host of the URI has a ' '`}},
		"a percent sign in the host":  {"bolt://my%20db", []string{`the host of the URI has a '%'`}},
		"a control character":         {"bolt://db\n", []string{`the host of the URI has a '\n'`}},
		"a placeholder that was left": {"bolt://<host>", []string{`the host of the URI has a '<'`}},
		"everything at once": {
			"blot://neo4j:secret@:0/movies?policy=europe#x",
			[]string{"not known", "user information", "has no host", "the port", "a path", "a query part", "a fragment"},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			_, problems := parse(test.uri)
			require.Len(t, problems, len(test.want), "%q", problems)
			for i, want := range test.want {
				assert.Contains(t, problems[i], want)
			}
		})
	}
}

func TestRoutingContext(t *testing.T) {
	cases := map[string]struct {
		query string
		want  map[string]string
	}{
		"none":                  {"", nil},
		"an empty one":          {"?", nil},
		"one pair":              {"?policy=europe", map[string]string{"policy": "europe"}},
		"two pairs":             {"?policy=europe&region=north", map[string]string{"policy": "europe", "region": "north"}},
		"percent-encoded":       {"?p%C3%B6licy=a%26b%3Dc%20d", map[string]string{"pölicy": "a&b=c d"}},
		"an = in a value":       {"?filter=a=b", map[string]string{"filter": "a=b"}},
		"a plus":                {"?sum=1+1", map[string]string{"sum": "1+1"}},
		"space around":          {"?%20policy%20=%09europe%20", map[string]string{"policy": "europe"}},
		"another case":          {"?Address=x", map[string]string{"Address": "x"}},
		"behind a slash":        {"/?policy=europe", map[string]string{"policy": "europe"}},
		"a question mark in it": {"?q=who?", map[string]string{"q": "who?"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got, problems := parse("neo4j://db" + test.query)
			require.Empty(t, problems)
			assert.Equal(t, test.want, got.Context)

			told := map[string]string{"address": "db:7687"}
			maps.Copy(told, test.want)
			assert.Equal(t, told, got.Routing(), "servers are told the address too")

			again, problems := parse(got.String())
			require.Empty(t, problems)
			assert.Equal(t, got, again, "the normal form %s", got)
		})
	}
}

func TestRoutingContextIsForRouting(t *testing.T) {
	direct, problems := parse("bolt://db")
	require.Empty(t, problems)
	assert.Nil(t, direct.Routing())
}

func TestBadRoutingContext(t *testing.T) {
	cases := map[string]struct {
		query string
		want  []string
	}{
		"a key twice":          {"policy=a&policy=b", []string{`has the key "policy" twice`}},
		"twice, encoded":       {"policy=a&%70olicy=b", []string{`has the key "policy" twice`}},
		"no value":             {"policy=", []string{`has no value for the key "policy"`}},
		"a blank value":        {"policy=%20", []string{`has no value for the key "policy"`}},
		"no key":               {"=europe", []string{"has an empty key in its part 1"}},
		"no =":                 {"a=b&policy", []string{"has no = in its part 2: it is key=value"}},
		"an & too many":        {"a=b&", []string{"has no = in its part 2"}},
		"the address":          {"address=db2:7687", []string{`has the key "address", which the driver fills in by itself: leave it out`}},
		"a lone percent sign":  {"policy=100%", []string{"has a % in its part 1 that is not followed by two hexadecimal digits"}},
		"everything at once":   {"a=1&a=2&=x&y&b=&address=z", []string{`"a" twice`, "empty key in its part 3", "no = in its part 4", `no value for the key "b"`, `"address"`}},
		"what may be a secret": {"policy=&policy=b@db", []string{"no value for a key", "has a key twice"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			_, problems := parse("neo4j://db?" + test.query)
			require.Len(t, problems, len(test.want), "%q", problems)
			for i, want := range test.want {
				assert.Contains(t, problems[i], want)
			}
		})
	}
}

// A password in a URI is a mistake, and must not get into a log because of that, wherever the
// characters in it make parts of the URI begin.
func TestBadURIKeepsSecrets(t *testing.T) {
	for _, between := range []string{"", "/", "#", "?", ":", "[", "]", "@", "%", " ", "://"} {
		t.Run(between, func(t *testing.T) {
			for _, scheme := range []string{"bolt", "neo4j"} {
				_, problems := parse(scheme + "://neo4j:hunter" + between + "hunter@db")
				require.NotEmpty(t, problems)
				assert.NotContains(t, strings.Join(problems, "\n"), "hunter")
			}
		})
	}
}

func TestResolverAddress(t *testing.T) {
	cases := map[string]struct {
		in   string
		want pool.Address // empty: an error
	}{
		"host and port": {"db:7688", "db:7688"},
		"host":          {"db", "db:7687"},
		"IPv6":          {"[::1]", "[::1]:7687"},
		"nothing":       {"", ""},
		"a URI":         {"bolt://db", ""},
		"bare IPv6":     {"::1", ""},
		"a bad port":    {"db:bolt", ""},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := CompleteAddress(test.in)
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.want == "", err != nil, "%v", err)
		})
	}
}

func FuzzURI(f *testing.F) {
	for _, seed := range []string{
		"bolt://db", "bolt+s://db:7688/", "neo4j+ssc://[fe80::1%25eth0]:1?policy=europe", "bolt://neo4j:secret@db", "bolt://[::1", "x", "bolt://a:b:c#?/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		first, problems := parse(uri)
		if len(problems) > 0 {
			return
		}
		host, port, err := net.SplitHostPort(string(first.Address()))
		require.NoError(t, err, "an accepted URI has an address")
		assert.Equal(t, []string{first.Host, first.Port}, []string{host, port})
		again, problems := parse(first.String())
		require.Empty(t, problems, "the normal form %q is accepted", first)
		assert.Equal(t, first, again)
	})
}
