package usage

import "runtime"

// Memory is what a process keeps.
type Memory struct {
	Live       int64 // bytes of the heap in use after a collection, and of stacks
	Goroutines int
}

// Kept collects garbage, what is pooled included, and tells what is left.
func Kept() Memory {
	runtime.GC()
	runtime.GC() // what a sync.Pool holds survives the first
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return Memory{Live: int64(m.HeapAlloc + m.StackInuse), Goroutines: runtime.NumGoroutine()}
}

// Heap is the heap in use as it is, garbage included, in bytes.
func Heap() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
