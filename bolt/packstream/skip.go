package packstream

// Skip reads one value of any kind and depth. It counts the values that are still to come rather than recursing, so
// hostile nesting costs neither stack nor time beyond the length of the input.
func (r *Reader) Skip() {
	for pending := 1; pending > 0 && r.err == nil; {
		pending += r.skipToken() - 1
		if pending > r.Len() {
			r.truncated() // each pending value needs a byte
		}
	}
}

// Raw reads one value like [Reader.Skip] and returns its bytes (a view), nil after an error.
func (r *Reader) Raw() []byte {
	start := r.pos
	r.Skip()
	if r.err != nil {
		return nil
	}
	return r.buf[start:r.pos:r.pos]
}

// skipToken reads one token and returns how many values it announces.
func (r *Reader) skipToken() int {
	switch r.Kind() {
	case Null, Bool:
		r.pos++
	case Int:
		r.Int()
	case Float:
		r.Float()
	case Bytes:
		r.Bytes()
	case String:
		r.RawText()
	case UUID:
		r.UUID()
	case List:
		return r.List()
	case Map:
		return 2 * r.Map()
	case Struct:
		_, fields := r.Struct()
		return fields
	default:
		r.unexpectedValue()
	}
	return 0
}

func (r *Reader) unexpectedValue() {
	if r.pos < len(r.buf) {
		r.fail("a reserved marker")
		return
	}
	r.truncated()
}
