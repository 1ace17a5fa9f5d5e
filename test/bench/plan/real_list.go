package plan

import "github.com/neorx/neorx/test/bench/subject"

// Real are all measurements that need a real server.
func Real() []Measurement {
	all := []Measurement{
		RealStream{subject.Official, 0}, RealStream{subject.Stream, 0}, RealStream{subject.Drained, 1000}, RealStream{subject.Drained, -1},
	}
	for _, write := range []bool{false, true} {
		for _, callers := range []int{1, 8, 64, 512} {
			all = append(all, Queries{subject.Official, write, callers}, Queries{subject.Neorx, write, callers})
		}
	}
	all = append(all, loads(true)...)
	return append(all, Connect{subject.Official}, Connect{subject.Neorx})
}

// WarmUp is what is done, and not measured, before anything else is: a server that has just been started compiles what it does often.
func WarmUp() []Measurement {
	return []Measurement{
		RealStream{subject.Drained, 1000},
		Queries{subject.Neorx, false, 64},
		Queries{subject.Official, false, 64},
		Queries{subject.Neorx, true, 64},
		Queries{subject.Neorx, false, 64},
		Queries{subject.Official, true, 64},
		Load{subject.Neorx, subject.OfMaps, 10_000, true},
		RealStream{subject.Drained, 1000},
	}
}
