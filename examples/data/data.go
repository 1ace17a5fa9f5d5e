// Package data holds the real-world graph that the examples work on: the airports of the United States and the flight
// routes between them. Its rows have the form that a Cypher statement beginning with UNWIND $rows AS row takes.
//
// README.md in this folder says where the files come from.
package data

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
)

var (
	//go:embed airports.csv
	airports string
	//go:embed flights-airport.csv
	routes string
)

// Row is one line of a file, by the names of its columns.
type Row = map[string]any

// Airports returns the 3,376 airports, each with iata, name, city, state and country (strings) and latitude and
// longitude (degrees).
func Airports() []Row {
	return parse(airports, map[string]convert{"latitude": degrees, "longitude": degrees})
}

// Routes returns the 5,366 routes, each with origin and destination (the airports' iata codes) and count (flights).
func Routes() []Row {
	return parse(routes, map[string]convert{"count": flights})
}

// convert turns the text of a column into its value.
type convert func(text string) (any, error)

func degrees(text string) (any, error) { return strconv.ParseFloat(text, 64) }
func flights(text string) (any, error) { return strconv.ParseInt(text, 10, 64) }

// parse reads a file of the program; a column without a conversion stays text. It panics where the file is broken,
// which a test would have noticed.
func parse(file string, conversions map[string]convert) (rows []Row) {
	for row, err := range ReadCSV(strings.NewReader(file)) {
		for name, to := range conversions {
			if err == nil {
				row[name], err = to(row[name].(string))
			}
		}
		if err != nil {
			panic(fmt.Errorf("data: row %d: %w", len(rows)+1, err))
		}
		rows = append(rows, row)
	}
	return rows
}

// ReadCSV yields the lines of a CSV file whose first line names the columns, as they are read; every value is a string.
// An error is the last thing that it yields.
func ReadCSV(in io.Reader) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		lines := csv.NewReader(in)
		names, err := lines.Read()
		for err == nil {
			var line []string
			if line, err = lines.Read(); err == nil && !yield(zip(names, line), nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(nil, err)
		}
	}
}

// zip pairs the names of columns with a line of as many fields.
func zip(names, line []string) Row {
	row := make(Row, len(names))
	for i, name := range names {
		row[name] = line[i]
	}
	return row
}
