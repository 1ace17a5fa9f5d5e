package bolt

import (
	"cmp"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestFetchSize(t *testing.T) {
	const near, far = 100 * time.Microsecond, 40 * time.Millisecond
	const quick, slow = time.Millisecond, time.Second
	tests := map[string]struct {
		cfg       StreamConfig
		cycle     time.Duration // from one PULL to the next
		roundTrip time.Duration
		rowBytes  int
		most      int64 // of rows that a batch has; 0 is as many as were asked for
		unread    int64 // rows that are always buffered when a PULL leaves
		together  bool
		want      []int64
	}{
		"the first batch tells nothing, then it doubles": {
			cycle: quick, roundTrip: near, rowBytes: 10, want: []int64{1000, 1000, 2000, 4000, 8000, 16_000},
		},
		"grows to what comes in fifteen milliseconds and a round trip": {
			cycle: 12 * quick, roundTrip: quick / 2, rowBytes: 10, want: []int64{1000, 1000, 1291, 1667},
		},
		"grows to what comes in twenty round trips": {
			cycle: 30 * quick, roundTrip: 2 * quick, rowBytes: 10, want: []int64{1000, 1000, 1400},
		},
		"grows to what comes in fifty milliseconds and a round trip": {
			cycle: 60 * quick, roundTrip: far, rowBytes: 10, want: []int64{1000, 1000, 1500},
		},
		"what is buffered already was not taken": {
			cycle: 12 * quick, roundTrip: quick / 2, unread: 200, rowBytes: 10, want: []int64{1000, 1000, 1291},
		},
		"stays where a batch lasts longer than it should": {
			cycle: slow, roundTrip: near, rowBytes: 10, want: []int64{1000, 1000, 1000},
		},
		"stays where another result is open": {
			cycle: quick, roundTrip: near, rowBytes: 10, together: true, want: []int64{1000, 1000, 1000},
		},
		"stops at four megabytes": {
			cycle: quick, rowBytes: 1 << 10, want: []int64{1000, 1000, 2000, 4000, 4096, 4096},
		},
		"never falls below where it began": {
			cycle: quick, rowBytes: 1 << 20, want: []int64{1000, 1000, 1000},
		},
		"pinned stays": {
			cfg:   StreamConfig{FetchSize: 50, Pinned: true},
			cycle: quick, roundTrip: far, rowBytes: 10, want: []int64{50, 50, 50},
		},
		"everything at once": {
			cfg: StreamConfig{FetchSize: All, Pinned: true}, cycle: quick, rowBytes: 10, want: []int64{All, All},
		},
		"no more than the demand": {
			cfg: StreamConfig{Demand: 10}, cycle: quick, rowBytes: 10, want: []int64{10},
		},
		"the rest of the demand": {
			cfg: StreamConfig{Demand: 2500}, cycle: slow, rowBytes: 10, want: []int64{1000, 1000, 500},
		},
		"a huge one stays, whatever comes of it": {
			cfg:   StreamConfig{FetchSize: 1 << 55},
			cycle: quick, rowBytes: 1, most: 10, want: []int64{1 << 55, 1 << 55, 1 << 55},
		},
		"the largest of all": {
			cfg:   StreamConfig{FetchSize: math.MaxInt64},
			cycle: quick, rowBytes: 1, most: 10, want: []int64{math.MaxInt64, math.MaxInt64, math.MaxInt64},
		},
		"unknown demand": {
			cfg: StreamConfig{Demand: math.MaxInt64}, cycle: slow, rowBytes: 10, want: []int64{1000},
		},
		"demand bounds everything at once": {
			cfg: StreamConfig{FetchSize: All, Pinned: true, Demand: 7}, cycle: slow, rowBytes: 10, want: []int64{7},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f, now, got := newFetch(tt.cfg), time.Unix(0, 0), []int64(nil)
			for range tt.want {
				f.adapt(now, tt.unread, tt.roundTrip, !tt.together)
				n := f.next(now, tt.unread)
				got = append(got, n)
				for range min(max(n, 1), cmp.Or(tt.most, math.MaxInt64)) {
					f.arrived(1, tt.rowBytes)
				}
				now = now.Add(tt.cycle)
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// A batch that shrinks does so at once, and not by half: a consumer that was fast and becomes slow
// is not given a large batch again.
func TestFetchSizeFollowsAStall(t *testing.T) {
	f, now := newFetch(StreamConfig{}), time.Unix(0, 0)
	var got []int64
	for _, cycle := range []time.Duration{0, 1, 1, 1, 1, 1000, 1, 1} {
		now = now.Add(cycle * time.Millisecond)
		f.adapt(now, 0, time.Millisecond, true)
		n := f.next(now, 0)
		f.arrived(n, int(n))
		got = append(got, n)
	}
	assert.Equal(t, []int64{1000, 1000, 2000, 4000, 8000, 1000, 2000, 4000}, got)
}

func TestFetchLowMark(t *testing.T) {
	f := newFetch(StreamConfig{})
	f.next(time.Now(), 0)
	assert.EqualValues(t, 300, f.lowMark(), "30% of the batch")
	small := newFetch(StreamConfig{FetchSize: 19})
	small.next(time.Now(), 0)
	assert.EqualValues(t, 5, small.lowMark())
	huge := newFetch(StreamConfig{FetchSize: math.MaxInt64})
	huge.next(time.Now(), 0)
	assert.EqualValues(t, 2_767_011_611_056_432_742, huge.lowMark(), "a negative one would never be reached")
	pinned := newFetch(StreamConfig{FetchSize: 100, Pinned: true})
	pinned.next(time.Now(), 0)
	assert.Zero(t, pinned.lowMark(), "a pinned batch is consumed first")
	wanted := newFetch(StreamConfig{Demand: 100})
	wanted.next(time.Now(), 0)
	assert.Zero(t, wanted.lowMark(), "who has got what it wanted does not come back")
}
