package packstream_test

import (
	"fmt"

	"github.com/neorx/neorx/bolt/packstream"
)

func Example() {
	b := packstream.AppendMap(nil, 1)
	b = packstream.AppendString(b, "answer")
	b = packstream.AppendInt(b, 42)
	fmt.Printf("% X\n", b)

	r := packstream.NewReader(b)
	for range r.Map() {
		key := r.String()
		fmt.Println(key, r.Kind(), r.Int())
	}
	fmt.Println(r.Err())
	// Output:
	// A1 86 61 6E 73 77 65 72 2A
	// answer Integer 42
	// <nil>
}

func ExampleNewReader() {
	r := packstream.NewReader([]byte{0x92, 0x01, 0xC4}) // a list of 1 and a marker that does not exist
	for range r.List() {
		r.Skip()
	}
	fmt.Println(r.Err())
	// Output: packstream: byte 2: a reserved marker
}
