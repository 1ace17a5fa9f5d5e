package records

import "time"

// LocalTime is a time of day without a time zone.
type LocalTime struct {
	Hour, Minute, Second, Nanosecond int
}

// LocalTimeOf returns the time of day that t shows in its location.
func LocalTimeOf(t time.Time) LocalTime {
	hour, minute, second := t.Clock()
	return LocalTime{Hour: hour, Minute: minute, Second: second, Nanosecond: t.Nanosecond()}
}

// Time returns the time of day on January 1 of year 0 in UTC, as [time.Parse] does for a time without a date.
func (t LocalTime) Time() time.Time {
	return time.Date(0, 1, 1, t.Hour, t.Minute, t.Second, t.Nanosecond, time.UTC)
}

// Compare returns -1, 0 or 1 as t is before, the same as or after u.
func (t LocalTime) Compare(u LocalTime) int {
	return compare3(t.Hour-u.Hour, t.Minute-u.Minute, t.Second-u.Second, t.Nanosecond-u.Nanosecond)
}

// String returns the ISO form, 23:59:59.000000001; a fraction of zero is left out.
func (t LocalTime) String() string { return string(t.append(nil)) }

// MarshalText returns the ISO form.
func (t LocalTime) MarshalText() ([]byte, error) { return t.append(nil), t.validate() }

// UnmarshalText reads the ISO form; seconds and their fraction may be left out.
func (t *LocalTime) UnmarshalText(text []byte) error {
	p := isoParser{rest: string(text)}
	*t = p.localTime()
	return p.end("time", text, t.validate)
}

func (t LocalTime) append(dst []byte) []byte {
	dst = appendPadded(dst, t.Hour, 2)
	dst = append(dst, ':')
	dst = appendPadded(dst, t.Minute, 2)
	dst = append(dst, ':')
	dst = appendPadded(dst, t.Second, 2)
	return appendFraction(dst, t.Nanosecond)
}

// appendFraction appends nanoseconds as a decimal fraction without trailing zeros, nothing for 0.
func appendFraction(dst []byte, nanos int) []byte {
	if nanos == 0 {
		return dst
	}
	dst = appendPadded(append(dst, '.'), nanos, 9)
	for dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

func (t LocalTime) validate() error {
	if t.Hour < 0 || t.Hour > 23 || t.Minute < 0 || t.Minute > 59 || t.Second < 0 || t.Second > 59 ||
		t.Nanosecond < 0 || t.Nanosecond >= nanosPerSecond {
		return errorString("the time of day does not exist: hour, minute, second or nanosecond is out of range")
	}
	return nil
}

// nanos returns the nanoseconds since midnight.
func (t LocalTime) nanos() int64 {
	return int64((t.Hour*60+t.Minute)*60+t.Second)*nanosPerSecond + int64(t.Nanosecond)
}

func localTimeOfNanos(nanos int64) LocalTime {
	seconds := int(nanos / nanosPerSecond)
	return LocalTime{
		Hour: seconds / 3600, Minute: seconds / 60 % 60, Second: seconds % 60, Nanosecond: int(nanos % nanosPerSecond),
	}
}

// LocalTimeValue returns a LOCAL TIME, or an [Invalid] value where there is no such time of day.
func LocalTimeValue(t LocalTime) Value {
	if err := t.validate(); err != nil {
		return invalidValue(KindLocalTime, err)
	}
	return Value{kind: KindLocalTime, num: uint64(t.nanos())}
}

// AsLocalTime returns a LOCAL TIME.
func (v Value) AsLocalTime() (t LocalTime, ok bool) {
	if v.kind != KindLocalTime {
		return LocalTime{}, false
	}
	return localTimeOfNanos(int64(v.num)), true
}
