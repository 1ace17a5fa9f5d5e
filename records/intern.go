package records

// interner returns the same string for the same bytes. It is for what repeats in every row of a result: property keys,
// labels, relationship types. The rows of a result are alike, so it first compares with what came at the same place of
// the row before.
type interner struct {
	expected []string          // in the order in which the last row used them
	next     int               // where in expected this row is
	known    map[string]string // nil until there is something
}

// The limits keep hostile or odd results from growing the tables: beyond them strings are just copied.
const (
	maxExpected    = 256
	maxInterned    = 1024
	maxInternBytes = 64
)

// begin starts a row.
func (in *interner) begin() { in.next = 0 }

// intern returns b as a string. It is not ok where b is not valid UTF-8, which only what is new needs to be looked at
// for.
func (in *interner) intern(b []byte) (s string, ok bool) {
	if in.next < len(in.expected) {
		if s := in.expected[in.next]; s == string(b) {
			in.next++
			return s, true
		}
	}
	return in.lookUp(b)
}

func (in *interner) lookUp(b []byte) (s string, ok bool) {
	if s, ok = in.known[string(b)]; !ok {
		if !validText(b) {
			return "", false
		}
		s = string(b)
		if len(b) > maxInternBytes || len(in.known) >= maxInterned {
			return s, true
		}
		if in.known == nil {
			in.known = make(map[string]string)
		}
		in.known[s] = s
	}
	switch {
	case in.next < len(in.expected):
		in.expected[in.next] = s
		in.next++
	case in.next < maxExpected:
		in.expected = append(in.expected, s)
		in.next++
	}
	return s, true
}
