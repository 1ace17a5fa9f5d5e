// Package settings is what a program says about its driver: the URI, the credentials and the
// options, checked all together before anything is opened. It does no I/O but reading the
// certificate files that options name.
//
// It imports dial, uri, login, routing, pool, records and bolt, and is imported by the driver
// alone.
package settings

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/dial"
	"github.com/neorx/neorx/internal/login"
	"github.com/neorx/neorx/internal/uri"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/routing"
)

// Config is what the arguments of Open say. It does not change once New has returned it.
type Config struct {
	Target uri.Target
	Auth   pool.TokenSource

	Pool               pool.Config
	AcquisitionTimeout Setting[time.Duration]
	ConnectionTimeout  Setting[time.Duration]
	RetryTime          time.Duration
	FetchSize          Setting[int64]
	MaxMessageMemory   Setting[int]

	NoTelemetry, NoAutoCommitRetry bool

	UserAgent     Setting[string]
	Notifications bolt.NotificationFilter
	Versions      []bolt.Version

	Resolver  Setting[dial.Resolver]
	Lookup    Setting[dial.Lookup]
	Choice    Setting[ServerChoice]
	Dialer    Setting[dial.Dialer]
	KeepAlive Setting[time.Duration]

	Encrypted Setting[bool]
	Trust     Setting[Trust]
	TLSBase   *tls.Config
	// ClientCertificate is what servers are shown that ask for one.
	ClientCertificate dial.ClientCertificate
	TLS               *tls.Config // made of the four; nil where encryption is off

	Log *slog.Logger

	problems []error
}

// ServerChoice picks one of the servers that would do, by its index.
type ServerChoice func(q routing.Request, servers []routing.Server) int

// Setting is the value of an option, and whether the option was given.
type Setting[T any] struct {
	Value T
	Given bool
}

// Given is a setting that an option has given.
func Given[T any](v T) Setting[T] { return Setting[T]{v, true} }

// minMessageMemory leaves room for what any message may have that is no record: an error with its
// causes, a plan.
const minMessageMemory = 1 << 20

// maxMessageMemory is what the bookkeeping of rows is made for.
const maxMessageMemory = 8 << 30

const (
	defaultConnectionTimeout = 30 * time.Second
	defaultRetryTime         = 30 * time.Second
)

// New applies the options to the defaults and checks the result, URI included. Its error, a
// *records.UsageError, has every problem there is.
func New[O ~func(*Config)](target string, auth pool.TokenSource, opts []O) (*Config, error) {
	c := &Config{Auth: auth, Pool: pool.Defaults(), RetryTime: defaultRetryTime, Log: slog.Default()}
	for _, o := range opts {
		if o == nil {
			c.Problem("an option is nil")
			continue
		}
		o(c)
	}
	c.Target = uri.Parse(target, c.Problem)
	c.checkArguments()
	c.checkLimits()
	c.checkHooks()
	c.settleTimeouts()
	c.settleTLS()
	if c.problems != nil {
		return nil, &records.UsageError{Message: "neorx: cannot open a driver", Cause: errors.Join(c.problems...)}
	}
	return c, nil
}

// Problem notes what is wrong with an argument.
func (c *Config) Problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf(format, args...))
}

func (c *Config) checkArguments() {
	if c.Auth == nil {
		c.Problem("the credentials are nil: NoAuth() says that there are none")
	}
	if u, is := c.Auth.(*login.Unusable); is {
		c.Problem("%w", u.Why)
	}
	if c.Log == nil {
		c.Problem("WithLogger(nil): slog.New(slog.DiscardHandler) keeps the driver quiet")
	}
	if c.UserAgent.Given && c.UserAgent.Value == "" {
		c.Problem(`WithUserAgent(""): it must have a name, such as my-app/1.0`)
	}
	if name := c.UserAgent.Value; !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		c.Problem("WithUserAgent(%q): it must be UTF-8 text without control characters, such as my-app/1.0", name)
	}
	if i := slices.IndexFunc(c.Notifications.Disabled, func(s string) bool { return !utf8.ValidString(s) }); i >= 0 {
		c.Problem("WithNotificationFilter: what it disables is not valid UTF-8: %q", c.Notifications.Disabled[i])
	}
	severities := []string{"", "OFF", "WARNING", "INFORMATION"}
	if s := c.Notifications.MinimumSeverity; !slices.Contains(severities, s) {
		c.Problem("WithNotificationFilter: the minimum severity is %q: it must be OFF, WARNING or INFORMATION", s)
	}
}

