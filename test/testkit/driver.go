package main

import (
	"context"
	"path/filepath"
	"time"

	"github.com/neorx/neorx"
)

// driver is a driver, and how the test refers to it.
type driver struct {
	*neorx.Driver
	id   string
	auth neorx.TokenSource
}

func init() {
	on("NewDriver", newDriver)
	on("DriverClose", closeDriver)
	on("VerifyConnectivity", verifyConnectivity)
	on("GetServerInfo", getServerInfo)
	on("CheckDriverIsEncrypted", checkEncrypted)
	on("CheckMultiDBSupport", checkSupport("MultiDBSupport", (*neorx.Driver).SupportsMultiDB))
	on("CheckSessionAuthSupport", checkSupport("SessionAuthSupport", (*neorx.Driver).SupportsSessionAuth))
	on("VerifyAuthentication", verifyAuthentication)
	on("GetConnectionPoolMetrics", poolMetrics)
	on("ExecuteQuery", executeQuery)
}

// newDriverRequest says how a driver is configured; nil means not at all.
type newDriverRequest struct {
	URI                   string         `json:"uri"`
	Auth                  *authorization `json:"authorizationToken"`
	AuthManagerID         string         `json:"authTokenManagerId"`
	UserAgent             *string        `json:"userAgent"`
	Resolver              bool           `json:"resolverRegistered"`
	DomainNameResolver    bool           `json:"domainNameResolverRegistered"`
	ConnectionTimeout     *milliseconds  `json:"connectionTimeoutMs"`
	AcquisitionTimeout    *milliseconds  `json:"connectionAcquisitionTimeoutMs"`
	RetryTime             *milliseconds  `json:"maxTxRetryTimeMs"`
	LivenessCheck         *milliseconds  `json:"livenessCheckTimeoutMs"`
	FetchSize             *int64         `json:"fetchSize"`
	PoolSize              *int           `json:"maxConnectionPoolSize"`
	Encrypted             *bool          `json:"encrypted"`
	TrustedCertificates   trusted        `json:"trustedCertificates"`
	ClientCertificate     *certificate   `json:"clientCertificate"`
	CertificateProviderID string         `json:"clientCertificateProviderId"`
	TelemetryDisabled     *bool          `json:"telemetryDisabled"`
	notificationSettings
}

// milliseconds is a duration as tests write it.
type milliseconds int64

func (m milliseconds) duration() time.Duration { return time.Duration(m) * time.Millisecond }

func newDriver(c *conn, _ context.Context, r newDriverRequest) (string, any, error) {
	opts, err := r.options(c)
	if err != nil {
		return "", nil, err
	}
	d := &driver{auth: r.Auth.source()}
	if r.AuthManagerID != "" {
		if d.auth, err = lookup[neorx.TokenSource](c, r.AuthManagerID); err != nil {
			return "", nil, err
		}
	}
	if d.Driver, err = neorx.Open(r.URI, d.auth, opts...); err != nil {
		return "", nil, err
	}
	d.id = c.add(d)
	return "Driver", identified{d.id}, nil
}

func (r *newDriverRequest) options(c *conn) ([]neorx.Option, error) {
	opts := append([]neorx.Option{neorx.WithLogger(c.backend.log)}, c.backend.options...)
	add := func(o neorx.Option) { opts = append(opts, o) }
	when(r.UserAgent, func(s string) { add(neorx.WithUserAgent(s)) })
	when(r.connectionTimeout(), func(m milliseconds) { add(neorx.WithConnectionTimeout(m.duration())) })
	when(r.AcquisitionTimeout, func(m milliseconds) { add(neorx.WithConnectionAcquisitionTimeout(m.duration())) })
	when(r.RetryTime, func(m milliseconds) { add(neorx.WithMaxTransactionRetryTime(m.duration())) })
	when(r.LivenessCheck, func(m milliseconds) { add(neorx.WithConnectionLivenessCheck(m.duration())) })
	when(r.FetchSize, func(n int64) { add(neorx.WithFetchSize(n)) })
	when(r.PoolSize, func(n int) { add(neorx.WithMaxConnectionPoolSize(n)) })
	when(r.Encrypted, func(on bool) { add(neorx.WithEncrypted(on)) })
	when(r.TelemetryDisabled, func(off bool) { add(neorx.WithTelemetry(!off)) })
	when(r.filter(), func(f neorx.NotificationFilter) { add(neorx.WithNotificationFilter(f)) })
	when(r.TrustedCertificates.trust(c.backend.certificates), func(t neorx.Trust) { add(neorx.WithTrust(t)) })
	if r.Resolver {
		add(neorx.WithResolver(c.resolve))
	}
	if r.DomainNameResolver {
		add(neorx.WithLookup(c.lookUp))
	}
	when(r.ClientCertificate, func(f certificate) { add(neorx.WithClientCertificate(f.files())) })
	if r.CertificateProviderID != "" {
		p, err := lookup[*certificateProvider](c, r.CertificateProviderID)
		if err != nil {
			return nil, err
		}
		add(neorx.WithClientCertificate(neorx.RotatingClientCertificate(p.get)))
	}
	return opts, nil
}

