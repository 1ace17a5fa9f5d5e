package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

var counting = bolttest.Queries{
	"COUNT": bolttest.Range("n", 1, 3),
	"NONE":  bolttest.Rows([]string{"n"}),
}.Handle

func TestResultsAreReadRecordByRecord(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		_, session := s.session(server, object{"fetchSize": 1})
		result := s.ask("Result", "SessionRun", object{"sessionId": session, "cypher": "COUNT", "params": nil})
		assert.Equal(s.t, []any{"n"}, result["keys"])
		of := object{"resultId": result["id"]}
		assert.Equal(s.t, []float64{1}, ints(s.t, s.ask("Record", "ResultPeek", of)))
		assert.Equal(s.t, []float64{1}, ints(s.t, s.ask("Record", "ResultNext", of)))
		assert.Equal(s.t, []string{"RUN COUNT", "PULL 1"}, server.Conversation(1)[2:], "nobody has asked for more")
		assert.Equal(s.t, []float64{2}, ints(s.t, s.ask("Record", "ResultNext", of)))
		summary := s.ask("Summary", "ResultConsume", of)
		assert.Equal(s.t, "COUNT", summary["query"].(object)["text"])
		assert.Equal(s.t, []string{"RUN COUNT", "PULL 1", "PULL 1", "DISCARD -1"}, server.Conversation(1)[2:])
		s.ask("DriverError", "ResultNext", of)
		s.ask("Session", "SessionClose", object{"sessionId": session})
	})
}

func TestALongResultIsReadOverManyBatches(t *testing.T) {
	many := bolttest.Queries{"MANY": bolttest.Range("n", 1, 1008)}.Handle
	forEachFace(t, many, func(s *suite, server *bolttest.Server) {
		_, session := s.session(server, object{"fetchSize": 1000})
		result := s.ask("Result", "SessionRun", object{"sessionId": session, "cypher": "MANY"})
		for want := range 1006 {
			assert.Equal(s.t, []float64{float64(want + 1)}, ints(s.t, s.ask("Record", "ResultNext", object{"resultId": result["id"]})))
		}
		s.ask("Session", "SessionClose", object{"sessionId": session}) // although two records have arrived that nobody has asked for
	})
}

func TestWholeResults(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		_, session := s.session(server, nil)
		run := func(cypher string) object {
			result := s.ask("Result", "SessionRun", object{"sessionId": session, "cypher": cypher})
			return object{"resultId": result["id"]}
		}
		assert.Len(s.t, s.ask("RecordList", "ResultList", run("COUNT"))["records"], 3)
		s.ask("DriverError", "ResultSingle", run("COUNT"))
		s.ask("DriverError", "ResultSingle", run("NONE"))
		assert.Nil(s.t, s.ask("RecordOptional", "ResultSingleOptional", run("NONE"))["record"])
		assert.Len(s.t, s.ask("RecordOptional", "ResultSingleOptional", run("COUNT"))["warnings"], 1)
		s.ask("NullRecord", "ResultNext", run("NONE"))
	})
}

// What is begun on a session while a result is open comes behind it, and loses nothing of it.
func TestAnOpenResultIsReadBeforeTheNextBegins(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		_, session := s.session(server, object{"fetchSize": 1})
		first := s.ask("Result", "SessionRun", object{"sessionId": session, "cypher": "COUNT"})
		s.ask("Result", "SessionRun", object{"sessionId": session, "cypher": "NONE"})
		for want := range 3 {
			record := s.ask("Record", "ResultNext", object{"resultId": first["id"]})
			assert.Equal(s.t, []float64{float64(want + 1)}, ints(s.t, record))
		}
		s.ask("NullRecord", "ResultNext", object{"resultId": first["id"]})
		assert.Equal(s.t, []string{"RUN COUNT", "PULL 1", "PULL 1", "PULL 1", "RUN NONE", "PULL 1"}, server.Conversation(1)[2:])
	})
}

func TestAManagedTransactionIsRetriedWithTheVeryErrorThatTheTestWasGiven(t *testing.T) {
	refuse := bolttest.FailRequest(bolt.TagRun, 1, bolttest.Failure("Neo.TransientError.General.TestError", "once more"))
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		_, session := s.session(server, nil)
		first := s.ask("RetryableTry", "SessionWriteTransaction", object{"sessionId": session})
		failed := s.ask("DriverError", "TransactionRun", object{"txId": first["id"], "cypher": "COUNT"})
		assert.Equal(s.t, true, failed["retryable"])
		second := s.ask("RetryableTry", "RetryableNegative", object{"sessionId": session, "errorId": failed["id"]})
		result := s.ask("Result", "TransactionRun", object{"txId": second["id"], "cypher": "COUNT"})
		assert.Equal(s.t, []float64{1}, ints(s.t, s.ask("Record", "ResultNext", object{"resultId": result["id"]})))
		s.ask("RetryableDone", "RetryablePositive", object{"sessionId": session})
		assert.Len(s.t, s.ask("Bookmarks", "SessionLastBookmarks", object{"sessionId": session})["bookmarks"], 1)
	}, refuse)
}

