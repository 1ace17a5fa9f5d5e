// Package data holds the real-world graph that the examples work on: the airports of the United States and the flight
// routes between them. Its rows have the form that a Cypher statement beginning with UNWIND $rows AS row takes.
//
// README.md in this folder says where the files come from.
package data

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

var (
	//go:embed airports.csv
	airports string
	//go:embed flights-airport.csv
	routes string
)

// Row is one line of a file: its columns by name, each a string, an int64 or a float64.
type Row = map[string]any

// Airports returns the 3,376 airports, each with iata, name, city, state and country (strings) and latitude and
// longitude (degrees).
func Airports() ([]Row, error) {
	return parse(airports, map[string]convert{"latitude": degrees, "longitude": degrees})
}

// Routes returns the 5,366 routes, each with origin and destination (the airports' iata codes) and count (flights).
func Routes() ([]Row, error) {
	return parse(routes, map[string]convert{"count": flights})
}

// convert turns the text of a column into its value.
type convert func(text string) (any, error)

func degrees(text string) (any, error) { return strconv.ParseFloat(text, 64) }
func flights(text string) (any, error) { return strconv.ParseInt(text, 10, 64) }

// parse reads a file whose first line names the columns; a column without a conversion stays text.
func parse(file string, conversions map[string]convert) ([]Row, error) {
	lines, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	names, lines := lines[0], lines[1:]
	rows := make([]Row, 0, len(lines))
	for number, line := range lines {
		row := make(Row, len(names))
		for i, text := range line {
			row[names[i]] = text
			if to := conversions[names[i]]; to != nil {
				if row[names[i]], err = to(text); err != nil {
					return nil, fmt.Errorf("data: %s of row %d: %w", names[i], number+1, err)
				}
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}
