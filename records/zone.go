package records

import (
	"strings"
	"sync"
	"time"
)

// utcID is the location of date-times in the named zone "UTC". It is not time.UTC, which stands for the offset Z: so both
// make the round trip.
var utcID = time.FixedZone("UTC", 0)

// zones holds the named zones that were loaded: reading the time zone database takes a hundred microseconds.
var zones = struct {
	sync.RWMutex
	byName map[string]*time.Location // guarded by the mutex
}{byName: map[string]*time.Location{"UTC": utcID}}

// maxZones bounds the cache: there are some 600 names.
const maxZones = 2048

// loadZone returns the location of a zone id of the server's: an IANA name or an offset.
func loadZone(name string) (*time.Location, error) {
	zones.RLock()
	loc, ok := zones.byName[name]
	zones.RUnlock()
	if ok {
		return loc, nil
	}
	loc, err := readZone(name)
	if err != nil || isOffset(name) {
		return loc, err // there are too many offsets to keep
	}
	zones.Lock()
	defer zones.Unlock()
	if known, ok := zones.byName[name]; ok {
		return known, nil
	}
	if len(zones.byName) < maxZones {
		zones.byName[strings.Clone(name)] = loc
	}
	return loc, nil
}

// isOffset tells an offset from a name. One name begins with a Z, too: Zulu.
func isOffset(name string) bool { return name == "Z" || name[0] == '+' || name[0] == '-' }

func readZone(name string) (*time.Location, error) {
	switch {
	case name == "" || name == "Local": // which time.LoadLocation takes for UTC and for this machine's zone
		return nil, errorString("unknown time zone " + quoted([]byte(name)))
	case isOffset(name):
		p := isoParser{rest: name}
		offset := p.offset()
		if p.bad || p.rest != "" || validateOffset(offset) != nil {
			return nil, errorString("unknown time zone " + quoted([]byte(name)))
		}
		return fixedZone(offset), nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	return loc, nil
}

// zoneID returns the zone id by which t is sent; it is empty where an offset is all there is to send. That is the case in
// time.UTC and time.Local, whose name says nothing to a server, in unnamed zones, and in zones made by time.FixedZone
// or time.Parse whose name is not a zone with the same rules.
func zoneID(t time.Time) string { return namedZone(t.Location()).id(t) }

// namedZone is what is known of a location: the zone of its name, nil where it has none.
func namedZone(loc *time.Location) zoneName {
	if loc == time.UTC || loc == time.Local {
		return zoneName{loc, nil}
	}
	switch loc.String() {
	case "", "Local":
		return zoneName{loc, nil}
	case "EST", "MST", "HST": // in the zone database, but unknown to Java and so to the server
		return zoneName{loc, nil}
	}
	known, err := loadZone(loc.String())
	if err != nil || known.String() != loc.String() || !sameRules(known, loc) {
		return zoneName{loc, nil}
	}
	return zoneName{loc, known}
}

type zoneName struct {
	loc, known *time.Location
}

// id returns the zone id for a time in loc. A zone that has the rules of its namesake now may have had others then.
func (z zoneName) id(t time.Time) string {
	if z.known == nil || (z.known != z.loc && offsetIn(t, z.known) != offsetIn(t, z.loc)) {
		return ""
	}
	return z.known.String()
}

func offsetIn(t time.Time, loc *time.Location) int {
	_, offset := t.In(loc).Zone()
	return offset
}

// sameRules compares two zones of the same name: a fixed zone with the name of a real one differs from it in summer or
// in winter, or always.
func sameRules(a, b *time.Location) bool {
	if a == b {
		return true
	}
	for month := time.January; month <= time.December; month += 3 {
		t := time.Date(2024, month, 15, 0, 0, 0, 0, time.UTC)
		if offsetIn(t, a) != offsetIn(t, b) {
			return false
		}
	}
	return true
}

// fixedZones holds the unnamed zones of every quarter of an hour, which nearly all offsets are.
var fixedZones = func() (z [2*maxOffset/quarterHour + 1]*time.Location) {
	for i := range z {
		z[i] = time.FixedZone("", i*quarterHour-maxOffset)
	}
	z[maxOffset/quarterHour] = time.UTC
	return z
}()

const quarterHour = 15 * 60

// fixedZone returns the location of an offset of at most 18 hours: time.UTC for 0, otherwise one without a name.
func fixedZone(offset int) *time.Location {
	if offset%quarterHour == 0 && validateOffset(offset) == nil {
		return fixedZones[(offset+maxOffset)/quarterHour]
	}
	return time.FixedZone("", offset)
}
