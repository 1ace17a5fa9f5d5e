package report

import (
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"github.com/neorx/neorx/test/bench/plan"
	"github.com/neorx/neorx/test/bench/stats"
)

// series is one colour of bars: a measurement for every category.
type series struct {
	name string
	at   func(category int) plan.Measurement
}

type scale bool

const (
	linear      scale = false
	logarithmic scale = true
)

// Colours that people who see few of them can tell apart.
var colours = []color.Color{
	color.RGBA{0x77, 0x77, 0x77, 0xff},
	color.RGBA{0x00, 0x72, 0xb2, 0xff},
	color.RGBA{0xe6, 0x9f, 0x00, 0xff},
	color.RGBA{0x00, 0x9e, 0x73, 0xff},
}

const group = 0.8 // of the room of a category

// bars draws medians as groups of bars, with the figure above each.
func (r *Report) bars(title string, categories []string, f stats.Figure, s scale, all ...series) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text, p.Y.Label.Text = title, "nanoseconds"
	p.Legend.Top = true
	p.NominalX(categories...)
	p.X.Min, p.X.Max = -0.6, float64(len(categories))-0.4
	width := group / float64(len(all))
	bottom, top := math.Inf(1), 0.0
	var labels plotter.XYLabels
	for i, one := range all {
		var b bars
		for c := range categories {
			v, ok := r.Median(one.at(c), f)
			if !ok {
				continue
			}
			x := float64(c) - group/2 + width*(float64(i)+0.5)
			b.at = append(b.at, plotter.XY{X: x, Y: v})
			labels.XYs = append(labels.XYs, plotter.XY{X: x, Y: v})
			labels.Labels = append(labels.Labels, short(v))
			bottom, top = min(bottom, v), max(top, v)
		}
		b.width, b.color = width*0.92, colours[i]
		p.Add(&b)
		p.Legend.Add(one.name, &b)
	}
	if len(labels.Labels) == 0 {
		return nil, fmt.Errorf("nothing was measured")
	}
	p.Y.Min, p.Y.Max = 0, top*1.25
	if s == logarithmic {
		p.Y.Min, p.Y.Max = math.Pow(10, math.Floor(math.Log10(bottom*0.8))), top*6
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	}
	return p, annotate(p, labels)
}

func annotate(p *plot.Plot, labels plotter.XYLabels) error {
	l, err := plotter.NewLabels(labels)
	if err != nil {
		return err
	}
	for i := range l.TextStyle {
		l.TextStyle[i].Font.Size = vg.Points(7)
		l.TextStyle[i].XAlign = -0.5
	}
	l.Offset.Y = vg.Points(2)
	p.Add(l)
	return nil
}

// short writes a figure with three digits.
func short(v float64) string {
	for _, unit := range []struct {
		size float64
		name string
	}{{1e6, "M"}, {1e3, "k"}} {
		if v >= 10*unit.size {
			return strconv.FormatFloat(v/unit.size, 'f', 0, 64) + unit.name
		}
		if v >= unit.size {
			return strconv.FormatFloat(v/unit.size, 'f', 1, 64) + unit.name
		}
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

func save(p *plot.Plot, file string) error {
	for _, format := range []string{".png", ".svg"} {
		if err := p.Save(9*vg.Inch, 4.5*vg.Inch, file+format); err != nil {
			return err
		}
	}
	return nil
}
