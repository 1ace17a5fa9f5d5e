package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// message is what travels in either direction.
type message struct {
	Name string          `json:"name"`
	Data json.RawMessage `json:"data"`
}

// reader reads requests: lines of JSON between two markers.
type reader struct{ lines *bufio.Reader }

func newReader(r io.Reader) *reader { return &reader{bufio.NewReader(r)} }

func (r *reader) next() (m message, err error) {
	var text strings.Builder
	inside := false
	for {
		line, err := r.lines.ReadString('\n')
		if err != nil {
			return m, err
		}
		switch line = strings.TrimSpace(line); {
		case line == "#request begin":
			inside = true
		case line == "#request end":
			err = json.Unmarshal([]byte(text.String()), &m)
			return m, err
		case inside:
			text.WriteString(line)
		}
	}
}

// decode reads the fields of a request. Numbers stay text where their type is not known, since not all fit into a float.
func decode(data json.RawMessage, into any) error {
	if len(data) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode(into)
}

// send writes a response. That the test is gone is found by reading.
func (c *conn) send(name string, data any) {
	text, err := json.Marshal(struct {
		Name string `json:"name"`
		Data any    `json:"data,omitempty"`
	}{name, data})
	if err != nil {
		c.send("BackendError", backendError{name + ": " + err.Error()})
		return
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	_, _ = io.WriteString(c.nc, "#response begin\n"+string(text)+"\n#response end\n")
}

// backendError says that it is not the driver that is at fault.
type backendError struct {
	Msg string `json:"msg"`
}

func (e backendError) Error() string { return e.Msg }
