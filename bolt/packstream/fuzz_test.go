package packstream_test

import (
	"testing"

	"github.com/neorx/neorx/bolt/packstream"
)

// FuzzReader feeds arbitrary bytes. Reading and skipping agree on what is well formed, and what was read is the same
// after a round through the encoder, which never makes it longer.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"B171 91 01",
		"B3 10 8D 52455455524E2031204153206E A1 81 78 C8 EF A0",
		"B5 52 01 02 03 85 4B4E4F5753 A1 81 6B 81 76",
		"E0 550E8400E29B41D4A716446655440000",
		"D6 7FFFFFFF", "DA 40000000 80", "CE FFFFFFFF", "D2 80000000", "9F 9F 9F", "B1", "C4",
		"C1 7FF8000000000001", "D00141", "82 C328",
	} {
		f.Add(unhex(f, seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		skipped := packstream.NewReader(in)
		skipped.Skip()

		r := packstream.NewReader(in)
		v := readTree(&r, packstream.MaxDepth)
		if r.Err() != nil {
			return // skipping is more lenient: it ignores UTF-8 and has no limit of depth
		}
		if skipped.Err() != nil || skipped.Len() != r.Len() {
			t.Fatalf("read to %d bytes before the end, skip to %d, %v", r.Len(), skipped.Len(), skipped.Err())
		}
		again := v.append(nil)
		if len(again) > len(in)-r.Len() {
			t.Fatalf("% X became longer: % X", in, again)
		}
		r.Reset(again)
		if w := readTree(&r, packstream.MaxDepth); r.Err() != nil || !v.equal(w) {
			t.Fatalf("got %+v, want %+v, error %v", w, v, r.Err())
		}
	})
}