func (c *Config) checkLimits() {
	if c.Pool.MaxSize < 1 {
		c.Problem("WithMaxConnectionPoolSize(%d): it must be at least 1", c.Pool.MaxSize)
	}
	if c.Pool.ResetGrace <= 0 {
		c.Problem("WithResetGrace(%v): it must be positive", c.Pool.ResetGrace)
	}
	if c.RetryTime < 0 {
		c.Problem("WithMaxTransactionRetryTime(%v): it must not be negative; 0 means no retry", c.RetryTime)
	}
	if n := c.FetchSize; n.Given && n.Value < 1 && n.Value != bolt.All {
		c.Problem("WithFetchSize(%d): it must be positive, or -1 for everything at once", n.Value)
	}
	if n := c.MaxMessageMemory; n.Given && (n.Value < minMessageMemory || int64(n.Value) >= maxMessageMemory) {
		c.Problem("WithMaxMessageMemory(%d): it must be at least %d, and less than %d", n.Value, minMessageMemory, int64(maxMessageMemory))
	}
}

func (c *Config) checkHooks() {
	if c.Resolver.Given && c.Resolver.Value == nil {
		c.Problem("WithResolver(nil): leave it out for none")
	}
	if c.Lookup.Given && c.Lookup.Value == nil {
		c.Problem("WithLookup(nil): leave it out for the system's")
	}
	if c.Choice.Given && c.Choice.Value == nil {
		c.Problem("WithServerChoice(nil): leave it out for the server with the least load")
	}
	if c.Dialer.Given && c.Dialer.Value == nil {
		c.Problem("WithDialer(nil): leave it out for TCP")
	}
	if c.Dialer.Given && c.KeepAlive.Given {
		c.Problem("WithKeepAlive has no effect with WithDialer: let the dialer see to it")
	}
}

// settleTimeouts makes the two timeouts fit each other: connecting is a part of acquiring, so the
// one that was given pulls the other one's default along. An acquisition timeout of 0 does not
// limit connecting, and a negative one nothing.
func (c *Config) settleTimeouts() {
	connection, acquisition := &c.ConnectionTimeout, &c.AcquisitionTimeout
	if connection.Given && connection.Value <= 0 {
		c.Problem("WithConnectionTimeout(%v): it must be positive", connection.Value)
	}
	limited := !acquisition.Given || acquisition.Value > 0
	switch {
	case connection.Given && acquisition.Given:
		if limited && acquisition.Value < connection.Value {
			c.Problem("WithConnectionAcquisitionTimeout(%v) is below WithConnectionTimeout(%v), which is a part of it", acquisition.Value, connection.Value)
		}
	case acquisition.Given:
		connection.Value = defaultConnectionTimeout
		if limited {
			connection.Value = min(connection.Value, acquisition.Value)
		}
	case connection.Given:
		acquisition.Value = max(c.Pool.AcquisitionTimeout, connection.Value)
	default:
		connection.Value, acquisition.Value = defaultConnectionTimeout, c.Pool.AcquisitionTimeout
	}
	c.Pool.AcquisitionTimeout = acquisition.Value
}

// LimitVersions is called by the option that internal/boltversion makes.
func (c *Config) LimitVersions(versions ...bolt.Version) { c.Versions = versions }

// Dial is how connections are made.
func (c *Config) Dial() dial.Config {
	d := dial.Config{
		Dialer: c.dialer(), Lookup: c.Lookup.Value, Resolver: c.Resolver.Value,
		Seed: c.Target.Address(), Routed: c.Target.Routed,
		Timeout: c.ConnectionTimeout.Value, TLS: c.TLS, Log: c.Log,
		Conn: bolt.Config{
			UserAgent: c.UserAgent.Value, Routing: c.Target.Routing(), Notifications: c.Notifications,
			Versions: c.Versions, Logger: c.Log,
			WriteTimeout: c.ConnectionTimeout.Value, MaxMessageMemory: c.MaxMessageMemory.Value,
		},
	}
	// A server that accepts a connection and then says nothing must not use up the time for another.
	if c.Pool.AcquisitionTimeout <= 0 || d.Routed {
		d.LoginTimeout = d.Timeout
	}
	return d
}

func (c *Config) dialer() dial.Dialer {
	if c.Dialer.Given {
		return c.Dialer.Value
	}
	return (&net.Dialer{KeepAlive: c.KeepAlive.Value}).DialContext
}

// RouterLookup is what finds all addresses of an initial router; nil where only the dialer can know
// what a name means.
func (c *Config) RouterLookup() dial.Lookup {
	switch {
	case c.Lookup.Given:
		return c.Lookup.Value
	case c.Dialer.Given:
		return nil
	}
	return net.DefaultResolver.LookupHost
}
