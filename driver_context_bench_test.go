package neorx_test

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"
)

// BenchmarkContextEnd measures, on sockets and with all processors busy, how long after the end of
// its context each kind of call returns. That nothing but the processors delays it,
// TestCallsEndWithTheirContext proves in virtual time. Run it with -benchtime 1x.
func BenchmarkContextEnd(b *testing.B) {
	const patience = 200 * time.Millisecond
	within := func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, patience)
	}
	settle := func() { <-time.After(50 * time.Millisecond) }
	link := sockets(b)
	for _, o := range outages {
		b.Run(o.name, func(b *testing.B) {
			defer keepBusy()()
			var worst time.Duration
			for range b.N {
				for _, w := range works {
					took, err := endOf(b, w, o, within, link, settle)
					late := max(0, took-patience)
					worst = max(worst, late)
					b.Logf("%6.1f ms  %s: %v", late.Seconds()*1000, w.name, err)
				}
			}
			b.ReportMetric(worst.Seconds()*1000, "worst-ms")
		})
	}
}

// keepBusy keeps all processors busy until the function that it returns is called, which waits for
// that.
func keepBusy() (stop func()) {
	done := make(chan struct{})
	var spinners sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		spinners.Go(func() {
			for sum := 0; ; sum++ {
				if sum%(1<<20) == 0 && isClosed(done) {
					return
				}
			}
		})
	}
	return func() {
		close(done)
		spinners.Wait()
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
