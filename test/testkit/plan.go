package main

import "github.com/neorx/neorx/records"

// operator has what plans and profiles have in common.
func operator(name string, arguments map[string]any, identifiers []string) map[string]any {
	if arguments == nil {
		arguments = map[string]any{}
	}
	return map[string]any{"operatorType": name, "args": arguments, "identifiers": append([]string{}, identifiers...)}
}

func plan(p *records.Plan) map[string]any {
	if p == nil {
		return nil
	}
	fields := operator(p.Operator, p.Arguments, p.Identifiers)
	children := make([]map[string]any, len(p.Children))
	for i := range p.Children {
		children[i] = plan(&p.Children[i])
	}
	fields["children"] = children
	return fields
}

// profile has the figures that the server has told, and no others.
func profile(p *records.Profile) map[string]any {
	if p == nil {
		return nil
	}
	fields := operator(p.Operator, p.Arguments, p.Identifiers)
	children := make([]map[string]any, len(p.Children))
	for i := range p.Children {
		children[i] = profile(&p.Children[i])
	}
	fields["children"] = children
	figure(fields, "dbHits", p.DBHits)
	figure(fields, "rows", p.Rows)
	figure(fields, "pageCacheMisses", p.PageCacheMisses)
	figure(fields, "pageCacheHits", p.PageCacheHits)
	figure(fields, "pageCacheHitRatio", p.PageCacheHitRatio)
	figure(fields, "time", p.Time)
	return fields
}

func figure[T any](fields map[string]any, name string, get func() (T, bool)) {
	if f, ok := get(); ok {
		fields[name] = f
	}
}
