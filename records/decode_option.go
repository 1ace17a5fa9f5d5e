package records

// DecodeOption relaxes, or tightens, a rule by which values are decoded into Go types. Without options decoding is
// strict: every column that a struct asks for is there, null goes only where a Go value can say so (pointers, slices,
// maps, interfaces, sql.Null), and a value is of the type that it is decoded into.
type DecodeOption func(*decodeRules)

// decodeRules is what the options add up to. Plans are made for one set of rules.
type decodeRules uint8

const (
	nullAsZero decodeRules = 1 << iota
	allowMissing
	convertNumbers
	rejectUnknown
)

func rulesOf(opts []DecodeOption) (rules decodeRules) {
	for _, opt := range opts {
		opt(&rules)
	}
	return rules
}

// NullAsZero makes null, and a property that is not there, the zero value of a Go type that has no null. Default: an
// error.
func NullAsZero() DecodeOption { return func(r *decodeRules) { *r |= nullAsZero } }

// AllowMissing leaves fields zero for which a result has no column. Default: an error, before the first record.
func AllowMissing() DecodeOption { return func(r *decodeRules) { *r |= allowMissing } }

// ConvertNumbers lets an INTEGER into a float, and a FLOAT into an integer, where that changes nothing of its value.
// Default: an error.
func ConvertNumbers() DecodeOption { return func(r *decodeRules) { *r |= convertNumbers } }

// RejectUnknown makes it an error when a result has a column, or a map or an entity a property, for which a struct has
// no field. Default: it is ignored.
func RejectUnknown() DecodeOption { return func(r *decodeRules) { *r |= rejectUnknown } }
