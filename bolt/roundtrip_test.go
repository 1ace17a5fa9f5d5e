package bolt_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/test/bolttest"
)

func TestTheLeastRoundTripIsTheDistance(t *testing.T) {
	const apart = 20 * time.Millisecond
	answer := bolttest.Send(
		&bolt.RunSuccess{Fields: []string{"n"}}, &bolt.RecordMessage{Values: []any{1}}, &bolt.StreamSuccess{})
	tests := map[string]struct {
		login []bolttest.Step
		reply []bolttest.Step // to RUN and PULL
		want  time.Duration
	}{
		"the handshake is a round trip": {
			login: []bolttest.Step{bolttest.Pause(time.Second), bolttest.Login()},
			reply: []bolttest.Step{bolttest.Pause(time.Second), answer},
			want:  2 * apart,
		},
		"keep-alives are no reply": {
			login: []bolttest.Step{bolttest.Login(), bolttest.SendBytes(0, 0), bolttest.Pause(time.Second)},
			reply: []bolttest.Step{answer},
			want:  2 * apart,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				steps := append([]bolttest.Step{bolttest.Handshake(bolt.Version{Major: 5, Minor: 4})}, tt.login...)
				steps = append(steps, bolttest.ExpectTag(bolt.TagRun), bolttest.ExpectTag(bolt.TagPull))
				s := bolttest.Script(t, append(steps, tt.reply...), bolttest.InMemory(), bolttest.WithLatency(apart))
				c := connect(t, s, bolt.Config{})
				stream, rows := run(t, c, 0, bolt.StreamConfig{})
				_, err := rest(t.Context(), stream, rows)
				require.NoError(t, err)
				assert.Equal(t, tt.want, c.LeastRoundTrip())
				require.NoError(t, c.Close())
			})
		})
	}
}

func TestPullingTellsWhetherRowsAreToCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		row := &bolt.RecordMessage{Values: []any{1}}
		s := bolttest.Script(t, []bolttest.Step{
			bolttest.Handshake(bolt.Version{Major: 5, Minor: 4}), bolttest.Login(),
			bolttest.ExpectTag(bolt.TagRun), bolttest.ExpectTag(bolt.TagPull),
			bolttest.Send(&bolt.RunSuccess{Fields: []string{"n"}}, row),
			bolttest.Pause(time.Second), bolttest.Send(row),
			bolttest.Pause(time.Second), bolttest.Send(&bolt.StreamSuccess{HasMore: true}),
			bolttest.ExpectTag(bolt.TagDiscard), bolttest.Send(&bolt.StreamSuccess{}),
		}, bolttest.InMemory())
		c := connect(t, s, bolt.Config{})
		stream, rows := run(t, c, 0, bolt.StreamConfig{FetchSize: 2, Pinned: true})
		consume(t, stream, rows, 1, 0)
		assert.True(t, stream.Pulling())
		consume(t, stream, rows, 1, 0)
		assert.False(t, stream.Pulling(), "all rows are here, and the SUCCESS behind them says nothing about that")
		require.NoError(t, stream.Discard(t.Context()))
		assert.False(t, stream.Pulling())
		require.NoError(t, c.Close())
	})
}
