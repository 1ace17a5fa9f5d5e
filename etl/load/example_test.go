package load_test

import (
	"context"
	"fmt"
	"time"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/etl/load"
	"github.com/neorx/neorx/rx"
	"github.com/neorx/neorx/session"
	"github.com/neorx/neorx/test/bolttest"
)

// Person and Route are rows.
type Person struct {
	ID   int64  `neo4j:"id"`
	Name string `neo4j:"name"`
}

type Route struct {
	From    string `neo4j:"from"`
	To      string `neo4j:"to"`
	Flights int64  `neo4j:"flights"`
}

const (
	mergePerson = `UNWIND $rows AS row MERGE (p:Person {id: row.id}) SET p.name = row.name`
	mergeRoute  = `UNWIND $rows AS row MATCH (a:Airport {iata: row.from}) MATCH (b:Airport {iata: row.to})
MERGE (a)-[r:ROUTE]->(b) SET r.flights = row.flights`
)

var people = []Person{{1, "Ada"}, {2, "Grace"}, {3, ""}}

// connect opens a driver on a server that accepts every person with a name.
func connect() (driver *neorx.Driver, done func()) {
	server, err := bolttest.Start(func(_ context.Context, q *bolttest.Query) (*bolttest.Result, error) {
		rows, _ := q.Params["rows"].([]any)
		for _, row := range rows {
			if name, found := row.(map[string]any)["name"]; found && name == "" {
				return nil, bolttest.Failure(bolt.CodeConstraintViolation, "name must not be empty")
			}
		}
		return &bolttest.Result{}, nil
	})
	if err != nil {
		panic(err)
	}
	driver, err = neorx.Open(server.URI(), neorx.NoAuth())
	if err != nil {
		panic(err)
	}
	return driver, func() {
		_ = driver.Close(context.Background())
		server.Close()
	}
}

func ExampleNew() {
	driver, done := connect()
	defer done()

	job := load.New[Person](driver, mergePerson, load.Key(func(p Person) int64 { return p.ID }))
	report, err := job.Run(context.Background(), rx.FromSlice(people[:2]))
	fmt.Println(report.Written, err)
	// Output: 2 <nil>
}

// A channel, an iter.Seq2 and an RxGo observable are streams by rx.FromChan, rx.FromSeq2 and
// rx.FromObservable.
func ExampleJob_Run() {
	driver, done := connect()
	defer done()

	rows := make(chan Person, 2)
	rows <- people[0]
	rows <- people[1]
	close(rows)
	report, err := load.New[Person](driver, mergePerson).Run(context.Background(), rx.FromChan(rows))
	fmt.Println(report.Read, report.Written, report.Open(), err)
	// Output: 2 2 0 <nil>
}

func ExampleReport_Open() {
	driver, done := connect()
	defer done()

	report, err := load.New[Person](driver, mergePerson).Run(context.Background(), rx.FromSlice(people))
	fmt.Println(report.Open() > 0, neorx.IsConstraintViolation(err))
	// Output: true true
}

func ExampleJob_Stream() {
	driver, done := connect()
	defer done()

	job := load.New[Person](driver, mergePerson, load.BatchRows(1), load.Writers(1))
	for ack, err := range job.Stream(rx.FromSlice(people[:2])).All(context.Background()) {
		fmt.Println(ack.Rows, ack.Report.Written, err)
	}
	// Output:
	// 1 1 <nil>
	// 1 2 <nil>
}

func ExampleJob_Acks() {
	driver, done := connect()
	defer done()

	acks := load.New[Person](driver, mergePerson, load.BatchRows(1)).Acks(rx.FromSlice(people[:2]))
	n, err := acks.Count().Get()
	fmt.Println(n.V, err)
	// Output: 2 <nil>
}

func ExampleKey() {
	driver, done := connect()
	defer done()

	byID := load.Key(func(p Person) int64 { return p.ID })
	report, err := load.New[Person](driver, mergePerson, byID, load.Writers(4)).
		Run(context.Background(), rx.FromSlice(people[:2]))
	fmt.Println(report.Written, err)
	// Output: 2 <nil>
}

