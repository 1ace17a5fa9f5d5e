package records

import "strconv"

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
	bytes       int // what one takes, beside the Value, without what is in it
	outside     int // how many structures around one that holds values are too many: 1 for what a property cannot be, 0 for what holds none
}

// forms is indexed by tag; a form without read is no value.
var forms [128]form

// init fills the table, whose functions refer to it: entities hold properties.
func init() {
	forms = [128]form{
		tagNode:               {KindNode, 3, 4, (*valueDecoder).nodeValue, nodeBytes, 1},
		tagRelationship:       {KindRelationship, 5, 8, (*valueDecoder).relationshipValue, relationshipBytes, 1},
		tagPath:               {KindPath, 3, 3, (*valueDecoder).pathValue, pathBytes, 1},
		tagDate:               {KindDate, 1, 1, (*valueDecoder).date, 0, 0},
		tagTime:               {KindTime, 2, 2, (*valueDecoder).time, 0, 0},
		tagLocalTime:          {KindLocalTime, 1, 1, (*valueDecoder).localTime, 0, 0},
		tagDateTime:           {KindDateTime, 3, 3, (*valueDecoder).dateTime, 0, 0},
		tagDateTimeZone:       {KindDateTime, 3, 3, (*valueDecoder).dateTimeZone, 0, 0},
		tagLegacyDateTime:     {KindDateTime, 3, 3, (*valueDecoder).legacyDateTime, 0, 0},
		tagLegacyDateTimeZone: {KindDateTime, 3, 3, (*valueDecoder).legacyDateTimeZone, 0, 0},
		tagLocalDateTime:      {KindLocalDateTime, 2, 2, (*valueDecoder).localDateTime, 0, 0},
		tagDuration:           {KindDuration, 4, 4, (*valueDecoder).duration, durationBytes, 0},
		tagPoint2D:            {KindPoint2D, 3, 3, (*valueDecoder).point2D, pointBytes, 0},
		tagPoint3D:            {KindPoint3D, 4, 4, (*valueDecoder).point3D, pointBytes, 0},
		tagVector:             {KindVector, 2, 2, (*valueDecoder).vector, 0, 0},
		tagUnsupported:        {KindUnsupported, 4, 4, (*valueDecoder).unsupported, unsupportedBytes, 2},
	}
}

// structure reads a structure. One that is unknown, has other fields than it should or fields of other types is
// skipped and becomes an Invalid value: the bytes around it are good, and so is the rest of the row. Entities within the properties of others are not even
// looked at: a graph has none, and a path can hold each of its nodes many times, so that a few of them in each other would be gigabytes.
func (d *valueDecoder) structure(v *Value) {
	start, promised, depth, within := d.r, d.promised, d.depth, d.within
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
	} else if f.outside != 0 && d.within >= f.outside {
		problem = errorString("it is within another structure")
	} else {
		if d.charge(f.bytes) {
			f.read(d, v, fields)
		}
		if d.r.Err() == nil {
			return
		}
		problem = d.r.Err()
	}
	*v = Value{} // half read, which nobody may look into
	if d.broken {
		return
	}
	d.r, d.promised, d.depth, d.within = start, promised, depth, within
	if d.r.Skip(); d.r.Err() != nil {
		d.broken = true
		return
	}
	d.charge(invalidBytes)
	*v = invalidValue(kind, problem)
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
