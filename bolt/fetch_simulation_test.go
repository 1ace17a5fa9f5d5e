package bolt

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// scene is a result that is read in virtual time: a server at a distance, and a consumer. Both are
// fluids: in each tick they move as many rows as their pace allows.
type scene struct {
	roundTrip time.Duration
	rowBytes  int
	server    func(at time.Duration) pace // of the rows that it sends
	consumer  func(at time.Duration) pace // of the rows that are taken
	lasts     time.Duration
}

// pace is how fast rows move, and what comes before the first row of a batch.
type pace struct {
	rows float64       // a second
	wait time.Duration // at the server, before each batch: load, and not distance
}

const tick = 50 * time.Microsecond

// always is a pace that does not change.
func steady(rows float64) func(time.Duration) pace {
	return func(time.Duration) pace { return pace{rows: rows} }
}

// from changes a pace at a moment.
func from(at time.Duration, before, after pace) func(time.Duration) pace {
	return func(now time.Duration) pace {
		if now < at {
			return before
		}
		return after
	}
}

// pausing stands still for a part of each period.
func pausing(rows float64, period, pause time.Duration) func(time.Duration) pace {
	return func(now time.Duration) pace {
		if now%period >= period-pause {
			return pace{}
		}
		return pace{rows: rows}
	}
}

// pull is one PULL of a played scene.
type pull struct {
	at    time.Duration
	n     int64
	taken int64 // since the PULL before
}

// played is how a scene went.
type played struct {
	pulls []pull
	rows  float64 // taken
	left  float64 // how long the server goes on, in seconds, where the consumer leaves at the worst moment
}

// play runs a scene. It uses fetch as Stream does.
func play(sc scene) played {
	var (
		f        = newFetch(StreamConfig{})
		start    = time.Unix(0, 0)
		out      played
		unsent   float64       // of the batch under way
		begins   time.Duration // its first row arrives
		pulling  bool
		buffered float64
		counted  float64 // rows of the batch that have arrived
		taken    float64
		before   float64 // taken when the last PULL left
	)
	send := func(at time.Duration) {
		n := f.next(start.Add(at), int64(buffered))
		out.pulls = append(out.pulls, pull{at: at, n: n, taken: int64(taken - before)})
		before, unsent, counted, pulling = taken, float64(n), 0, true
		begins = at + sc.roundTrip + sc.server(at).wait
	}
	send(0)
	for at := time.Duration(0); at < sc.lasts; at += tick {
		if !pulling && int64(buffered) <= f.lowMark() {
			f.adapt(start.Add(at), int64(buffered), sc.roundTrip, true)
			send(at)
		}
		server, consumer := sc.server(at), sc.consumer(at)
		if pulling && at >= begins {
			k := min(unsent, server.rows*tick.Seconds())
			unsent, buffered, counted = unsent-k, buffered+k, counted+k
			if whole := int64(counted) - f.rows; whole > 0 {
				f.arrived(whole, int(whole)*sc.rowBytes)
			}
			pulling = unsent > 0
		}
		k := min(buffered, consumer.rows*tick.Seconds())
		buffered, taken = buffered-k, taken+k
		if pulling && server.rows > 0 {
			out.left = max(out.left, unsent/server.rows)
		}
	}
	out.rows = taken
	return out
}

func (p played) largest(from time.Duration) (n int64) {
	for _, pull := range p.pulls {
		if pull.at >= from {
			n = max(n, pull.n)
		}
	}
	return n
}

