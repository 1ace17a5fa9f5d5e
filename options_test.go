package neorx

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/settings"
)

func TestDefaults(t *testing.T) {
	c, err := settings.New[Option]("bolt://db", NoAuth(), nil)
	require.NoError(t, err)
	assert.Equal(t, 100, c.Pool.MaxSize)
	assert.Equal(t, 60*time.Second, c.Pool.AcquisitionTimeout)
	assert.Equal(t, 30*time.Second, c.ConnectionTimeout.Value)
	assert.Equal(t, time.Hour, c.Pool.MaxLifetime)
	assert.Equal(t, 30*time.Second, c.RetryTime)
	assert.Equal(t, time.Duration(-1), c.Pool.IdleCheck)
	assert.Equal(t, 2*time.Second, c.Pool.ResetGrace)
	assert.False(t, c.Pool.Diagnostics)
	assert.Zero(t, c.FetchSize.Value, "the driver's own choice")
	assert.Empty(t, c.UserAgent.Value, "the driver's own name")
	assert.Nil(t, c.TLS, "not encrypted")
	assert.Nil(t, c.Resolver.Value)
	assert.Nil(t, c.Dialer.Value)
	assert.Same(t, slog.Default(), c.Log)
}

func TestOptions(t *testing.T) {
	hook := func(context.Context, string) ([]string, error) { return nil, nil }
	dial := func(context.Context, string, string) (net.Conn, error) { return nil, nil }
	log := slog.New(slog.DiscardHandler)
	disabled := []string{"HINT"}
	c, err := settings.New("bolt://db", BasicAuth("neo4j", "secret"), []Option{
		WithMaxConnectionPoolSize(50), WithConnectionAcquisitionTimeout(2 * time.Minute), WithConnectionTimeout(20 * time.Second),
		WithMaxConnectionLifetime(3 * time.Hour), WithConnectionLivenessCheck(time.Minute), WithResetGrace(time.Second), WithPoolDiagnostics(),
		WithMaxTransactionRetryTime(15 * time.Second), WithFetchSize(500), WithUserAgent("my-app/1.0"),
		WithNotificationFilter(NotificationFilter{MinimumSeverity: "WARNING", Disabled: disabled}),
		WithResolver(hook), WithDialer(dial), WithLogger(log),
	})
	require.NoError(t, err)
	disabled[0] = "changed after the call"
	assert.Equal(t, 50, c.Pool.MaxSize)
	assert.Equal(t, 2*time.Minute, c.Pool.AcquisitionTimeout)
	assert.Equal(t, 20*time.Second, c.ConnectionTimeout.Value)
	assert.Equal(t, 3*time.Hour, c.Pool.MaxLifetime)
	assert.Equal(t, time.Minute, c.Pool.IdleCheck)
	assert.Equal(t, time.Second, c.Pool.ResetGrace)
	assert.True(t, c.Pool.Diagnostics)
	assert.Equal(t, 15*time.Second, c.RetryTime)
	assert.Equal(t, int64(500), c.FetchSize.Value)
	assert.Equal(t, "my-app/1.0", c.UserAgent.Value)
	assert.Equal(t, NotificationFilter{MinimumSeverity: "WARNING", Disabled: []string{"HINT"}}, c.Notifications)
	assert.NotNil(t, c.Resolver.Value)
	assert.NotNil(t, c.Dialer.Value)
	assert.Same(t, log, c.Log)
}

// internal/boltversion makes such an option, for the tests of the nested modules.
func TestVersionsCanBeLimited(t *testing.T) {
	var limited interface {
		LimitVersions(versions ...bolt.Version)
	}
	c, err := settings.New("bolt://db", NoAuth(), []Option{func(c *settings.Config) {
		limited = c
		limited.LimitVersions(bolt.Version{Major: 5, Minor: 4})
	}})
	require.NoError(t, err)
	assert.Equal(t, []bolt.Version{{Major: 5, Minor: 4}}, c.Dial().Conn.Versions)
}

