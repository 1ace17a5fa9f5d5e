package bolttest_test

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

func TestScript(t *testing.T) {
	s := bolttest.Script(t, []bolttest.Step{
		bolttest.Handshake(bolt.Version{Major: 4, Minor: 3}),
		bolttest.Login(),
		bolttest.Expect(&bolt.Run{Query: "RETURN $x", Params: map[string]any{"x": 1}}),
		bolttest.ExpectTag(bolt.TagPull),
		bolttest.Send(&bolt.RunSuccess{Fields: []string{"n"}, QID: -1}, &bolt.RecordMessage{Values: []any{1}}),
		bolttest.SendBytes(0, 0),
		bolttest.Send(&bolt.StreamSuccess{}),
		bolttest.ExpectBytes(0, 2, 0xB0, 0x02, 0, 0),
		bolttest.HangUp(),
	})
	c := connect(t, s)
	assert.Equal(t, bolt.Version{Major: 4, Minor: 3}, c.caps.Version)
	c.send(&bolt.Run{Query: "RETURN $x", Params: map[string]any{"x": 1}}, pull(7))
	c.fields()
	c.rows(1)
	c.send(bolt.Goodbye{})
	c.hungUp()
	assert.Equal(t, []string{"HELLO", "RUN RETURN $x", "PULL 7"}, s.Conversation(1))
}

// recorder is a test that notes that it has failed.
type recorder struct {
	testing.TB
	cleanups []func()
	errors   []string
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Error(args ...any) {
	r.errors = append(r.errors, fmt.Sprint(args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

// scripted plays a script for a client and returns what the test would be told.
func scripted(t *testing.T, steps []bolttest.Step, play func(c *client)) (errors []string) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{TB: t}
		s := bolttest.Script(r, append([]bolttest.Step{bolttest.Handshake(classic)}, steps...), bolttest.InMemory())
		c := dial(t, s)
		play(c)
		synctest.Wait()
		for _, cleanup := range r.cleanups {
			cleanup()
		}
		errors = r.errors
	})
	return errors
}

func TestScriptThatIsNotFollowed(t *testing.T) {
	const unfinished = "bolttest: no connection came to the end of the script"
	for _, c := range []struct {
		name  string
		steps []bolttest.Step
		play  func(c *client)
		want  []string
	}{
		{
			"another message",
			[]bolttest.Step{bolttest.ExpectTag(bolt.TagReset)},
			func(c *client) { c.send(run("x")) },
			[]string{"bolttest: connection 1: step 2, expect RESET: got RUN x", unfinished},
		},
		{
			"another content",
			[]bolttest.Step{bolttest.Expect(pull(1))},
			func(c *client) { c.send(pull(2)) },
			[]string{"bolttest: connection 1: step 2, expect PULL 1: got &bolt.Pull{N:2, QID:-1}, want &bolt.Pull{N:1, QID:-1}", unfinished},
		},
		{
			"other bytes",
			[]bolttest.Step{bolttest.ExpectBytes(1)},
			func(c *client) { c.send(pull(2)) },
			[]string{"bolttest: connection 1: step 2, expect 01: got 00", unfinished},
		},
		{
			"left too early",
			[]bolttest.Step{bolttest.Login()},
			func(c *client) { _ = c.nc.Close() },
			[]string{"bolttest: connection 1: step 2, log in: EOF", unfinished},
		},
		{
			"more than the script", nil,
			func(c *client) { c.send(bolt.Reset{}) },
			[]string{"bolttest: connection 1: after the end of the script: B0 0F"},
		},
		{
			"as it is written",
			[]bolttest.Step{bolttest.Pause(time.Hour), bolttest.ExpectEnd()},
			func(c *client) {
				c.send(bolt.Goodbye{})
				<-time.After(2 * time.Hour)
			},
			nil,
		},
		{"stopped in a pause", []bolttest.Step{bolttest.Pause(time.Hour)}, func(*client) {}, []string{unfinished}},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, scripted(t, c.steps, c.play))
		})
	}
}
