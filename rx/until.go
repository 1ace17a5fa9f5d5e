package rx

import (
	"context"

	"github.com/reactivex/rxgo/v2"
)

// Until is an option for [Observable]: the end of ctx ends every observation, in addition to all
// other contexts. Give it a context that lives as long as what the source needs, a driver for
// example: it ends observations whose channel nobody reads any more, which nothing else would.
func Until(ctx context.Context) rxgo.Option { return rxgo.WithContext(ctx) }
