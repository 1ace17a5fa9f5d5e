package records

import (
	"math"
	"strconv"
	"time"
	"unsafe"
)

// Duration is an amount of time in four components which do not carry into each other: a month has no fixed number of
// days, and a day no fixed number of seconds. Seconds and Nanos may have different signs; the server normalises Nanos to
// 0 to 999,999,999.
type Duration struct {
	Months, Days, Seconds int64
	Nanos                 int
}

// DurationOf returns d in seconds and nanoseconds.
func DurationOf(d time.Duration) Duration {
	return Duration{Seconds: int64(d / time.Second), Nanos: int(d % time.Second)}.normalized()
}

// normalized brings Nanos into 0 to 999,999,999, as the server does.
func (d Duration) normalized() Duration {
	carry := floorDiv(int64(d.Nanos), nanosPerSecond)
	d.Seconds += carry
	d.Nanos -= int(carry * nanosPerSecond)
	return d
}

func floorDiv(n, by int64) int64 {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}

// Time returns seconds and nanoseconds as a [time.Duration]. It is not ok where there are months or days, whose length
// depends on where they start, and where the result would overflow.
func (d Duration) Time() (t time.Duration, ok bool) {
	d = d.normalized()
	if d.Months != 0 || d.Days != 0 || d.Seconds > math.MaxInt64/nanosPerSecond-1 || d.Seconds < math.MinInt64/nanosPerSecond+1 {
		return 0, false
	}
	return time.Duration(d.Seconds)*time.Second + time.Duration(d.Nanos), true
}

// String returns the ISO form, P14M25DT18367.000000008S; a component of zero is left out, and the whole of zero is PT0S.
func (d Duration) String() string { return string(d.append(nil)) }

// MarshalText returns the ISO form.
func (d Duration) MarshalText() ([]byte, error) { return d.append(nil), d.validate() }

func (d Duration) append(dst []byte) []byte {
	d = d.normalized()
	dst = append(dst, 'P')
	if d.Months != 0 {
		dst = append(strconv.AppendInt(dst, d.Months, 10), 'M')
	}
	if d.Days != 0 {
		dst = append(strconv.AppendInt(dst, d.Days, 10), 'D')
	}
	if d.Seconds == 0 && d.Nanos == 0 && (d.Months != 0 || d.Days != 0) {
		return dst
	}
	dst = append(dst, 'T')
	seconds, nanos := d.Seconds, d.Nanos
	if seconds < 0 && nanos > 0 { // -1 s + 0.5 s is written -0.5
		seconds, nanos = seconds+1, nanosPerSecond-nanos
		if seconds == 0 {
			dst = append(dst, '-')
		}
	}
	return append(appendFraction(strconv.AppendInt(dst, seconds, 10), nanos), 'S')
}

// validate returns an error where seconds and nanoseconds together overflow, which the server refuses.
func (d Duration) validate() error {
	carry := floorDiv(int64(d.Nanos), nanosPerSecond)
	if sum := d.Seconds + carry; (carry < 0) != (sum < d.Seconds) && carry != 0 {
		return errorString("the duration's seconds overflow")
	}
	return nil
}

// DurationValue returns a DURATION, or an [Invalid] value where its seconds overflow.
func DurationValue(d Duration) Value {
	if err := d.validate(); err != nil {
		return invalidValue(KindDuration, err)
	}
	return Value{kind: KindDuration, ptr: unsafe.Pointer(&d)}
}

// AsDuration returns a DURATION.
func (v Value) AsDuration() (d Duration, ok bool) {
	if v.kind != KindDuration {
		return Duration{}, false
	}
	return *(*Duration)(v.ptr), true
}
