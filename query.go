package neorx

import (
	"context"

	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
)

type (
	// Query is a recipe for a query: nothing happens until it is observed, and each observation
	// executes it anew. A query can be copied, and observed by many goroutines at a time.
	// [Driver.Query], [session.Session.Query] and [session.Transaction.Query] make one.
	//
	// Streams, which are pulled as fast as their consumer takes the records:
	//   - [As] and [session.Query.Stream] are typed streams, of a program's own type and of records
	//   - [session.Query.Records] is an RxGo observable of records
	//   - [session.Query.Batches] is an RxGo observable of slices of records
	//
	// Results as a whole, which wait for the end:
	//   - [List] and [One] return values of a program's own type
	//   - [session.Query.Collect] returns all records and the summary
	//   - [session.Query.Exec] returns the summary alone
	//   - [session.Query.Open] returns one execution, with its columns, records and summary
	//
	// It is printed without its parameters: [session.Query.String], [session.Query.GoString],
	// [session.Query.Format].
	Query = session.Query

	// Querier makes queries: a *[Driver], a *[Session] or a *[Transaction]. A repository that takes
	// a Querier works on all three.
	//   - [session.Querier.Query] returns a recipe for a query
	Querier = session.Querier

	// Result is one execution of a query. [session.Query.Open] returns it.
	//   - [session.Result.Keys] are the names of the columns
	//   - [session.Result.Stream] are the records, once
	//   - [session.Result.Records] are the same as an RxGo observable
	//   - [session.Result.Summary] waits for the end and returns what the server says about the
	//     execution
	//   - [session.Result.Close] ends the execution
	//
	// It is printed without its records: [session.Result.Format].
	Result = session.Result

	// DecodeOption changes a rule by which records become Go values. [NullAsZero], [AllowMissing],
	// [ConvertNumbers] and [RejectUnknown] return one, and [As], [List] and [One] take it.
	DecodeOption = records.DecodeOption
)

// Stream is a typed stream, cold and pulled: nothing happens until it runs, each run starts anew,
// and a source produces no more than its consumer asks for. [As], [session.Query.Stream] and
// [ReadStream] return one; [rx.New], [rx.FromSlice], [rx.FromChan], [rx.FromSeq2] and
// [rx.FromObservable] make one of something else. Operators that change the type are functions:
// [rx.Map], [rx.ConcatMap], [rx.ParallelMap], [rx.Merge], [rx.Buffer] and others.
//
// To run it:
//   - [rx.Stream.All] is a range loop over the items
//   - [rx.Stream.ForEach] calls a function with each item
//   - [rx.Stream.First], [rx.Stream.Collect] and [rx.Stream.Count] return the first item, all
//     items, their number
//   - [rx.Stream.SendTo] sends the items to a channel
//   - [rx.Stream.Run] is for those who write operators and sources
//
// To choose items:
//   - [rx.Stream.Filter], [rx.Stream.Take], [rx.Stream.TakeWhile] and [rx.Stream.Skip]
//   - [rx.Stream.Tap] looks at each item
//
// When it fails or waits:
//   - [rx.Stream.Retry] runs it again if it fails before its first item
//   - [rx.Stream.OnErrorResume] goes on with another stream
//   - [rx.Stream.Timeout] ends it if one item takes too long
//   - [rx.Stream.Prefetch] lets the source run ahead, by a number of items
//   - [rx.Stream.Share] gives several consumers one run
type Stream[T any] = rx.Stream[T]

// Get returns the value of one column of a record as a T. See [records.Get].
func Get[T any](rec *Record, key string) (T, error) { return records.Get[T](rec, key) }

// As returns the records of a query as values of T, such as a struct with a field for each column,
// decoded straight from the wire; each run executes the query. See [session.As].
func As[T any](q Query, opts ...DecodeOption) Stream[T] { return session.As[T](q, opts...) }

// List executes a query and returns all its records as values of T. See [session.List].
func List[T any](ctx context.Context, q Query, opts ...DecodeOption) ([]T, error) {
	return session.List[T](ctx, q, opts...)
}

// One executes a query and returns its only record as a T. See [session.One].
func One[T any](ctx context.Context, q Query, opts ...DecodeOption) (T, error) {
	return session.One[T](ctx, q, opts...)
}

// Maybe executes a query and returns its only record as a T, if it has one. See [session.Maybe].
func Maybe[T any](ctx context.Context, q Query, opts ...DecodeOption) (value T, found bool, err error) {
	return session.Maybe[T](ctx, q, opts...)
}

// Collect executes a query and returns all its records as values of T, and its summary. See
// [session.Collect].
func Collect[T any](ctx context.Context, q Query, opts ...DecodeOption) ([]T, *Summary, error) {
	return session.Collect[T](ctx, q, opts...)
}

// Pair takes a row of two columns by their places, whatever they are called: [As], [List] and [One]
// decode into it. For more columns, declare a struct.
type Pair[A, B any] = records.Pair[A, B]

// Property returns a property of a node or a relationship, or an entry of a map, as a T. See
// [records.Property].
func Property[T any, E records.Entity](entity E, key string) (T, error) {
	return records.Property[T](entity, key)
}

// NullAsZero makes null the zero value of a Go type that has no null. Default: an error.
func NullAsZero() DecodeOption { return records.NullAsZero() }

// AllowMissing leaves fields zero for which a result has no column. Default: an error.
func AllowMissing() DecodeOption { return records.AllowMissing() }

// ConvertNumbers lets an INTEGER into a float, and a FLOAT into an integer, where that changes
// nothing of its value. Default: an error.
func ConvertNumbers() DecodeOption { return records.ConvertNumbers() }

// RejectUnknown makes it an error when a result has a column for which a struct has no field.
// Default: it is ignored.
func RejectUnknown() DecodeOption { return records.RejectUnknown() }
