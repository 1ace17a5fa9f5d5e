// Package bolt is one connection to a Neo4j server, in both directions: the handshake, every message with its reply, and on top of them [Conn], which
// turns requests into answers and results into streams of rows.
//
//	conn, err := bolt.NewConn(ctx, nc, bolt.Config{Auth: bolt.BasicAuth("neo4j", "secret")})
//	rows := records.NewRows()
//	stream, err := conn.Run(ctx, "UNWIND range(1, 9) AS x RETURN x", nil, bolt.TxConfig{}, bolt.StreamConfig{}, rows)
//	for err == nil {
//		_, err = stream.Next(ctx, 32)
//		for _, record := range rows.Take() { … }
//	}
//
// Rows are not decoded here: a [records.Decoder] gets their bytes. The messages are exported with both of their ends, so a server can be made of them as
// well; test/bolttest is one.
//
// # Who does what on a connection
//
// A connection has no goroutine of its own. Whoever waits for an answer and finds nobody reading reads for all, and hands out everything that arrives: rows
// into the queue of their result, replies to whoever asked. The others wait on a channel. All of them leave when their context ends; the next one then
// takes over.
//
// Two things are held, always in this order:
//
//   - writing, by whoever encodes requests and writes them. It is a channel, so that waiting for it ends with a context.
//   - mu, by whoever looks at the replies that are expected, or at the shared part of a result. It is never held over a read, a write, or anything that
//     belongs to a user, except the two OnBookmark, which say so.
//
// The read buffer belongs to whoever has set reading, under mu.
//
// # Stopping
//
// A result can end early in two ways. [Stream.Discard] asks the server to forget the rest of the rows: the statement finishes, and so does its summary.
// [Conn.Interrupt] tells the consumers at once that it is over, and [Conn.Reset] makes the server stop; after it the connection is as good as new. A context
// that ends while a call waits leaves the connection as it is, with answers outstanding: [Conn.Clean] tells, and Reset repairs. Only a message that is half
// written when its context ends costs the connection.
//
// # Before Bolt 4.0
//
// Bolt 3.0 has neither PULL with a number nor several results at a time: a statement is answered with all of its rows. [StreamConfig] has no say then:
// rows are still read only as fast as they are consumed, but what holds the server back is the network's own flow control, and a result
// that is given up is read to its end. A transaction that runs a statement while a result is open reads that result into memory first.
//
// It imports records and bolt/packstream. Whatever is above it imports it, and so does test/bolttest.
package bolt
