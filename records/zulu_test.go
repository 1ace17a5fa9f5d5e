package records

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Zulu is a name in the zone database, and no offset although it begins like one.
func TestZuluIsAZone(t *testing.T) {
	zulu, err := loadZone("Zulu")
	require.NoError(t, err)
	assert.Equal(t, "Zulu", zulu.String())
	z, err := loadZone("Z")
	require.NoError(t, err)
	assert.NotEqual(t, "Z", z.String())
}
