package records

// chunk hands out slices of zeroed memory that is allocated for many of them at once. A slice keeps the whole
// allocation alive, so what one allocation holds is bounded by max.
type chunk[T any] struct {
	free []T
	size int // of the last allocation
}

// take returns n elements, cut from the current allocation or, when it is used up, from a new one. Allocations grow
// from small to max, so that a result of one record does not pay for thirty-two. What is large is allocated on its own.
func (c *chunk[T]) take(n, limit int) []T {
	if n > len(c.free) {
		if n > limit/4 {
			return make([]T, n)
		}
		c.size = min(max(4*c.size, 2*n, limit/64), limit)
		c.free = make([]T, c.size)
	}
	s := c.free[:n:n]
	c.free = c.free[n:]
	return s
}

// one returns a single zeroed element.
func (c *chunk[T]) one(limit int) *T {
	if len(c.free) == 0 {
		c.size = min(max(4*c.size, 1), limit)
		c.free = make([]T, c.size)
	}
	p := &c.free[0]
	c.free = c.free[1:]
	return p
}
