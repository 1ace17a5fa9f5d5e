// Package load writes streams of rows into a graph: in batches, in parallel without deadlocks on
// the keys of the rows, past rows that cannot be written, and exactly once where that is asked for.
//
//	job := load.New[Person](driver,
//		`UNWIND $rows AS row MERGE (p:Person {id: row.id}) SET p.name = row.name`,
//		load.Key(func(p Person) int64 { return p.ID }))
//	report, err := job.Run(ctx, rx.FromSlice(people))
//
// # Lanes
//
// Every key is hashed into one of 32 groups, and the lane of a row is the set of the groups of its
// keys. A batch holds the groups of its lanes while it runs, and no other batch that runs has one
// of them. So two transactions never wait for each other's locks on these keys, and rows of the
// same lane are written in the order of the source. A key that is in many rows costs parallelism,
// never correctness. What a statement locks besides its keys is not known here: a deadlock on it is
// retried after some milliseconds.
//
// # Guarantees
//
// Without [ExactlyOnce] a row is written at least once as long as the job does not fail; with it,
// exactly once, also over many runs of the job. [Report] tells what became of every row.
//
// The package imports session, retry, rx, records and bolt. The driver never imports it.
package load
