// Package rx holds streams: typed, cold, demand-driven sequences that run on the goroutine of
// whoever consumes them, and their RxGo face.
//
//	squares := rx.Map(rx.Just(1, 2, 3), func(n int) int { return n * n })
//	for v, err := range squares.All(ctx) {
//		…
//	}
//
// A source calls emit for each item and waits while the consumer works, so a slow consumer slows
// its source, and operators cost a function call. Goroutines and bounded channels appear only where
// a caller asks for them: Prefetch, Merge, MergeMap, ParallelMap, BufferTime, Share and the RxGo
// face. Each is joined before the run that started it returns.
//
// # Stops
//
// A stop is how a consumer says that it has had enough: it returns one from emit. Each run of each
// operation that can have enough (Take, TakeWhile, First, a loop over All, and the like on the
// face) makes a stop of its own, and only that run turns it into a completion. For every other run
// it is an error. So a result that was cut short is never reported as complete:
//
//   - A source gets the stop from emit and returns. The run ends with that very stop.
//   - Sources on goroutines of Prefetch, Merge, MergeMap, ParallelMap, BufferTime and Share get it in
//     the same way. Where such a source waits for something else, its context ends, and ContextStop
//     returns the stop.
//   - Everything else under that context, such as a query in a function of ParallelMap, is cancelled:
//     it belongs to another run. Its error matches context.Canceled.
//   - What a source still has to do behind a stop it does under Unstopped, and reports the failure of
//     that by AfterStop. The maker of the stop returns that failure. A source that writes marks all
//     its failures so, since on such a goroutine it may fail before its consumer stops.
//
// # Ends
//
// A run ends in exactly one way: completed, failed, stopped by a consumer that has had enough, or
// broken by the end of its context, by a panic or by runtime.Goexit. In each the source is told and
// frees what it holds before the run returns. A context that ended is an error, never a completion;
// it matches context.Canceled or context.DeadlineExceeded, and the context's cause.
//
// The package imports RxGo and no other package of this module; every package that streams imports
// it.
package rx
