package records

import "time"

// Time is a time of day with an offset from UTC (a ZONED TIME; Cypher has no time of day in a named zone).
type Time struct {
	LocalTime
	Offset int // seconds east of UTC, at most 18 hours either way
}

// TimeOf returns the time of day and the offset that t shows in its location.
func TimeOf(t time.Time) Time {
	_, offset := t.Zone()
	return Time{LocalTime: LocalTimeOf(t), Offset: offset}
}

// Time returns the time of day on January 1 of year 0, at its offset.
func (t Time) Time() time.Time {
	return time.Date(0, 1, 1, t.Hour, t.Minute, t.Second, t.Nanosecond, fixedZone(t.Offset))
}

// Compare returns -1, 0 or 1 as t is before, the same instant of the day as or after u; of equal instants the one with
// the lower offset comes first.
func (t Time) Compare(u Time) int {
	if c := t.Time().Compare(u.Time()); c != 0 {
		return c
	}
	return compare3(t.Offset - u.Offset)
}

// String returns the ISO form, 12:30:00+01:00.
func (t Time) String() string { return string(t.append(nil)) }

// MarshalText returns the ISO form.
func (t Time) MarshalText() ([]byte, error) { return t.append(nil), t.validate() }

// UnmarshalText reads the ISO form.
func (t *Time) UnmarshalText(text []byte) error {
	p := isoParser{rest: string(text)}
	*t = Time{LocalTime: p.localTime(), Offset: p.offset()}
	return p.end("time with an offset", text, t.validate)
}

func (t Time) append(dst []byte) []byte { return appendOffset(t.LocalTime.append(dst), t.Offset) }

// appendOffset appends Z, +01:00 or, where it is not of whole minutes, +00:09:21.
func appendOffset(dst []byte, offset int) []byte {
	if offset == 0 {
		return append(dst, 'Z')
	}
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	dst = appendPadded(append(dst, sign), offset/3600, 2)
	dst = appendPadded(append(dst, ':'), offset/60%60, 2)
	if offset%60 != 0 {
		dst = appendPadded(append(dst, ':'), offset%60, 2)
	}
	return dst
}

func (t Time) validate() error {
	if err := t.LocalTime.validate(); err != nil {
		return err
	}
	return validateOffset(t.Offset)
}

// validateOffset exists because a server drops the connection, without a word, on an offset beyond 18 hours.
func validateOffset[T int | int64](offset T) error {
	if offset < -maxOffset || offset > maxOffset {
		return errorString("the offset from UTC is beyond 18 hours")
	}
	return nil
}

// TimeValue returns a ZONED TIME, or an [Invalid] value where there is no such time of day or offset.
func TimeValue(t Time) Value {
	if err := t.validate(); err != nil {
		return invalidValue(KindTime, err)
	}
	return Value{kind: KindTime, num: uint64(t.nanos()), aux: uint32(int32(t.Offset))}
}

// AsTime returns a ZONED TIME.
func (v Value) AsTime() (t Time, ok bool) {
	if v.kind != KindTime {
		return Time{}, false
	}
	return Time{LocalTime: localTimeOfNanos(int64(v.num)), Offset: int(int32(v.aux))}, true
}
