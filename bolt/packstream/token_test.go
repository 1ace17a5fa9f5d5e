package packstream_test

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/neorx/neorx/bolt/packstream"
)

// token reads with a Reader what Token reads.
func token(r *packstream.Reader) (k packstream.Kind, bits uint64, next int) {
	switch k = r.Kind(); k {
	case packstream.Null:
		r.Null()
	case packstream.Bool:
		if r.Bool() {
			bits = 1
		}
	case packstream.Int:
		bits = uint64(r.Int())
	case packstream.Float:
		bits = math.Float64bits(r.Float())
	case packstream.String:
		bits = uint64(len(r.RawText()))
		next = r.Offset() - int(bits)
		return k, bits, next
	case packstream.List:
		bits = uint64(r.List())
	case packstream.Map:
		bits = uint64(r.Map())
	default:
		r.Fail(&packstream.Error{Reason: "not for Token"})
	}
	return k, bits, r.Offset()
}

// TestTokenAgreesWithTheReader looks at every marker with all that can follow it: too little, just enough, and sizes that fit or do not.
func TestTokenAgreesWithTheReader(t *testing.T) {
	long := map[byte]bool{0xD2: true, 0xD6: true, 0xDA: true} // sizes of four bytes are left to the Reader
	for m := range 256 {
		for _, fill := range []byte{0x00, 0x01, 0x7F, 0x80, 0xFF} {
			for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 15, 30, 127, 128, 255, 256, 257, 300, 0x0101 + 2, 2*0x0101 + 2, 0x7F7F + 2, 0xFFFF + 2, 2*0xFFFF + 2} {
				in := append([]byte{0x01, byte(m)}, bytes.Repeat([]byte{fill}, n)...)
				r := packstream.NewReader(in)
				r.Seek(1)
				k, bits, next := token(&r)
				if r.Err() != nil || long[byte(m)] {
					k = packstream.Invalid
				}
				gotK, gotBits, gotNext := packstream.Token(in, 1)
				if gotK != k || k != packstream.Invalid && (gotBits != bits || gotNext != next) {
					t.Fatalf("%02X and %d times %02X: got %s %d %d, want %s %d %d", m, n, fill, gotK, gotBits, gotNext, k, bits, next)
				}
			}
		}
	}
	for _, at := range []int{-1, 0, 5} {
		if k, _, _ := packstream.Token(nil, at); k != packstream.Invalid {
			t.Fatalf("a token at %d of nothing: %s", at, k)
		}
	}
}

func ExampleToken() {
	row := packstream.AppendString(packstream.AppendInt(nil, 42), "forty-two")
	for at := 0; at < len(row); {
		kind, bits, next := packstream.Token(row, at)
		if kind == packstream.String {
			fmt.Printf("%s\n", row[next:next+int(bits)])
			next += int(bits)
		} else {
			fmt.Println(kind, bits)
		}
		at = next
	}
	// Output:
	// Integer 42
	// forty-two
}

func TestSeek(t *testing.T) {
	r := packstream.NewReader([]byte{1, 2, 3})
	r.Seek(2)
	if got := r.Int(); got != 3 {
		t.Fatalf("got %d", got)
	}
	r.Seek(9) // beyond the end
	if r.Len() != 0 || r.Err() != nil {
		t.Fatalf("%d bytes left, %v", r.Len(), r.Err())
	}
	r.Int()
	if r.Seek(0); r.Err() == nil || r.Len() != 0 {
		t.Fatal("an error sticks")
	}
	r.Reset([]byte{7})
	if got := r.Int(); got != 7 || r.Err() != nil {
		t.Fatalf("got %d, %v", got, r.Err())
	}
}
