package records

import (
	"time"

	"github.com/neorx/neorx/bolt/packstream"
)

func (e *encoder) date(d Date) error {
	if err := d.validate(); err != nil {
		return err
	}
	e.integers(tagDate, d.days())
	return nil
}

func (e *encoder) localTime(t LocalTime) error {
	if err := t.validate(); err != nil {
		return err
	}
	e.integers(tagLocalTime, t.nanos())
	return nil
}

func (e *encoder) time(t Time) error {
	if err := t.validate(); err != nil {
		return err
	}
	e.integers(tagTime, t.nanos(), int64(t.Offset))
	return nil
}

func (e *encoder) localDateTime(t LocalDateTime) error {
	if err := t.validate(); err != nil {
		return err
	}
	e.integers(tagLocalDateTime, t.Time().Unix(), int64(t.Nanosecond))
	return nil
}

func (e *encoder) duration(d Duration) error {
	if err := d.validate(); err != nil {
		return err
	}
	d = d.normalized()
	e.integers(tagDuration, d.Months, d.Days, d.Seconds, int64(d.Nanos))
	return nil
}

// dateTime encodes an instant with its zone, or with its offset where the zone has no name that a server knows.
// Before 5.0 the seconds are those of local time.
func (e *encoder) dateTime(t time.Time) error {
	_, offset := t.Zone()
	seconds := t.Unix()
	if local := seconds + int64(offset); local < minSeconds || local > maxSeconds {
		return errSecondRange
	}
	if err := validateOffset(offset); err != nil {
		return err
	}
	tagOffset, tagZone := byte(tagDateTime), byte(tagDateTimeZone)
	if !e.dialect.UTC {
		tagOffset, tagZone = tagLegacyDateTime, tagLegacyDateTimeZone
		seconds += int64(offset)
	}
	if loc := t.Location(); e.zone.loc != loc {
		e.zone = namedZone(loc)
	}
	id := e.zone.id(t)
	if id == "" {
		e.integers(tagOffset, seconds, int64(t.Nanosecond()), int64(offset))
		return nil
	}
	e.buf = packstream.AppendStruct(e.buf, tagZone, 3)
	e.int(seconds)
	e.int(int64(t.Nanosecond()))
	return e.string(id)
}