func TestAnErrorOfTheTestsOwnIsGivenBack(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		_, session := s.session(server, nil)
		s.ask("RetryableTry", "SessionReadTransaction", object{"sessionId": session})
		s.ask("FrontendError", "RetryableNegative", object{"sessionId": session, "errorId": ""})
	})
}

func TestTransactions(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		_, session := s.session(server, object{"fetchSize": 1})
		tx := s.ask("Transaction", "SessionBeginTransaction", object{"sessionId": session, "timeout": 60_000})
		of := object{"txId": tx["id"]}
		result := s.ask("Result", "TransactionRun", object{"txId": tx["id"], "cypher": "COUNT"})
		failed := s.ask("DriverError", "TransactionRun", object{"txId": tx["id"], "cypher": "NO SUCH QUERY"})
		assert.Equal(s.t, "Neo4jError", failed["errorType"])
		assert.NotEmpty(s.t, failed["code"])
		assert.Equal(s.t, "result failed", s.ask("DriverError", "ResultConsume", object{"resultId": result["id"]})["errorType"])
		assert.Equal(s.t, "cannot use this transaction", s.ask("DriverError", "TransactionCommit", of)["errorType"])
		s.ask("Transaction", "TransactionClose", of)
	})
}

func TestCallbacksAreAnsweredWhileTheirRequestWaits(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		manager := s.ask("BookmarkManager", "NewBookmarkManager", object{
			"initialBookmarks": []string{"a"}, "bookmarksSupplierRegistered": true, "bookmarksConsumerRegistered": true,
		})["id"]
		driver, _ := s.session(server, nil)
		asked := s.ask("BookmarksSupplierRequest", "ExecuteQuery", object{
			"driverId": driver, "cypher": "COUNT", "params": object{}, "config": object{"bookmarkManagerId": manager, "routing": "w"},
		})
		told := s.ask("BookmarksConsumerRequest", "BookmarksSupplierCompleted", object{"requestId": asked["id"], "bookmarks": []string{"b"}})
		assert.Len(s.t, told["bookmarks"], 1)
		answer := s.ask("EagerResult", "BookmarksConsumerCompleted", object{"requestId": told["id"]})
		assert.Equal(s.t, []any{"n"}, answer["keys"])
		assert.Len(s.t, answer["records"], 3)
		begins := bolttest.Received[*bolt.Begin](server)
		require.Len(s.t, begins, 1)
		assert.ElementsMatch(s.t, []string{"a", "b"}, begins[0].Bookmarks)
	})
}

// A test that fails in the middle leaves everything open.
func TestWhatATestLeavesIsCleanedUp(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		_, session := s.session(server, object{"fetchSize": 1})
		result := s.ask("Result", "SessionRun", object{"sessionId": session, "cypher": "COUNT"})
		s.ask("Record", "ResultNext", object{"resultId": result["id"]})
		s.ask("RetryableTry", "SessionWriteTransaction", object{"sessionId": session})
	})
}

func TestTheBackendsOwnFaultsAreTold(t *testing.T) {
	forEachFace(t, counting, func(s *suite, server *bolttest.Server) {
		s.ask("BackendError", "NoSuchRequest", nil)
		s.ask("BackendError", "SessionClose", object{"sessionId": "7"})
		s.ask("BackendError", "NewDriver", object{"uri": 5})
		s.ask("DriverError", "NewDriver", object{"uri": "bolt://localhost?a=b"})
		driver, _ := s.session(server, nil)
		s.ask("Driver", "VerifyConnectivity", object{"driverId": driver})
		info := s.ask("ServerInfo", "GetServerInfo", object{"driverId": driver})
		assert.Equal(s.t, server.Address(), info["address"])
		assert.Equal(s.t, object{"inUse": 0.0, "idle": 1.0},
			s.ask("ConnectionPoolMetrics", "GetConnectionPoolMetrics", object{"driverId": driver, "address": server.Address()}))
		s.ask("Driver", "DriverClose", object{"driverId": driver})
		assert.Equal(s.t, false, s.ask("DriverIsEncrypted", "CheckDriverIsEncrypted", object{"driverId": driver})["encrypted"])
	})
}

func TestFeaturesAndSkips(t *testing.T) {
	forEachFace(t, counting, func(s *suite, _ *bolttest.Server) {
		assert.Contains(s.t, s.ask("FeatureList", "GetFeatures", nil)["features"], "Feature:Bolt:5.7")
		s.ask("RunTest", "StartTest", object{"testName": "stub.retry.test_retry.TestRetry.test_read"})
		for _, skip := range skips {
			require.NotEmpty(s.t, skip.reason)
			s.ask("SkipTest", "StartTest", object{"testName": "stub.TestX" + skip.pattern})
		}
		s.ask("RunSubTests", "StartTest", object{"testName": "neo4j.TestX.test_date_time_cypher_created_tz_id"})
		s.ask("RunTest", "StartSubTest", object{"testName": "x", "subtestArguments": object{"tz_id": "Europe/Berlin"}})
		s.ask("SkipTest", "StartSubTest", object{"testName": "x", "subtestArguments": object{"tz_id": "Not/There"}})
		s.ask("SkipTest", "StartSubTest", object{"testName": "x", "subtestArguments": object{
			"dt": object{"name": "CypherDateTime", "data": object{"timezone_id": "Not/There"}},
		}})
	})
}
