// Command ndjson streams a query's records over HTTP: curl -N localhost:8080/squares | head
package main

import (
	"net/http"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/examples/internal/database"
)

const millionSquares = `UNWIND range(1, 1000000) AS n RETURN n, n * n AS square`

func main() {
	database.Run(func(driver *neorx.Driver) error {
		http.HandleFunc("GET /squares", squares(driver))
		return http.ListenAndServe("localhost:8080", nil)
	})
}

// squares writes one record a line. A client that reads slowly slows the query down, because it pulls no more than is
// written; and one that leaves stops it, because that ends the context of its request.
func squares(db neorx.Querier) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		query := db.Query(millionSquares, nil, neorx.ReadOnly())
		var line []byte
		err := query.Stream().ForEach(r.Context(), func(record *neorx.Record) error {
			line = append(record.AppendJSON(line[:0]), '\n')
			_, err := w.Write(line)
			return err
		})
		if err != nil {
			panic(http.ErrAbortHandler) // a response that breaks off is not taken for a complete one
		}
	}
}
