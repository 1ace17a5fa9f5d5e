package bolt

import (
	"cmp"
	"fmt"
)

// Version is a version of the Bolt protocol, such as 5.8.
type Version struct{ Major, Minor uint8 }

// Supported lists the versions that this package speaks, newest first. Treat it as a constant.
//
// Bolt 5.5 is missing on purpose: no server has it.
var Supported = []Version{
	{6, 1},
	{6, 0},
	{5, 8},
	{5, 7},
	{5, 6},
	{5, 4},
	{5, 3},
	{5, 2},
	{5, 1},
	{5, 0},
	{4, 4},
	{4, 3},
	{4, 2},
	{4, 1},
	{4, 0},
	{3, 0},
}

// String returns the version as it is written everywhere, such as "5.8".
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// Compare returns a negative number where v is older than w, zero where they are equal and a positive number where v is newer.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor))
}

// AtLeast tells whether v is major.minor or newer.
func (v Version) AtLeast(major, minor uint8) bool { return v.Compare(Version{major, minor}) >= 0 }
