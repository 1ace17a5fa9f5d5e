package bolt

import "fmt"

// The tags of the messages: requests first, replies after them.
const (
	TagHello     byte = 0x01
	TagGoodbye   byte = 0x02
	TagReset     byte = 0x0F
	TagRun       byte = 0x10
	TagBegin     byte = 0x11
	TagCommit    byte = 0x12
	TagRollback  byte = 0x13
	TagDiscard   byte = 0x2F
	TagPull      byte = 0x3F
	TagTelemetry byte = 0x54
	TagRoute     byte = 0x66
	TagLogon     byte = 0x6A
	TagLogoff    byte = 0x6B

	TagSuccess byte = 0x70
	TagRecord  byte = 0x71
	TagIgnored byte = 0x7E
	TagFailure byte = 0x7F
)

var tagNames = map[byte]string{
	TagHello: "HELLO", TagGoodbye: "GOODBYE", TagReset: "RESET", TagRun: "RUN", TagBegin: "BEGIN", TagCommit: "COMMIT",
	TagRollback: "ROLLBACK", TagDiscard: "DISCARD", TagPull: "PULL", TagTelemetry: "TELEMETRY", TagRoute: "ROUTE",
	TagLogon: "LOGON", TagLogoff: "LOGOFF", TagSuccess: "SUCCESS", TagRecord: "RECORD", TagIgnored: "IGNORED", TagFailure: "FAILURE",
}

// TagName returns the name of the message with this tag, such as "RUN", for logs and errors; an unknown one gives its number.
func TagName(tag byte) string {
	if name, ok := tagNames[tag]; ok {
		return name
	}
	return fmt.Sprintf("message %#02x", tag)
}
