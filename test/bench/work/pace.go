package work

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"sync"
	"time"

	"github.com/neorx/neorx"
	"github.com/neorx/neorx/test/bench/child"
	"github.com/neorx/neorx/test/bench/subject"
)

// PaceRole is the role of a consumer with a pace of its own.
const PaceRole = "pace"

// Pacing says what the pace is.
type Pacing struct {
	Target subject.Target
	Query  string
	Rows   int           // that it takes in all
	Every  int           // so many records
	Pause  time.Duration // it pauses
}

// Paced is what it has asked for.
type Paced struct {
	Elapsed time.Duration
	Pulls   []int64 // the n of each PULL, in order
}

// Pace plays the role.
func Pace(spec []byte) error { return play[Pacing](spec) }

func (job Pacing) play() error {
	var seen pulls
	auth := neorx.BasicAuth(job.Target.User, job.Target.Password)
	d, err := neorx.Open(job.Target.URI, auth, neorx.WithDialer(seen.dial))
	if err != nil {
		return err
	}
	ctx := context.Background()
	defer d.Close(ctx)
	began, rows := time.Now(), 0
	err = d.Query(job.Query, nil, neorx.ReadOnly()).Stream().Take(job.Rows).ForEach(ctx, func(*neorx.Record) error {
		if rows++; rows%job.Every == 0 {
			time.Sleep(job.Pause)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return child.Answer(Paced{Elapsed: time.Since(began), Pulls: seen.n})
}

// pulls sees the PULLs of all connections go by.
type pulls struct {
	mu sync.Mutex // guards n
	n  []int64
}

func (p *pulls) dial(ctx context.Context, network, address string) (net.Conn, error) {
	nc, err := (&net.Dialer{}).DialContext(ctx, network, address)
	return pulledConn{nc, p}, err
}

type pulledConn struct {
	net.Conn
	pulls *pulls
}

// pullHead is the beginning of a PULL up to the value of its n.
var pullHead = []byte{0xB1, 0x3F, 0xA1, 0x81, 'n'}

func (c pulledConn) Write(b []byte) (int, error) {
	if i := bytes.Index(b, pullHead); i >= 0 {
		c.pulls.add(b[i+len(pullHead):])
	}
	return c.Conn.Write(b)
}

// add notes an n from 128 on, as it is encoded.
func (p *pulls) add(n []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case len(n) >= 3 && n[0] == 0xC9:
		p.n = append(p.n, int64(binary.BigEndian.Uint16(n[1:])))
	case len(n) >= 5 && n[0] == 0xCA:
		p.n = append(p.n, int64(binary.BigEndian.Uint32(n[1:])))
	}
}