func TestTimeouts(t *testing.T) {
	const s = time.Second
	connection, acquisition := WithConnectionTimeout, WithConnectionAcquisitionTimeout
	cases := map[string]struct {
		options                 []Option
		connection, acquisition time.Duration
		problem                 string
	}{
		"neither":                      {nil, 30 * s, 60 * s, ""},
		"both":                         {[]Option{connection(5 * s), acquisition(10 * s)}, 5 * s, 10 * s, ""},
		"both the same":                {[]Option{connection(5 * s), acquisition(5 * s)}, 5 * s, 5 * s, ""},
		"a short acquisition":          {[]Option{acquisition(10 * s)}, 10 * s, 10 * s, ""},
		"a long acquisition":           {[]Option{acquisition(90 * s)}, 30 * s, 90 * s, ""},
		"no acquisition":               {[]Option{acquisition(0)}, 30 * s, 0, ""},
		"no limit to it":               {[]Option{acquisition(-1)}, 30 * s, -1, ""},
		"a short connection":           {[]Option{connection(5 * s)}, 5 * s, 60 * s, ""},
		"a long connection":            {[]Option{connection(90 * s)}, 90 * s, 90 * s, ""},
		"no acquisition, a connection": {[]Option{connection(5 * s), acquisition(0)}, 5 * s, 0, ""},
		"no limit to it, a connection": {[]Option{connection(5 * s), acquisition(-1)}, 5 * s, -1, ""},
		"an acquisition below it":      {[]Option{connection(5 * s), acquisition(4 * s)}, 0, 0, "Timeout(4s) is below WithConnectionTimeout(5s)"},
		"an acquisition far below it":  {[]Option{connection(5 * s), acquisition(1)}, 0, 0, "is below"},
		"no connection":                {[]Option{connection(0)}, 0, 0, "WithConnectionTimeout(0s): it must be positive"},
		"a negative connection":        {[]Option{connection(-s)}, 0, 0, "WithConnectionTimeout(-1s): it must be positive"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			c, err := settings.New("bolt://db", NoAuth(), test.options)
			if test.problem != "" {
				require.ErrorContains(t, err, test.problem)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.connection, c.ConnectionTimeout.Value)
			assert.Equal(t, test.acquisition, c.Pool.AcquisitionTimeout)
		})
	}
}

func TestZeroIsKept(t *testing.T) {
	c, err := settings.New("bolt://db", NoAuth(), []Option{
		WithMaxTransactionRetryTime(0), WithConnectionLivenessCheck(0), WithMaxConnectionLifetime(0), WithFetchSize(-1),
	})
	require.NoError(t, err)
	assert.Zero(t, c.RetryTime)
	assert.Zero(t, c.Pool.IdleCheck)
	assert.Zero(t, c.Pool.MaxLifetime)
	assert.Equal(t, int64(bolt.All), c.FetchSize.Value)
}

func TestBadOptions(t *testing.T) {
	dial := func(context.Context, string, string) (net.Conn, error) { return nil, nil }
	loud := WithNotificationFilter(NotificationFilter{MinimumSeverity: "LOUD"})
	cases := map[string]struct {
		option Option
		want   string
	}{
		"an empty pool":           {WithMaxConnectionPoolSize(0), "WithMaxConnectionPoolSize(0): it must be at least 1"},
		"a negative pool":         {WithMaxConnectionPoolSize(-1), "WithMaxConnectionPoolSize(-1)"},
		"no grace":                {WithResetGrace(0), "WithResetGrace(0s): it must be positive"},
		"a negative retry time":   {WithMaxTransactionRetryTime(-1), "WithMaxTransactionRetryTime(-1ns): it must not be negative; 0 means no retry"},
		"a fetch size of 0":       {WithFetchSize(0), "WithFetchSize(0): it must be positive, or -1"},
		"a negative fetch size":   {WithFetchSize(-2), "WithFetchSize(-2)"},
		"no logger":               {WithLogger(nil), "WithLogger(nil): slog.New(slog.DiscardHandler) keeps the driver quiet"},
		"no name":                 {WithUserAgent(""), `WithUserAgent("")`},
		"a name that is no text":  {WithUserAgent("my\xffapp"), `WithUserAgent("my\xffapp"): it must be UTF-8 text without control characters`},
		"a name with a zero byte": {WithUserAgent("my\x00app"), `WithUserAgent("my\x00app"): it must be`},
		"a name of two lines":     {WithUserAgent("my\napp"), `WithUserAgent("my\napp"): it must be`},
		"a code that is no text":  {WithNotificationFilter(NotificationFilter{Disabled: []string{"HINT", "\xff"}}), "what it disables is not valid UTF-8"},
		"an unknown severity":     {loud, `the minimum severity is "LOUD": it must be OFF, WARNING or INFORMATION`},
		"no resolver":             {WithResolver(nil), "WithResolver(nil): leave it out"},
		"no look-up":              {WithLookup(nil), "WithLookup(nil): leave it out"},
		"no choice":               {WithServerChoice(nil), "WithServerChoice(nil): leave it out"},
		"no dialer":               {WithDialer(nil), "WithDialer(nil): leave it out"},
		"keep-alive and a dialer": {both(WithDialer(dial), WithKeepAlive(time.Second)), "WithKeepAlive has no effect with WithDialer"},
		"nothing":                 {nil, "an option is nil"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := settings.New("bolt://db", NoAuth(), []Option{test.option})
			var usage *UsageError
			require.ErrorAs(t, err, &usage)
			assert.ErrorContains(t, err, "neorx: cannot open a driver: ")
			assert.ErrorContains(t, err, test.want)
			assert.Equal(t, 1, problemsIn(t, err))
		})
	}
}