// connectionTimeout is left out where it is longer than the acquisition, of which connecting is a part: the driver refuses that as a mistake, and shortens
// the one that is not given.
func (r *newDriverRequest) connectionTimeout() *milliseconds {
	if r.ConnectionTimeout != nil && r.AcquisitionTimeout != nil && *r.ConnectionTimeout > *r.AcquisitionTimeout {
		return nil
	}
	return r.ConnectionTimeout
}

// when calls f with what p points to, if it is there.
func when[T any](p *T, f func(T)) {
	if p != nil {
		f(*p)
	}
}

// resolve is the custom resolver: the test answers.
func (c *conn) resolve(ctx context.Context, address string) ([]string, error) {
	var answer struct {
		Addresses []string `json:"addresses"`
	}
	err := c.ask(ctx, "ResolverResolutionRequired", map[string]any{"address": address}, &answer)
	return answer.Addresses, err
}

// lookUp is the custom DNS: the test answers.
func (c *conn) lookUp(ctx context.Context, host string) ([]string, error) {
	var answer struct {
		Addresses []string `json:"addresses"`
	}
	err := c.ask(ctx, "DomainNameResolutionRequired", map[string]any{"name": host}, &answer)
	return answer.Addresses, err
}

// identified is an answer, or a request, that names an object and nothing else.
type identified struct {
	ID string `json:"id"`
}

// ofDriver is a request that is about a driver and says nothing more.
type ofDriver struct {
	DriverID string `json:"driverId"`
}

func closeDriver(c *conn, ctx context.Context, r ofDriver) (string, any, error) {
	d, err := lookup[*driver](c, r.DriverID)
	if err != nil {
		return "", nil, err
	}
	return "Driver", identified{d.id}, d.Close(ctx)
}

func verifyConnectivity(c *conn, ctx context.Context, r ofDriver) (string, any, error) {
	d, err := lookup[*driver](c, r.DriverID)
	if err != nil {
		return "", nil, err
	}
	return "Driver", identified{d.id}, d.VerifyConnectivity(ctx)
}

func getServerInfo(c *conn, ctx context.Context, r ofDriver) (string, any, error) {
	d, err := lookup[*driver](c, r.DriverID)
	if err != nil {
		return "", nil, err
	}
	info, err := d.GetServerInfo(ctx)
	return "ServerInfo", serverInfo(info), err
}

func checkEncrypted(c *conn, _ context.Context, r ofDriver) (string, any, error) {
	d, err := lookup[*driver](c, r.DriverID)
	if err != nil {
		return "", nil, err
	}
	return "DriverIsEncrypted", map[string]bool{"encrypted": d.IsEncrypted()}, nil
}

// checkSupport asks the driver what its server can do.
func checkSupport(name string, supports func(*neorx.Driver, context.Context) (bool, error)) func(*conn, context.Context, ofDriver) (string, any, error) {
	return func(c *conn, ctx context.Context, r ofDriver) (string, any, error) {
		d, err := lookup[*driver](c, r.DriverID)
		if err != nil {
			return "", nil, err
		}
		available, err := supports(d.Driver, ctx)
		return name, map[string]any{"id": d.id, "available": available}, err
	}
}

func verifyAuthentication(c *conn, ctx context.Context, r struct {
	ofDriver
	Auth *authorization `json:"authorizationToken"`
},
) (string, any, error) {
	d, err := lookup[*driver](c, r.DriverID)
	if err != nil {
		return "", nil, err
	}
	source := d.auth
	if r.Auth != nil {
		source = r.Auth.source()
	}
	accepted, err := d.VerifyAuthentication(ctx, source)
	return "DriverIsAuthenticated", map[string]any{"id": d.id, "authenticated": accepted}, err
}

func poolMetrics(c *conn, _ context.Context, r struct {
	ofDriver
	Address string `json:"address"`
},
) (string, any, error) {
	d, err := lookup[*driver](c, r.DriverID)
	if err != nil {
		return "", nil, err
	}
	for address, host := range d.PoolStats().Hosts {
		if string(address) == r.Address {
			return "ConnectionPoolMetrics", map[string]int{"inUse": host.InUse, "idle": host.Idle}, nil
		}
	}
	return "ConnectionPoolMetrics", map[string]int{"inUse": 0, "idle": 0}, nil
}

// trusted are the names of the certificates to trust. Tests tell three things apart: no field is the driver's default, null the system's
// authorities, and an empty list anything.
type trusted struct {
	given bool
	names []string
}

func (t *trusted) UnmarshalJSON(text []byte) error {
	t.given = true
	return decode(text, &t.names)
}

func (t *trusted) trust(folder string) *neorx.Trust {
	var trust neorx.Trust
	switch {
	case !t.given:
		return nil
	case t.names == nil:
		trust = neorx.TrustSystemCAs()
	case len(t.names) == 0:
		trust = neorx.TrustAllCertificates()
	default:
		files := make([]string, len(t.names))
		for i, name := range t.names {
			files[i] = filepath.Join(folder, name)
		}
		trust = neorx.TrustCustomCAs(files...)
	}
	return &trust
}
