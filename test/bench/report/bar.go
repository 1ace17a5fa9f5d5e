package report

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// bars are bars of one colour that stand on the axis. The library's own stand on zero, which a logarithmic axis does not have.
type bars struct {
	at    plotter.XYs
	width float64 // in units of the axis
	color color.Color
}

// Plot draws them.
func (b *bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, at := range b.at {
		left, right := x(at.X-b.width/2), x(at.X+b.width/2)
		c.FillPolygon(b.color, []vg.Point{{X: left, Y: y(p.Y.Min)}, {X: left, Y: y(at.Y)}, {X: right, Y: y(at.Y)}, {X: right, Y: y(p.Y.Min)}})
	}
}

// Thumbnail draws the legend's sample.
func (b *bars) Thumbnail(c *draw.Canvas) {
	c.FillPolygon(b.color, []vg.Point{c.Min, {X: c.Min.X, Y: c.Max.Y}, c.Max, {X: c.Max.X, Y: c.Min.Y}})
}
