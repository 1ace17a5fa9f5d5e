package records

import (
	"time"
	"unsafe"
)

const (
	errDayRange    = errorString("the day is beyond the years that exist")
	errSecondRange = errorString("the instant is beyond the years that exist")
	errNanoRange   = errorString("the nanoseconds are not within a second")
	errTimeRange   = errorString("the time is not within a day")
)

func (d *valueDecoder) date(v *Value, _ int) {
	days := d.r.Int()
	if days < minDays || days > maxDays {
		*v = invalidValue(KindDate, errDayRange)
		return
	}
	v.kind, v.num = KindDate, uint64(days)
}

func (d *valueDecoder) localTime(v *Value, _ int) {
	nanos := d.r.Int()
	if nanos < 0 || nanos >= nanosPerDay {
		*v = invalidValue(KindLocalTime, errTimeRange)
		return
	}
	v.kind, v.num = KindLocalTime, uint64(nanos)
}

func (d *valueDecoder) time(v *Value, _ int) {
	nanos, offset := d.r.Int(), d.r.Int()
	if nanos < 0 || nanos >= nanosPerDay {
		*v = invalidValue(KindTime, errTimeRange)
		return
	}
	if err := validateOffset(offset); err != nil {
		*v = invalidValue(KindTime, err)
		return
	}
	v.kind, v.num, v.aux = KindTime, uint64(nanos), uint32(int32(offset))
}

func (d *valueDecoder) localDateTime(v *Value, _ int) {
	instantValue(v, KindLocalDateTime, d.r.Int(), d.r.Int(), nil)
}

// instantValue sets v to seconds and nanoseconds if they are in range.
func instantValue(v *Value, kind Kind, seconds, nanos int64, loc *time.Location) {
	switch {
	case seconds < minSeconds-maxOffset || seconds > maxSeconds+maxOffset:
		*v = invalidValue(kind, errSecondRange)
	case nanos < 0 || nanos >= nanosPerSecond:
		*v = invalidValue(kind, errNanoRange)
	default:
		v.kind, v.num, v.aux, v.ptr = kind, uint64(seconds), uint32(nanos), unsafe.Pointer(loc)
	}
}

// dateTime reads the instant in UTC, and the offset that it is shown at.
func (d *valueDecoder) dateTime(v *Value, _ int) {
	d.offsetDateTime(v, 0)
}

// legacyDateTime reads the same with the seconds of local time.
func (d *valueDecoder) legacyDateTime(v *Value, _ int) {
	d.offsetDateTime(v, -1)
}

func (d *valueDecoder) offsetDateTime(v *Value, correction int64) {
	seconds, nanos, offset := d.r.Int(), d.r.Int(), d.r.Int()
	if err := validateOffset(offset); err != nil {
		*v = invalidValue(KindDateTime, err)
		return
	}
	if offset%quarterHour != 0 {
		d.charge(zoneBytes)
	}
	instantValue(v, KindDateTime, seconds, nanos, fixedZone(int(offset)))
	if v.kind == KindDateTime {
		v.num += uint64(correction * offset)
	}
}

// dateTimeZone reads the instant in UTC, and the id of the zone that it is shown in.
func (d *valueDecoder) dateTimeZone(v *Value, _ int) {
	seconds, nanos := d.r.Int(), d.r.Int()
	loc, err := d.zone.load(d.r.Text())
	if err != nil {
		*v = invalidValue(KindDateTime, err)
		return
	}
	instantValue(v, KindDateTime, seconds, nanos, loc)
}

// legacyDateTimeZone reads the same with the seconds of local time. A local time that clocks show twice, or never, is
// as undefined here as it is in [time.Date].
func (d *valueDecoder) legacyDateTimeZone(v *Value, _ int) {
	d.dateTimeZone(v, 0)
	if v.kind != KindDateTime {
		return
	}
	local := LocalDateTimeOf(time.Unix(int64(v.num), int64(v.aux)).UTC())
	v.num = uint64(local.In((*time.Location)(v.ptr)).Unix())
}

func (d *valueDecoder) duration(v *Value, _ int) {
	months, days, seconds, nanos := d.r.Int(), d.r.Int(), d.r.Int(), d.r.Int()
	if nanos < 0 || nanos >= nanosPerSecond {
		*v = invalidValue(KindDuration, errNanoRange)
		return
	}
	*v = DurationValue(Duration{Months: months, Days: days, Seconds: seconds, Nanos: int(nanos)})
}
