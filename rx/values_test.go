package rx_test

import (
	"context"
	"testing"

	"github.com/reactivex/rxgo/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/neorx/neorx/rx"
)

// mixed is an observable of values of any type.
func mixed(values ...any) rxgo.Observable { return rx.Observable(rx.FromSlice(values)) }

func TestNumbersOfEveryType(t *testing.T) {
	all := mixed(1, int8(2), int16(3), int32(4), int64(5))
	assert.Equal(t, outcome{"int64 15"}, got(all.SumInt64().Get()))
	assert.Equal(t, outcome{"float32 15"}, got(all.SumFloat32().Get()))
	assert.Equal(t, outcome{"float64 15"}, got(all.SumFloat64().Get()))
	assert.Equal(t, outcome{"float64 2"}, got(mixed(1, float32(2), float64(3)).AverageFloat64().Get()))
	assert.Equal(t, outcome{"int8 100"}, got(mixed(int8(100), int8(100), int8(100)).AverageInt8().Get()), "no overflow on the way")
	for name, s := range map[string]rxgo.Iterable{
		"SumInt64":       mixed("x").SumInt64(),
		"SumFloat32":     mixed(float64(1)).SumFloat32(),
		"SumFloat64":     mixed(true).SumFloat64(),
		"AverageFloat32": mixed("x").AverageFloat32(),
		"AverageInt16":   mixed(1).AverageInt16(),
	} {
		err := (<-s.Observe()).E
		assert.ErrorContains(t, err, "rx: "+name+": ")
		assert.ErrorAs(t, err, &rxgo.IllegalInputError{})
	}
}

func TestValuesThatCannotBeCompared(t *testing.T) {
	slices := mixed([]int{1}, []int{2})
	assert.Equal(t, outcome{"bool true"}, got(slices.SequenceEqual(slices).Get()))
	assert.Equal(t, outcome{"bool false"}, got(slices.SequenceEqual(slices.Skip(1)).Get()))
	assert.Len(t, read(mixed([]int{1}, []int{1}, nil, nil).DistinctUntilChanged(echo)), 2)
	var p *rx.PanicError
	_, err := slices.ToMap(echo).Get()
	require.ErrorAs(t, err, &p, "a slice is no key")
	assert.ErrorContains(t, err, "unhashable")
}

func TestSinglesAreIterables(t *testing.T) {
	one := mixed(1, 2, 3)
	assert.Equal(t, outcome{"int64 3", "int 1", "int 2", "int 3"}, read(one.StartWith(one.Count())))
	assert.Equal(t, outcome{"int 1", "int 1", "int 2", "int 3"}, read(one.StartWith(one.First())))
}

func TestSubstitutesUnderContinueOnError(t *testing.T) {
	fragile := func(_ context.Context, v any) (any, error) {
		if v == 2 {
			return nil, errBoom
		}
		return v, nil
	}
	goOn := rxgo.WithErrorStrategy(rxgo.ContinueOnError)
	o := mixed(1, 2, 3).Map(fragile, goOn)
	assert.Equal(t, outcome{"int 1", "error boom", "int 3"}, read(o))
	assert.Equal(t, outcome{"int 1", "error boom"}, read(o.Filter(func(any) bool { return true })), "an operator without the option stops")
	assert.Equal(t, outcome{"int 1", "int 8", "int 9", "int 3"},
		read(o.OnErrorResumeNext(func(error) rxgo.Observable { return mixed(8, 9) }, goOn)))
	assert.Equal(t, outcome{"int 1", "int 8"},
		read(o.OnErrorResumeNext(func(error) rxgo.Observable { return mixed(8, 9) }, goOn).Take(2)))
	assert.Equal(t, outcome{"int 1", "int 7", "int 3"}, read(o.OnErrorReturnItem(7, goOn)))
	assert.Equal(t, outcome{"[]interface {} [1]", "error boom", "[]interface {} [3]"}, read(o.BufferWithTime(anHour, goOn)))
	assert.Equal(t, outcome{"int 1", "error boom", "int 3"}, read(o.Debounce(anHour, goOn)))
	assert.Equal(t, outcome{"int 1", "error boom", "int 3"}, read(mixed(1, 2, 3).Map(fragile, rxgo.WithPool(2), goOn)))
	assert.Equal(t, outcome{"error boom"}, texts([]rxgo.Item{<-o.Skip(1).Observe()}))
}

func TestErrorsFormatAndUnwrap(t *testing.T) {
	late := rx.AfterStop(errBoom)
	assert.EqualError(t, late, "boom")
	assert.ErrorIs(t, late, errBoom)
	_, err := mixed(1).Map(func(context.Context, any) (any, error) { panic("text") }).ToSlice(0)
	assert.ErrorContains(t, err, "rx: panic: text")
	assert.NotErrorIs(t, err, errBoom)
}
