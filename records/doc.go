// Package records holds what a query yields: records and their values, the graph, temporal, spatial and vector types,
// and the summary; and how all of them are read from and written to the wire.
//
// A [Record] is a row: shared keys and one [Value] per key. A Value is a small tagged union, which holds an integer, a
// float, a boolean, a date or a string without an allocation of its own:
//
//	name, err := records.Get[string](rec, "name")   // converts, and says what is wrong otherwise
//	v, ok := rec.Get("name")                        // the value itself
//	v.Any()                                         // the ordinary Go value
//
// The Go types of the Cypher types: INTEGER int64, FLOAT float64, STRING string, BOOLEAN bool, BYTES []byte, LIST []any,
// MAP map[string]any, ZONED DATETIME time.Time; [Node], [Relationship], [Path], [Date], [LocalTime], [Time],
// [LocalDateTime], [Duration], [Point2D], [Point3D], [Vector] and [UUID] for the others. A value that is newer than the
// driver arrives as [Unsupported], one that cannot be decoded as [Invalid]; neither breaks the record it stands in.
//
// Rows are decoded straight from the bytes of the connection by a [Decoder]: [NewRows] makes Records, [NewStructRows]
// fills a type of the caller's, by the same rules as [Get] and [As] do from a Record.
//
// Date-times in named zones need a time zone database. Where the machine may have none, import time/tzdata.
//
// The package imports bolt/packstream and the standard library; bolt and everything above it import the package.
package records
