package records

// CypherEncoder is a type that says itself which value it is sent as.
type CypherEncoder interface {
	// EncodeCypher returns a value that [AppendValue] takes.
	EncodeCypher() (any, error)
}

// CypherDecoder is a type that reads itself from a value; its method has a pointer receiver.
type CypherDecoder interface {
	// DecodeCypher sets the receiver. The value, null included, shares its memory with its record; what is kept of it
	// needs [Value.Clone] if it is to outlive many others.
	DecodeCypher(v Value) error
}
