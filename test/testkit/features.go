package main

import (
	"context"
	"strings"
	"time"
)

func init() {
	on("GetFeatures", getFeatures)
	on("StartTest", startTest)
	on("StartSubTest", startSubTest)
}

// features is what the driver can do. What is not here it cannot:
//
//   - TLS 1.1: it speaks TLS 1.2 and newer;
//   - Backend:MockTime: its clock cannot be set;
//   - Optimization:ResultListFetchAll: nothing is asked for that was not said to be wanted;
//   - Detail:DefaultSecurityConfigValueEquality: an option that the scheme of the URI has decided is an error, whatever it says.
var features = []string{
	"Feature:API:BookmarkManager",
	"Feature:API:ConnectionAcquisitionTimeout",
	"Feature:API:Driver.ExecuteQuery",
	"Feature:API:Driver.ExecuteQuery:WithAuth",
	"Feature:API:Driver.IsEncrypted",
	"Feature:API:Driver.SupportsSessionAuth",
	"Feature:API:Driver.VerifyAuthentication",
	"Feature:API:Driver.VerifyConnectivity",
	"Feature:API:Driver:GetServerInfo",
	"Feature:API:Driver:NotificationsConfig",
	"Feature:API:Liveness.Check",
	"Feature:API:Result.List",
	"Feature:API:Result.Peek",
	"Feature:API:Result.Single",
	"Feature:API:Result.SingleOptional",
	"Feature:API:RetryableExceptions",
	"Feature:API:SSLClientCertificate",
	"Feature:API:SSLConfig",
	"Feature:API:Session:AuthConfig",
	"Feature:API:Session:NotificationsConfig",
	"Feature:API:Summary:GqlStatusObjects",
	"Feature:API:Type.Spatial",
	"Feature:API:Type.Temporal",
	"Feature:Auth:Bearer",
	"Feature:Auth:Custom",
	"Feature:Auth:Kerberos",
	"Feature:Auth:Managed",
	"Feature:Bolt:3.0",
	"Feature:Bolt:4.1",
	"Feature:Bolt:4.2",
	"Feature:Bolt:4.3",
	"Feature:Bolt:4.4",
	"Feature:Bolt:5.0",
	"Feature:Bolt:5.1",
	"Feature:Bolt:5.2",
	"Feature:Bolt:5.3",
	"Feature:Bolt:5.4",
	"Feature:Bolt:5.5",
	"Feature:Bolt:5.6",
	"Feature:Bolt:5.7",
	"Feature:Bolt:Patch:UTC",
	"Feature:Impersonation",
	"Feature:TLS:1.2",
	"Feature:TLS:1.3",
	"AuthorizationExpiredTreatment",
	"Backend:RTFetch",
	"Backend:RTForceUpdate",
	"ConfHint:connection.recv_timeout_seconds",
	"Detail:ClosedDriverIsEncrypted",
	"Optimization:AuthPipelining",
	"Optimization:ConnectionReuse",
	"Optimization:EagerTransactionBegin",
	"Optimization:ExecuteQueryPipelining",
	"Optimization:ImplicitDefaultArguments",
	"Optimization:MinimalBookmarksSet",
	"Optimization:MinimalResets",
	"Optimization:MinimalVerifyAuthentication",
	"Optimization:PullPipelining",
}

func getFeatures(_ *conn, _ context.Context, _ struct{}) (string, any, error) {
	return "FeatureList", map[string]any{"features": features}, nil
}

// skip says why tests are not for this driver. pattern is how their names end.
type skip struct{ pattern, reason string }

var skips = []skip{
	{".test_result_single_with_0_records", noNames},
	{".test_result_single_with_2_records", noNames},
	{".test_result_single_with_disconnect", noNames},
	{".test_result_single_optional_with_2_records", noNames},
	{".test_result_single_optional_with_disconnect", noNames},
	{".test_explicit_config_and_scheme_config", noNames},
	{".test_router_handshake_has_own_timeout_in_time", oneDeadline},
	{".test_does_not_encompass_router_route_response", oneDeadline},
	{".test_should_enrich_bookmarks_with_bookmark_supplier_result", askedOnce},
	{".test_should_not_change_bmm_state_with_supplied_bookmarks", askedOnce},
}

const noNames = "the suite has no names for the errors that it expects of a driver for Go here"

const (
	oneDeadline = "the limit for acquiring a connection is one for everything that is needed for it, finding out the servers included"
	askedOnce   = "a manager is asked for bookmarks once for each transaction; what it says goes for the routing table and for BEGIN"
)

// perZone are tests with a part for each time zone that their author's machine knows. Those that this machine does not know are left out.
var perZone = []string{".test_should_echo_all_timezone_ids", ".test_date_time_cypher_created_tz_id"}

type testRequest struct {
	Test string `json:"testName"`
}

func startTest(_ *conn, _ context.Context, r testRequest) (string, any, error) {
	for _, s := range skips {
		if strings.HasSuffix(r.Test, s.pattern) {
			return skipTest(s.reason)
		}
	}
	for _, suffix := range perZone {
		if strings.HasSuffix(r.Test, suffix) {
			return "RunSubTests", nil, nil
		}
	}
	return "RunTest", nil, nil
}

func skipTest(reason string) (string, any, error) {
	return "SkipTest", map[string]string{"reason": reason}, nil
}

func startSubTest(_ *conn, _ context.Context, r struct {
	Arguments struct {
		Zone string  `json:"tz_id"`
		Time message `json:"dt"`
	} `json:"subtestArguments"`
},
) (string, any, error) {
	zone := r.Arguments.Zone
	if dt := r.Arguments.Time; dt.Name != "" {
		var t moment
		if err := decode(dt.Data, &t); err != nil {
			return "", nil, backendError{err.Error()}
		}
		if t.Zone != nil {
			zone = *t.Zone
		}
		if v, err := t.dateTime(); err == nil && t.Offset != nil {
			if _, offset := v.(time.Time).Zone(); offset != *t.Offset {
				return skipTest("this machine knows another offset of " + zone)
			}
		}
	}
	if _, err := time.LoadLocation(zone); err != nil {
		return skipTest("this machine does not know the time zone " + zone)
	}
	return "RunTest", nil, nil
}
