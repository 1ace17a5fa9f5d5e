package records

import (
	"github.com/neorx/neorx/bolt/packstream"
)

// Plan is one operator of the plan by which the server runs a query, and those it draws from.
type Plan struct {
	Operator    string         // "ProduceResults@neo4j"
	Arguments   map[string]any // what the operator was given; nil for none
	Identifiers []string
	Children    []Plan
}

// Profile is one operator of a plan that has run, with what it cost. A server tells no more than it has measured, so
// every figure comes with whether it is known.
type Profile struct {
	Operator    string
	Arguments   map[string]any
	Identifiers []string
	Children    []Profile

	dbHits, rows, pageCacheHits, pageCacheMisses, time figure[int64]
	pageCacheHitRatio                                  figure[float64]
}

// figure is a number that may be unknown.
type figure[T any] struct {
	value T
	known bool
}

func (f figure[T]) get() (value T, ok bool) { return f.value, f.known }

// DBHits returns how often the operator asked the storage.
func (p *Profile) DBHits() (n int64, ok bool) { return p.dbHits.get() }

// Rows returns how many rows the operator made.
func (p *Profile) Rows() (n int64, ok bool) { return p.rows.get() }

// PageCacheHits returns how many pages were found in memory.
func (p *Profile) PageCacheHits() (n int64, ok bool) { return p.pageCacheHits.get() }

// PageCacheMisses returns how many pages were read from disk.
func (p *Profile) PageCacheMisses() (n int64, ok bool) { return p.pageCacheMisses.get() }

// PageCacheHitRatio returns the share of pages that were found in memory, 0 to 1.
func (p *Profile) PageCacheHitRatio() (ratio float64, ok bool) { return p.pageCacheHitRatio.get() }

// Time returns what the operator took, in the server's unit: nanoseconds.
func (p *Profile) Time() (nanoseconds int64, ok bool) { return p.time.get() }

// plan returns the profile without its figures.
func (p *Profile) plan() *Plan {
	out := &Plan{Operator: p.Operator, Arguments: p.Arguments, Identifiers: p.Identifiers}
	for i := range p.Children {
		out.Children = append(out.Children, *p.Children[i].plan())
	}
	return out
}

// decodeProfile reads a profile, or a plan: it is a profile without figures. The depth is bounded, since it recurses.
func decodeProfile(r *packstream.Reader, depth int) *Profile {
	p := &Profile{}
	if depth > packstream.MaxDepth {
		r.Fail(&packstream.Error{Offset: r.Offset(), Reason: "a plan nested deeper than 1000 levels"})
	}
	for n := r.Map(); n > 0 && r.Err() == nil; n-- {
		switch key := r.Text(); string(key) {
		case "operatorType":
			p.Operator = r.String()
		case "args":
			p.Arguments = decodeAnyMap(r)
		case "identifiers":
			for k := r.List(); k > 0 && r.Err() == nil; k-- {
				p.Identifiers = append(p.Identifiers, r.String())
			}
		case "children":
			for k := r.List(); k > 0 && r.Err() == nil; k-- {
				p.Children = append(p.Children, *decodeProfile(r, depth+1))
			}
		default:
			p.decodeFigure(r, key)
		}
	}
	return p
}

func (p *Profile) decodeFigure(r *packstream.Reader, key []byte) {
	switch string(key) {
	case "dbHits":
		decodeCount(r, &p.dbHits)
	case "rows":
		decodeCount(r, &p.rows)
	case "pageCacheHits":
		decodeCount(r, &p.pageCacheHits)
	case "pageCacheMisses":
		decodeCount(r, &p.pageCacheMisses)
	case "time":
		decodeCount(r, &p.time)
	case "pageCacheHitRatio":
		if r.Kind() == packstream.Float {
			p.pageCacheHitRatio = figure[float64]{r.Float(), true}
			return
		}
		r.Skip()
	default:
		r.Skip()
	}
}

// decodeCount reads an integer; some runtimes send a null, or nothing at all, for what they do not count.
func decodeCount(r *packstream.Reader, f *figure[int64]) {
	if r.Kind() != packstream.Int {
		r.Skip()
		return
	}
	*f = figure[int64]{r.Int(), true}
}

// decodeAnyMap reads a dictionary into an ordinary Go map; nil stands for an empty one.
func decodeAnyMap(r *packstream.Reader) map[string]any {
	v := decodeMetadata(r)
	if m, ok := v.AsMap(); ok && len(m) > 0 {
		return m.Any()
	}
	return nil
}
