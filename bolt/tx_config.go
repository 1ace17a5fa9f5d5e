package bolt

import (
	"fmt"
	"time"

	"github.com/neorx/neorx/bolt/packstream"
	"github.com/neorx/neorx/records"
)

// TxConfig is what BEGIN, and RUN outside a transaction, say about the transaction. The zero value leaves everything to the server.
type TxConfig struct {
	Bookmarks []string
	// Timeout is how long the server lets the transaction run, where HasTimeout is set: 0 means without limit. It travels in milliseconds;
	// a fraction is rounded up.
	Timeout    time.Duration
	HasTimeout bool
	// Metadata is shown by SHOW TRANSACTIONS and in the server's query log.
	Metadata map[string]any
	ReadOnly bool
	// Database is the database's name; empty is the user's home database. It needs Bolt 4.0: older servers have but one.
	Database string
	// ImpersonatedUser needs Bolt 4.4; empty is nobody.
	ImpersonatedUser string
	// Notifications needs Bolt 5.2.
	Notifications NotificationFilter
	// Usage, if set, is reported in front of the message, where the server asks for reports. It is no part of the message itself.
	Usage *Usage
}

// append appends the dictionary "extra". Nothing is appended where the version lacks what is asked for.
func (t *TxConfig) append(dst []byte, c *Capabilities) ([]byte, error) {
	if err := t.check(c); err != nil {
		return dst, err
	}
	d := newDict(dst)
	if len(t.Bookmarks) > 0 {
		d.texts("bookmarks", t.Bookmarks)
	}
	if t.HasTimeout {
		d.int("tx_timeout", int64((t.Timeout+time.Millisecond-1)/time.Millisecond))
	}
	if len(t.Metadata) > 0 {
		d.key("tx_metadata")
		var err error
		if d.dst, err = records.AppendValue(d.dst, t.Metadata, c.Dialect); err != nil {
			return dst, fmt.Errorf("transaction metadata: %w", err)
		}
	}
	if t.ReadOnly {
		d.text("mode", "r")
	}
	d.optional("db", t.Database)
	d.optional("imp_user", t.ImpersonatedUser)
	t.Notifications.append(&d, c)
	return d.dst, nil
}

func (t *TxConfig) check(c *Capabilities) error {
	if t.HasTimeout && t.Timeout < 0 {
		return &records.UsageError{Message: fmt.Sprintf("the transaction timeout %v is negative", t.Timeout)}
	}
	if err := c.require(c.Databases || t.Database == "", "choosing a database", Version{4, 0}); err != nil {
		return err
	}
	if err := c.require(c.Impersonation || t.ImpersonatedUser == "", "impersonation", Version{4, 4}); err != nil {
		return err
	}
	return t.Notifications.check(c)
}

func (t *TxConfig) decode(r *packstream.Reader, c *Capabilities) {
	*t = TxConfig{}
	for range r.Map() {
		key := r.Text()
		if isNull(r) {
			continue
		}
		switch string(key) {
		case "bookmarks":
			t.Bookmarks = texts(r)
		case "tx_timeout":
			t.Timeout, t.HasTimeout = duration(r, time.Millisecond), true
		case "tx_metadata":
			t.Metadata = valueMap(r)
		case "mode":
			t.ReadOnly = mode(r)
		case "db":
			t.Database = r.String()
		case "imp_user":
			t.ImpersonatedUser = r.String()
		default:
			if !t.Notifications.decode(string(key), r, c) {
				r.Skip()
			}
		}
	}
}

// mode reads the access mode, of which there are two.
func mode(r *packstream.Reader) (readOnly bool) {
	switch mode := r.Text(); string(mode) {
	case "r":
		return true
	case "w", "":
		return false
	default:
		r.Fail(fmt.Errorf("the access mode %q is neither \"r\" nor \"w\"", mode))
		return false
	}
}
