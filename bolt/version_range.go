package bolt

import (
	"fmt"
	"slices"
)

// minorRange is a version and a number of consecutive minors below it. In a handshake it is four bytes: 00, the number, minor, major.
type minorRange struct {
	newest Version
	below  uint8
}

// rangeOf reads a range from four bytes.
func rangeOf(b []byte) minorRange { return minorRange{Version{b[3], b[2]}, b[1]} }

func (r minorRange) bytes() []byte { return []byte{0, r.below, r.newest.Minor, r.newest.Major} }

// oldest is where the range ends; one that reaches below minor 0 ends there.
func (r minorRange) oldest() Version {
	return Version{r.newest.Major, r.newest.Minor - min(r.below, r.newest.Minor)}
}

func (r minorRange) contains(v Version) bool {
	return v.Major == r.newest.Major && v.Compare(r.newest) <= 0 && v.Compare(r.oldest()) >= 0
}

func (r minorRange) String() string {
	if r.below == 0 {
		return r.newest.String()
	}
	return fmt.Sprintf("%s to %s", r.oldest(), r.newest)
}

// newestIn returns the newest of the versions that the range contains.
func newestIn(r minorRange, versions []Version) (newest Version, ok bool) {
	for _, v := range versions {
		if r.contains(v) && (!ok || v.Compare(newest) > 0) {
			newest, ok = v, true
		}
	}
	return newest, ok
}

// spanning returns the range from the oldest to the newest of the versions with this major, whether or not it has all between them.
func spanning(versions []Version, major uint8) (r minorRange, ok bool) {
	all := minorRange{Version{major, 255}, 255}
	if r.newest, ok = newestIn(all, versions); !ok {
		return r, false
	}
	oldest := r.newest
	for _, v := range versions {
		if all.contains(v) && v.Compare(oldest) < 0 {
			oldest = v
		}
	}
	r.below = r.newest.Minor - oldest.Minor
	return r, true
}

// consecutive groups the versions into ranges without gaps, newest first.
func consecutive(versions []Version) []minorRange {
	sorted := slices.SortedFunc(slices.Values(versions), func(a, b Version) int { return b.Compare(a) })
	var ranges []minorRange
	for _, v := range slices.Compact(sorted) {
		if n := len(ranges); n > 0 && v.Major == ranges[n-1].newest.Major && v.Minor+1 == ranges[n-1].oldest().Minor {
			ranges[n-1].below++
			continue
		}
		ranges = append(ranges, minorRange{newest: v})
	}
	return ranges
}
