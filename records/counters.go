package records

import "github.com/neorx/neorx/bolt/packstream"

// Counters counts what a query has changed.
type Counters struct {
	NodesCreated         int
	NodesDeleted         int
	RelationshipsCreated int
	RelationshipsDeleted int
	PropertiesSet        int
	LabelsAdded          int
	LabelsRemoved        int
	IndexesAdded         int
	IndexesRemoved       int
	ConstraintsAdded     int
	ConstraintsRemoved   int
	SystemUpdates        int

	ContainsUpdates       bool // something in the graph has changed
	ContainsSystemUpdates bool // something in the system database has changed
}

// field returns the counter that goes by a name on the wire, nil for an unknown one.
func (c *Counters) field(name []byte) *int {
	switch string(name) {
	case "nodes-created":
		return &c.NodesCreated
	case "nodes-deleted":
		return &c.NodesDeleted
	case "relationships-created":
		return &c.RelationshipsCreated
	case "relationships-deleted":
		return &c.RelationshipsDeleted
	case "properties-set":
		return &c.PropertiesSet
	case "labels-added":
		return &c.LabelsAdded
	case "labels-removed":
		return &c.LabelsRemoved
	case "indexes-added":
		return &c.IndexesAdded
	case "indexes-removed":
		return &c.IndexesRemoved
	case "constraints-added":
		return &c.ConstraintsAdded
	case "constraints-removed":
		return &c.ConstraintsRemoved
	case "system-updates":
		return &c.SystemUpdates
	default:
		return nil
	}
}

// decode reads the dictionary "stats". What it says about updates counts more than what the numbers say.
func (c *Counters) decode(r *packstream.Reader) {
	var updates, systemUpdates *bool
	for n := r.Map(); n > 0 && r.Err() == nil; n-- {
		name := r.Text()
		switch count := c.field(name); {
		case count != nil:
			*count = int(r.Int())
		case string(name) == "contains-updates":
			updates = &c.ContainsUpdates
			*updates = r.Bool()
		case string(name) == "contains-system-updates":
			systemUpdates = &c.ContainsSystemUpdates
			*systemUpdates = r.Bool()
		default:
			r.Skip()
		}
	}
	if updates == nil {
		c.ContainsUpdates = c.anyUpdate()
	}
	if systemUpdates == nil {
		c.ContainsSystemUpdates = c.SystemUpdates > 0
	}
}

func (c *Counters) anyUpdate() bool {
	return max(c.NodesCreated, c.NodesDeleted, c.RelationshipsCreated, c.RelationshipsDeleted, c.PropertiesSet,
		c.LabelsAdded, c.LabelsRemoved, c.IndexesAdded, c.IndexesRemoved, c.ConstraintsAdded, c.ConstraintsRemoved) > 0
}
