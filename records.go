package neorx

import "github.com/neorx/neorx/records"

// What a query returns.
type (
	// Record is a row: the values of the columns, in order. [records.NewRecord] makes one for a
	// test.
	//
	// Its values, each a [Value]:
	//   - [Get] returns one as a Go type of the program's choice; the next ones return it as it is
	//   - [records.Record.Get] is the value of a column, by its name
	//   - [records.Record.At] is the value of a column, by its position
	//   - [records.Record.Values] and [records.Record.Keys] are the values and the names of all
	//     columns
	//   - [records.Record.Len] is the number of columns
	//   - [records.Record.AsMap] is the record as a map of ordinary Go values
	//
	// The record as a whole:
	//   - [records.Record.Clone] is a copy that shares no memory with other records
	//   - [records.Record.Equal] compares keys and values
	//   - [records.Record.Size] estimates the memory that it keeps
	//   - [records.Record.AppendJSON] and [records.Record.MarshalJSON] are the record as JSON
	//   - [records.Record.String] is the record for people to read
	Record = records.Record

	// Value is one value of a record. Nothing is allocated to hold it until it is taken out.
	// [records.ValueOf] makes one of a Go value.
	//
	// What it is:
	//   - [records.Value.Kind] is its Cypher type
	//   - [records.Value.IsNull] reports whether it is null
	//
	// The value as an ordinary Go value:
	//   - [records.Value.Any], whatever its type
	//   - [records.Value.AsBool], [records.Value.AsInt], [records.Value.AsFloat],
	//     [records.Value.AsString], [records.Value.AsBytes], which report whether it is of that
	//     type, like the following ones
	//   - [records.Value.AsList], [records.Value.AsMap]
	//   - [records.Value.Get] is the value of a key of a map, or of a property of a node or a
	//     relationship
	//
	// Graph, time, space and others:
	//   - [records.Value.AsNode], [records.Value.AsRelationship], [records.Value.AsPath]
	//   - [records.Value.AsDateTime], [records.Value.AsLocalDateTime], [records.Value.AsDate],
	//     [records.Value.AsTime], [records.Value.AsLocalTime], [records.Value.AsDuration]
	//   - [records.Value.AsPoint2D], [records.Value.AsPoint3D]
	//   - [records.Value.AsUUID]
	//   - [records.AsVector] is a function, because a vector has a type parameter
	//   - [records.Value.AsInvalid], [records.Value.AsUnsupported] are values that could not be
	//     decoded, and why
	//
	// The value as a whole:
	//   - [records.Value.Clone] is a copy that shares no memory with other values
	//   - [records.Value.Equal] compares types and values
	//   - [records.Value.AppendJSON] and [records.Value.MarshalJSON] are the value as JSON
	//   - [records.Value.String] is the value for people to read
	Value = records.Value

	// Summary is what the server says about an execution after its last record: counters, plan,
	// notifications, times. Its fields hold it all; [session.Query.Exec], [session.Query.Collect]
	// and [session.Result.Summary] return it. Two methods are for those who decode one:
	// [records.Summary.Finish], [records.Summary.SetAvailableAfter].
	Summary = records.Summary

	// ServerInfo is which server has answered: address, product, version of Bolt.
	// [Driver.GetServerInfo] and a [Summary] have it.
	ServerInfo = records.ServerInfo
)

// The graph: copies of what is stored, which do not change with it.
type (
	// Node is a node of the graph: its labels and properties.
	Node = records.Node

	// Relationship is a relationship between two nodes: its type and properties.
	Relationship = records.Relationship

	// Path is a walk through the graph: nodes, and the relationships between them.
	Path = records.Path
)

// Times without a type in Go. What has a date, a time and a zone is a [time.Time].
type (
	// Date is a day, without a time or a zone. [records.DateOf] makes one of a time.
	//   - [records.Date.Time] and [records.Date.In] are midnight of the day, in UTC and in a
	//     location
	//   - [records.Date.Compare] says which of two days is first
	//   - [records.Date.String], [records.Date.MarshalText], [records.Date.UnmarshalText] are the
	//     ISO form
	Date = records.Date

	// Time is a time of day with an offset from UTC. [records.TimeOf] makes one of a time.
	//   - [records.Time.Time] is the time of day in year 0
	//   - [records.Time.Compare] says which of two is first
	//   - [records.Time.String], [records.Time.MarshalText], [records.Time.UnmarshalText] are the
	//     ISO form
	Time = records.Time

	// LocalTime is a time of day, without a zone. [records.LocalTimeOf] makes one of a time.
	//   - [records.LocalTime.Time] is the time of day in year 0, in UTC
	//   - [records.LocalTime.Compare] says which of two is first
	//   - [records.LocalTime.String], [records.LocalTime.MarshalText],
	//     [records.LocalTime.UnmarshalText] are the ISO form
	LocalTime = records.LocalTime

	// LocalDateTime is a day and a time, without a zone. [records.LocalDateTimeOf] makes one of a
	// time.
	//   - [records.LocalDateTime.Time] and [records.LocalDateTime.In] are when clocks in UTC and in
	//     a location show it
	//   - [records.LocalDateTime.Compare] says which of two is first
	//   - [records.LocalDateTime.String], [records.LocalDateTime.MarshalText],
	//     [records.LocalDateTime.UnmarshalText] are the ISO form
	LocalDateTime = records.LocalDateTime

	// Duration is an amount of months, days, seconds and nanoseconds, which do not convert into
	// each other. [records.DurationOf] makes one of a time.Duration.
	//   - [records.Duration.Time] are its seconds and nanoseconds as a time.Duration
	//   - [records.Duration.String], [records.Duration.MarshalText],
	//     [records.Duration.UnmarshalText] are the ISO form
	Duration = records.Duration
)

// Values of other types.
type (
	// Point2D is a point in a plane or on the earth's surface. [records.Point2D.String] is its form
	// in Cypher.
	Point2D = records.Point2D

	// Point3D is a point in space or above the earth's surface. [records.Point3D.String] is its
	// form in Cypher.
	Point3D = records.Point3D

	// Vector is a list of numbers of one type. [records.AsVector] takes it out of a value.
	Vector[T records.VectorElement] = records.Vector[T]

	// UUID is an identifier of 128 bits. [records.ParseUUID] reads one.
	//   - [records.UUID.String], [records.UUID.MarshalText], [records.UUID.UnmarshalText] are the
	//     usual form
	UUID = records.UUID

	// Unsupported stands for a value whose type the driver, or the version of Bolt, does not have.
	// [records.Unsupported.String] says what it needs.
	Unsupported = records.Unsupported

	// Invalid stands for a value that could not be decoded. It is an error too:
	// [records.Invalid.Error], and [records.Invalid.Unwrap] for the cause.
	Invalid = records.Invalid
)
