package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

func basic(password string) object {
	return object{"name": "AuthorizationToken", "data": object{"scheme": "basic", "principal": "neo4j", "credentials": password}}
}

var guarded = bolttest.WithAuth(bolt.BasicAuth("neo4j", "summer"))

// openWith opens a driver whose tokens come from a manager.
func (s *suite) openWith(uri string, manager any) any {
	s.t.Helper()
	return s.ask("Driver", "NewDriver", object{"uri": uri, "authorizationToken": nil, "authTokenManagerId": manager})["id"]
}

func TestAManagerOfTheTestsIsAskedForEveryTokenAndToldOfEveryRefusal(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		manager := s.ask("AuthTokenManager", "NewAuthTokenManager", nil)["id"]
		driver := s.openWith(server.URI(), manager)
		asked := s.ask("AuthTokenManagerGetAuthRequest", "VerifyConnectivity", object{"driverId": driver})
		assert.Equal(s.t, manager, asked["authTokenManagerId"])
		told := s.ask("AuthTokenManagerHandleSecurityExceptionRequest", "AuthTokenManagerGetAuthCompleted",
			object{"requestId": asked["id"], "auth": basic("spring")})
		assert.Equal(s.t, basic("spring"), told["auth"], "as the test has written it")
		assert.Equal(s.t, "Neo.ClientError.Security.Unauthorized", told["errorCode"])
		failed := s.ask("DriverError", "AuthTokenManagerHandleSecurityExceptionCompleted", object{"requestId": told["id"], "handled": true})
		assert.Equal(s.t, true, failed["retryable"])
		s.ask("AuthTokenManager", "AuthTokenManagerClose", object{"id": manager})
	}, guarded)
}

func TestProvidersAreAskedAgainAfterARefusal(t *testing.T) {
	cases := map[string]struct {
		manager, request, id, completed string
		token                           func(password string) object
	}{
		"basic": {"BasicAuthTokenManager", "BasicAuthTokenProviderRequest", "basicAuthTokenManagerId", "BasicAuthTokenProviderCompleted", basic},
		"bearer": {
			"BearerAuthTokenManager", "BearerAuthTokenProviderRequest", "bearerAuthTokenManagerId", "BearerAuthTokenProviderCompleted",
			func(password string) object {
				return object{"name": "AuthTokenAndExpiration", "data": object{"auth": basic(password), "expiresInMs": 60_000}}
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
				manager := s.ask(c.manager, "New"+c.manager, nil)["id"]
				driver := s.openWith(server.URI(), manager)
				first := s.ask(c.request, "ExecuteQuery", object{"driverId": driver, "cypher": "COUNT", "config": object{"routing": "r"}})
				assert.Equal(s.t, manager, first[c.id])
				second := s.ask(c.request, c.completed, object{"requestId": first["id"], "auth": c.token("spring")})
				answer := s.ask("EagerResult", c.completed, object{"requestId": second["id"], "auth": c.token("summer")})
				assert.Len(s.t, answer["records"], 3)
			}, guarded)
		})
	}
}

func TestWhoIsLetIn(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		driver := s.ask("Driver", "NewDriver", object{"uri": server.URI(), "authorizationToken": basic("summer")})["id"]
		for password, accepted := range map[string]bool{"summer": true, "spring": false} {
			answer := s.ask("DriverIsAuthenticated", "VerifyAuthentication", object{"driverId": driver, "authorizationToken": basic(password)})
			assert.Equal(s.t, accepted, answer["authenticated"])
		}
		own := s.ask("DriverIsAuthenticated", "VerifyAuthentication", object{"driverId": driver, "authorizationToken": nil})
		assert.Equal(s.t, true, own["authenticated"])
		assert.Equal(s.t, true, s.ask("SessionAuthSupport", "CheckSessionAuthSupport", object{"driverId": driver})["available"])
		assert.Equal(s.t, true, s.ask("MultiDBSupport", "CheckMultiDBSupport", object{"driverId": driver})["available"])
	}, guarded)
}

func TestAnOldServerSupportsLess(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		driver, _ := s.session(server, nil)
		assert.Equal(s.t, false, s.ask("SessionAuthSupport", "CheckSessionAuthSupport", object{"driverId": driver})["available"])
		assert.Equal(s.t, false, s.ask("MultiDBSupport", "CheckMultiDBSupport", object{"driverId": driver})["available"])
	}, bolttest.WithVersions(bolt.Version{Major: 3}))
}

func TestRoutingTablesAndTheHooksOnTheWayToThem(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		_, port, _ := strings.Cut(server.Address(), ":")
		driver := s.ask("Driver", "NewDriver", object{
			"uri": "neo4j://seed:1", "authorizationToken": nil, "resolverRegistered": true, "domainNameResolverRegistered": true,
		})["id"]
		of := object{"driverId": driver, "database": "movies"}
		empty := s.ask("RoutingTable", "GetRoutingTable", of)
		assert.Equal(s.t, object{"database": nil, "ttl": 0.0, "routers": []any{}, "readers": []any{}, "writers": []any{}}, empty)

		resolving := s.ask("ResolverResolutionRequired", "ForcedRoutingTableUpdate", of)
		assert.Equal(s.t, "seed:1", resolving["address"])
		name := s.ask("DomainNameResolutionRequired", "ResolverResolutionCompleted",
			object{"requestId": resolving["id"], "addresses": []string{"db.example:" + port}})
		assert.Equal(s.t, "db.example", name["name"])
		s.ask("Driver", "DomainNameResolutionCompleted", object{"requestId": name["id"], "addresses": []string{"127.0.0.1"}})

		table := s.ask("RoutingTable", "GetRoutingTable", of)
		assert.Equal(s.t, "movies", table["database"])
		assert.Equal(s.t, 300.0, table["ttl"])
		require.Len(s.t, table["writers"], 1)
	})
}

func TestAQueryOfTheDriverIsWholeOrThereIsNone(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		driver, _ := s.session(server, nil)
		answer := s.ask("EagerResult", "ExecuteQuery", object{"driverId": driver, "cypher": "NONE", "config": object{"routing": "r"}})
		assert.Equal(s.t, []any{"n"}, answer["keys"], "also without records")
		assert.Equal(s.t, []string{"BEGIN", "RUN NONE", "PULL 1000", "COMMIT"}, server.Conversation(1)[2:])
	})
}

func TestTheNewestBoltCanBeLimited(t *testing.T) {
	var b backend
	require.NoError(t, b.limit(""))
	assert.Empty(t, b.options)
	require.NoError(t, b.limit("5.8"))
	assert.Len(t, b.options, 1)
	assert.ErrorContains(t, b.limit("five"), `"five" is no version of Bolt`)
}
