package floor

import (
	"math"
	"testing"
	"unsafe"

	"go.uber.org/goleak"

	"github.com/neorx/neorx/test/bench/shape"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// body is a record as the decoder gets it: without chunk headers, message marker and tag.
func body(t *testing.T, s shape.Shape) []byte {
	t.Helper()
	frame, err := s.Frame()
	if err != nil {
		t.Fatal(err)
	}
	var row []byte
	for len(frame) > 2 {
		n := 2 + int(frame[0])<<8 + int(frame[1])
		row = append(row, frame[2:n]...)
		frame = frame[n:]
	}
	return row[2:]
}

func TestDecoderReadsEveryShapeToItsEnd(t *testing.T) {
	for _, s := range shape.All() {
		t.Run(s.Name, func(t *testing.T) {
			var d decoder
			row := body(t, s)
			if columns := d.row(row); len(columns) != len(s.Fields) || d.at != len(row) {
				t.Fatalf("%d columns of %d, %d bytes of %d", len(columns), len(s.Fields), d.at, len(row))
			}
		})
	}
}

func TestDecoderReadsValues(t *testing.T) {
	mixed, err := shape.Named("mixed")
	if err != nil {
		t.Fatal(err)
	}
	var d decoder
	row := d.row(body(t, mixed))
	name := unsafe.String((*byte)(row[1].ptr), row[1].num)
	if row[0].num != 123456 || name != "Grace Hopper" || math.Float64frombits(row[2].num) != 0.75 || row[3] != (value{kind: boolean, num: 1}) {
		t.Fatalf("%v %q", row, name)
	}
}

func TestDecoderReadsNegativeIntegersOfEveryWidth(t *testing.T) {
	for _, n := range []int64{-1, -17, -200, -40_000, -3_000_000_000} {
		var d decoder
		row := d.row(body(t, shape.Shape{Name: "negative", Fields: []string{"n"}, Row: []any{n}}))
		if got := int64(row[0].num); got != n {
			t.Errorf("%d instead of %d", got, n)
		}
	}
}
