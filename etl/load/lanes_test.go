package load

import (
	"math"
	"math/bits"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// running is a batch of the model.
type running struct {
	rows   []row[int]
	groups mask
}

// model drives the scheduler at random and checks what must hold after each step.
type model struct {
	lanes  *lanes[int]
	full   bound
	open   []running
	number int64
	last   map[mask]int64 // the last row of each lane that a batch has taken
	taken  map[int64]bool
}

func newModel(groups, writers int, full bound) *model {
	return &model{lanes: newLanes[int](groups, writers), full: full, last: map[mask]int64{}, taken: map[int64]bool{}}
}

func (m *model) push(lane mask, bytes int) {
	m.lanes.push(row[int]{number: m.number, lane: lane, bytes: bytes})
	m.number++
}

// start begins a batch if there is one, and checks it.
func (m *model) start(t require.TestingT, due bool) bool {
	batch, groups := m.lanes.next(m.full, func(row[int]) bool { return due })
	if batch == nil {
		return false
	}
	var needs mask
	size := bound{}
	for i, r := range batch {
		needs |= r.lane
		size.rows, size.bytes = size.rows+1, size.bytes+r.bytes
		require.False(t, m.taken[r.number], "row %d is written twice", r.number)
		m.taken[r.number] = true
		require.True(t, i == 0 || batch[i-1].number < r.number, "the order of the source")
		last, found := m.last[r.lane]
		require.True(t, !found || last < r.number, "the order of a lane")
		m.last[r.lane] = r.number
	}
	require.Equal(t, needs, groups, "a batch holds the groups of its rows")
	require.LessOrEqual(t, size.rows, m.full.rows)
	require.True(t, size.bytes <= m.full.bytes || size.rows == 1)
	for _, other := range m.open {
		require.Zero(t, other.groups&groups, "two batches that run share a group")
	}
	m.open = append(m.open, running{batch, groups})
	return true
}

func (m *model) end(i int) {
	m.lanes.done(m.open[i].groups)
	m.open = append(m.open[:i], m.open[i+1:]...)
}

// drain runs all that waits, one batch at a time.
func (m *model) drain(t require.TestingT) {
	for len(m.open) > 0 {
		m.end(0)
	}
	for m.start(t, true) {
		m.end(0)
	}
	require.Len(t, m.taken, int(m.number), "every row is written")
	require.Equal(t, bound{}, m.lanes.all)
	require.Empty(t, m.lanes.waiting)
}

func TestNoTwoBatchesShareAGroup(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := rapid.IntRange(1, maxGroups).Draw(t, "groups")
		m := newModel(groups, rapid.IntRange(1, 8).Draw(t, "writers"), bound{
			rows: rapid.IntRange(1, 20).Draw(t, "rows"), bytes: rapid.IntRange(1, 200).Draw(t, "bytes"),
		})
		hot := mask(1) << rapid.IntRange(0, groups-1).Draw(t, "hot")
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				lane := mask(0)
				for range rapid.IntRange(1, 4).Draw(t, "keys") {
					lane |= 1 << rapid.IntRange(0, groups-1).Draw(t, "group")
				}
				if rapid.Bool().Draw(t, "of the hot key") {
					lane |= hot
				}
				m.push(lane, rapid.IntRange(1, 50).Draw(t, "size"))
			},
			"start": func(t *rapid.T) {
				if len(m.open) < m.lanes.writers {
					m.start(t, rapid.Bool().Draw(t, "due"))
				}
			},
			"end": func(t *rapid.T) {
				if len(m.open) > 0 {
					m.end(rapid.IntRange(0, len(m.open)-1).Draw(t, "which"))
				}
			},
		})
		m.drain(t)
	})
}

func FuzzLanes(f *testing.F) {
	f.Add([]byte{3, 1, 9, 200, 17, 4, 255, 0, 1, 2})
	f.Fuzz(func(t *testing.T, script []byte) {
		m := newModel(8, 3, bound{rows: 4, bytes: 100})
		for _, b := range script {
			switch b % 4 {
			case 0:
				if len(m.open) < 3 {
					m.start(t, b&128 != 0)
				}
			case 1:
				if len(m.open) > 0 {
					m.end(int(b/4) % len(m.open))
				}
			default:
				m.push(max(1, mask(b)), 1+int(b)%60)
			}
		}
		m.drain(t)
	})
}

// A row whose groups are always busy in turn is not passed over for ever.
func TestTheOldestRowIsNotPassedOverForEver(t *testing.T) {
	m := newModel(4, 2, bound{rows: 1, bytes: 100})
	m.push(0b01, 1)
	require.True(t, m.start(t, true))
	m.push(0b11, 1) // needs both groups
	m.push(0b10, 1)
	require.True(t, m.start(t, true))
	for round := range 20 {
		if m.taken[1] {
			assert.LessOrEqual(t, round, 6)
			return
		}
		m.push(0b01, 1)
		m.push(0b10, 1)
		m.end(0) // the other group is busy still
		m.start(t, true)
		if len(m.open) == 0 {
			m.start(t, true)
		}
	}
	t.Fatal("the row was passed over for ever")
}

