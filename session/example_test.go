package session_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/pool"
	"github.com/neorx/neorx/records"
	"github.com/neorx/neorx/retry"
	"github.com/neorx/neorx/routing"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// films is what the server of the examples knows.
func films(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
	switch q.Text {
	case "MATCH (f:Film) RETURN f.title AS title, f.year AS year":
		return bolttest.Rows([]string{"title", "year"}, []any{"Metropolis", 1927}, []any{"Solaris", 1972}, []any{"Arrival", 2016}), nil
	case "MATCH (f:Film {year: $year}) RETURN f.title AS title, f.year AS year":
		if q.Params["year"] == int64(1873) {
			return bolttest.Rows([]string{"title", "year"}), nil
		}
		return bolttest.Rows([]string{"title", "year"}, []any{"Solaris", 1972}), nil
	case "CREATE (:Film {title: $title})":
		return bolttest.Changed(records.Counters{NodesCreated: 1}), nil
	case "CREATE (f:Film {title: $title}) RETURN f.title AS title":
		return bolttest.Rows([]string{"title"}, []any{q.Params["title"]}), nil
	}
	return nil, bolttest.Failure("Neo.ClientError.Statement.SyntaxError", "?")
}

const (
	allFilms  = "MATCH (f:Film) RETURN f.title AS title, f.year AS year"
	filmsOf   = "MATCH (f:Film {year: $year}) RETURN f.title AS title, f.year AS year"
	addFilm   = "CREATE (:Film {title: $title})"
	addedFilm = "CREATE (f:Film {title: $title}) RETURN f.title AS title"
)

// engine puts together what the root package's Open does: a server, a pool with its dialer, a
// router.
func engine() (e *session.Engine, done func()) {
	server, err := bolttest.Start(films, bolttest.InMemory())
	if err != nil {
		panic(err)
	}
	cfg := pool.Defaults()
	cfg.Dial = func(ctx context.Context, a pool.Address, token bolt.AuthToken) (pool.Link, error) {
		nc, err := server.Dial(ctx, "tcp", string(a))
		if err != nil {
			return nil, err
		}
		return bolt.NewConn(ctx, nc, bolt.Config{Address: string(a), Auth: token})
	}
	p, err := pool.New(cfg)
	if err != nil {
		panic(err)
	}
	e = &session.Engine{Router: routing.Direct(p, pool.Address(server.Address())), Retry: retry.Default()}
	return e, func() {
		_ = p.Close(context.Background())
		server.Close()
	}
}

func title(r *records.Record) string {
	s, _ := r.At(0).AsString()
	return s
}

func ExampleEngine_Query() {
	e, done := engine()
	defer done()
	query := e.Query(allFilms, nil, session.ReadOnly()) // nothing has happened yet
	for record, err := range query.Stream().All(context.Background()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(title(record))
	}
	// Output:
	// Metropolis
	// Solaris
	// Arrival
}

