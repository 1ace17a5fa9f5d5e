package records

import (
	"strconv"
	"time"
)

const (
	// maxLookUps is how many names one result can have looked up that are not known to be zones: each takes tens of microseconds in which nothing
	// interrupts a row, and there are some 600 zones.
	maxLookUps = 1000

	// maxUnknown is how many names that are no zones are remembered: the few that a server has and this machine has not.
	maxUnknown = 16
)

// zoneMemo remembers the last zone id, which the next row most likely has as well, and bounds what the others cost.
type zoneMemo struct {
	name string
	loc  *time.Location
	err  error

	lookUps int
	unknown map[string]error
}

func (m *zoneMemo) load(name []byte) (*time.Location, error) {
	if m.name != string(name) || m.name == "" {
		m.name = string(name)
		m.loc, m.err = m.find(m.name)
	}
	return m.loc, m.err
}

func (m *zoneMemo) find(name string) (*time.Location, error) {
	if loc, err := knownZone(name); loc != nil || err != nil {
		return loc, err
	}
	if err, ok := m.unknown[name]; ok {
		return nil, err
	}
	if m.lookUps == maxLookUps {
		return nil, unknownZone(name, ": it was not looked up, since "+strconv.Itoa(maxLookUps)+" others of the result were")
	}
	m.lookUps++
	loc, err := lookUpZone(name)
	if err != nil {
		m.forgo(name, err)
	}
	return loc, err
}

// forgo remembers why a name is no zone.
func (m *zoneMemo) forgo(name string, err error) {
	if m.unknown == nil {
		m.unknown = make(map[string]error)
	}
	if len(m.unknown) < maxUnknown {
		m.unknown[name] = err
	}
}
