package main

import (
	"context"
	"strings"
)

func init() {
	on("GetFeatures", getFeatures)
	on("StartTest", startTest)
	on("StartSubTest", startSubTest)
}

// features is what the driver can do. What is not here it cannot, for the reasons in missing.
var features = []string{
	"Feature:API:BookmarkManager",
	"Feature:API:ConnectionAcquisitionTimeout",
	"Feature:API:Driver.ExecuteQuery",
	"Feature:API:Driver.ExecuteQuery:WithAuth",
	"Feature:API:Driver.IsEncrypted",
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
	"ConfHint:connection.recv_timeout_seconds",
	"Detail:ClosedDriverIsEncrypted",
	"Optimization:AuthPipelining",
	"Optimization:ConnectionReuse",
	"Optimization:EagerTransactionBegin",
	"Optimization:ExecuteQueryPipelining",
	"Optimization:ImplicitDefaultArguments",
	"Optimization:MinimalBookmarksSet",
	"Optimization:MinimalResets",
	"Optimization:PullPipelining",
}

func getFeatures(_ *conn, _ context.Context, _ struct{}) (string, any, error) {
	return "FeatureList", map[string]any{"features": features}, nil
}

// skip says why tests are not for this driver. pattern is a part of their names.
type skip struct{ pattern, reason string }

var skips = []skip{
	{".test_result_single_with_0_records", noNames},
	{".test_result_single_with_2_records", noNames},
	{".test_result_single_with_disconnect", noNames},
	{".test_result_single_optional_with_2_records", noNames},
	{".test_result_single_optional_with_disconnect", noNames},
	{".test_explicit_config_and_scheme_config", noNames},
}

const noNames = "the suite has no names for the errors that it expects of a driver for Go here"

type testRequest struct {
	Test string `json:"testName"`
}

func startTest(_ *conn, _ context.Context, r testRequest) (string, any, error) {
	for _, s := range skips {
		if strings.Contains(r.Test, s.pattern) {
			return "SkipTest", map[string]string{"reason": s.reason}, nil
		}
	}
	return "RunTest", nil, nil
}

func startSubTest(_ *conn, _ context.Context, _ testRequest) (string, any, error) {
	return "RunTest", nil, nil
}
