package records

// chunk hands out slices of zeroed memory that is allocated for many of them at once. A slice keeps the whole
// allocation alive, so what one allocation holds is bounded by max.
type chunk[T any] struct {
	memory []T // the current allocation
	used   int // an index rather than a shorter slice, since storing a pointer costs more while the collector runs
}

// take returns n elements, cut from the current allocation or, when it is used up, from a new one. Allocations grow
// from small to limit, so that a result of one record does not pay for thirty-two. What is large is allocated on its own.
func (c *chunk[T]) take(n, limit int) []T {
	if n > len(c.memory)-c.used {
		if n > limit/4 {
			return make([]T, n)
		}
		c.memory, c.used = make([]T, min(max(4*len(c.memory), 2*n, limit/64), limit)), 0
	}
	s := c.memory[c.used : c.used+n : c.used+n]
	c.used += n
	return s
}

// one returns a single element.
func (c *chunk[T]) one(limit int) *T {
	if c.used == len(c.memory) {
		c.memory, c.used = make([]T, min(max(4*len(c.memory), 1), limit)), 0
	}
	c.used++
	return &c.memory[c.used-1]
}
