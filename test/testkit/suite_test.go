package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/test/bolttest"
)

// suite stands where the suite does: at the other end of a connection.
type suite struct {
	t     *testing.T
	nc    net.Conn
	lines *bufio.Scanner
}

// object is a JSON object.
type object = map[string]any

// forEachFace runs test with each face of the driver against a server.
func forEachFace(t *testing.T, h bolttest.Handler, test func(s *suite, server *bolttest.Server), opts ...bolttest.Option) {
	t.Helper()
	for _, face := range []readingFace{observableFace, streamFace} {
		t.Run(string(face), func(t *testing.T) {
			server := bolttest.New(t, h, opts...)
			ours, theirs := net.Pipe()
			served := make(chan struct{})
			go func() {
				defer close(served)
				newConn(&backend{face: face, log: slog.New(slog.DiscardHandler)}, theirs).serve(t.Context())
			}()
			test(&suite{t: t, nc: ours, lines: bufio.NewScanner(ours)}, server)
			require.NoError(t, ours.Close())
			<-served
		})
	}
}

// say sends a request.
func (s *suite) say(name string, data object) {
	s.t.Helper()
	text, err := json.Marshal(object{"name": name, "data": data})
	require.NoError(s.t, err)
	_, err = fmt.Fprintf(s.nc, "#request begin\n%s\n#request end\n", text)
	require.NoError(s.t, err)
}

// hear returns the next response.
func (s *suite) hear() (name string, data object) {
	s.t.Helper()
	var text strings.Builder
	for s.lines.Scan() {
		switch line := s.lines.Text(); line {
		case "#response begin":
		case "#response end":
			var m struct {
				Name string
				Data object
			}
			require.NoError(s.t, json.Unmarshal([]byte(text.String()), &m))
			return m.Name, m.Data
		default:
			text.WriteString(line)
		}
	}
	require.NoError(s.t, s.lines.Err())
	require.Fail(s.t, "the backend has hung up", io.EOF)
	return "", nil
}

// ask sends a request and returns the response, which has to have this name.
func (s *suite) ask(want, name string, data object) object {
	s.t.Helper()
	s.say(name, data)
	got, answer := s.hear()
	require.Equal(s.t, want, got, "%v", answer)
	return answer
}

// session opens a driver and a session and returns their ids.
func (s *suite) session(server *bolttest.Server, more object) (driverID, sessionID any) {
	s.t.Helper()
	driverID = s.ask("Driver", "NewDriver", object{
		"uri": server.URI(), "authorizationToken": object{"name": "AuthorizationToken", "data": object{"scheme": "none"}},
	})["id"]
	fields := object{"driverId": driverID, "accessMode": "w", "bookmarks": nil}
	for name, v := range more {
		fields[name] = v
	}
	return driverID, s.ask("Session", "NewSession", fields)["id"]
}

// ints are the integers of a record.
func ints(t *testing.T, record object) (got []float64) {
	t.Helper()
	for _, v := range record["values"].([]any) {
		require.Equal(t, "CypherInt", v.(object)["name"])
		got = append(got, v.(object)["data"].(object)["value"].(float64))
	}
	return got
}

func TestFramesAreReadLineByLine(t *testing.T) {
	r := newReader(strings.NewReader("noise\n#request begin\n{\"name\":\n\"StartTest\", \"data\": {\"testName\": \"x\"}}\n#request end\n"))
	m, err := r.next()
	require.NoError(t, err)
	assert.Equal(t, "StartTest", m.Name)
	assert.JSONEq(t, `{"testName": "x"}`, string(m.Data))
	_, err = r.next()
	require.ErrorIs(t, err, io.EOF)
}
