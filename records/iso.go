package records

import (
	"strconv"
	"strings"
	"time"
)

// isoParser takes ISO forms of dates and times apart. After the first thing out of place it only returns zeros.
type isoParser struct {
	rest string
	bad  bool
}

func (p *isoParser) fail() { p.bad, p.rest = true, "" }

// accept takes one of the bytes of set if it comes next.
func (p *isoParser) accept(set string) (byte, bool) {
	if p.rest == "" || strings.IndexByte(set, p.rest[0]) < 0 {
		return 0, false
	}
	c := p.rest[0]
	p.rest = p.rest[1:]
	return c, true
}

func (p *isoParser) expect(c byte) {
	if _, ok := p.accept(string(c)); !ok {
		p.fail()
	}
}

// digits takes a number of at least low and at most high digits, and returns how many there were.
func (p *isoParser) digits(low, high int) (n int64, count int) {
	for count < high && count < len(p.rest) && p.rest[count] >= '0' && p.rest[count] <= '9' {
		n = n*10 + int64(p.rest[count]-'0')
		count++
	}
	if count < low {
		p.fail()
		return 0, 0
	}
	p.rest = p.rest[count:]
	return n, count
}

func (p *isoParser) number(low, high int) int {
	n, _ := p.digits(low, high)
	return int(n)
}

func (p *isoParser) date() Date {
	var d Date
	sign, signed := p.accept("+-")
	if signed {
		d.Year = p.number(4, 9)
	} else {
		d.Year = p.number(4, 4)
	}
	if sign == '-' {
		d.Year = -d.Year
	}
	p.expect('-')
	d.Month = time.Month(p.number(2, 2))
	p.expect('-')
	d.Day = p.number(2, 2)
	return d
}

func (p *isoParser) localTime() LocalTime {
	var t LocalTime
	t.Hour = p.number(2, 2)
	p.expect(':')
	t.Minute = p.number(2, 2)
	if _, ok := p.accept(":"); !ok {
		return t
	}
	t.Second = p.number(2, 2)
	t.Nanosecond = p.fraction()
	return t
}

// fraction takes an optional decimal fraction of a second and returns it in nanoseconds.
func (p *isoParser) fraction() int {
	if _, ok := p.accept(".,"); !ok {
		return 0
	}
	n, count := p.digits(1, 9)
	return int(n) * pow10(9-count)
}

func (p *isoParser) offset() int {
	c, ok := p.accept("Zz+-")
	if !ok {
		p.fail()
		return 0
	}
	if c == 'Z' || c == 'z' {
		return 0
	}
	seconds := p.number(2, 2) * 3600
	if _, ok := p.accept(":"); ok {
		seconds += p.number(2, 2) * 60
	}
	if _, ok := p.accept(":"); ok {
		seconds += p.number(2, 2)
	}
	if c == '-' {
		return -seconds
	}
	return seconds
}

// end returns an error unless all of the text was understood and what it says is valid.
func (p *isoParser) end(what string, text []byte, validate func() error) error {
	if p.bad || p.rest != "" {
		return errorString("records: " + quoted(text) + " is no ISO " + what)
	}
	return validate()
}

func quoted(text []byte) string { return strconv.Quote(string(text)) }
