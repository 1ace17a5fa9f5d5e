package rx

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/reactivex/rxgo/v2"
)

// number is what the averages and sums work in.
type number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~float32 | ~float64
}

// AverageFloat32 emits the average of int, float32 and float64 items, a float32; 0 where there are
// none. So do the other averages.
func (o *observable) AverageFloat32(opts ...rxgo.Option) rxgo.Single {
	return average(o, "AverageFloat32", opts, fromFloats[float32])
}

// AverageFloat64 emits the average of int, float32 and float64 items, a float64.
func (o *observable) AverageFloat64(opts ...rxgo.Option) rxgo.Single {
	return average(o, "AverageFloat64", opts, fromFloats[float64])
}

// AverageInt emits the average of int items, an int.
func (o *observable) AverageInt(opts ...rxgo.Option) rxgo.Single {
	return average(o, "AverageInt", opts, exactly[int])
}

// AverageInt8 emits the average of int8 items, an int8.
func (o *observable) AverageInt8(opts ...rxgo.Option) rxgo.Single {
	return average(o, "AverageInt8", opts, exactly[int8])
}

// AverageInt16 emits the average of int16 items, an int16.
func (o *observable) AverageInt16(opts ...rxgo.Option) rxgo.Single {
	return average(o, "AverageInt16", opts, exactly[int16])
}

// AverageInt32 emits the average of int32 items, an int32.
func (o *observable) AverageInt32(opts ...rxgo.Option) rxgo.Single {
	return average(o, "AverageInt32", opts, exactly[int32])
}

// AverageInt64 emits the average of int64 items, an int64.
func (o *observable) AverageInt64(opts ...rxgo.Option) rxgo.Single {
	return average(o, "AverageInt64", opts, exactly[int64])
}

// SumFloat32 emits the sum of integer and float32 items, a float32; nothing where there are none.
// So do the other sums.
func (o *observable) SumFloat32(opts ...rxgo.Option) rxgo.OptionalSingle {
	return sum(o, "SumFloat32", opts, func(v any) (float32, bool) {
		if f, ok := v.(float32); ok {
			return f, true
		}
		return fromInts[float32](v)
	})
}

// SumFloat64 emits the sum of integer, float32 and float64 items, a float64.
func (o *observable) SumFloat64(opts ...rxgo.Option) rxgo.OptionalSingle {
	return sum(o, "SumFloat64", opts, func(v any) (float64, bool) {
		if f, ok := fromFloats[float64](v); ok {
			return f, true
		}
		return fromInts[float64](v)
	})
}

// SumInt64 emits the sum of integer items, an int64.
func (o *observable) SumInt64(opts ...rxgo.Option) rxgo.OptionalSingle {
	return sum(o, "SumInt64", opts, fromInts[int64])
}

func exactly[N number](v any) (N, bool) {
	n, ok := v.(N)
	return n, ok
}

func fromFloats[N number](v any) (N, bool) {
	switch n := v.(type) {
	case int:
		return N(n), true
	case float32:
		return N(n), true
	case float64:
		return N(n), true
	}
	return 0, false
}

func fromInts[N number](v any) (N, bool) {
	switch n := v.(type) {
	case int:
		return N(n), true
	case int8:
		return N(n), true
	case int16:
		return N(n), true
	case int32:
		return N(n), true
	case int64:
		return N(n), true
	}
	return 0, false
}

// average adds up in the widest type of its kind: an average of int8 must not overflow on its way.
func average[N number](o *observable, name string, opts []rxgo.Option, convert func(any) (N, bool)) rxgo.Single {
	return o.single(opts, Unbounded, func() fold {
		var (
			whole int64
			real  float64
			n     int64
		)
		isReal := N(1)/N(2) != 0
		return fold{
			step: func(_ context.Context, v any) (bool, error) {
				x, ok := convert(v)
				if !ok {
					return false, notNumeric[N](name, v)
				}
				n++
				if isReal {
					real += float64(x)
				} else {
					whole += int64(x)
				}
				return false, nil
			},
			result: func() (any, bool, error) {
				if isReal {
					return N(real / math.Max(1, float64(n))), true, nil
				}
				return N(whole / cmp.Or(n, 1)), true, nil
			},
		}
	})
}

func sum[N number](o *observable, name string, opts []rxgo.Option, convert func(any) (N, bool)) rxgo.OptionalSingle {
	return o.optional(opts, Unbounded, func() fold {
		var total N
		empty := true
		return fold{
			step: func(_ context.Context, v any) (bool, error) {
				x, ok := convert(v)
				if !ok {
					return false, notNumeric[N](name, v)
				}
				total, empty = total+x, false
				return false, nil
			},
			result: func() (any, bool, error) { return total, !empty, nil },
		}
	})
}

func notNumeric[N number](name string, v any) error {
	var want N
	return illegal(name, fmt.Sprintf("an item of type %T has no value as %T", v, want))
}
