package records

import (
	"strconv"

	"github.com/neorx/neorx/bolt/packstream"
)

// The tags of structures.
const (
	tagNode                = 'N'
	tagRelationship        = 'R'
	tagUnboundRelationship = 'r'
	tagPath                = 'P'
	tagDate                = 'D'
	tagTime                = 'T'
	tagLocalTime           = 't'
	tagDateTime            = 'I'
	tagDateTimeZone        = 'i'
	tagLegacyDateTime      = 'F'
	tagLegacyDateTimeZone  = 'f'
	tagLocalDateTime       = 'd'
	tagDuration            = 'E'
	tagPoint2D             = 'X'
	tagPoint3D             = 'Y'
	tagVector              = 'V'
	tagUnsupported         = '?'
)

// form is what a structure must look like: the number of its fields, or one of two.
type form struct {
	kind        Kind
	fields, alt int
	read        func(d *valueDecoder, v *Value, fields int)
}

// forms is indexed by tag; a form without read is no value.
var forms [128]form

// init fills the table, whose functions refer to it: entities hold properties.
func init() {
	forms = [128]form{
		tagNode:               {KindNode, 3, 4, (*valueDecoder).nodeValue},
		tagRelationship:       {KindRelationship, 5, 8, (*valueDecoder).relationshipValue},
		tagPath:               {KindPath, 3, 3, (*valueDecoder).pathValue},
		tagDate:               {KindDate, 1, 1, (*valueDecoder).date},
		tagTime:               {KindTime, 2, 2, (*valueDecoder).time},
		tagLocalTime:          {KindLocalTime, 1, 1, (*valueDecoder).localTime},
		tagDateTime:           {KindDateTime, 3, 3, (*valueDecoder).dateTime},
		tagDateTimeZone:       {KindDateTime, 3, 3, (*valueDecoder).dateTimeZone},
		tagLegacyDateTime:     {KindDateTime, 3, 3, (*valueDecoder).legacyDateTime},
		tagLegacyDateTimeZone: {KindDateTime, 3, 3, (*valueDecoder).legacyDateTimeZone},
		tagLocalDateTime:      {KindLocalDateTime, 2, 2, (*valueDecoder).localDateTime},
		tagDuration:           {KindDuration, 4, 4, (*valueDecoder).duration},
		tagPoint2D:            {KindPoint2D, 3, 3, (*valueDecoder).point2D},
		tagPoint3D:            {KindPoint3D, 4, 4, (*valueDecoder).point3D},
		tagVector:             {KindVector, 2, 2, (*valueDecoder).vector},
		tagUnsupported:        {KindUnsupported, 4, 4, (*valueDecoder).unsupported},
	}
}

// structure reads a structure. One that is unknown, has other fields than it should or fields of other types is
// skipped and becomes an Invalid value: the bytes around it are good, and so is the rest of the row.
func (d *valueDecoder) structure(v *Value) {
	start, promised, depth := d.r, d.promised, d.depth
	tag, fields := d.r.Struct()
	if d.r.Err() != nil {
		return
	}
	kind := KindInvalid
	var problem error
	if f := formOf(tag); f == nil {
		problem = errorString("unknown structure " + hexByte(tag))
	} else if kind = f.kind; fields != f.fields && fields != f.alt {
		problem = errorString("a structure of " + strconv.Itoa(fields) + " fields instead of " + strconv.Itoa(f.fields))
	} else {
		f.read(d, v, fields)
		if d.r.Err() == nil {
			return
		}
		problem = d.r.Err()
	}
	*v = Value{} // half read, which nobody may look into
	if d.broken {
		return
	}
	d.r, d.promised, d.depth = start, promised, depth
	if d.r.Skip(); d.r.Err() == nil {
		d.skippedAgain(d.r.Offset() - start.Offset())
	}
	if d.r.Err() != nil {
		d.broken = true
		return
	}
	*v = invalidValue(kind, problem)
}

// The bytes of a row may be skipped so many times, and some more, because of structures that make no sense. Those that a server sends hardly nest; where
// each of a thousand levels makes no sense, skipping all of them would take hours for a large row.
const (
	maxSkips  = 16
	moreSkips = 1 << 20
)

// skippedAgain takes note of n skipped bytes, and fails when they are too many.
func (d *valueDecoder) skippedAgain(n int) {
	if d.skipped += n; (d.skipped-moreSkips)/maxSkips > len(d.r.Input()) {
		d.r.Fail(&packstream.Error{Offset: d.r.Offset(), Reason: "structures nested in others, none of which makes sense"})
	}
}

func formOf(tag byte) *form {
	if int(tag) >= len(forms) || forms[tag].read == nil {
		return nil
	}
	return &forms[tag]
}

func hexByte(b byte) string {
	const digits = "0123456789ABCDEF"
	return "0x" + string([]byte{digits[b>>4], digits[b&0x0F]})
}
