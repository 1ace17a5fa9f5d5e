package neorx

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
)

// config is what the arguments of Open say. It does not change once newConfig has returned it.
type config struct {
	target target
	auth   TokenSource

	pool               pool.Config
	acquisitionTimeout setting[time.Duration]
	connectionTimeout  setting[time.Duration]
	retryTime          time.Duration
	fetchSize          setting[int64]
	maxMessageMemory   setting[int]

	noTelemetry, noAutoCommitRetry bool

	userAgent     setting[string]
	notifications NotificationFilter
	versions      []bolt.Version

	resolver  setting[Resolver]
	lookup    setting[Lookup]
	choice    setting[ServerChoice]
	dialer    setting[Dialer]
	keepAlive setting[time.Duration]

	encrypted setting[bool]
	trust     setting[Trust]
	tlsBase   *tls.Config
	// clientCertificate is what servers are shown that ask for one.
	clientCertificate ClientCertificate
	tls               *tls.Config // made of the four; nil where encryption is off

	log *slog.Logger

	problems []error
}

const (
	defaultConnectionTimeout = 30 * time.Second
	defaultRetryTime         = 30 * time.Second
)

// newConfig applies the options to the defaults and checks the result, URI included. Its error has every problem there is.
func newConfig(uri string, auth TokenSource, opts []Option) (*config, error) {
	c := &config{auth: auth, pool: pool.Defaults(), retryTime: defaultRetryTime, log: slog.Default()}
	for _, o := range opts {
		if o == nil {
			c.problem("an option is nil")
			continue
		}
		o(c)
	}
	c.target = parseURI(uri, c.problem)
	c.checkArguments()
	c.checkLimits()
	c.checkHooks()
	c.settleTimeouts()
	c.settleTLS()
	if c.problems != nil {
		return nil, &UsageError{Message: "neorx: cannot open a driver", Cause: errors.Join(c.problems...)}
	}
	return c, nil
}

func (c *config) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Errorf(format, args...))
}

func (c *config) checkArguments() {
	if c.auth == nil {
		c.problem("the credentials are nil: NoAuth() says that there are none")
	}
	if u, is := c.auth.(*unusable); is {
		c.problem("%w", u.why)
	}
	if c.log == nil {
		c.problem("WithLogger(nil): slog.New(slog.DiscardHandler) keeps the driver quiet")
	}
	if c.userAgent.given && c.userAgent.value == "" {
		c.problem(`WithUserAgent(""): it must have a name, such as my-app/1.0`)
	}
	if name := c.userAgent.value; !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		c.problem("WithUserAgent(%q): it must be UTF-8 text without control characters, such as my-app/1.0", name)
	}
	if i := slices.IndexFunc(c.notifications.Disabled, func(s string) bool { return !utf8.ValidString(s) }); i >= 0 {
		c.problem("WithNotificationFilter: what it disables is not valid UTF-8: %q", c.notifications.Disabled[i])
	}
	severities := []string{"", "OFF", "WARNING", "INFORMATION"}
	if s := c.notifications.MinimumSeverity; !slices.Contains(severities, s) {
		c.problem("WithNotificationFilter: the minimum severity is %q: it must be OFF, WARNING or INFORMATION", s)
	}
}

func (c *config) checkLimits() {
	if c.pool.MaxSize < 1 {
		c.problem("WithMaxConnectionPoolSize(%d): it must be at least 1", c.pool.MaxSize)
	}
	if c.pool.ResetGrace <= 0 {
		c.problem("WithResetGrace(%v): it must be positive", c.pool.ResetGrace)
	}
	if c.retryTime < 0 {
		c.problem("WithMaxTransactionRetryTime(%v): it must not be negative; 0 means no retry", c.retryTime)
	}
	if n := c.fetchSize; n.given && n.value < 1 && n.value != bolt.All {
		c.problem("WithFetchSize(%d): it must be positive, or -1 for everything at once", n.value)
	}
	if n := c.maxMessageMemory; n.given && (n.value < leastMessageMemory || int64(n.value) >= mostMessageMemory) {
		c.problem("WithMaxMessageMemory(%d): it must be at least %d, and less than %d", n.value, leastMessageMemory, int64(mostMessageMemory))
	}
}

func (c *config) checkHooks() {
	if c.resolver.given && c.resolver.value == nil {
		c.problem("WithResolver(nil): leave it out for none")
	}
	if c.lookup.given && c.lookup.value == nil {
		c.problem("WithLookup(nil): leave it out for the system's")
	}
	if c.choice.given && c.choice.value == nil {
		c.problem("WithServerChoice(nil): leave it out for the server with the least load")
	}
	if c.dialer.given && c.dialer.value == nil {
		c.problem("WithDialer(nil): leave it out for TCP")
	}
	if c.dialer.given && c.keepAlive.given {
		c.problem("WithKeepAlive has no effect with WithDialer: let the dialer see to it")
	}
}

// settleTimeouts makes the two timeouts fit each other: connecting is a part of acquiring, so the one that was given pulls the other
// one's default along. An acquisition timeout of 0 does not limit connecting, and a negative one nothing.
func (c *config) settleTimeouts() {
	connection, acquisition := &c.connectionTimeout, &c.acquisitionTimeout
	if connection.given && connection.value <= 0 {
		c.problem("WithConnectionTimeout(%v): it must be positive", connection.value)
	}
	limited := !acquisition.given || acquisition.value > 0
	switch {
	case connection.given && acquisition.given:
		if limited && acquisition.value < connection.value {
			c.problem("WithConnectionAcquisitionTimeout(%v) is below WithConnectionTimeout(%v), which is a part of it", acquisition.value, connection.value)
		}
	case acquisition.given:
		connection.value = defaultConnectionTimeout
		if limited {
			connection.value = min(connection.value, acquisition.value)
		}
	case connection.given:
		acquisition.value = max(c.pool.AcquisitionTimeout, connection.value)
	default:
		connection.value, acquisition.value = defaultConnectionTimeout, c.pool.AcquisitionTimeout
	}
	c.pool.AcquisitionTimeout = acquisition.value
}
