package bolt

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSupportedIsNewestFirst(t *testing.T) {
	for i := 1; i < len(Supported); i++ {
		assert.Positive(t, Supported[i-1].Compare(Supported[i]), "%s before %s", Supported[i-1], Supported[i])
	}
}

func TestVersionAtLeast(t *testing.T) {
	v := Version{5, 4}
	assert.True(t, v.AtLeast(5, 4))
	assert.True(t, v.AtLeast(4, 4))
	assert.True(t, v.AtLeast(5, 0))
	assert.False(t, v.AtLeast(5, 6))
	assert.False(t, v.AtLeast(6, 0))
	assert.Equal(t, "5.4", v.String())
}

func TestConsecutiveVersionsBecomeRanges(t *testing.T) {
	got := consecutive(Supported)
	assert.Equal(t, []minorRange{{Version{6, 1}, 1}, {Version{5, 8}, 2}, {Version{5, 4}, 4}, {Version{4, 4}, 4}, {newest: Version{3, 0}}}, got)
	assert.Equal(t, "5.6 to 5.8", got[1].String())
}

func TestRangeThatReachesBelowZero(t *testing.T) {
	r := minorRange{Version{5, 255}, 255}
	assert.True(t, r.contains(Version{5, 0}))
	r = minorRange{Version{5, 2}, 9}
	assert.True(t, r.contains(Version{5, 0}))
	assert.False(t, r.contains(Version{4, 4}))
	assert.False(t, r.contains(Version{5, 3}))
}
