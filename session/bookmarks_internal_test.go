package session

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReplaced(t *testing.T) {
	tests := map[string]struct{ set, previous, fresh, want []string }{
		"first":                     {nil, nil, []string{"a"}, []string{"a"}},
		"sequential":                {[]string{"a"}, []string{"a"}, []string{"b"}, []string{"b"}},
		"concurrent, first to end":  {[]string{"a"}, []string{"a"}, []string{"b"}, []string{"b"}},
		"concurrent, second to end": {[]string{"b"}, []string{"a"}, []string{"c"}, []string{"b", "c"}},
		"nothing new twice":         {[]string{"a"}, nil, []string{"a"}, []string{"a"}},
		"empty is none":             {nil, nil, []string{""}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, replaced(tt.set, tt.previous, tt.fresh)) })
	}
}

func TestChainAlone(t *testing.T) {
	ctx := context.Background()
	c := newChain(nil, []string{"a", "b", "a", ""})
	sent, err := c.bookmarks(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, sent)
	c.note(sent, "")
	assert.Equal(t, []string{"a", "b"}, c.last(), "no bookmark changes nothing")
	c.note(sent, "c")
	assert.Equal(t, []string{"c"}, c.last(), "news count before they are chained")
	next, err := c.bookmarks(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"c"}, next)
}

func TestChainWithManager(t *testing.T) {
	ctx := context.Background()
	var told [][]string
	m := NewBookmarkManager(BookmarkManagerConfig{
		Initial:  []string{"m"},
		Supplier: func(context.Context) ([]string, error) { return []string{"s"}, nil },
		Consumer: func(_ context.Context, set []string) { told = append(told, set) },
	})
	c, other := newChain(m, []string{"e"}), newChain(m, nil)
	sent, err := c.bookmarks(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"e", "m", "s"}, sent)
	c.note(sent, "n")
	assert.Empty(t, told, "noting calls nobody")
	c.update(ctx)
	assert.Equal(t, [][]string{{"n"}}, told)
	theirs, err := other.bookmarks(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"n", "s"}, theirs, "other sessions see it; what was supplied is not kept")
	other.note(theirs, "o")
	other.update(ctx)
	ours, err := c.bookmarks(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"o", "s"}, ours, "explicit bookmarks are over after the first update")
}

func TestSupplierErrorFailsTheWork(t *testing.T) {
	down := errors.New("store is down")
	m := NewBookmarkManager(BookmarkManagerConfig{Supplier: func(context.Context) ([]string, error) { return nil, down }})
	_, err := newChain(m, nil).bookmarks(context.Background())
	require.ErrorIs(t, err, down)
}
