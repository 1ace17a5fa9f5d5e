package records

// Dialect says how values travel in one Bolt version. Its zero value is the oldest one: date-times in local seconds,
// entities without element ids, neither vectors nor UUIDs.
type Dialect struct {
	UTC        bool   // date-times in UTC seconds: 5.0, or 4.3 and 4.4 with the patch "utc"
	ElementIDs bool   // entities with element ids: 5.0. Only the server's end sends entities
	Vectors    bool   // VECTOR and UNSUPPORTED: 6.0
	UUIDs      bool   // UUID: 6.1
	Version    string // for the text of errors: "5.8"
}

// missing returns why a value cannot be sent in this dialect.
func (d *Dialect) missing(what, since string) error {
	if d.Version == "" {
		return errorString(what + " needs Bolt " + since)
	}
	return errorString(what + " needs Bolt " + since + "; this connection speaks " + d.Version)
}

// errorString is an error that is its text.
type errorString string

func (e errorString) Error() string { return string(e) }
