package records

import (
	"slices"

	"github.com/neorx/neorx/bolt/packstream"
)

// Status is a GQL status object: the outcome of a query, or something that the server found worth mentioning.
type Status struct {
	GQLStatus   string // five characters: "00000"
	Description string

	// IsNotification tells what the server found worth mentioning from outcomes. The others below say more about it;
	// they are unknown, or nil, for outcomes.
	IsNotification    bool
	Severity          Severity
	RawSeverity       string // as the server sent it
	Classification    Classification
	RawClassification string // as the server sent it
	Position          *Position

	code, title, text string // of the notification
	diagnostic        Map    // what differs from the default
}

// Diagnostic returns the diagnostic record, with the keys OPERATION, OPERATION_CODE and CURRENT_SCHEMA in any case. The
// map is the caller's.
func (s *Status) Diagnostic() map[string]any {
	m := map[string]any{"OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/"}
	for i := range s.diagnostic {
		m[s.diagnostic[i].Key] = s.diagnostic[i].Value.Any()
	}
	return m
}

// decodeStatuses reads the list "statuses" and keeps its order.
func decodeStatuses(r *packstream.Reader) []Status {
	n := r.List()
	list := make([]Status, 0, min(n, 4))
	for ; n > 0 && r.Err() == nil; n-- {
		list = append(list, decodeStatus(r))
	}
	return list
}

func decodeStatus(r *packstream.Reader) Status {
	s := Status{Severity: SeverityUnknown, Classification: ClassificationUnknown}
	for n := r.Map(); n > 0 && r.Err() == nil; n-- {
		switch key := r.Text(); string(key) {
		case "gql_status":
			s.GQLStatus = frequentText(r)
		case "status_description":
			s.Description = frequentText(r)
		case "neo4j_code":
			s.IsNotification = true
			s.code = optionalText(r)
		case "title":
			s.title = optionalText(r)
		case "description":
			s.text = optionalText(r)
		case "diagnostic_record":
			s.diagnostic, _ = decodeMetadata(r).AsMap()
		default:
			r.Skip()
		}
	}
	if len(s.diagnostic) > 0 {
		s.diagnose()
	}
	return s
}

// diagnose takes what has a field of its own from the diagnostic record.
func (s *Status) diagnose() {
	severity, _ := s.diagnostic.Get("_severity")
	classification, _ := s.diagnostic.Get("_classification")
	position, _ := s.diagnostic.Get("_position")
	s.RawSeverity, _ = severity.AsString()
	s.RawClassification, _ = classification.AsString()
	s.Severity = severityOf(s.RawSeverity)
	s.Classification = classificationOf(s.RawClassification)
	s.Position = positionOf(position)
}

// frequentText reads a String, and makes no copy of what nearly every query ends with.
func frequentText(r *packstream.Reader) string {
	if r.Kind() != packstream.String {
		r.Skip()
		return ""
	}
	b := r.Text()
	for _, s := range [...]string{
		statusSuccess, statusOmitted, statusNoData, textSuccess, textOmitted, textNoData,
	} {
		if string(b) == s {
			return s
		}
	}
	return string(b)
}

const (
	statusSuccess    = "00000"
	statusOmitted    = "00001"
	statusNoData     = "02000"
	statusNotRead    = "02N42"
	statusWarning    = "01N42"
	statusInfo       = "03N42"
	textSuccess      = "note: successful completion"
	textOmitted      = "note: successful completion - omitted result"
	textNoData       = "note: no data"
	textNotRead      = "note: no data - unknown subcondition"
	textWarning      = "warn: unknown warning"
	textNotification = "info: unknown notification"
)

// outcomeStatus returns the status of a query whose server sends none.
func outcomeStatus(recordsSeen, hadFields, discarded bool) Status {
	s := Status{Severity: SeverityUnknown, Classification: ClassificationUnknown}
	switch {
	case recordsSeen:
		s.GQLStatus, s.Description = statusSuccess, textSuccess
	case !hadFields:
		s.GQLStatus, s.Description = statusOmitted, textOmitted
	case discarded:
		s.GQLStatus, s.Description = statusNotRead, textNotRead
	default:
		s.GQLStatus, s.Description = statusNoData, textNoData
	}
	return s
}

// statusesOf returns notifications and an outcome as statuses in their order: no data, warnings, success, information.
func statusesOf(notifications []Notification, outcome Status) []Status {
	list := make([]Status, 0, len(notifications)+1)
	list = append(list, outcome)
	for i := range notifications {
		list = append(list, statusOf(&notifications[i]))
	}
	slices.SortStableFunc(list, func(a, b Status) int { return a.group() - b.group() })
	return list
}

func (s *Status) group() int {
	switch s.GQLStatus[:2] {
	case "02":
		return 0
	case "01":
		return 1
	case "00":
		return 2
	default:
		return 3
	}
}

// statusOf returns a notification as a status.
func statusOf(n *Notification) Status {
	s := Status{
		GQLStatus: statusInfo, Description: n.Description, IsNotification: true,
		Severity: n.Severity, RawSeverity: n.RawSeverity,
		Classification: n.Category, RawClassification: n.RawCategory,
		Position: n.Position,
		code:     n.Code, title: n.Title, text: n.Description,
	}
	standIn := textNotification
	if n.Severity == SeverityWarning {
		s.GQLStatus, standIn = statusWarning, textWarning
	}
	if s.Description == "" {
		s.Description = standIn
	}
	if n.RawSeverity != "" {
		s.diagnostic = append(s.diagnostic, Entry{"_severity", StringValue(n.RawSeverity)})
	}
	if n.RawCategory != "" {
		s.diagnostic = append(s.diagnostic, Entry{"_classification", StringValue(n.RawCategory)})
	}
	if p := n.Position; p != nil {
		s.diagnostic = append(s.diagnostic, Entry{"_position", MapValue(
			Entry{"offset", IntValue(int64(p.Offset))}, Entry{"line", IntValue(int64(p.Line))}, Entry{"column", IntValue(int64(p.Column))},
		)})
	}
	return s
}

// notificationsOf returns the statuses that are notifications in the form they had before Bolt 5.6. It is not nil.
func notificationsOf(statuses []Status) []Notification {
	list := []Notification{}
	for i := range statuses {
		if s := &statuses[i]; s.IsNotification {
			list = append(list, Notification{
				Code: s.code, Title: s.title, Description: s.text,
				Severity: s.Severity, RawSeverity: s.RawSeverity,
				Category: s.Classification, RawCategory: s.RawClassification,
				Position: s.Position,
			})
		}
	}
	return list
}