// TestFetchInVirtualTime plays servers against consumers. The rules at the end of it hold for all
// of them; each scene adds how much of what is possible the consumer gets at least, how large a
// PULL becomes, and how long the server goes on at most for a consumer that leaves.
func TestFetchInVirtualTime(t *testing.T) {
	const near, far, farther = 200 * time.Microsecond, time.Millisecond, 40 * time.Millisecond
	const million = 1e6
	tests := map[string]struct {
		scene scene
		ideal float64       // rows a second that the slower of both ends can do
		share float64       // of that, which the consumer gets at least
		since time.Duration // from when on most counts
		most  int64         // the largest n
		leave time.Duration // how long the server goes on at most
	}{
		"near": {
			scene: scene{roundTrip: near, server: steady(million / 2), consumer: steady(10 * million)},
			ideal: million / 2, share: 0.97, most: 7600, leave: 16 * time.Millisecond,
		},
		"near and very fast": {
			scene: scene{roundTrip: near, server: steady(20 * million), consumer: steady(20 * million)},
			ideal: 20 * million, share: 0.95, most: 304_000, leave: 16 * time.Millisecond,
		},
		"a millisecond away": {
			scene: scene{roundTrip: far, server: steady(million / 2), consumer: steady(10 * million)},
			ideal: million / 2, share: 0.9, most: 10_500, leave: 21 * time.Millisecond,
		},
		"forty milliseconds away": {
			scene: scene{roundTrip: farther, server: steady(million), consumer: steady(10 * million)},
			ideal: million, share: 0.5, most: 90_000, leave: 91 * time.Millisecond,
		},
		"a slow server": { // its batches last longer than they should: the fetch size is the least
			scene: scene{roundTrip: near, server: steady(10_000), consumer: steady(million)},
			ideal: 10_000, share: 0.95, most: 1000, leave: 101 * time.Millisecond,
		},
		"a slow server far away": {
			scene: scene{roundTrip: farther, server: steady(50_000), consumer: steady(million)},
			ideal: 50_000, share: 0.5, most: 4500, leave: 91 * time.Millisecond,
		},
		"a loaded server": { // each batch waits: that is no distance
			scene: scene{
				roundTrip: near, consumer: steady(million),
				server: func(time.Duration) pace { return pace{rows: 60_000, wait: 50 * time.Millisecond} },
			},
			ideal: 60_000, share: 0.2, most: 1000, leave: 18 * time.Millisecond,
		},
		"a server that comes under load": { // the batch that was asked for before lasts longer than it should have
			scene: scene{
				roundTrip: near, consumer: steady(million),
				server: from(time.Second,
					pace{rows: million / 2}, pace{rows: million / 16, wait: 20 * time.Millisecond}),
			},
			ideal: million / 2, share: 0.2, since: 1300 * time.Millisecond, most: 1000, leave: 130 * time.Millisecond,
		},
		"a server that pauses": {
			scene: scene{
				roundTrip: near, consumer: steady(million),
				server: pausing(million/2, time.Second, 300*time.Millisecond),
			},
			ideal: 0.7 * million / 2, share: 0.9, most: 7600, leave: 16 * time.Millisecond,
		},
		"a server that sends in bursts": {
			scene: scene{
				roundTrip: near, consumer: steady(10 * million),
				server: pausing(2*million, 10*time.Millisecond, 5*time.Millisecond),
			},
			ideal: million, share: 0.85, most: 30_400, leave: 16 * time.Millisecond,
		},
		"a consumer of a thousand rows a second": {
			scene: scene{roundTrip: near, server: steady(million), consumer: steady(1000)},
			ideal: 1000, share: 0.99, most: 1000, leave: 2 * time.Millisecond,
		},
		"the same far away": {
			scene: scene{roundTrip: farther, server: steady(million), consumer: steady(1000)},
			ideal: 1000, share: 0.95, most: 1000, leave: 2 * time.Millisecond,
		},
		"a consumer that is slower than the server": {
			scene: scene{roundTrip: near, server: steady(2 * million), consumer: steady(million / 10)},
			ideal: million / 10, share: 0.99, most: 1600, leave: 2 * time.Millisecond,
		},
		"a consumer that becomes slow": { // what is under way by then is the last large batch
			scene: scene{
				roundTrip: farther, server: steady(million),
				consumer: from(time.Second, pace{rows: million}, pace{rows: 1000}),
			},
			ideal: million / 10, share: 0.4, since: 1100 * time.Millisecond, most: 1000, leave: 91 * time.Millisecond,
		},
		"a consumer that stalls": {
			scene: scene{
				roundTrip: near, server: steady(million),
				consumer: pausing(million, time.Second, 500*time.Millisecond),
			},
			ideal: million / 2, share: 0.9, most: 15_300, leave: 17 * time.Millisecond,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.scene.rowBytes, tt.scene.lasts = 10, 5*time.Second
			got := play(tt.scene)
			possible := tt.ideal * tt.scene.lasts.Seconds()
			assert.GreaterOrEqual(t, got.rows/possible, tt.share, "of the possible rows")
			assert.LessOrEqual(t, got.largest(tt.since), tt.most, "the largest PULL")
			left := time.Duration(got.left * float64(time.Second))
			assert.LessOrEqual(t, left, tt.leave, "the server's work for a consumer that leaves")
			assertRules(t, got, tt.scene)
		})
	}
}

// assertRules asserts what holds wherever the fetch size was not chosen by the user.
func assertRules(t *testing.T, got played, sc scene) {
	t.Helper()
	for i, pull := range got.pulls {
		assert.GreaterOrEqual(t, pull.n, int64(DefaultFetchSize), "never less than the fetch size")
		assert.LessOrEqual(t, pull.n*int64(sc.rowBytes), int64(batchBytes), "within the bound for bytes")
		if i < 2 {
			assert.EqualValues(t, DefaultFetchSize, pull.n, "the first batch tells nothing")
			continue
		}
		before := got.pulls[i-1]
		assert.LessOrEqual(t, pull.n, 2*before.n, "at most twice the last one")
		cycle := (pull.at - before.at).Seconds()
		most := int64(float64(pull.taken+1)/cycle*(mostBatchTime+sc.roundTrip).Seconds()) + 1
		assert.LessOrEqual(t, pull.n, max(DefaultFetchSize, most), "no more than is taken in 50 ms and a round trip")
		if t.Failed() {
			return
		}
	}
}
