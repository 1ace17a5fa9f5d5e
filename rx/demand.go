package rx

import "math"

// Demand is how many items a consumer wants at most. It is advice that travels upstream with a run:
// a source that knows it can ask its server for ten rows where ten are wanted. Operators that keep
// the count pass it on, the others ask for Unbounded.
type Demand int64

// Unbounded is the demand of a consumer that takes whatever comes.
const Unbounded Demand = math.MaxInt64

func (d Demand) plus(n int) Demand {
	if d > Unbounded-Demand(n) {
		return Unbounded
	}
	return d + Demand(n)
}

func (d Demand) times(n int) Demand {
	if d > Unbounded/Demand(n) {
		return Unbounded
	}
	return d * Demand(n)
}

// minus is what remains after n items; an unbounded demand stays so.
func (d Demand) minus(n int64) Demand {
	if d == Unbounded {
		return d
	}
	return d - Demand(n)
}
