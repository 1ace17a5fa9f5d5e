package records

import (
	"math"
	"strconv"
	"strings"
)

// UnmarshalText reads the ISO form with the designators Y, M, W, D, H, M and S, each at most once and in this order,
// with integers except for the seconds: P1Y2M3W4DT5H6M7.000000008S. Every component may have a sign.
func (d *Duration) UnmarshalText(text []byte) error {
	*d = Duration{}
	rest, ok := strings.CutPrefix(string(text), "P")
	dates, times, hasTimes := strings.Cut(rest, "T")
	ok = ok && rest != "" && (!hasTimes || times != "") &&
		d.parse(dates, "YMWD", d.addDate) && d.parse(times, "HMS", d.addTime)
	if !ok {
		return errorString("records: " + quoted(text) + " is no ISO duration")
	}
	return d.validate()
}

// parse takes s apart into numbers and their designators, which have to come in the order of allowed.
func (d *Duration) parse(s, allowed string, add func(unit byte, number string) bool) bool {
	for s != "" {
		end := strings.IndexAny(s, allowed)
		if end <= 0 {
			return false
		}
		if !add(s[end], s[:end]) {
			return false
		}
		allowed = allowed[strings.IndexByte(allowed, s[end])+1:]
		s = s[end+1:]
	}
	return true
}

func (d *Duration) addDate(unit byte, number string) bool {
	switch unit {
	case 'Y':
		return addScaled(&d.Months, number, 12)
	case 'M':
		return addScaled(&d.Months, number, 1)
	case 'W':
		return addScaled(&d.Days, number, 7)
	default:
		return addScaled(&d.Days, number, 1)
	}
}

func (d *Duration) addTime(unit byte, number string) bool {
	switch unit {
	case 'H':
		return addScaled(&d.Seconds, number, 3600)
	case 'M':
		return addScaled(&d.Seconds, number, 60)
	default:
		return d.addSeconds(number)
	}
}

func (d *Duration) addSeconds(number string) bool {
	whole, fraction, hasFraction := strings.Cut(strings.Replace(number, ",", ".", 1), ".")
	if !addScaled(&d.Seconds, whole, 1) {
		return false
	}
	if !hasFraction {
		return true
	}
	p := isoParser{rest: fraction}
	n, count := p.digits(1, 9)
	if p.bad || p.rest != "" {
		return false
	}
	d.Nanos = int(n) * pow10(9-count)
	if strings.HasPrefix(whole, "-") {
		d.Nanos = -d.Nanos
	}
	*d = d.normalized()
	return true
}

// addScaled adds number times scale to sum; it is not ok where the number is none or something overflows.
func addScaled(sum *int64, number string, scale int64) bool {
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n > math.MaxInt64/scale || n < math.MinInt64/scale {
		return false
	}
	n *= scale
	total := *sum + n
	if (n > 0) != (total > *sum) && n != 0 {
		return false
	}
	*sum = total
	return true
}
