package floor

import "encoding/binary"

// decoder turns PackStream into values. It believes every byte.
type decoder struct {
	slabs
	in []byte
	at int
}

func (d *decoder) row(row []byte) []value {
	d.in, d.at = row, 0
	var v value
	d.value(&v)
	return v.list()
}

func (d *decoder) value(v *value) {
	marker := d.in[d.at]
	d.at++
	switch high := marker & 0xF0; {
	case marker < 0x80 || marker >= 0xF0:
		*v = value{kind: integer, num: uint64(int64(int8(marker)))}
	case high == 0x80:
		d.blob(v, text, int(marker&0x0F))
	case high == 0x90:
		d.nested(v, list, int(marker&0x0F))
	case high == 0xA0:
		d.nested(v, dict, 2*int(marker&0x0F))
	case high == 0xB0:
		d.at++ // the tag
		d.nested(v, structure, int(marker&0x0F))
	default:
		d.sized(v, marker)
	}
}

// sized reads what has its number, or its length, behind the marker.
func (d *decoder) sized(v *value, marker byte) {
	switch marker {
	case 0xC0:
		*v = value{}
	case 0xC1:
		*v = value{kind: float, num: d.uint(8)}
	case 0xC2, 0xC3:
		*v = value{kind: boolean, num: uint64(marker & 1)}
	case 0xC8, 0xC9, 0xCA, 0xCB:
		width := 1 << (marker & 3)
		shift := 64 - 8*width
		*v = value{kind: integer, num: uint64(int64(d.uint(width)<<shift) >> shift)}
	case 0xCC, 0xCD, 0xCE:
		d.blob(v, bytes, int(d.uint(1<<(marker&3))))
	case 0xD0, 0xD1, 0xD2:
		d.blob(v, text, int(d.uint(1<<(marker&3))))
	case 0xD4, 0xD5, 0xD6:
		d.nested(v, list, int(d.uint(1<<(marker&3))))
	case 0xD8, 0xD9, 0xDA:
		d.nested(v, dict, 2*int(d.uint(1<<(marker&3))))
	}
}

func (d *decoder) blob(v *value, k kind, n int) {
	*v = value{kind: k, ptr: d.copy(d.in[d.at : d.at+n]), num: uint64(n)}
	d.at += n
}

func (d *decoder) nested(v *value, k kind, n int) {
	items := d.slabs.take(n)
	*v = ofList(k, items)
	for i := range items {
		d.value(&items[i])
	}
}

func (d *decoder) uint(width int) uint64 {
	b := d.in[d.at:]
	d.at += width
	switch width {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.BigEndian.Uint16(b))
	case 4:
		return uint64(binary.BigEndian.Uint32(b))
	}
	return binary.BigEndian.Uint64(b)
}
