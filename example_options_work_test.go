package neorx_test

import (
	"context"
	"fmt"

	"github.com/reactivex/rxgo/v2"

	"github.com/neorx/neorx"
)

// The records of a query are an RxGo observable too.
func ExampleQuery() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	numbers := driver.Query("UNWIND range(1, 10) AS n RETURN n", nil, neorx.ReadOnly())
	<-numbers.Records(rxgo.WithContext(ctx)).
		Map(func(_ context.Context, item any) (any, error) { return item.(*neorx.Record).At(0).Any(), nil }).
		Filter(func(item any) bool { return item.(int64)%5 == 0 }).
		ForEach(func(item any) { fmt.Println(item) }, func(err error) { fmt.Println(err) }, func() { fmt.Println("done") })
	// Output:
	// 5
	// 10
	// done
}

// A repository works on a driver, on a session, and within a transaction.
func ExampleQuerier() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)
	session := driver.Session()
	defer session.Close()

	addPerson := func(on neorx.Querier, name string) error {
		_, err := on.Query("CREATE (p:Person {name: $name})", map[string]any{"name": name}).Exec(ctx)
		return err
	}
	fmt.Println(addPerson(driver, "Alice"), addPerson(session, "Bob"))
	// Output: <nil> <nil>
}

// Two queries that take effect together, and again where that did not work for a reason that
// passes.
func ExampleWriteTx() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)
	session := driver.Session()
	defer session.Close()

	people, err := neorx.WriteTx(ctx, session, func(ctx context.Context, tx *neorx.Transaction) (string, error) {
		if _, err := tx.Query("CREATE (p:Person {name: $name})", map[string]any{"name": "Alice"}).Exec(ctx); err != nil {
			return "", err
		}
		count, err := tx.Query("MATCH (p:Person) RETURN count(*)", nil).Stream().First(ctx)
		if err != nil {
			return "", err
		}
		return count.At(0).String(), nil
	})
	fmt.Println(people, err)
	// Output: 1 <nil>
}

func ExampleReadTx() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)
	session := driver.Session()
	defer session.Close()

	rows, err := neorx.ReadTx(ctx, session, func(ctx context.Context, tx *neorx.Transaction) (int64, error) {
		return tx.Query("UNWIND range(1, 10) AS n RETURN n", nil).Stream().Count(ctx)
	})
	fmt.Println(rows, err)
	// Output: 10 <nil>
}

// Records flow while the transaction is open, and stopping early ends it.
func ExampleReadStream() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)
	session := driver.Session()
	defer session.Close()

	numbers := neorx.ReadStream(session, func(tx *neorx.Transaction) neorx.Stream[*neorx.Record] {
		return tx.Query("UNWIND range(1, 10) AS n RETURN n", nil).Stream()
	})
	for number, err := range numbers.Take(2).All(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(number.At(0))
	}
	// Output:
	// 1
	// 2
}

// Nothing is delivered before the transaction is committed, so what is delivered has happened.
func ExampleWriteStream() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)
	session := driver.Session()
	defer session.Close()

	numbers := neorx.WriteStream(session, func(tx *neorx.Transaction) neorx.Stream[*neorx.Record] {
		return tx.Query("UNWIND range(1, 10) AS n RETURN n", nil).Stream()
	})
	count, err := numbers.Count(ctx)
	fmt.Println(count, err)
	// Output: 10 <nil>
}

// Two sessions share what they have seen.
func ExampleNewBookmarkManager() {
	uri, stop := startServer()
	defer stop()
	ctx := context.Background()
	driver, err := neorx.Open(uri, neorx.BasicAuth("neo4j", "password"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer driver.Close(ctx)

	seen := neorx.NewBookmarkManager(neorx.BookmarkManagerConfig{})
	for range 2 {
		session := driver.Session(neorx.WithBookmarkManager(seen))
		if _, err := session.Query("CREATE (i:Item)", nil).Exec(ctx); err != nil {
			fmt.Println(err)
		}
		_ = session.Close()
	}
	bookmarks, err := seen.Bookmarks(ctx)
	fmt.Println(len(bookmarks), err)
	// Output: 1 <nil>
}
