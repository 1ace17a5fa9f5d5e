package plan

import (
	"context"
	"strconv"
	"time"

	"github.com/neorx/neorx/test/bench/blaster"
	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
	"github.com/neorx/neorx/test/bench/work"
)

const (
	restConnections = 500
	restSessions    = 100_000

	slowRows  = 10_000_000
	slowEvery = 200_000
	slowStall = 20 * time.Millisecond
)

// AtRest finds what a driver keeps that has nothing to do. It is found once: it is not a time.
func AtRest(ctx context.Context, who string) (found work.AtRest, err error) {
	server, err := child.StartServer(ctx, blaster.Config{Shape: "mixed", RecvTimeout: true})
	if err != nil {
		return found, err
	}
	defer server.Close()
	err = child.Run(ctx, work.RestRole, work.Resting{
		Target: subject.Target{URI: server.URI, Connections: restConnections}, Subject: who, Query: "2500", Sessions: restSessions,
	}, &found)
	return found, err
}

// Slow finds what a driver keeps while its consumer stalls again and again in a result of ten million records.
func Slow(ctx context.Context, who string) (held work.Held, err error) {
	server, err := child.StartServer(ctx, blaster.Config{Shape: "mixed", RecvTimeout: true})
	if err != nil {
		return held, err
	}
	defer server.Close()
	err = child.Run(ctx, work.SlowRole, work.Slow{
		Target: subject.Target{URI: server.URI}, Subject: who, Query: strconv.Itoa(slowRows), Rows: slowRows, Every: slowEvery, Stall: slowStall,
	}, &held)
	return held, err
}
