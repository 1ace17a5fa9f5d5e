package records

import "time"

// Unknown is the value of a duration in a [Summary] that the server has not told.
const Unknown time.Duration = -1

// Summary is what the server has to say about a query that has ended. It is immutable once it has been handed out.
type Summary struct {
	Query      string // the text of the query
	Parameters any    // as they were given

	Keys []string // the names of the columns, in order; do not change the slice

	Server    ServerInfo
	Database  string // that ran the query; empty where the server does not tell
	QueryType QueryType
	Counters  Counters

	// Plan is there for EXPLAIN and PROFILE, Profile for PROFILE; nil otherwise.
	Plan    *Plan
	Profile *Profile

	// Notifications and Statuses tell the same: what the server found worth mentioning. From Bolt 5.6 on it sends
	// statuses, of which the notifications are those with a code; before, notifications, to which an overall outcome is
	// added for the statuses.
	Notifications []Notification
	Statuses      []Status

	// ResultAvailableAfter is the time to the first record, ResultConsumedAfter to the last one, in whole milliseconds
	// as the server measured; Unknown where it does not tell.
	ResultAvailableAfter time.Duration
	ResultConsumedAfter  time.Duration
}

// ServerInfo tells which server has answered.
type ServerInfo struct {
	Address         string // host:port that was dialled
	Agent           string // "Neo4j/2026.09.0"
	ConnectionID    string // by which the server's logs call the connection
	ProtocolVersion string // "6.1"
}

// QueryType tells what a query did, or could have done.
type QueryType string

// The types of queries. The empty one is unknown.
const (
	QueryTypeUnknown     QueryType = ""
	QueryTypeRead        QueryType = "r"
	QueryTypeWrite       QueryType = "w"
	QueryTypeReadWrite   QueryType = "rw"
	QueryTypeSchemaWrite QueryType = "s"
)

// SetAvailableAfter sets ResultAvailableAfter from the reply to RUN, in which it may be missing.
func (s *Summary) SetAvailableAfter(d time.Duration, present bool) {
	s.ResultAvailableAfter = d
	if !present {
		s.ResultAvailableAfter = Unknown
	}
}

// Finish completes a summary after the last SUCCESS: it derives the notifications from the statuses where the server
// sends statuses (Bolt 5.6 and newer), and the statuses from the notifications and the outcome where it does not.
// Fields are the columns of the result; discarded says that its end was not read.
func (s *Summary) Finish(recordsSeen, hadFields, discarded, statusesKnown bool) {
	if statusesKnown {
		s.Notifications = notificationsOf(s.Statuses)
		return
	}
	outcome := outcomeStatus(recordsSeen, hadFields, discarded)
	if len(s.Notifications) == 0 {
		s.Statuses = []Status{outcome}
		return
	}
	s.Statuses = statusesOf(s.Notifications, outcome)
}
