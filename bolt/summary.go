package bolt

import (
	"cmp"
	"time"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// The server's end of a summary; the client's is in records.

func appendSummary(d *dict, s *records.Summary, c *Capabilities) error {
	d.optional("db", s.Database)
	d.optional("type", string(s.QueryType))
	if s.ResultConsumedAfter >= 0 {
		d.int("t_last", int64(s.ResultConsumedAfter/time.Millisecond))
	}
	if s.Counters != (records.Counters{}) {
		d.nested("stats", func(d *dict) { appendCounters(d, &s.Counters) })
	}
	switch {
	case c.Statuses:
		appendStatuses(d, s)
	case len(s.Notifications) > 0:
		appendNotifications(d, s.Notifications)
	}
	if s.Plan == nil {
		return nil
	}
	d.key("plan")
	var err error
	d.dst, err = appendPlan(d.dst, s.Plan, c)
	return err
}

func appendCounters(d *dict, n *records.Counters) {
	for _, counter := range []struct {
		key   string
		value int
	}{
		{"nodes-created", n.NodesCreated},
		{"nodes-deleted", n.NodesDeleted},
		{"relationships-created", n.RelationshipsCreated},
		{"relationships-deleted", n.RelationshipsDeleted},
		{"properties-set", n.PropertiesSet},
		{"labels-added", n.LabelsAdded},
		{"labels-removed", n.LabelsRemoved},
		{"indexes-added", n.IndexesAdded},
		{"indexes-removed", n.IndexesRemoved},
		{"constraints-added", n.ConstraintsAdded},
		{"constraints-removed", n.ConstraintsRemoved},
		{"system-updates", n.SystemUpdates},
	} {
		if counter.value != 0 {
			d.int(counter.key, int64(counter.value))
		}
	}
	d.flag("contains-updates", n.ContainsUpdates)
	d.flag("contains-system-updates", n.ContainsSystemUpdates)
}

func appendPlan(dst []byte, p *records.Plan, c *Capabilities) ([]byte, error) {
	d := newDict(dst)
	d.text("operatorType", p.Operator)
	if p.Arguments != nil {
		d.key("args")
		var err error
		if d.dst, err = records.AppendResult(d.dst, p.Arguments, c.Dialect); err != nil {
			return dst, err
		}
	}
	d.texts("identifiers", p.Identifiers)
	if len(p.Children) == 0 { // servers leave it out then
		return d.dst, nil
	}
	d.key("children")
	d.dst = packstream.AppendList(d.dst, len(p.Children))
	for i := range p.Children {
		var err error
		if d.dst, err = appendPlan(d.dst, &p.Children[i], c); err != nil {
			return dst, err
		}
	}
	return d.dst, nil
}

func appendNotifications(d *dict, notifications []records.Notification) {
	d.key("notifications")
	d.dst = packstream.AppendList(d.dst, len(notifications))
	for i := range notifications {
		n := &notifications[i]
		one := newDict(d.dst)
		one.text("code", n.Code)
		one.text("title", n.Title)
		one.text("description", n.Description)
		one.optional("severity", rawSeverity(n))
		one.optional("category", rawCategory(n))
		appendPosition(&one, "position", n.Position)
		d.dst = one.dst
	}
}

// appendStatuses sends the outcomes among the statuses, and the notifications as what they are called since Bolt 5.6.
func appendStatuses(d *dict, s *records.Summary) {
	d.key("statuses")
	outcomes := 0
	for i := range s.Statuses {
		if !s.Statuses[i].IsNotification {
			outcomes++
		}
	}
	d.dst = packstream.AppendList(d.dst, outcomes+len(s.Notifications))
	for i := range s.Statuses {
		if status := &s.Statuses[i]; !status.IsNotification {
			one := newDict(d.dst)
			one.text("gql_status", status.GQLStatus)
			one.text("status_description", status.Description)
			d.dst = one.dst
		}
	}
	for i := range s.Notifications {
		d.dst = appendNotificationStatus(d.dst, &s.Notifications[i])
	}
}

func appendNotificationStatus(dst []byte, n *records.Notification) []byte {
	status, standIn := "03N42", "info: unknown notification"
	if rawSeverity(n) == string(records.SeverityWarning) {
		status, standIn = "01N42", "warn: unknown warning"
	}
	d := newDict(dst)
	d.text("gql_status", status)
	d.text("status_description", cmp.Or(n.Description, standIn))
	d.text("neo4j_code", n.Code)
	d.text("title", n.Title)
	d.text("description", n.Description)
	d.nested("diagnostic_record", func(d *dict) {
		d.text("OPERATION", "")
		d.text("OPERATION_CODE", "0")
		d.text("CURRENT_SCHEMA", "/")
		d.optional("_severity", rawSeverity(n))
		d.optional("_classification", rawCategory(n))
		appendPosition(d, "_position", n.Position)
	})
	return d.dst
}

func appendPosition(d *dict, key string, p *records.Position) {
	if p == nil {
		return
	}
	d.nested(key, func(d *dict) {
		d.int("offset", int64(p.Offset))
		d.int("line", int64(p.Line))
		d.int("column", int64(p.Column))
	})
}

func rawSeverity(n *records.Notification) string { return cmp.Or(n.RawSeverity, string(n.Severity)) }

func rawCategory(n *records.Notification) string { return cmp.Or(n.RawCategory, string(n.Category)) }
