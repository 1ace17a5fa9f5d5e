package main

import (
	"time"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/records"
)

// summary is a summary as tests expect it.
func summary(s *neorx.Summary) (map[string]any, error) {
	params, _ := s.Parameters.(map[string]any)
	given, err := entriesOfParameters(params)
	if err != nil {
		return nil, err
	}
	statuses, err := statusList(s.Statuses)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"serverInfo":           serverInfo(s.Server),
		"counters":             counters(&s.Counters),
		"query":                map[string]any{"text": s.Query, "parameters": given},
		"queryType":            orNull(string(s.QueryType)),
		"database":             orNull(s.Database),
		"notifications":        notifications(s.Notifications),
		"gqlStatusObjects":     statuses,
		"plan":                 plan(s.Plan),
		"profile":              profile(s.Profile),
		"resultAvailableAfter": millisecondsOrNull(s.ResultAvailableAfter),
		"resultConsumedAfter":  millisecondsOrNull(s.ResultConsumedAfter),
	}, nil
}

// entriesOfParameters translates parameters as they were given, through the values that they were sent as.
func entriesOfParameters(params map[string]any) (map[string]value, error) {
	values := make(map[string]value, len(params))
	for name, p := range params {
		v, err := records.ValueOf(p)
		if err != nil {
			return nil, err
		}
		if values[name], err = fromGo(v.Any()); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func serverInfo(s neorx.ServerInfo) map[string]string {
	return map[string]string{"address": s.Address, "agent": s.Agent, "protocolVersion": s.ProtocolVersion}
}

// orNull is null where the server has said nothing.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func millisecondsOrNull(d time.Duration) any {
	if d == records.Unknown {
		return nil
	}
	return d.Milliseconds()
}

func counters(c *records.Counters) map[string]any {
	return map[string]any{
		"nodesCreated": c.NodesCreated, "nodesDeleted": c.NodesDeleted,
		"relationshipsCreated": c.RelationshipsCreated, "relationshipsDeleted": c.RelationshipsDeleted,
		"propertiesSet": c.PropertiesSet, "labelsAdded": c.LabelsAdded, "labelsRemoved": c.LabelsRemoved,
		"indexesAdded": c.IndexesAdded, "indexesRemoved": c.IndexesRemoved,
		"constraintsAdded": c.ConstraintsAdded, "constraintsRemoved": c.ConstraintsRemoved,
		"systemUpdates": c.SystemUpdates, "containsUpdates": c.ContainsUpdates, "containsSystemUpdates": c.ContainsSystemUpdates,
	}
}

func position(p *records.Position) map[string]int {
	return map[string]int{"offset": p.Offset, "line": p.Line, "column": p.Column}
}

// notifications is null where the server has not sent a list.
func notifications(list []records.Notification) []map[string]any {
	if list == nil {
		return nil
	}
	answers := make([]map[string]any, len(list))
	for i := range list {
		n := &list[i]
		answers[i] = map[string]any{
			"code": n.Code, "title": n.Title, "description": n.Description,
			"severity": n.RawSeverity, "severityLevel": n.Severity, "rawSeverityLevel": n.RawSeverity,
			"category": n.Category, "rawCategory": n.RawCategory,
		}
		if n.Position != nil {
			answers[i]["position"] = position(n.Position)
		}
	}
	return answers
}

func statusList(list []records.Status) ([]map[string]any, error) {
	answers := make([]map[string]any, len(list))
	for i := range list {
		s := &list[i]
		diagnostic, err := entries(s.Diagnostic())
		if err != nil {
			return nil, err
		}
		answers[i] = map[string]any{
			"gqlStatus": s.GQLStatus, "statusDescription": s.Description, "position": nil, "isNotification": s.IsNotification,
			"classification": s.Classification, "rawClassification": orNull(s.RawClassification),
			"severity": s.Severity, "rawSeverity": orNull(s.RawSeverity), "diagnosticRecord": diagnostic,
		}
		if s.Position != nil {
			answers[i]["position"] = position(s.Position)
		}
	}
	return answers, nil
}
