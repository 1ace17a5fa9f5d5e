package load

import (
	"cmp"
	"math/bits"
	"slices"
	"time"
)

// mask is a set of groups, one bit each. The lane of a row is the set of the groups of its keys.
type mask uint64

const maxGroups = 64

// row is one row on its way, with its number in the source.
type row[T any] struct {
	value  T
	number int64
	bytes  int
	lane   mask
	read   time.Time
}

// bound says when a batch is full.
type bound struct{ rows, bytes int }

func (b bound) reaches(full bound) bool { return b.rows >= full.rows || b.bytes >= full.bytes }

// lanes is the scheduler: rows wait in the queue of their lane, and a batch takes the groups of its
// lanes until it is done. It is a state machine without a clock, a lock or a goroutine.
type lanes[T any] struct {
	groups  int // how many there are
	writers int // how many batches run at most, for the share of one batch
	waiting map[mask]*queue[T]
	busy    mask  // groups of the batches that run
	passed  int   // how many batches started while the oldest row waited for its groups
	all     bound // of the rows that wait
}

// queue has the rows of a lane, which is never empty while it waits.
type queue[T any] struct {
	rows  []row[T]
	bytes int
}

func (q *queue[T]) first() row[T] { return q.rows[0] }

func newLanes[T any](groups, writers int) *lanes[T] {
	return &lanes[T]{groups: groups, writers: writers, waiting: map[mask]*queue[T]{}}
}

func (l *lanes[T]) push(r row[T]) {
	q := l.waiting[r.lane]
	if q == nil {
		q = &queue[T]{}
		l.waiting[r.lane] = q
	}
	q.rows = append(q.rows, r)
	q.bytes += r.bytes
	l.all.rows++
	l.all.bytes += r.bytes
}

// oldest returns the lane whose first row was read first, among those that do not need a group of
// taken.
func (l *lanes[T]) oldest(taken mask) (oldest mask, found bool) {
	number := int64(0)
	for lane, q := range l.waiting {
		if lane&taken == 0 && (!found || q.first().number < number) {
			oldest, number, found = lane, q.first().number, true
		}
	}
	return oldest, found
}

// next starts a batch and returns its rows in the order of the source, and the groups that it
// holds until done. Nothing starts that is not full, unless its oldest row passes due.
func (l *lanes[T]) next(full bound, due func(row[T]) bool) ([]row[T], mask) {
	first, found := l.oldest(0)
	if !found {
		return nil, 0
	}
	taken := l.busy
	if first&l.busy != 0 && l.passed >= 2*l.writers {
		// The oldest row has waited for long: its groups are kept for it as they become free.
		taken |= first
	}
	seed, found := l.oldest(taken)
	if !found {
		return nil, 0
	}
	held, has := l.grow(seed, taken, full)
	if !has.reaches(full) && !due(l.waiting[seed].first()) {
		return nil, 0
	}
	if seed == first {
		l.passed = 0
	} else {
		l.passed++
	}
	batch, groups := l.take(seed, held, full)
	l.busy |= groups
	return batch, groups
}

// done gives back what a batch held.
func (l *lanes[T]) done(groups mask) { l.busy &^= groups }

// grow adds groups to those of the first lane until they have enough rows, or the share of one
// writer is used up. Each step adds what brings the most rows.
func (l *lanes[T]) grow(seed, taken mask, enough bound) (held mask, has bound) {
	share := max(bits.OnesCount64(uint64(seed)), (l.groups+l.writers-1)/l.writers)
	held = seed
	for {
		var best mask
		best, has = l.step(held, taken, share)
		if has.reaches(enough) || best == 0 {
			return held, has
		}
		held |= best
	}
}

// step counts the rows that held has, and returns the groups which add the most to them.
func (l *lanes[T]) step(held, taken mask, share int) (best mask, has bound) {
	gains := map[mask]int{}
	for lane, q := range l.waiting {
		switch more := lane &^ held; {
		case more == 0:
			has.rows += len(q.rows)
			has.bytes += q.bytes
		case more&taken == 0 && bits.OnesCount64(uint64(held|more)) <= share:
			gains[more] += len(q.rows)
		}
	}
	for more, gain := range gains {
		if gain > gains[best] || gain == gains[best] && more < best {
			best = more
		}
	}
	return best, has
}

// take removes the rows of a batch from their queues, the first lane's before all others.
func (l *lanes[T]) take(seed, held mask, full bound) (batch []row[T], groups mask) {
	size := bound{}
	for _, lane := range l.within(seed, held) {
		n := 0
		for _, r := range l.waiting[lane].rows {
			if size.rows > 0 && (size.rows >= full.rows || size.bytes+r.bytes > full.bytes) {
				break
			}
			batch = append(batch, r)
			size.rows++
			size.bytes += r.bytes
			n++
		}
		if n == 0 {
			break
		}
		groups |= lane
		l.shorten(lane, n)
	}
	slices.SortFunc(batch, func(a, b row[T]) int { return cmp.Compare(a.number, b.number) })
	return batch, groups
}

// within returns the lanes that need no more than held, the seed first and then the oldest.
func (l *lanes[T]) within(seed, held mask) []mask {
	var all []mask
	for lane := range l.waiting {
		if lane&^held == 0 && lane != seed {
			all = append(all, lane)
		}
	}
	slices.SortFunc(all, func(a, b mask) int {
		return cmp.Compare(l.waiting[a].first().number, l.waiting[b].first().number)
	})
	return append([]mask{seed}, all...)
}

// shorten removes the first n rows of a lane, and lets go of their memory.
func (l *lanes[T]) shorten(lane mask, n int) {
	q := l.waiting[lane]
	for _, r := range q.rows[:n] {
		q.bytes -= r.bytes
		l.all.bytes -= r.bytes
	}
	l.all.rows -= n
	clear(q.rows[:n])
	q.rows = q.rows[n:]
	if len(q.rows) == 0 {
		delete(l.waiting, lane)
	}
}