func ExampleKeys() {
	driver, done := connect()
	defer done()

	ends := load.Keys(func(r Route) (string, string) { return r.From, r.To })
	routes := []Route{{"OSL", "FCO", 3}, {"FCO", "OSL", 2}, {"OSL", "OSL", 1}}
	report, err := load.New[Route](driver, mergeRoute, ends).Run(context.Background(), rx.FromSlice(routes))
	fmt.Println(report.Written, err)
	// Output: 3 <nil>
}

func ExampleKeySet() {
	driver, done := connect()
	defer done()

	type meeting struct {
		Guests []int64 `neo4j:"guests"`
	}
	job := load.New[meeting](driver, `UNWIND $rows AS row MATCH (p:Person) WHERE p.id IN row.guests SET p.met = true`,
		load.KeySet(func(m meeting) []int64 { return m.Guests }))
	report, err := job.Run(context.Background(), rx.Just(meeting{[]int64{1, 2, 3}}))
	fmt.Println(report.Written, err)
	// Output: 1 <nil>
}

func ExampleDeadLetters() {
	driver, done := connect()
	defer done()

	job := load.New[Person](driver, mergePerson, load.Key(func(p Person) int64 { return p.ID }),
		load.DeadLetters(func(_ context.Context, r load.Rejected[Person]) error {
			fmt.Println("rejected:", r.Number, neorx.IsConstraintViolation(r.Err))
			return nil
		}))
	report, err := job.Run(context.Background(), rx.FromSlice(people))
	fmt.Println(report.Written, report.Rejected, err)
	// Output:
	// rejected: 2 true
	// 2 1 <nil>
}

func ExampleMaxRejected() {
	driver, done := connect()
	defer done()

	job := load.New[Person](driver, mergePerson, load.MaxRejected(1))
	report, err := job.Run(context.Background(), rx.FromSlice(people))
	fmt.Println(report.Rejected, err)
	// Output: 1 <nil>
}

// A nightly import on a large server.
func ExampleWriters() {
	driver, done := connect()
	defer done()

	job := load.New[Person](driver, mergePerson,
		load.Key(func(p Person) int64 { return p.ID }),
		load.Writers(8), load.Groups(64), load.Buffer(128<<10, 64<<20),
		load.Patience(10*time.Minute), load.Session(session.Database("people")))
	report, err := job.Run(context.Background(), rx.FromSlice(people[:2]))
	fmt.Println(report.Written, err)
	// Output: 2 <nil>
}

func ExampleGroups()    { ExampleWriters() }
func ExampleBuffer()    { ExampleWriters() }
func ExamplePatience()  { ExampleWriters() }
func ExampleSession()   { ExampleWriters() }
func ExampleBatchRows() { ExampleLinger() }

// Rows that come one by one are written soon.
func ExampleLinger() {
	driver, done := connect()
	defer done()

	job := load.New[Person](driver, mergePerson,
		load.Linger(50*time.Millisecond), load.BatchRows(500), load.BatchBytes(1<<20), load.FinishOnCancel())
	report, err := job.Run(context.Background(), rx.FromSlice(people[:2]))
	fmt.Println(report.Written, err)
	// Output: 2 <nil>
}

func ExampleBatchBytes()     { ExampleLinger() }
func ExampleFinishOnCancel() { ExampleLinger() }

// resume goes on with a job, in a source that can begin in the middle.
func resume(ctx context.Context, driver *neorx.Driver, from func(int64) rx.Stream[Route]) (load.Report, error) {
	progress, _, err := load.ReadProgress(ctx, driver, "routes-2026-11")
	if err != nil {
		return load.Report{}, err
	}
	job := load.New[Route](driver, `UNWIND $rows AS row CREATE (:Flight {from: row.from, to: row.to})`,
		load.Keys(func(r Route) (string, string) { return r.From, r.To }),
		load.ExactlyOnce("routes-2026-11"), load.StartAt(progress.Low))
	return job.Run(ctx, from(progress.Low))
}

func ExampleExactlyOnce() { _ = resume }

func ExampleReadProgress() { _ = resume }

func ExampleStartAt() { _ = resume }

func ExampleForget() {
	_ = func(ctx context.Context, driver *neorx.Driver) error {
		return load.Forget(ctx, driver, "routes-2026-11")
	}
}
