package records

import "time"

// appendDateTime appends the ISO form of a date-time with its offset and, in brackets, its zone where it has one:
// 2024-10-27T02:30:00+01:00[Europe/Paris]. Unlike time.RFC3339 it has room for any year and for seconds in offsets.
func appendDateTime(dst []byte, t time.Time) []byte {
	_, offset := t.Zone()
	dst = appendOffset(LocalDateTimeOf(t).append(dst), offset)
	if id := zoneID(t); id != "" {
		dst = append(append(append(dst, '['), id...), ']')
	}
	return dst
}
