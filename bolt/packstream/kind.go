package packstream

import "strconv"

// Kind is the type of a token.
type Kind uint8

// The kinds of tokens. Invalid is the kind of the end of input, of a reserved marker and of everything after an error.
const (
	Invalid Kind = iota
	Null
	Bool
	Int
	Float
	Bytes
	String
	List
	Map
	Struct
	UUID
)

var kindNames = [...]string{"Invalid", "Null", "Boolean", "Integer", "Float", "Bytes", "String", "List", "Dictionary", "Structure", "UUID"}

// String returns the name that the Bolt specification gives the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "Kind(" + strconv.Itoa(int(k)) + ")"
}

// The markers. The tiny forms hold a size or a value in their low bits.
const (
	markerTinyString byte = 0x80
	markerTinyList   byte = 0x90
	markerTinyMap    byte = 0xA0
	markerTinyStruct byte = 0xB0
	markerNull       byte = 0xC0
	markerFloat      byte = 0xC1
	markerFalse      byte = 0xC2
	markerTrue       byte = 0xC3
	markerInt8       byte = 0xC8
	markerInt16      byte = 0xC9
	markerInt32      byte = 0xCA
	markerInt64      byte = 0xCB
	markerBytes8     byte = 0xCC
	markerBytes16    byte = 0xCD
	markerBytes32    byte = 0xCE
	markerString8    byte = 0xD0
	markerString16   byte = 0xD1
	markerString32   byte = 0xD2
	markerList8      byte = 0xD4
	markerList16     byte = 0xD5
	markerList32     byte = 0xD6
	markerMap8       byte = 0xD8
	markerMap16      byte = 0xD9
	markerMap32      byte = 0xDA
	markerUUID       byte = 0xE0
)

// kinds maps every marker to its kind; what is reserved stays Invalid.
var kinds = makeKinds()

func makeKinds() (table [256]Kind) {
	fill := func(from, to int, k Kind) {
		for m := from; m <= to; m++ {
			table[m] = k
		}
	}
	fill(0x00, 0x7F, Int)
	fill(0x80, 0x8F, String)
	fill(0x90, 0x9F, List)
	fill(0xA0, 0xAF, Map)
	fill(0xB0, 0xBF, Struct)
	fill(0xC0, 0xC0, Null)
	fill(0xC1, 0xC1, Float)
	fill(0xC2, 0xC3, Bool)
	fill(0xC8, 0xCB, Int)
	fill(0xCC, 0xCE, Bytes)
	fill(0xD0, 0xD2, String)
	fill(0xD4, 0xD6, List)
	fill(0xD8, 0xDA, Map)
	fill(0xE0, 0xE0, UUID)
	fill(0xF0, 0xFF, Int)
	return table
}
