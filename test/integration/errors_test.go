package integration_test

import (
	"crypto/x509"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/integration/neo4jserver"
)

func TestServerErrors(t *testing.T) {
	cases := map[string]struct {
		cypher, code, status string // status: what newer servers send over Bolt 5.7 and newer, anywhere in the chain of causes
		opts                 []neorx.QueryOption
	}{
		"bad Cypher":         {"THIS IS NO CYPHER", "Neo.ClientError.Statement.SyntaxError", "42001", nil},
		"missing parameter":  {"RETURN $missing", "Neo.ClientError.Statement.ParameterMissing", "42N81", nil},
		"division by zero":   {"UNWIND [1, 0] AS x RETURN 1/x", "Neo.ClientError.Statement.ArithmeticError", "22012", nil},
		"unknown function":   {"RETURN unheardOf()", "Neo.ClientError.Statement.SyntaxError", "42001", nil},
		"unknown procedure":  {"CALL un.heard.of()", "Neo.ClientError.Procedure.ProcedureNotFound", "42N08", nil},
		"write when reading": {"CREATE (:Never)", "Neo.ClientError.Statement.AccessMode", "", []neorx.QueryOption{neorx.ReadOnly()}},
		"unknown database":   {"RETURN 1", "Neo.ClientError.Database.DatabaseNotFound", "", []neorx.QueryOption{neorx.Database("nowhere")}},
	}
	eachBolt(t, func(t *testing.T, driver *neorx.Driver, version bolt.Version) {
		for name, test := range cases {
			t.Run(name, func(t *testing.T) {
				_, _, err := driver.Query(test.cypher, nil, test.opts...).Collect(limited(t))
				var failure *neorx.ServerError
				require.ErrorAs(t, err, &failure)
				assert.Equal(t, test.code, failure.Code)
				assert.NotEmpty(t, failure.Message)
				assert.False(t, failure.Retryable())
				assert.NotEmpty(t, failure.GQLStatus)
				if realServer(t).Version == neo4jserver.V2026 && version.AtLeast(5, 7) && test.status != "" {
					assert.True(t, failure.HasGQL(test.status), "the statuses are %v", err)
				}
			})
		}
		assert.Equal(t, int64(1), at(t, row(t, driver.Query("RETURN 1 AS x", nil)), "x"), "the driver is as good as before")
	})
}

func TestRecordsBeforeAnErrorArrive(t *testing.T) {
	driver := open(t)
	var got []any
	err := driver.Query("UNWIND [1, 2, 0, 4] AS x RETURN 2/x AS half", nil, neorx.ReadOnly(), neorx.FetchSize(1)).Stream().
		ForEach(limited(t), func(rec *neorx.Record) error {
			got = append(got, at(t, rec, "half"))
			return nil
		})
	var failure *neorx.ServerError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, "Neo.ClientError.Statement.ArithmeticError", failure.Code)
	assert.Equal(t, []any{int64(2), int64(1)}, got)
}

func TestConstraintViolation(t *testing.T) {
	driver := open(t)
	_, err := driver.Query("CREATE CONSTRAINT one_name FOR (n:Unique) REQUIRE n.name IS UNIQUE", nil).Exec(limited(t))
	require.NoError(t, err)
	t.Cleanup(func() { wipe(t, driver, "Unique") })
	const create = "CREATE (:Unique {name: $name})"
	name := map[string]any{"name": "Ann"}
	_, err = driver.Query(create, name).Exec(limited(t))
	require.NoError(t, err)
	_, err = driver.Query(create, name).Exec(limited(t))
	var failure *neorx.ServerError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, "Neo.ClientError.Schema.ConstraintValidationFailed", failure.Code)
}

func TestUsageErrorsNameThePlace(t *testing.T) {
	driver := open(t)
	cases := map[string]struct {
		params any
		text   string
	}{
		"unknown type":     {map[string]any{"a": map[string]any{"b": []any{1, make(chan int)}}}, "a.b[1]"},
		"too large":        {map[string]any{"n": uint64(1 << 63)}, "n"},
		"bad UTF-8":        {map[string]any{"s": "\xff"}, "s"},
		"no dictionary":    {[]int{1}, "parameters"},
		"complex number":   {map[string]any{"c": 1i}, "c"},
		"function":         {map[string]any{"f": func() {}}, "f"},
		"map without text": {map[string]any{"m": map[int]int{1: 1}}, "m"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := driver.Query("RETURN 1", test.params).Exec(limited(t))
			var usage *neorx.UsageError
			require.ErrorAs(t, err, &usage)
			assert.ErrorContains(t, err, test.text)
		})
	}
}

