package bolttest_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/neorx/neorx/test/bolttest"
)

// What a test of a service looks like that has to survive the loss of a leader. It takes no time.
func ExampleNewCluster() {
	_ = func(t *testing.T) { // func TestOrdersSurviveTheLeader(t *testing.T)
		synctest.Test(t, func(t *testing.T) {
			cluster := bolttest.NewCluster(t, bolttest.WithMembers(3), bolttest.WithElectionTime(5*time.Second))

			leader := cluster.Leader("neo4j")
			time.AfterFunc(time.Second, leader.Crash)
			time.AfterFunc(time.Minute, leader.Start)

			// The service's driver gets cluster.Dial as its dialer and cluster.LookUp as its look-up.
			err := placeOrders(t.Context(), cluster.URI())
			if err != nil || len(cluster.Values("neo4j")) != 100 {
				t.Error(err) // with the cluster's history
			}
		})
	}
}

// placeOrders stands for the code under test.
func placeOrders(context.Context, string) error { return nil }

// In a program there is no bubble, and the clock is the real one.
func ExampleStartCluster() {
	cluster, err := bolttest.StartCluster(bolttest.WithMembers(3), bolttest.WithReadReplicas(1), bolttest.WithDatabases("neo4j", "movies"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cluster.Close()

	fmt.Println(cluster.URI())
	for _, m := range cluster.Members() {
		fmt.Println(m.Name(), m.Address(), m == cluster.Leader("neo4j"), m == cluster.Leader("movies"))
	}
	// Output:
	// neo4j://cluster.test:7687
	// core-0 core-0.cluster.test:7687 true false
	// core-1 core-1.cluster.test:7687 false true
	// core-2 core-2.cluster.test:7687 false false
	// replica-0 replica-0.cluster.test:7687 false false
}

// A database of one's own works out its state from what was appended.
func ExampleClusterHandler() {
	var stock bolttest.ClusterHandler = func(_ context.Context, q *bolttest.Query, s *bolttest.Store) (*bolttest.Result, error) {
		if q.Text == "restock" {
			return nil, s.Append(q.Params["pieces"])
		}
		var sum int64
		for pieces := range s.Values() {
			sum += pieces.(int64)
		}
		return bolttest.Column("stock", sum), nil
	}
	cluster, err := bolttest.StartCluster(bolttest.WithClusterHandler(stock), bolttest.WithMembers(1))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cluster.Close()

	only := cluster.Member(0).Server()
	ask(only, "restock", map[string]any{"pieces": 5})
	ask(only, "restock", map[string]any{"pieces": 7})
	ask(only, "stock", nil)
	// Output: 12
}

func ExampleEntries() {
	cluster, err := bolttest.StartCluster() // Entries is the default
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cluster.Close()

	leader := cluster.Leader("neo4j").Server()
	ask(leader, bolttest.CreateEntry, map[string]any{"id": "first"})
	ask(leader, bolttest.CreateEntry, map[string]any{"id": "second"})
	ask(leader, bolttest.ListEntries, nil)
	// Output:
	// first
	// second
}

// A schedule can be written by hand, or made from a seed, which always makes the same one.
func ExampleCluster_RandomSchedule() {
	cluster, err := bolttest.StartCluster()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer cluster.Close()

	for _, event := range cluster.RandomSchedule(1, 10*time.Second) {
		fmt.Println(event)
	}
	// Output:
	// 0s: core-2: split from rest for 7.046s
	// 2.582s: dead name first for 1.953s
}

func ExampleCluster_Play() {
	_ = func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			cluster := bolttest.NewCluster(t)
			go func() {
				_ = cluster.Play(t.Context(), bolttest.Schedule{
					{At: 2 * time.Second, For: 5 * time.Second, Trouble: bolttest.MemberCrash, Member: 1},
					{At: 4 * time.Second, Trouble: bolttest.LeaderSwitch, Database: "neo4j"},
				})
			}()
			if err := placeOrders(t.Context(), cluster.URI()); err != nil {
				t.Error(err)
			}
		})
	}
}
