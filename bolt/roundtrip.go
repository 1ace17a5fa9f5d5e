package bolt

import "time"

// roundTrip measures how far away the server is: the least time from a request to the first of its
// reply. Requests count that find nothing under way, so that no reply has waited for another one.
// The least of many is what is left when neither end has anything else to do: the network, and the
// server's shortest work. Conn.mu guards it.
type roundTrip struct {
	least time.Duration // 0: not known
	asked time.Time     // when the request left whose reply is awaited; zero: there is none that counts
}

// begin notes that requests leave, and nothing was under way.
func (t *roundTrip) begin(now time.Time) { t.asked = now }

// end notes that a reply has begun.
func (t *roundTrip) end() {
	if t.asked.IsZero() {
		return
	}
	if took := max(1, time.Since(t.asked)); t.least == 0 || took < t.least {
		t.least = took
	}
	t.asked = time.Time{}
}
