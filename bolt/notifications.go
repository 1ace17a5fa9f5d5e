package bolt

import "github.com/neorx/neorx/bolt/packstream"

// NotificationFilter says which notifications a server should send with its results. The zero value asks for nothing: what the connection has
// said, or the server's default, stands. It needs Bolt 5.2.
type NotificationFilter struct {
	// MinimumSeverity is "OFF", "WARNING" or "INFORMATION"; empty says nothing.
	MinimumSeverity string
	// Disabled lists classifications (called categories before Bolt 5.6) such as "HINT" or "DEPRECATION". Nil says nothing, an empty list
	// means that none is disabled.
	Disabled []string
}

// IsZero tells whether the filter says nothing.
func (f *NotificationFilter) IsZero() bool { return f.MinimumSeverity == "" && f.Disabled == nil }

const (
	keySeverity        = "notifications_minimum_severity"
	keyCategories      = "notifications_disabled_categories"
	keyClassifications = "notifications_disabled_classifications"
)

// check fails where the version has no filters and one is wanted.
func (f *NotificationFilter) check(c *Capabilities) error {
	return c.require(c.NotificationFilters || f.IsZero(), "a notification filter", Version{5, 2})
}

func (f *NotificationFilter) append(d *dict, c *Capabilities) {
	d.optional(keySeverity, f.MinimumSeverity)
	if f.Disabled != nil {
		d.texts(c.disabledKey(), f.Disabled)
	}
}

// decode reads the value of a key of the filter; ok is false where key is none in this version.
func (f *NotificationFilter) decode(key string, r *packstream.Reader, c *Capabilities) (ok bool) {
	switch {
	case !c.NotificationFilters:
		return false
	case key == keySeverity:
		f.MinimumSeverity = r.String()
	case key == c.disabledKey():
		f.Disabled = texts(r)
	default:
		return false
	}
	return true
}

// disabledKey changed its name in 5.6; servers ignore the wrong one without a word.
func (c *Capabilities) disabledKey() string {
	if c.Classifications {
		return keyClassifications
	}
	return keyCategories
}
