// Package usage tells what a piece of work costs the process that does it: time, processor time, allocations, collections and peak memory.
package usage

import (
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Cost is what a piece of work has cost.
type Cost struct {
	Elapsed time.Duration
	CPU     time.Duration // user and system
	Allocs  uint64        // objects
	Bytes   uint64        // allocated
	GCs     uint64
	PeakRSS uint64 // bytes, of the whole life of the process
}

// Of does the work and tells its cost.
func Of(work func() error) (Cost, error) {
	runtime.GC()
	before := now()
	start := time.Now()
	err := work()
	elapsed := time.Since(start)
	after := now()
	return Cost{
		Elapsed: elapsed,
		CPU:     after.cpu - before.cpu,
		Allocs:  after.allocs - before.allocs,
		Bytes:   after.bytes - before.bytes,
		GCs:     after.gcs - before.gcs,
		PeakRSS: peakRSS(),
	}, err
}

// counters only grow.
type counters struct {
	cpu                time.Duration
	allocs, bytes, gcs uint64
}

func now() counters {
	samples := []metrics.Sample{
		{Name: "/gc/heap/allocs:objects"},
		{Name: "/gc/heap/tiny/allocs:objects"},
		{Name: "/gc/heap/allocs:bytes"},
		{Name: "/gc/cycles/total:gc-cycles"},
	}
	metrics.Read(samples)
	return counters{
		cpu:    cpu(),
		allocs: samples[0].Value.Uint64() + samples[1].Value.Uint64(),
		bytes:  samples[2].Value.Uint64(),
		gcs:    samples[3].Value.Uint64(),
	}
}

func cpu() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// peakRSS is 0 where the system does not tell. The figure of getrusage would be that of the parent, if it is larger.
func peakRSS() uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseUint(strings.Fields(rest)[0], 10, 64)
			return kib << 10
		}
	}
	return 0
}
