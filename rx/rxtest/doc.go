// Package rxtest checks that sources of streams free what they hold.
//
// Matrix puts a source under every operator of package rx and every method of its RxGo face, ends
// each observation in every way there is (completed, failed, stopped, cancelled, panicked,
// abandoned …) and asks the source afterwards whether it still holds something:
//
//	func TestLeaks(t *testing.T) {
//		rxtest.Matrix(t, func(t *testing.T) rxtest.Source { return newMySource(t) })
//	}
//
// Truth does the same in more places, and checks besides what the observations report: a completion
// only with all items, one end, no hole, no duplicate, the cause of a failure. rx's own results are
// in testdata/truth.txt.
//
// The package imports rx and is imported by tests only.
package rxtest