func TestWrongCredentials(t *testing.T) {
	server := realServer(t)
	t.Run("wrong password", func(t *testing.T) { // once: the server locks a user out for some seconds after three attempts
		unauthorized(t, neorx.BasicAuth(server.User, "not the password"))
	})
	t.Run("no credentials", func(t *testing.T) { unauthorized(t, neorx.NoAuth()) })
	t.Run("unknown scheme", func(t *testing.T) { unauthorized(t, neorx.CustomAuth("ann", "secret", "realm", "unheard-of", nil)) })
	eachBolt(t, func(t *testing.T, _ *neorx.Driver, version bolt.Version) {
		unauthorized(t, neorx.BasicAuth("nobody-"+version.String(), "secret"), pin(version))
	})
}

func unauthorized(t *testing.T, auth neorx.TokenSource, opts ...neorx.Option) {
	t.Helper()
	driver, err := neorx.Open(realServer(t).URI, auth, opts...)
	require.NoError(t, err)
	defer closeDriver(t, driver)
	err = driver.VerifyConnectivity(limited(t))
	var failure *neorx.ServerError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, "Neo.ClientError.Security.Unauthorized", failure.Code)
	assert.NotContains(t, err.Error(), "secret")
	assert.NotContains(t, err.Error(), "not the password")
	assert.False(t, failure.Retryable())
}

func TestUnreachableServers(t *testing.T) {
	t.Run("unknown host", func(t *testing.T) {
		err := connect(t, "bolt://no-such-host.invalid:7687")
		var dns *net.DNSError
		assert.ErrorAs(t, err, &dns)
		assert.ErrorContains(t, err, "no-such-host.invalid")
	})
	t.Run("refused port", func(t *testing.T) {
		address := closedPort(t)
		err := connect(t, "bolt://"+address)
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
		assert.ErrorContains(t, err, address)
	})
	t.Run("an HTTP port", func(t *testing.T) {
		err := connect(t, "bolt://"+answering(t, "HTTP/1.1 400 Bad Request\r\n\r\n"))
		assert.ErrorContains(t, err, "HTTP")
	})
}

// connect opens a driver that finds no server there, and returns the error of looking for one.
func connect(t *testing.T, uri string) error {
	t.Helper()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "secret"))
	require.NoError(t, err, "opening a driver looks at nothing")
	defer closeDriver(t, driver)
	err = driver.VerifyConnectivity(limited(t))
	require.Error(t, err)
	return err
}

// closedPort returns an address of this machine on which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

// answering returns the address of a server that says the same to everybody.
func answering(t *testing.T, answer string) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() { // owner: the test; exit: the listener is closed; join: none is needed, it touches nothing of the test's
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.ReadFull(conn, make([]byte, openingSize))
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}
	}()
	return listener.Addr().String()
}

func TestEncryption(t *testing.T) {
	server := realServer(t)
	auth := neorx.BasicAuth(server.User, server.Password)
	port := server.Address[strings.LastIndexByte(server.Address, ':'):]
	cases := map[string]struct {
		uri  string
		opts []neorx.Option
		want func(t *testing.T, err error)
	}{
		"not verified":         {"bolt+ssc://" + server.Address, nil, works},
		"verified by system":   {"bolt+s://" + server.Address, nil, failsWith[x509.UnknownAuthorityError]},
		"trusts the server":    {"bolt://" + server.Address, []neorx.Option{neorx.WithEncrypted(true), neorx.WithTrust(neorx.TrustCustomCAs(server.CertificateFile))}, works},
		"by its other name":    {"bolt://localhost" + port, []neorx.Option{neorx.WithEncrypted(true), neorx.WithTrust(neorx.TrustCustomCAs(server.CertificateFile))}, works},
		"trusts anybody":       {"bolt://" + server.Address, []neorx.Option{neorx.WithEncrypted(true), neorx.WithTrust(neorx.TrustAllCertificates())}, works},
		"explicitly in clear":  {"bolt://" + server.Address, []neorx.Option{neorx.WithEncrypted(false)}, works},
		"trusts only a system": {"bolt://" + server.Address, []neorx.Option{neorx.WithEncrypted(true)}, failsWith[x509.UnknownAuthorityError]},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			driver, err := neorx.Open(test.uri, auth, test.opts...)
			require.NoError(t, err)
			defer closeDriver(t, driver)
			test.want(t, driver.VerifyConnectivity(limited(t)))
		})
	}
}

func works(t *testing.T, err error) {
	t.Helper()
	assert.NoError(t, err)
}

func failsWith[E error](t *testing.T, err error) {
	t.Helper()
	var target E
	assert.ErrorAs(t, err, &target)
}
