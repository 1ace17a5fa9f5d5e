package neorx

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/dial"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/test/bolttest"
)

// secret is what must not be in anything that is printed. It has no character that any encoding
// would change.
const secret = "Wq7secretWq7"

// printout collects what is printed, by many goroutines.
type printout struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *printout) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

// verbs are all that fmt has, and some that it does not, but for %p, and %w of what is no error:
// there fmt asks no method of a struct and shows everything that is in it. go vet objects to both.
var verbs = []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%#q", "%d", "%o", "%b", "%c", "%U", "%e", "%g", "%t", "%T", "%z", "%40s", "%.3s"}

// show prints a value in every way that there is: by itself, within others, by slog and as JSON.
func (p *printout) show(values ...any) {
	for _, v := range values {
		shown := []any{v, []any{v}, map[string]any{"k": v}, struct{ V any }{v}}
		for _, v := range shown {
			for _, verb := range verbs {
				fmt.Fprintf(p, verb+"\n", v)
			}
			slog.New(slog.NewTextHandler(p, nil)).Info("shown", "value", v)
			slog.New(slog.NewJSONHandler(p, nil)).Info("shown", "value", v)
			if j, err := json.Marshal(v); err == nil {
				_, _ = p.Write(j)
			}
		}
	}
}

// finds returns the forms of the secret that were printed: as it is, by the verbs for bytes, and in
// base64.
func (p *printout) finds() (found []string) {
	text := p.text.String()
	for name, form := range map[string]string{
		"plain":   secret,
		"hex":     hex.EncodeToString([]byte(secret)),
		"HEX":     strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"spaced":  fmt.Sprintf("% x", secret),
		"decimal": strings.Trim(fmt.Sprint([]byte(secret)), "[]"),
		"octal":   strings.Trim(fmt.Sprintf("%o", []byte(secret)), "[]"),
		"runes":   strings.Trim(fmt.Sprintf("%U", []rune(secret)), "[]"),
		"base64":  base64.StdEncoding.EncodeToString([]byte(secret))[:12],
	} {
		if strings.Contains(text, form) {
			found = append(found, name)
		}
	}
	return found
}

func TestSecretsAreFound(t *testing.T) {
	var p printout
	p.show(secret, []byte(secret), []rune(secret))
	assert.ElementsMatch(t, []string{"plain", "hex", "HEX", "spaced", "decimal", "octal", "runes", "base64"}, p.finds())
}

// sources are the ways to prove who one is, each with the secret in it.
func sources() map[string]TokenSource {
	custom := map[string]any{"secret": secret, "list": []any{secret, []byte(secret)}}
	provider := func(context.Context) (AuthToken, error) { return bolt.BasicAuth("neo4j", secret), nil }
	expiring := func(context.Context) (AuthToken, time.Time, error) {
		return bolt.BearerAuth(secret), time.Now().Add(time.Hour), nil
	}
	return map[string]TokenSource{
		"basic": BasicAuth("neo4j", secret), "bearer": BearerAuth(secret), "kerberos": KerberosAuth(secret),
		"custom": CustomAuth("neo4j", secret, "realm", "own", custom), "rotating": RotatingAuth(provider), "expiring": ExpiringAuth(expiring),
	}
}

type secretParams struct {
	Name   string `neo4j:"name"`
	Nested []any  `neo4j:"nested"`
}

// secretValues are parameters with the secret in every place there is; some cannot be sent.
func secretValues() map[string]any {
	return map[string]any{
		"a map":        map[string]any{"name": secret, "nested": map[string]any{"list": []any{secret, []byte(secret)}}},
		"a struct":     secretParams{secret, []any{secret}},
		"a pointer":    &secretParams{secret, nil},
		"a channel":    map[string]any{"name": secret, "nested": []any{secret, make(chan int)}},
		"no UTF-8":     map[string]any{"name": secret + "\xff"},
		"a node":       map[string]any{"name": Node{ElementID: secret, Props: map[string]any{"p": secret}}},
		"not a map":    secret,
		"a wrong date": map[string]any{"name": Date{Year: 1 << 40}, "nested": secret},
	}
}

// TestSecrets does everything that there is to do with secrets in every place, well and badly,
// prints all that it gets hold of, logs at the level of debugging, and looks for the secrets in it.
func TestSecrets(t *testing.T) {
	p := &printout{}
	log := slog.New(slog.NewTextHandler(p, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}))
	for name, source := range sources() {
		t.Run(name, func(t *testing.T) { useSecrets(t, p, log, source) })
	}
	t.Run("sending", func(t *testing.T) { sendSecrets(t, p, log) })
	t.Run("opening", func(t *testing.T) { openWithSecrets(t, p) })
	t.Run("trouble", func(t *testing.T) { troubleWithSecrets(t, p, log) })
	assert.Empty(t, p.finds())
	for _, line := range []string{"driver opened", "C: RUN", "S: SUCCESS", "C: LOGON", "connected", "Neo.ClientError.Security.Unauthorized", "work will be retried"} {
		assert.Contains(t, p.text.String(), line, "the log is on, and the errors are there")
	}
}