// A batch is full although a lane has only a part of it, and leaves groups to the other writers.
func TestABatchTakesManyLanes(t *testing.T) {
	m := newModel(32, 4, bound{rows: 100, bytes: 1 << 20})
	for i := range 32 * 32 * 8 {
		m.push(1<<(i%32)|1<<(i/32%32), 1)
	}
	for range 4 {
		require.True(t, m.start(t, false))
	}
	for _, b := range m.open {
		assert.Len(t, b.rows, 100)
		assert.LessOrEqual(t, bits.OnesCount64(uint64(b.groups)), 8)
	}
}

// With a key in every row one batch runs at a time, and the rows keep their order.
func TestAHotKeyCostsParallelismOnly(t *testing.T) {
	m := newModel(8, 4, bound{rows: 10, bytes: 1000})
	for i := range 100 {
		m.push(1|1<<(i%8), 1)
	}
	require.True(t, m.start(t, true))
	require.False(t, m.start(t, true))
	m.drain(t)
}

func TestNothingStartsThatIsNeitherFullNorDue(t *testing.T) {
	m := newModel(8, 2, bound{rows: 3, bytes: 1000})
	m.push(1, 1)
	m.push(2, 1)
	assert.False(t, m.start(t, false))
	m.push(1, 1)
	assert.True(t, m.start(t, false), "full by rows")
	m.push(4, 2000)
	assert.True(t, m.start(t, false), "full by bytes")
	m.push(8, 1)
	assert.True(t, m.start(t, true), "due")
	m.drain(t)
}

type city struct {
	Country string
	Number  int32
}

// The hash is part of the format of a job: these values never change. They were computed by another
// implementation of FNV-1a.
func TestLanesAreTheSameInEveryProcess(t *testing.T) {
	cases := map[string]struct {
		key  any
		lane mask
	}{
		"text":     {"Oslo", 1 << 13},
		"integer":  {int64(42), 1 << 18},
		"float":    {1.5, 1 << 20},
		"bool":     {true, 1 << 3},
		"array":    {[2]string{"a", "b"}, 1 << 6},
		"struct":   {city{"NO", 1}, 1 << 21},
		"no text":  {"", 1 << 6},
		"negative": {int8(-1), 1 << 28},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			h := hasher{groups: 32}
			require.NoError(t, h.add(reflect.ValueOf(c.key)))
			assert.Equal(t, c.lane, h.lane, "1 << %d", bits.TrailingZeros64(uint64(h.lane)))
		})
	}
}

func TestEqualKeysHaveOneForm(t *testing.T) {
	form := func(key any) string {
		b, err := appendKey(nil, reflect.ValueOf(key))
		require.NoError(t, err)
		return string(b)
	}
	assert.Equal(t, form(int64(7)), form(uint8(7)))
	assert.Equal(t, form(math.Copysign(0, -1)), form(0.0))
	assert.NotEqual(t, form([2]string{"a", "bc"}), form([2]string{"ab", "c"}))
	assert.NotEqual(t, form("1"), form(1))
	_, err := appendKey(nil, reflect.ValueOf(math.NaN()))
	assert.Error(t, err)
}

func TestSizesAdapt(t *testing.T) {
	s := newSizer(defaults())
	s.observe(1000, 50*time.Millisecond)
	assert.Equal(t, 2000, s.rows, "twice as large where it is quick")
	s.observe(500, 50*time.Millisecond)
	assert.Equal(t, 2000, s.rows, "a batch that was not full tells nothing")
	s.observe(2000, 200*time.Millisecond)
	assert.Equal(t, 2000, s.rows)
	s.observe(2000, time.Second)
	assert.Equal(t, 1500, s.rows)
	s.shrink(1500)
	assert.Equal(t, 750, s.rows)
	for range 10 {
		s.observe(s.rows, time.Millisecond)
	}
	assert.Equal(t, 750, s.rows, "the memory of the server bounds it")
	for range 30 {
		s.observe(s.rows, time.Second)
	}
	assert.Equal(t, leastRows, s.rows)
	s.shrink(50)
	s.observe(25, time.Second)
	assert.Equal(t, 25, s.rows, "no larger than the memory allows")
	c := defaults()
	BatchRows(10)(&c)
	fixed := newSizer(c)
	fixed.observe(10, time.Millisecond)
	assert.Equal(t, 10, fixed.rows)
	fixed.shrink(10)
	assert.Equal(t, 5, fixed.rows)
}
