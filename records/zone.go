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
}{byName: map[string]*time.Location{}}

const (
	// maxZones bounds the cache. There are some 600 names, but where files are found whatever the case of their letters there is no end to them.
	maxZones = 2048

	// maxZoneName is twice the length of the longest name.
	maxZoneName = 64
)

// locate asks the time zone database. It is a variable for the tests, which count what that is asked for.
var locate = time.LoadLocation

// loadZone returns the location of a zone id of the server's: an IANA name or an offset.
func loadZone(name string) (*time.Location, error) {
	if loc, err := knownZone(name); loc != nil || err != nil {
		return loc, err
	}
	return lookUpZone(name)
}

// knownZone is loadZone as far as it goes without the time zone database: without a location and an error only that can tell.
func knownZone(name string) (*time.Location, error) {
	zones.RLock()
	loc, ok := zones.byName[name]
	zones.RUnlock()
	switch {
	case ok:
		return loc, nil
	case name == "UTC":
		return utcID, nil
	case isOffset(name):
		return offsetZone(name) // there are too many to keep
	case !isZoneName(name):
		return nil, unknownZone(name, "")
	}
	return nil, nil
}

// lookUpZone asks for a name, and keeps what it finds. In a full cache it takes the place of any other, so that a zone in use comes back whatever it
// was filled with.
func lookUpZone(name string) (*time.Location, error) {
	loc, err := locate(name)
	if err != nil {
		return nil, err
	}
	zones.Lock()
	defer zones.Unlock()
	if known, ok := zones.byName[name]; ok {
		return known, nil
	}
	for other := range zones.byName {
		if len(zones.byName) < maxZones {
			break
		}
		delete(zones.byName, other)
	}
	zones.byName[strings.Clone(name)] = loc
	return loc, nil
}

// isOffset tells an offset from a name. One name begins with a Z, too: Zulu.
func isOffset(name string) bool {
	return name == "Z" || name != "" && (name[0] == '+' || name[0] == '-')
}

func offsetZone(name string) (*time.Location, error) {
	p := isoParser{rest: name}
	offset := p.offset()
	if p.bad || p.rest != "" || validateOffset(offset) != nil {
		return nil, unknownZone(name, "")
	}
	return fixedZone(offset), nil
}

// isZoneName reports whether a name is written as in the time zone database. A file has other paths as well, like Europe/./Berlin, and each would be a
// zone of its own.
func isZoneName(name string) bool {
	if len(name) > maxZoneName || name == "Local" { // which time.LoadLocation takes for this machine's zone
		return false
	}
	last := byte('/')
	for i := range len(name) {
		b := name[i]
		if b == '/' && last == '/' || b != '/' && !isZoneLetter(b) {
			return false
		}
		last = b
	}
	return last != '/'
}

func isZoneLetter(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '_' || b == '-' || b == '+'
}

// unknownZone is the error for an id that is none; why says more about it.
func unknownZone(name, why string) error {
	if len(name) > maxZoneName {
		name = name[:maxZoneName] + "…"
	}
	return errorString("unknown time zone " + quoted([]byte(name)) + why)
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