// useSecrets logs in, and shows all that there is to hold in one's hands.
func useSecrets(t *testing.T, p *printout, log *slog.Logger, source TokenSource) {
	s := bolttest.New(t, echo)
	options := []Option{WithLogger(log), WithMaxTransactionRetryTime(time.Second)}
	d, err := Open(s.URI(), source, options...)
	require.NoError(t, err)
	defer d.Close(t.Context())
	require.NoError(t, d.VerifyConnectivity(t.Context()))
	token, err := source.Token(t.Context())
	require.NoError(t, err)
	p.show(d, d.config, d.pool, d.engine, d.router, source, token, options, dial.New(d.config.Dial()))

	session := d.Session(Auth(source))
	p.show(session, Auth(source))
	tx, err := session.Begin(t.Context())
	require.NoError(t, err)
	result, err := tx.Query("ECHO", map[string]any{"name": secret}).Open(t.Context())
	require.NoError(t, err)
	p.show(tx, result)
	p.show(result.Close(t.Context()), tx.Rollback(t.Context()), tx, result)
	p.show(panics(t, session))
	conn, err := d.pool.Get(t.Context(), pool.Address(s.Address()), pool.Request{})
	require.NoError(t, err)
	p.show(conn, conn.Bolt())
	conn.Release()
}

// sendSecrets has parameters with secrets, some of which cannot be sent, and takes the answers for
// something else than they are.
func sendSecrets(t *testing.T, p *printout, log *slog.Logger) {
	s := bolttest.New(t, echo)
	d := open(t, s.URI(), WithLogger(log))
	for kind, params := range secretValues() {
		for _, on := range []Querier{d, d.Session()} {
			q := on.Query("ECHO "+kind, params)
			p.show(q, &q)
			_, _, err := q.Collect(t.Context())
			p.show(err)
			_, err = List[int](t.Context(), q)
			p.show(err)
			_, err = As[struct{ Missing int }](q).First(t.Context())
			p.show(err)
		}
	}
}

// echo answers with the parameters.
func echo(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	return bolttest.Rows([]string{"name"}, []any{fmt.Sprint(q.Params["name"])}), nil
}

// panics has a function of the user's panic while the driver's are below it, and returns what is
// recovered.
func panics(t *testing.T, s *Session) (recovered any) {
	defer func() { recovered = recover() }()
	_, err := WriteTx(t.Context(), s, func(ctx context.Context, tx *Transaction) (int, error) {
		return 0, tx.Query("ECHO", map[string]any{"name": secret}).Stream().ForEach(ctx, func(*Record) error { panic("the user's") })
	})
	return err
}

// openWithSecrets makes mistakes in the arguments of Open.
func openWithSecrets(t *testing.T, p *printout) {
	files := filepath.Join("internal", "pkcs8", "testdata")
	certificates := []ClientCertificate{
		ClientCertificateFiles(filepath.Join(files, "plain.pem"), filepath.Join(files, "aes-256-cbc.pem"), secret),
		ClientCertificateFiles("missing.crt", "missing.key", secret),
	}
	for _, c := range certificates {
		option := WithClientCertificate(c)
		_, err := Open("bolt+s://db", NoAuth(), option)
		require.Error(t, err)
		p.show(c, option, err)
	}
	for _, uri := range []string{
		"bolt://neo4j:%s@db", "bolt://%s@db:1", "neo4j://neo4j:%s@db?policy=x", "neo4j://neo4j:a?b%s@db", "bolt://neo4j:x/%s@db", "bolt://neo4j:x#%s@db",
		"bolt://u:p:%s@db", "bolt://neo4j:%s", "neo4j:%s@db", "neo4j://[%s@db",
	} {
		_, err := Open(fmt.Sprintf(uri, secret), NoAuth())
		require.Error(t, err, uri)
		p.show(err)
	}
	p.show(certificates)
}

// troubleWithSecrets has servers refuse, fail, lose connections and time out.
func troubleWithSecrets(t *testing.T, p *printout, log *slog.Logger) {
	provider := errors.New("the vault is closed")
	failing := func(context.Context) (AuthToken, error) { return bolt.BasicAuth("neo4j", secret), provider }
	transient := bolttest.Failure("Neo.TransientError.Transaction.DeadlockDetected", "a deadlock")
	servers := map[string]*bolttest.Server{
		"refused": bolttest.New(t, echo, bolttest.WithAuth(bolt.BasicAuth("neo4j", "another"))),
		"cut":     bolttest.New(t, echo, bolttest.WithFaults(bolttest.CutReceived(500))),
		"failing": bolttest.New(t, echo, bolttest.FailRequest(bolt.TagRun, 1, transient)),
		"late":    bolttest.New(t, hang),
	}
	for name, s := range servers {
		for _, source := range append([]TokenSource{RotatingAuth(failing)}, sources()["basic"], sources()["rotating"]) {
			d, err := Open(s.URI(), source, WithLogger(log), WithMaxTransactionRetryTime(2*time.Second), WithMaxConnectionPoolSize(1))
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			if name == "late" {
				cancel()
				ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
			}
			_, err = d.Query("ECHO", map[string]any{"name": secret}).Exec(ctx)
			p.show(err)
			_, err = d.Session().Query("ECHO", map[string]any{"name": secret}).Exec(ctx)
			p.show(err, d)
			cancel()
			require.NoError(t, d.Close(t.Context()))
			_, err = d.Query("ECHO", map[string]any{"name": secret}).Exec(t.Context())
			p.show(err)
		}
	}
}

// hang answers when its context ends.
func hang(ctx context.Context, _ *bolttest.Query) (*bolttest.Result, error) {
	<-ctx.Done()
	return nil, io.EOF
}
