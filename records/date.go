package records

import (
	"strconv"
	"time"
)

// Date is a day of the (proleptic Gregorian) calendar without a time zone. Years reach from -999,999,999 to 999,999,999;
// the year before 1 is 0.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// The range that the server knows, in days since 1970-01-01.
const (
	minDays = -365243219162
	maxDays = 365241780471
)

const (
	secondsPerDay        = 24 * 60 * 60
	nanosPerSecond       = 1_000_000_000
	nanosPerDay          = secondsPerDay * nanosPerSecond
	maxYear              = 999_999_999
	maxOffset            = 18 * 60 * 60
	minSeconds     int64 = minDays * secondsPerDay
	maxSeconds     int64 = (maxDays+1)*secondsPerDay - 1
)

// DateOf returns the day that t shows in its location.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{Year: year, Month: month, Day: day}
}

// Time returns midnight UTC of the day.
func (d Date) Time() time.Time { return d.In(time.UTC) }

// In returns midnight of the day in a location, or the first moment after it where a change of the clocks left it out.
func (d Date) In(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// Compare returns -1, 0 or 1 as d is before, the same as or after e.
func (d Date) Compare(e Date) int { return compare3(d.Year-e.Year, int(d.Month-e.Month), d.Day-e.Day) }

func compare3(differences ...int) int {
	for _, n := range differences {
		if n != 0 {
			return sign(n)
		}
	}
	return 0
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}

// String returns the ISO form, 2024-02-29. Years beyond four digits have a sign: +12024-02-29.
func (d Date) String() string { return string(d.append(nil)) }

// MarshalText returns the ISO form.
func (d Date) MarshalText() ([]byte, error) { return d.append(nil), d.validate() }

// UnmarshalText reads the ISO form.
func (d *Date) UnmarshalText(text []byte) error {
	p := isoParser{rest: string(text)}
	*d = p.date()
	return p.end("date", text, d.validate)
}

func (d Date) append(dst []byte) []byte {
	dst = appendYear(dst, d.Year)
	dst = append(dst, '-')
	dst = appendPadded(dst, int(d.Month), 2)
	dst = append(dst, '-')
	return appendPadded(dst, d.Day, 2)
}

func appendYear(dst []byte, year int) []byte {
	switch {
	case year < 0:
		dst, year = append(dst, '-'), -year
	case year > 9999:
		dst = append(dst, '+')
	}
	return appendPadded(dst, year, 4)
}

// appendPadded appends n, not negative, with zeros before it up to the width.
func appendPadded(dst []byte, n, width int) []byte {
	for limit := pow10(width - 1); limit > 1 && n < limit; limit /= 10 {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// validate returns an error unless the day exists and the server can hold it.
func (d Date) validate() error {
	if d.Year < -maxYear || d.Year > maxYear || d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 31 || DateOf(d.Time()) != d {
		return errorString("the date " + d.String() + " does not exist")
	}
	return nil
}

// days returns the days since 1970-01-01 of a valid date.
func (d Date) days() int64 { return d.Time().Unix() / secondsPerDay } // exact: midnight

func dateOfDays(days int64) Date { return DateOf(time.Unix(days*secondsPerDay, 0).UTC()) }

// DateValue returns a DATE, or an [Invalid] value where the day does not exist.
func DateValue(d Date) Value {
	if err := d.validate(); err != nil {
		return invalidValue(KindDate, err)
	}
	return Value{kind: KindDate, num: uint64(d.days())}
}

// AsDate returns a DATE.
func (v Value) AsDate() (d Date, ok bool) {
	if v.kind != KindDate {
		return Date{}, false
	}
	return dateOfDays(int64(v.num)), true
}
