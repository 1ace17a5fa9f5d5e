// Package rx holds streams: typed, cold, demand-driven sequences that run on the goroutine of whoever consumes them, and their RxGo face.
//
//	squares := rx.Map(rx.Just(1, 2, 3), func(n int) int { return n * n })
//	for v, err := range squares.All(ctx) {
//		…
//	}
//
// A source calls emit for each item and waits while the consumer works, so a slow consumer slows its source, and operators cost a
// function call. Goroutines and bounded channels appear only where a caller asks for them: Prefetch, Merge, MergeMap, ParallelMap, BufferTime, Share
// and the RxGo face. Each is joined before the run that started it returns.
//
// A run ends in exactly one way: completed, failed, stopped by a consumer that has had enough, or broken by the end of its context, by a panic or
// by runtime.Goexit. In each the source is told and frees what it holds before the run returns. A context that ended is an error, never
// a completion; it matches context.Canceled or context.DeadlineExceeded, and the context's cause.
//
// The package imports RxGo and no other package of this module; every package that streams imports it.
package rx
