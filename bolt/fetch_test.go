package bolt

import (
	"cmp"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// sleep lets the bubble's clock advance; outside of synctest nothing here may wait.
func sleep(d time.Duration) { <-time.After(d) }

// batch plays one batch: the consumer waits for its first row, gets rows of a size, and takes its time over them.
func (f *fetch) batch(wait, consume time.Duration, rows int64, bytes int) {
	f.starved()
	sleep(wait)
	for range rows {
		f.arrived(1, bytes)
	}
	sleep(consume)
}

func TestFetchSize(t *testing.T) {
	const quick, slow = time.Millisecond, time.Second
	tests := map[string]struct {
		cfg           StreamConfig
		wait, consume time.Duration
		rowBytes      int
		most          int64 // of rows that a batch has; 0 is as many as were asked for
		together      bool
		want          []int64
	}{
		"doubles while the consumer waits": {
			wait: quick / 8, consume: quick, rowBytes: 10, want: []int64{1000, 2000, 4000, 8000, 16000},
		},
		"grows to where the wait would be a tenth": {
			wait: 10 * quick, consume: quick, rowBytes: 1, want: []int64{1000, 90_000, 4 << 20},
		},
		"grows by no more than 1024 times": {
			cfg: StreamConfig{FetchSize: 10}, wait: slow, consume: quick, rowBytes: 1, want: []int64{10, 10_240, 4 << 20},
		},
		"stays for a slow consumer": {
			wait: quick, consume: slow, rowBytes: 10, want: []int64{1000, 1000, 1000},
		},
		"stays where another result is open": {
			wait: quick, consume: quick, rowBytes: 10, together: true, want: []int64{1000, 1000, 1000},
		},
		"stops at four megabytes": {
			wait: quick / 8, consume: quick, rowBytes: 1 << 10, want: []int64{1000, 2000, 4000, 4096, 4096},
		},
		"never falls below where it began": {
			wait: quick, consume: quick, rowBytes: 1 << 20, want: []int64{1000, 1000},
		},
		"pinned stays": {
			cfg: StreamConfig{FetchSize: 50, Pinned: true}, wait: quick, consume: quick, rowBytes: 10, want: []int64{50, 50, 50},
		},
		"everything at once": {
			cfg: StreamConfig{FetchSize: All, Pinned: true}, wait: quick, rowBytes: 10, want: []int64{All, All},
		},
		"no more than the demand": {
			cfg: StreamConfig{Demand: 10}, wait: quick, rowBytes: 10, want: []int64{10},
		},
		"the rest of the demand": {
			cfg: StreamConfig{Demand: 2500}, wait: quick, consume: slow, rowBytes: 10, want: []int64{1000, 1000, 500},
		},
		"a huge one stays, whatever comes of it": {
			cfg: StreamConfig{FetchSize: 1 << 55}, wait: slow, consume: quick, rowBytes: 1, most: 10, want: []int64{1 << 55, 1 << 55, 1 << 55},
		},
		"the largest of all": {
			cfg: StreamConfig{FetchSize: math.MaxInt64}, wait: slow, consume: quick, rowBytes: 1, most: 10, want: []int64{math.MaxInt64, math.MaxInt64},
		},
		"unknown demand": {
			cfg: StreamConfig{Demand: math.MaxInt64}, wait: quick, rowBytes: 10, want: []int64{1000},
		},
		"demand bounds everything at once": {
			cfg: StreamConfig{FetchSize: All, Pinned: true, Demand: 7}, wait: quick, rowBytes: 10, want: []int64{7},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFetch(tt.cfg)
				var got []int64
				for range tt.want {
					n := f.next(time.Now(), !tt.together)
					got = append(got, n)
					f.batch(tt.wait, tt.consume, min(max(n, 1), cmp.Or(tt.most, math.MaxInt64)), tt.rowBytes)
				}
				assert.Equal(t, tt.want, got)
			})
		})
	}
}

func TestFetchLowMark(t *testing.T) {
	f := newFetch(StreamConfig{})
	f.next(time.Now(), true)
	assert.EqualValues(t, 300, f.lowMark(), "30% of the batch")
	small := newFetch(StreamConfig{FetchSize: 19})
	small.next(time.Now(), true)
	assert.EqualValues(t, 5, small.lowMark())
	huge := newFetch(StreamConfig{FetchSize: math.MaxInt64})
	huge.next(time.Now(), true)
	assert.EqualValues(t, 2_767_011_611_056_432_742, huge.lowMark(), "a negative one would never be reached")
	pinned := newFetch(StreamConfig{FetchSize: 100, Pinned: true})
	pinned.next(time.Now(), true)
	assert.Zero(t, pinned.lowMark(), "a pinned batch is consumed first")
	wanted := newFetch(StreamConfig{Demand: 100})
	wanted.next(time.Now(), true)
	assert.Zero(t, wanted.lowMark(), "who has got what it wanted does not come back")
}
