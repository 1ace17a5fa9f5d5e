package records

import "time"

// LocalDateTime is a day and a time of day without a time zone.
type LocalDateTime struct {
	Date
	LocalTime
}

// LocalDateTimeOf returns the day and the time of day that t shows in its location.
func LocalDateTimeOf(t time.Time) LocalDateTime {
	return LocalDateTime{Date: DateOf(t), LocalTime: LocalTimeOf(t)}
}

// Time returns the instant at which clocks in UTC show this day and time.
func (t LocalDateTime) Time() time.Time { return t.In(time.UTC) }

// In returns the instant at which clocks in a location show this day and time; see [time.Date] for days on which they
// show it twice or never.
func (t LocalDateTime) In(loc *time.Location) time.Time {
	return time.Date(t.Year, t.Month, t.Day, t.Hour, t.Minute, t.Second, t.Nanosecond, loc)
}

// Compare returns -1, 0 or 1 as t is before, the same as or after u.
func (t LocalDateTime) Compare(u LocalDateTime) int {
	if c := t.Date.Compare(u.Date); c != 0 {
		return c
	}
	return t.LocalTime.Compare(u.LocalTime)
}

// String returns the ISO form, 2024-02-29T12:30:00.
func (t LocalDateTime) String() string { return string(t.append(nil)) }

// MarshalText returns the ISO form.
func (t LocalDateTime) MarshalText() ([]byte, error) { return t.append(nil), t.validate() }

// UnmarshalText reads the ISO form.
func (t *LocalDateTime) UnmarshalText(text []byte) error {
	p := isoParser{rest: string(text)}
	date := p.date()
	p.expect('T')
	*t = LocalDateTime{Date: date, LocalTime: p.localTime()}
	return p.end("date and time", text, t.validate)
}

func (t LocalDateTime) append(dst []byte) []byte {
	return t.LocalTime.append(append(t.Date.append(dst), 'T'))
}

func (t LocalDateTime) validate() error {
	if err := t.Date.validate(); err != nil {
		return err
	}
	return t.LocalTime.validate()
}

// LocalDateTimeValue returns a LOCAL DATETIME, or an [Invalid] value where there is no such day or time.
func LocalDateTimeValue(t LocalDateTime) Value {
	if err := t.validate(); err != nil {
		return invalidValue(KindLocalDateTime, err)
	}
	return Value{kind: KindLocalDateTime, num: uint64(t.Time().Unix()), aux: uint32(t.Nanosecond)}
}

// AsLocalDateTime returns a LOCAL DATETIME.
func (v Value) AsLocalDateTime() (t LocalDateTime, ok bool) {
	if v.kind != KindLocalDateTime {
		return LocalDateTime{}, false
	}
	return LocalDateTimeOf(time.Unix(int64(v.num), int64(v.aux)).UTC()), true
}
