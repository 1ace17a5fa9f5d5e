// Package conversation is a conversation over Bolt that has one of everything: values of every type, results in several batches and side by side, failures
// before and within a result, transactions, early stops, plans, notifications, a routing table.
//
// The integration tests have it with real servers and record what these say, and the tests of package bolt have it again with the recordings, whole and
// spoiled. It imports bolt and records, and is imported by tests only.
package conversation
