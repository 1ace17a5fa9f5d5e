package main

import (
	"context"
	"math"
	"strconv"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/records"
)

// route is what a record of routesByFlights says: its fields have the names of the query's columns.
type route struct {
	Origin, Destination string
	Flights             int64
	Degrees             [4]float64 // latitude and longitude of the origin, and of the destination
}

// toRoute is an rxgo.Func. Its error would end the stream, and the query with it.
func toRoute(_ context.Context, item any) (any, error) {
	return records.As[route](item.(*neorx.Record))
}

// kilometres returns the length of the route along the surface of the earth (the haversine formula).
func (r route) kilometres() float64 {
	const earthDiameter = 12742
	var rad [4]float64
	for i, d := range r.Degrees {
		rad[i] = d * math.Pi / 180
	}
	sinLat, sinLon := math.Sin((rad[2]-rad[0])/2), math.Sin((rad[3]-rad[1])/2)
	return earthDiameter * math.Asin(math.Sqrt(sinLat*sinLat+math.Cos(rad[0])*math.Cos(rad[2])*sinLon*sinLon))
}

// cells returns a line of the table.
func (r route) cells() []string {
	return []string{
		r.Origin, r.Destination, strconv.FormatInt(r.Flights, 10), strconv.FormatFloat(r.kilometres(), 'f', 0, 64),
	}
}