// both makes one option of two.
func both(a, b Option) Option {
	return func(c *settings.Config) {
		a(c)
		b(c)
	}
}

// problemsIn counts the problems that an error of newConfig joins.
func problemsIn(t *testing.T, err error) int {
	t.Helper()
	joined, ok := errors.Unwrap(err).(interface{ Unwrap() []error })
	require.True(t, ok, "%#v", err)
	return len(joined.Unwrap())
}

func TestEveryProblemAtOnce(t *testing.T) {
	_, err := Open("neo4j+s://:x?y", nil,
		WithMaxConnectionPoolSize(0), WithConnectionTimeout(2*time.Second), WithConnectionAcquisitionTimeout(time.Second), WithMaxTransactionRetryTime(-1),
		WithEncrypted(false), WithTrust(TrustCustomCAs("missing.pem")), WithLogger(nil))
	require.Error(t, err)
	for _, want := range []string{
		"has no host", "the port of the URI", "no = in its part 1", "credentials are nil",
		"WithLogger(nil)", "WithMaxConnectionPoolSize(0)", "WithMaxTransactionRetryTime(-1ns)", "WithConnectionAcquisitionTimeout(1s) is below",
		"neo4j+s and WithEncrypted(false)", "neo4j+s and WithTrust(TrustCustomCAs)", "missing.pem",
	} {
		assert.ErrorContains(t, err, want)
	}
	assert.Equal(t, 11, problemsIn(t, err))
	assert.ErrorIs(t, err, fs.ErrNotExist, "the chain reaches the causes")
}

func TestConsoleLog(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	require.NoError(t, err)
	defer file.Close()
	stdout := os.Stdout
	os.Stdout = file
	option := WithConsoleLog(slog.LevelInfo)
	os.Stdout = stdout

	c, err := settings.New("bolt://db", NoAuth(), []Option{option})
	require.NoError(t, err)
	c.Log.Debug("below the level")
	c.Log.Info("at the level")
	printed, err := os.ReadFile(file.Name())
	require.NoError(t, err)
	assert.Contains(t, string(printed), `msg="at the level"`)
	assert.Equal(t, 1, strings.Count(string(printed), "\n"))
}

// FuzzConfig shows that every configuration is either refused or one that works.
func FuzzConfig(f *testing.F) {
	f.Add("bolt://db", 100, int64(60e9), int64(30e9), int64(30e9), int64(1000), true)
	f.Add("neo4j+s://db?policy=europe", 100, int64(60e9), int64(30e9), int64(30e9), int64(1000), true)
	f.Add("bolt+s://db", 0, int64(0), int64(-1), int64(0), int64(-1), false)
	f.Add("bolt://db", 1, int64(1), int64(2), int64(0), int64(0), true)
	f.Fuzz(func(t *testing.T, uri string, size int, acquisition, connection, retry, fetch int64, both bool) {
		options := []Option{
			WithMaxConnectionPoolSize(size), WithConnectionAcquisitionTimeout(time.Duration(acquisition)),
			WithMaxTransactionRetryTime(time.Duration(retry)), WithFetchSize(fetch),
		}
		if both {
			options = append(options, WithConnectionTimeout(time.Duration(connection)))
		}
		c, err := settings.New(uri, NoAuth(), options)
		if err != nil {
			assert.ErrorAs(t, err, new(*UsageError))
			return
		}
		assert.Positive(t, c.Pool.MaxSize)
		assert.Positive(t, c.ConnectionTimeout.Value)
		if c.Pool.AcquisitionTimeout > 0 {
			assert.LessOrEqual(t, c.ConnectionTimeout.Value, c.Pool.AcquisitionTimeout, "connecting is a part of acquiring")
		}
		assert.GreaterOrEqual(t, c.RetryTime, time.Duration(0))
		assert.Equal(t, strings.Contains(c.Target.Name, "+s"), c.TLS != nil)
	})
}
