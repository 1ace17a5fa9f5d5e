package routing_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/routing"
)

// A router is not asked in text that is not UTF-8: it would answer another question.
func TestQuestionThatIsNotUTF8(t *testing.T) {
	inCluster(t, func(c *cluster) {
		_, onTable := c.router.Table(t.Context(), "a\xff")
		_, onRefresh := c.router.Refresh(t.Context(), routing.Request{Database: "a\xff"})
		_, onBookmark := c.router.Refresh(t.Context(), routing.Request{Bookmarks: []string{"b", "c\xff"}})
		for says, err := range map[string]error{
			`the name of the database is not valid UTF-8: "a\xff"`: onTable,
			`database is not valid UTF-8: "a\xff"`:                 onRefresh,
			`a bookmark is not valid UTF-8: "c\xff"`:               onBookmark,
		} {
			assert.ErrorAs(t, err, new(*records.UsageError))
			assert.ErrorContains(t, err, says)
		}
		assert.Empty(t, c.dials())
	})
}
