// Package pool lends connections: so many per address at most, first come first served, each checked before it is handed out and cleaned up
// when it comes back.
//
//	p, err := pool.New(cfg) // pool.Defaults and a Dial
//	rows := rx.ConcatMap(p.Acquire("db:7687", pool.Request{}), work)
//
// [Pool.Acquire] is a stream of one connection, which goes back to the pool when the run has ended in any way. [Pool.Get] and [Conn.Release]
// are the same for leases that outlive a function, such as transactions.
//
// A connection is in one of these states, and counts against the limit of its address in all of them:
//
//	dialling → taken ⇄ idle → probing → taken
//	            ↓               every one → closing
//	         cleaning → idle
//
// Dialling, probing (does an idle connection still answer?), cleaning (RESET after its user has left in the middle of something) and closing
// are done by a goroutine each, which the pool starts, cancels and joins in Close. So nobody's impatience costs a connection: what was begun
// for an acquisition that has given up goes to the next one. The pool has no goroutine at rest.
//
// Whom connections are logged in as is up to a [TokenSource], of the pool or of a request: [Static], [Rotating], [Expiring] or one's own. It is asked at every
// acquisition; a connection that is logged in as somebody else logs in anew with the first message of whoever has got it.
//
// One mutex guards all the states and is never held over I/O or a call to a user. What the pool needs of a connection is [Link], which
// *bolt.Conn satisfies. The package imports bolt and rx, and is imported by routing and session.
package pool
