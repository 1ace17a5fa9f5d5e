package main

import (
	"context"

	"github.com/neorx/neorx"
)

func init() {
	on("NewBookmarkManager", newBookmarkManager)
	on("BookmarkManagerClose", closeBookmarkManager)
}

func newBookmarkManager(c *conn, _ context.Context, r struct {
	Initial  []string `json:"initialBookmarks"`
	Supplier bool     `json:"bookmarksSupplierRegistered"`
	Consumer bool     `json:"bookmarksConsumerRegistered"`
},
) (string, any, error) {
	cfg := neorx.BookmarkManagerConfig{Initial: r.Initial}
	var id string
	if r.Supplier {
		cfg.Supplier = func(ctx context.Context) ([]string, error) {
			var answer struct {
				Bookmarks []string `json:"bookmarks"`
			}
			err := c.ask(ctx, "BookmarksSupplierRequest", map[string]any{"bookmarkManagerId": id}, &answer)
			return answer.Bookmarks, err
		}
	}
	if r.Consumer {
		cfg.Consumer = func(ctx context.Context, bookmarks []string) {
			fields := map[string]any{"bookmarkManagerId": id, "bookmarks": bookmarks}
			_ = c.ask(ctx, "BookmarksConsumerRequest", fields, &struct{}{})
		}
	}
	id = c.add(neorx.NewBookmarkManager(cfg))
	return "BookmarkManager", identified{id}, nil
}

func closeBookmarkManager(_ *conn, _ context.Context, r identified) (string, any, error) {
	return "BookmarkManager", r, nil
}
