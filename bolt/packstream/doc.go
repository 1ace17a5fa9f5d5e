// Package packstream reads and writes the tokens of PackStream, the binary format that every Bolt message and value is
// made of. It knows markers, sizes and bytes; what a structure means (a node, a date, a message) is told by the
// packages above it.
//
// Writing appends to a slice of the caller's; nothing is buffered and nothing can fail:
//
//	b := packstream.AppendList(nil, 2)
//	b = packstream.AppendInt(b, 42)
//	b = packstream.AppendString(b, "answer")
//
// Reading walks one complete message or row. A [Reader] neither allocates nor trusts its input: every declared size is
// compared with the bytes that are really there before it is returned, so that a caller may allocate by it.
//
// The package imports the standard library only; records and bolt import it.
package packstream
