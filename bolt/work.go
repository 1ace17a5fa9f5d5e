package bolt

import (
	"context"
	"time"

	"github.com/neorx/neorx/records"
)

// Run sends an auto-commit statement together with its first PULL, and does not wait for the answers: a refusal is told by the stream.
// parameters is nil, a map with string keys or a struct: see [records.AppendParameters]. An error means that nothing was
// sent.
func (c *Conn) Run(ctx context.Context, query string, parameters any, tx TxConfig, cfg StreamConfig, dec records.Decoder) (*Stream, error) {
	s := c.newStream(query, parameters, cfg, dec)
	run := &Run{Query: query, Params: parameters, TxConfig: tx}
	if err := c.send(ctx, append(c.report(tx.Usage), sending{run, runReply{s}}, s.firstPull())...); err != nil && !s.sent {
		return nil, err
	}
	return s, nil
}

func (c *Conn) newStream(query string, parameters any, cfg StreamConfig, dec records.Decoder) *Stream {
	if !c.caps.Demand {
		cfg.FetchSize, cfg.Demand = All, 0
	}
	c.refuseUUIDs(dec)
	c.memory.apply(dec)
	return &Stream{
		c: c, dec: dec, none: cfg.None, onBookmark: cfg.OnBookmark, qid: LastRun, pulling: true, fetch: newFetch(cfg),
		summary: &records.Summary{Query: query, Parameters: parameters, Server: c.server},
	}
}

// firstPull goes out in the same write as RUN.
func (s *Stream) firstPull() sending {
	if s.none {
		return sending{&Discard{N: All, QID: LastRun}, pullReply{s}}
	}
	return sending{&Pull{N: s.fetch.next(time.Now(), 0), QID: LastRun}, pullReply{s}}
}
