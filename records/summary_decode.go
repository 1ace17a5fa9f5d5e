package records

import (
	"time"

	"github.com/neorx/neorx/bolt/packstream"
)

// SummaryMeta is what the reply to PULL or DISCARD says that is not part of the summary.
type SummaryMeta struct {
	HasMore  bool   // the result goes on
	Bookmark string // auto-commit only; empty for none
}

// DecodeSummary reads n entries of the metadata of a SUCCESS that answers PULL or DISCARD into s. Malformed input, and
// a type of query that does not exist, are reported by r's Err. After the last one [Summary.Finish] completes s.
func DecodeSummary(r *packstream.Reader, n int, s *Summary) (meta SummaryMeta) {
	s.ResultConsumedAfter = Unknown
	for ; n > 0 && r.Err() == nil; n-- {
		key := r.Text()
		if r.Kind() == packstream.Null {
			r.Null()
			continue
		}
		switch string(key) {
		case "has_more":
			meta.HasMore = r.Bool()
		case "bookmark":
			meta.Bookmark = r.String()
		default:
			s.decode(r, key)
		}
	}
	return meta
}

func (s *Summary) decode(r *packstream.Reader, key []byte) {
	switch string(key) {
	case "db":
		if db := r.Text(); s.Database != string(db) {
			s.Database = string(db)
		}
	case "type":
		s.QueryType = decodeQueryType(r)
	case "t_last":
		s.ResultConsumedAfter = time.Duration(r.Int()) * time.Millisecond
	case "stats":
		s.Counters.decode(r)
	case "plan":
		s.Plan = decodeProfile(r, 0).plan()
	case "profile":
		s.Profile = decodeProfile(r, 0)
		s.Plan = s.Profile.plan()
	case "notifications":
		s.Notifications = decodeNotifications(r)
	case "statuses":
		s.Statuses = decodeStatuses(r)
	default:
		r.Skip()
	}
}

func decodeQueryType(r *packstream.Reader) QueryType {
	offset := r.Offset()
	switch b := r.Text(); string(b) {
	case "r":
		return QueryTypeRead
	case "w":
		return QueryTypeWrite
	case "rw":
		return QueryTypeReadWrite
	case "s":
		return QueryTypeSchemaWrite
	default:
		r.Fail(&packstream.Error{Offset: offset, Reason: "the unknown type of query " + quoted(b)})
		return QueryTypeUnknown
	}
}
