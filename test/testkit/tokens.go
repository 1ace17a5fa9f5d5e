package main

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/neorx/neorx"
)

func init() {
	on("NewAuthTokenManager", newTokenManager)
	on("NewBasicAuthTokenManager", newRotatingAuth)
	on("NewBearerAuthTokenManager", newExpiringAuth)
	on("AuthTokenManagerClose", closeTokenManager)
}

// tokenManager is a source of tokens that the test implements.
type tokenManager struct {
	c   *conn
	ctx context.Context // of the connection: whoever reports a refusal brings none
	id  string

	mu    sync.Mutex // guards given
	given []givenToken
}

// givenToken is a token, and what the test has written for it.
type givenToken struct {
	token neorx.AuthToken
	text  json.RawMessage
}

func newTokenManager(c *conn, ctx context.Context, _ struct{}) (string, any, error) {
	m := &tokenManager{c: c, ctx: ctx}
	m.id = c.add(neorx.TokenSource(m))
	return "AuthTokenManager", identified{m.id}, nil
}

// Token asks the test for the token of now.
func (m *tokenManager) Token(ctx context.Context) (neorx.AuthToken, error) {
	var answer struct {
		Auth json.RawMessage `json:"auth"`
	}
	if err := m.c.ask(ctx, "AuthTokenManagerGetAuthRequest", map[string]any{"authTokenManagerId": m.id}, &answer); err != nil {
		return neorx.AuthToken{}, err
	}
	var a authorization
	if err := decode(answer.Auth, &a); err != nil {
		return neorx.AuthToken{}, err
	}
	token := a.token()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.given = append(m.given, givenToken{token, answer.Auth})
	return token, nil
}

// Rejected asks the test whether it will have a better token.
func (m *tokenManager) Rejected(token neorx.AuthToken, err error) bool {
	var server *neorx.ServerError
	if !errors.As(err, &server) {
		return false
	}
	var answer struct {
		Handled bool `json:"handled"`
	}
	err = m.c.ask(m.ctx, "AuthTokenManagerHandleSecurityExceptionRequest", map[string]any{
		"authTokenManagerId": m.id, "auth": m.text(token), "errorCode": server.Code,
	}, &answer)
	return err == nil && answer.Handled
}

// text is what the test has written for a token.
func (m *tokenManager) text(token neorx.AuthToken) json.RawMessage {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, g := range m.given {
		if g.token.Equal(token) {
			return g.text
		}
	}
	return nil
}

// newRotatingAuth makes the source of the driver's own that asks the test for the next token when one was refused.
func newRotatingAuth(c *conn, _ context.Context, _ struct{}) (string, any, error) {
	id := c.newID()
	c.put(id, neorx.RotatingAuth(func(ctx context.Context) (neorx.AuthToken, error) {
		var answer struct {
			Auth authorization `json:"auth"`
		}
		err := c.ask(ctx, "BasicAuthTokenProviderRequest", map[string]any{"basicAuthTokenManagerId": id}, &answer)
		return answer.Auth.token(), err
	}))
	return "BasicAuthTokenManager", identified{id}, nil
}

// newExpiringAuth makes the source of the driver's own that asks the test for the next token when one has expired: the suite's hold to the last moment.
func newExpiringAuth(c *conn, _ context.Context, _ struct{}) (string, any, error) {
	id := c.newID()
	c.put(id, neorx.ExpiringAuth(func(ctx context.Context) (token neorx.AuthToken, expires time.Time, err error) {
		var answer struct {
			Auth struct {
				Data struct {
					Auth      authorization `json:"auth"`
					ExpiresIn *milliseconds `json:"expiresInMs"`
				} `json:"data"`
			} `json:"auth"`
		}
		err = c.ask(ctx, "BearerAuthTokenProviderRequest", map[string]any{"bearerAuthTokenManagerId": id}, &answer)
		when(answer.Auth.Data.ExpiresIn, func(m milliseconds) { expires = time.Now().Add(m.duration()) })
		return answer.Auth.Data.Auth.token(), expires, err
	}, neorx.RenewEarly(0)))
	return "BearerAuthTokenManager", identified{id}, nil
}

func closeTokenManager(_ *conn, _ context.Context, r identified) (string, any, error) {
	return "AuthTokenManager", r, nil
}
