package bolt

import "github.com/neorx/neorx/bolt/packstream"

// answer takes the reply to one request. Its methods run under the connection's mutex: they note what came and call nobody.
type answer interface {
	// expected tells that the request is on its way.
	expected()
	// success gets the metadata of a SUCCESS: r stands before the entries of a dictionary.
	success(r *packstream.Reader) error
	// failure gets the error of a FAILURE, what made the server answer IGNORED, or the loss of the connection.
	failure(err error)
}

// expectation is a request whose reply has not come yet.
type expectation struct {
	tag byte // of the request
	answer
}

// expectedQueue holds the requests in the order in which their replies will come: a ring that keeps its memory.
type expectedQueue struct {
	ring []expectation
	head int
	n    int
}

func (q *expectedQueue) push(e expectation) {
	if q.n == len(q.ring) {
		grown := make([]expectation, max(8, 2*q.n))
		for i := range q.n {
			grown[i] = q.ring[(q.head+i)%len(q.ring)]
		}
		q.ring, q.head = grown, 0
	}
	q.ring[(q.head+q.n)%len(q.ring)] = e
	q.n++
}

func (q *expectedQueue) front() (expectation, bool) {
	if q.n == 0 {
		return expectation{}, false
	}
	return q.ring[q.head], true
}

func (q *expectedQueue) pop() expectation {
	e := q.ring[q.head]
	q.ring[q.head] = expectation{}
	q.head = (q.head + 1) % len(q.ring)
	q.n--
	return e
}

// at returns what is i behind the front; i is less than n.
func (q *expectedQueue) at(i int) *expectation { return &q.ring[(q.head+i)%len(q.ring)] }

// any reports whether a request with one of the tags waits.
func (q *expectedQueue) any(tags ...byte) bool {
	for i := range q.n {
		for _, tag := range tags {
			if q.at(i).tag == tag {
				return true
			}
		}
	}
	return false
}

// only reports whether no request with another tag waits.
func (q *expectedQueue) only(tag byte) bool {
	for i := range q.n {
		if q.at(i).tag != tag {
			return false
		}
	}
	return true
}
