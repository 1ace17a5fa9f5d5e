package pool_test

import (
	"context"
	"testing"
	"time"

	"github.com/neorx/neorx/pool"
)

func BenchmarkGetRelease(b *testing.B) {
	for name, timeout := range map[string]time.Duration{"with timeout": time.Minute, "without": -1} {
		b.Run(name, func(b *testing.B) {
			p := benchPool(b, 1, timeout)
			b.ReportAllocs()
			for b.Loop() {
				c, err := p.Get(context.Background(), db, pool.Request{})
				if err != nil {
					b.Fatal(err)
				}
				c.Release()
			}
		})
	}
}

// BenchmarkContended has four users for each connection.
func BenchmarkContended(b *testing.B) {
	p := benchPool(b, 4, time.Minute)
	b.ReportAllocs()
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			c, err := p.Get(context.Background(), db, pool.Request{})
			if err != nil {
				b.Error(err)
				return
			}
			c.Release()
		}
	})
}

func BenchmarkAcquire(b *testing.B) {
	p := benchPool(b, 1, time.Minute)
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Acquire(db, pool.Request{}).ForEach(context.Background(), func(*pool.Conn) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func benchPool(b *testing.B, size int, timeout time.Duration) *pool.Pool {
	s := &server{}
	cfg := pool.Defaults()
	cfg.Dial, cfg.MaxSize, cfg.AcquisitionTimeout = s.dial, size, timeout
	p, err := pool.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = p.Close(context.Background()) })
	return p
}
