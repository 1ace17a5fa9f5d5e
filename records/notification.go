package records

import "github.com/neorx/neorx/bolt/packstream"

// Severity tells how much a notification matters.
type Severity string

// The severities. SeverityUnknown stands for those that the driver does not know, and for none.
const (
	SeverityWarning     Severity = "WARNING"
	SeverityInformation Severity = "INFORMATION"
	SeverityUnknown     Severity = "UNKNOWN"
)

// Classification tells what a notification is about. Before Bolt 5.6 it was called category.
type Classification string

// The classifications. ClassificationUnknown stands for those that the driver does not know, and for none.
const (
	ClassificationHint         Classification = "HINT"
	ClassificationUnrecognized Classification = "UNRECOGNIZED"
	ClassificationUnsupported  Classification = "UNSUPPORTED"
	ClassificationPerformance  Classification = "PERFORMANCE"
	ClassificationDeprecation  Classification = "DEPRECATION"
	ClassificationSecurity     Classification = "SECURITY"
	ClassificationTopology     Classification = "TOPOLOGY"
	ClassificationGeneric      Classification = "GENERIC"
	ClassificationSchema       Classification = "SCHEMA"
	ClassificationUnknown      Classification = "UNKNOWN"
)

func severityOf(raw string) Severity {
	switch s := Severity(raw); s {
	case SeverityWarning, SeverityInformation:
		return s
	default:
		return SeverityUnknown
	}
}

func classificationOf(raw string) Classification {
	switch c := Classification(raw); c {
	case ClassificationHint, ClassificationUnrecognized, ClassificationUnsupported, ClassificationPerformance,
		ClassificationDeprecation, ClassificationSecurity, ClassificationTopology, ClassificationGeneric, ClassificationSchema:
		return c
	default:
		return ClassificationUnknown
	}
}

// Position is a place in the text of a query.
type Position struct {
	Offset int // counted in characters from 0
	Line   int // counted from 1
	Column int // counted from 1
}

// Notification is something about a query that the server found worth mentioning. Every part may be missing.
type Notification struct {
	Code        string // "Neo.ClientNotification.Statement.CartesianProduct"
	Title       string
	Description string
	Severity    Severity
	RawSeverity string // as the server sent it
	Category    Classification
	RawCategory string    // as the server sent it; Bolt 5.2 and newer
	Position    *Position // nil where the notification is about no place
}

// decodeNotifications reads the list "notifications". It is not nil, though it may be empty: the server sent one.
func decodeNotifications(r *packstream.Reader) []Notification {
	list := []Notification{}
	for n := r.List(); n > 0 && r.Err() == nil; n-- {
		list = append(list, decodeNotification(r))
	}
	return list
}

func decodeNotification(r *packstream.Reader) Notification {
	var n Notification
	for k := r.Map(); k > 0 && r.Err() == nil; k-- {
		switch key := r.Text(); string(key) {
		case "code":
			n.Code = optionalText(r)
		case "title":
			n.Title = optionalText(r)
		case "description":
			n.Description = optionalText(r)
		case "severity":
			n.RawSeverity = optionalText(r)
		case "category":
			n.RawCategory = optionalText(r)
		case "position":
			n.Position = positionOf(decodeMetadata(r))
		default:
			r.Skip()
		}
	}
	n.Severity, n.Category = severityOf(n.RawSeverity), classificationOf(n.RawCategory)
	return n
}

// optionalText reads a String; anything else counts as missing.
func optionalText(r *packstream.Reader) string {
	if r.Kind() != packstream.String {
		r.Skip()
		return ""
	}
	return r.String()
}

// positionOf returns the position that a map describes, nil where a part of it is missing.
func positionOf(v Value) *Position {
	var p Position
	for _, part := range []struct {
		name string
		to   *int
	}{{"offset", &p.Offset}, {"line", &p.Line}, {"column", &p.Column}} {
		value, _ := v.Get(part.name)
		i, ok := value.AsInt()
		if !ok {
			return nil
		}
		*part.to = int(i)
	}
	return &p
}