func ExampleEngine_Session() {
	e, done := engine()
	defer done()
	s := e.Session(session.Database("neo4j"), session.FetchSize(500))
	defer s.Close()
	summary, err := s.Query(addFilm, map[string]any{"title": "Alien"}).Exec(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("created:", summary.Counters.NodesCreated)
	// Output: created: 1
}

func ExampleQuery_Stream() {
	e, done := engine()
	defer done()
	titles := rx.Map(e.Query(allFilms, nil).Stream(), title)
	first, err := titles.Take(2).Collect(context.Background())
	fmt.Println(first, err)
	// Output: [Metropolis Solaris] <nil>
}

func ExampleQuery_Records() {
	e, done := engine()
	defer done()
	observable := e.Query(allFilms, nil).Records().
		Map(func(_ context.Context, v any) (any, error) { return title(v.(*records.Record)), nil }).
		Filter(func(v any) bool { return len(v.(string)) == 7 })
	for item := range observable.Observe() {
		fmt.Println(item.V, item.E)
	}
	// Output:
	// Solaris <nil>
	// Arrival <nil>
}

func ExampleQuery_Batches() {
	e, done := engine()
	defer done()
	n := 0
	<-e.Query(allFilms, nil).Batches(100).ForEach(
		func(v any) { n += len(v.([]*records.Record)) },
		func(err error) { fmt.Println(err) },
		func() { fmt.Println(n, "films") },
	)
	// Output: 3 films
}

func ExampleQuery_Exec() {
	e, done := engine()
	defer done()
	summary, err := e.Query(addFilm, map[string]any{"title": "Alien"}).Exec(context.Background())
	fmt.Println(summary.Counters.NodesCreated, err)
	// Output: 1 <nil>
}

func ExampleQuery_Collect() {
	e, done := engine()
	defer done()
	all, summary, err := e.Query(allFilms, nil).Collect(context.Background())
	fmt.Println(len(all), summary.QueryType, err)
	// Output: 3 r <nil>
}

func ExampleQuery_Open() {
	e, done := engine()
	defer done()
	ctx := context.Background()
	result, err := e.Query(allFilms, nil).Open(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer result.Close(ctx)
	fmt.Println(result.Keys())
	titles, err := rx.Map(result.Stream(), title).Collect(ctx)
	fmt.Println(titles, err)
	summary, err := result.Summary(ctx)
	fmt.Println(summary.Database, err)
	// Output:
	// [title year]
	// [Metropolis Solaris Arrival] <nil>
	// neo4j <nil>
}

func ExampleResult_Records() {
	e, done := engine()
	defer done()
	result, err := e.Query(allFilms, nil).Open(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	n, err := result.Records().Count().Get()
	fmt.Println(n.V, err)
	// Output: 3 <nil>
}

func ExampleSession_Begin() {
	e, done := engine()
	defer done()
	ctx := context.Background()
	s := e.Session()
	defer s.Close()
	tx, err := s.Begin(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer tx.Close(ctx) // rolls back unless it is committed
	for _, name := range []string{"Alien", "Aliens"} {
		if _, err := tx.Query(addFilm, map[string]any{"title": name}).Exec(ctx); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(tx.Commit(ctx))
	// Output: <nil>
}

func ExampleTransaction_Query() {
	e, done := engine()
	defer done()
	tx, err := e.Session().Begin(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	// Any number of results can be open in a transaction: here an inner one for each record of the
	// outer.
	pairs := rx.ConcatMap(tx.Query(allFilms, nil).Stream(), func(film *records.Record) rx.Stream[string] {
		same := tx.Query(filmsOf, map[string]any{"year": film.At(1)}).Stream()
		return rx.Map(same, func(other *records.Record) string { return title(film) + " – " + title(other) })
	})
	fmt.Println(pairs.Take(2).Collect(context.Background()))
	fmt.Println(tx.Rollback(context.Background()))
	// Output:
	// [Metropolis – Solaris Solaris – Solaris] <nil>
	// <nil>
}

func ExampleTransaction_Commit() {
	e, done := engine()
	defer done()
	ctx := context.Background()
	tx, err := e.Session().Begin(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer tx.Close(ctx)
	tx.Query(addFilm, map[string]any{"title": "Alien"}) // a query that nobody observes does not run
	fmt.Println(tx.Commit(ctx))
	// Output: commit: the query "CREATE (:Film {title: $title})" was never observed, so it has not run: observe it (Exec, ForEach, …) or leave it out
}

func ExampleSession_LastBookmarks() {
	e, done := engine()
	defer done()
	ctx := context.Background()
	writer := e.Session()
	_, err := writer.Query(addFilm, map[string]any{"title": "Alien"}).Exec(ctx)
	fmt.Println(writer.LastBookmarks(), err)
	reader := e.Session(session.WithBookmarks(writer.LastBookmarks()...)) // sees what the writer has written
	fmt.Println(reader.Query(allFilms, nil).Stream().Count(ctx))
	// Output:
	// [bolttest:1] <nil>
	// 3 <nil>
}

func ExampleSession_ExecuteRead() {
	e, done := engine()
	defer done()
	titles := e.Session().ExecuteRead(func(tx *session.Transaction) rxgo.Observable {
		return tx.Query(allFilms, nil).Records().Map(func(_ context.Context, v any) (any, error) { return title(v.(*records.Record)), nil })
	})
	fmt.Println(titles.ToSlice(0))
	// Output: [Metropolis Solaris Arrival] <nil>
}

func ExampleSession_ExecuteWrite() {
	e, done := engine()
	defer done()
	added := e.Session().ExecuteWrite(func(tx *session.Transaction) rxgo.Observable {
		return tx.Query(addedFilm, map[string]any{"title": "Alien"}).Records()
	})
	for item := range added.Observe() { // after COMMIT
		fmt.Println(title(item.V.(*records.Record)), item.E)
	}
	// Output: Alien <nil>
}

func ExampleReadTx() {
	e, done := engine()
	defer done()
	n, err := session.ReadTx(context.Background(), e.Session(), func(ctx context.Context, tx *session.Transaction) (int64, error) {
		return tx.Query(allFilms, nil).Stream().Count(ctx)
	})
	fmt.Println(n, err)
	// Output: 3 <nil>
}

func ExampleWriteTx() {
	e, done := engine()
	defer done()
	created, err := session.WriteTx(context.Background(), e.Session(), func(ctx context.Context, tx *session.Transaction) (created int, err error) {
		for _, name := range []string{"Alien", "Aliens"} {
			summary, err := tx.Query(addFilm, map[string]any{"title": name}).Exec(ctx)
			if err != nil {
				return 0, err // rolls back, and is tried again if that makes sense
			}
			created += int(summary.Counters.NodesCreated)
		}
		return created, nil
	})
	fmt.Println(created, err)
	// Output: 2 <nil>
}

func ExampleReadStream() {
	e, done := engine()
	defer done()
	titles := session.ReadStream(e.Session(), func(tx *session.Transaction) rx.Stream[string] {
		return rx.Map(tx.Query(allFilms, nil).Stream(), title)
	})
	fmt.Println(titles.Collect(context.Background()))
	// Output: [Metropolis Solaris Arrival] <nil>
}

func ExampleWriteStream() {
	e, done := engine()
	defer done()
	added := session.WriteStream(e.Session(), func(tx *session.Transaction) rx.Stream[string] {
		return rx.ConcatMap(rx.Just("Alien", "Aliens"), func(name string) rx.Stream[string] {
			return rx.Map(tx.Query(addedFilm, map[string]any{"title": name}).Stream(), title)
		})
	})
	fmt.Println(added.Collect(context.Background()))
	// Output: [Alien Aliens] <nil>
}

func ExampleFlow() {
	e, done := engine()
	defer done()
	added := session.WriteStream(e.Session(), func(tx *session.Transaction) rx.Stream[*records.Record] {
		return tx.Query(addedFilm, map[string]any{"title": "Alien"}).Stream()
	}, session.Flow())
	_, err := added.First(context.Background())
	fmt.Println(errors.Is(err, session.ErrStoppedBeforeCommit))
	// Output: true
}

func ExampleHold() {
	e, done := engine()
	defer done()
	q := e.Query(addedFilm, map[string]any{"title": "Alien"}, session.Hold()) // nothing is shown before it is committed
	fmt.Println(rx.Map(q.Stream(), title).Collect(context.Background()))
	// Output: [Alien] <nil>
}

type film struct {
	Title string
	Year  int
}

func ExampleAs() {
	e, done := engine()
	defer done()
	for f, err := range session.As[film](e.Query(allFilms, nil)).All(context.Background()) {
		fmt.Println(f.Title, f.Year, err)
	}
	// Output:
	// Metropolis 1927 <nil>
	// Solaris 1972 <nil>
	// Arrival 2016 <nil>
}

func ExampleList() {
	e, done := engine()
	defer done()
	fmt.Println(session.List[film](context.Background(), e.Query(allFilms, nil)))
	// Output: [{Metropolis 1927} {Solaris 1972} {Arrival 2016}] <nil>
}

func ExampleOne() {
	e, done := engine()
	defer done()
	fmt.Println(session.One[film](context.Background(), e.Query(filmsOf, map[string]any{"year": 1972})))
	_, err := session.One[film](context.Background(), e.Query(allFilms, nil))
	var not *session.NotOneError
	fmt.Println(errors.As(err, &not) && not.Many)
	// Output:
	// {Solaris 1972} <nil>
	// true
}

func ExampleMaybe() {
	e, done := engine()
	defer done()
	f, found, err := session.Maybe[film](context.Background(), e.Query(filmsOf, map[string]any{"year": 1972}))
	fmt.Println(f.Title, found, err)
	_, found, err = session.Maybe[film](context.Background(), e.Query(filmsOf, map[string]any{"year": 1873}))
	fmt.Println(found, err)
	// Output:
	// Solaris true <nil>
	// false <nil>
}

func ExampleCollect() {
	e, done := engine()
	defer done()
	films, summary, err := session.Collect[film](context.Background(), e.Query(allFilms, nil))
	fmt.Println(len(films), summary.Keys, err)
	// Output: 3 [title year] <nil>
}

func ExampleNewBookmarkManager() {
	e, done := engine()
	defer done()
	shared := session.NewBookmarkManager(session.BookmarkManagerConfig{
		Consumer: func(_ context.Context, bookmarks []string) { fmt.Println("now", bookmarks) },
	})
	for range 2 {
		s := e.Session(session.WithBookmarkManager(shared)) // each sees what the one before has written
		if _, err := s.Query(addFilm, map[string]any{"title": "Alien"}).Exec(context.Background()); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// now [bolttest:1]
	// now [bolttest:2]
}

func ExampleCombineBookmarks() {
	fmt.Println(session.CombineBookmarks([]string{"a", "b"}, []string{"b", "c"}))
	// Output: [a b c]
}

func ExampleQuerier() {
	e, done := engine()
	defer done()
	count := func(on session.Querier) { // works on all of them
		fmt.Println(on.Query(allFilms, nil).Stream().Count(context.Background()))
	}
	count(e)
	count(e.Session())
	tx, err := e.Session().Begin(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer tx.Close(context.Background())
	count(tx)
	// Output:
	// 3 <nil>
	// 3 <nil>
	// 3 <nil>
}
