package records

import (
	"errors"
	"reflect"
	"strconv"
	"unsafe"

	"github.com/neorx/neorx/bolt/packstream"
)

// AppendParameters appends the parameters of a query: nil, a map with string keys, a struct (see [AppendValue]) or a
// MAP [Value]. The error is a [*UsageError] which names the parameter and the place in it; nothing needs to be undone
// then but to forget what was appended.
func AppendParameters(dst []byte, params any, d Dialect) ([]byte, error) {
	if params == nil {
		return packstream.AppendMap(dst, 0), nil
	}
	e := encoder{buf: dst, dialect: d}
	start := len(dst)
	err := e.any(params)
	if err == nil {
		err = requireMap(e.buf[start:], params)
	}
	if err != nil {
		return dst, parameterError(err)
	}
	if e.buf[start] == nullMarker {
		e.buf = packstream.AppendMap(e.buf[:start], 0)
	}
	return e.buf, nil
}

const nullMarker = 0xC0

// requireMap returns an error unless what was encoded is a map, or the null of a nil one.
func requireMap(encoded []byte, params any) error {
	r := packstream.NewReader(encoded)
	if k := r.Kind(); k != packstream.Map && k != packstream.Null {
		return errorString("the parameters of a query are a map with string keys or a struct, not " + reflect.TypeOf(params).String())
	}
	return nil
}

func parameterError(err error) error {
	var at *pathError
	if errors.As(err, &at) {
		return &UsageError{Message: "parameter " + at.where() + ": " + at.err.Error()}
	}
	return &UsageError{Message: "parameters: " + err.Error()}
}

// AppendValue appends one value as a client sends it. It takes
//
//   - nil, and nil pointers, slices and maps: null;
//   - every kind of bool, integer, float and string, []byte and named kinds of it, arrays of bytes, slices and arrays,
//     maps whose keys are strings, pointers to any of these;
//   - time.Time in its zone, [time.Duration] as a DURATION of seconds, this package's types, and Value;
//   - structs as maps of their exported fields, by the tags `neo4j:"name,omitempty"`; `neo4j:"-"` leaves one out;
//   - iter.Seq[T] and every func(yield func(T) bool) as a LIST; the sequence runs once for each encoding;
//   - types with an EncodeCypher method ([CypherEncoder]), a Value method ([driver.Valuer]) or a MarshalText method
//     ([encoding.TextMarshaler], a STRING), in this order;
//   - json.Number as INTEGER or FLOAT by its form, json.RawMessage as the value that it holds, *big.Int as INTEGER,
//     *big.Float and *big.Rat as FLOAT where that is exact;
//   - the well-known types of Protocol Buffers: timestamps, durations, wrappers, structpb.
//
// Everything else is a [*UsageError] that names the place: a type that the dialect does not have, an unsigned integer
// beyond the range of INTEGER, text that is not UTF-8, nodes, relationships and paths (which cannot be parameters),
// errors, and structs of which nothing would be sent, such as those with a String method alone.
func AppendValue(dst []byte, v any, d Dialect) ([]byte, error) {
	return appendValue(dst, v, encoder{buf: dst, dialect: d})
}

// AppendResult appends one value as a server sends it: what [AppendValue] takes, and [Node], [Relationship], [Path] and
// [Unsupported].
func AppendResult(dst []byte, v any, d Dialect) ([]byte, error) {
	return appendValue(dst, v, encoder{buf: dst, dialect: d, server: true})
}

func appendValue(dst []byte, v any, e encoder) ([]byte, error) {
	if err := e.any(v); err != nil {
		return dst, valueError(err)
	}
	return e.buf, nil
}

func valueError(err error) error {
	var at *pathError
	if errors.As(err, &at) {
		return &UsageError{Message: "value " + at.where() + ": " + at.err.Error()}
	}
	return &UsageError{Message: "value: " + err.Error()}
}

// valueOf is ValueOf: what is encoded and decoded again is a Value of its own memory, and checked.
func valueOf(v any) (Value, error) {
	b, err := AppendResult(nil, v, newestDialect)
	if err != nil {
		return Value{}, err
	}
	r := packstream.NewReader(b)
	value := DecodeValue(&r)
	if err := r.Err(); err != nil {
		return Value{}, &UsageError{Message: "value", Cause: err}
	}
	return value, nil
}

var newestDialect = Dialect{UTC: true, ElementIDs: true, Vectors: true, UUIDs: true}

// encoder appends values. After an error what it has appended means nothing.
type encoder struct {
	buf     []byte
	dialect Dialect
	server  bool     // the server's end, which may send entities
	zone    zoneName // of the last date-time: the next one is likely to be in the same
	depth   int
	seen    map[visit]struct{} // the containers around what is being encoded, from cycleDepth on
}

// pathError is an error with the place of the value that caused it: .key or [index] for each container around it.
type pathError struct {
	path string
	err  error
}

func (e *pathError) Error() string { return e.path + ": " + e.err.Error() }

// where returns the path without its first dot, and without the middle of a very long one.
func (e *pathError) where() string {
	path := e.path
	if path[0] == '.' {
		path = path[1:]
	}
	const most = 200
	if len(path) > most {
		path = path[:most/2] + " … " + path[len(path)-most/2:]
	}
	return path
}

// atKey and atIndex add one step to the place of an error.
func atKey(err error, key string) error { return at(err, "."+key) }

func atIndex(err error, i int) error { return at(err, "["+strconv.Itoa(i)+"]") }

func at(err error, step string) error {
	if inner, ok := err.(*pathError); ok { //nolint:errorlint // made by this package, and never wrapped
		inner.path = step + inner.path
		return inner
	}
	return &pathError{path: step, err: err}
}

func (e *encoder) null() { e.buf = packstream.AppendNull(e.buf) }

func (e *encoder) int(i int64) { e.buf = packstream.AppendInt(e.buf, i) }

func (e *encoder) float(f float64) { e.buf = packstream.AppendFloat(e.buf, f) }

func (e *encoder) bool(b bool) { e.buf = packstream.AppendBool(e.buf, b) }

func (e *encoder) uint(u uint64) error {
	if u > 1<<63-1 {
		return errorString("the unsigned integer " + strconv.FormatUint(u, 10) + " is beyond the range of INTEGER")
	}
	e.int(int64(u))
	return nil
}

func (e *encoder) string(s string) error {
	if !validText(unsafe.Slice(unsafe.StringData(s), len(s))) {
		return errorString("the text is not valid UTF-8")
	}
	if err := checkSize(len(s)); err != nil {
		return err
	}
	e.buf = packstream.AppendString(e.buf, s)
	return nil
}

func (e *encoder) bytes(b []byte) error {
	if err := checkSize(len(b)); err != nil {
		return err
	}
	e.buf = packstream.AppendBytes(e.buf, b)
	return nil
}

func checkSize(n int) error {
	if n > packstream.MaxSize {
		return errorString("it is longer than 2147483647")
	}
	return nil
}
