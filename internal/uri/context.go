package uri

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// addressKey is the key of the routing context that the driver fills in by itself.
const addressKey = "address"

// parseContext reads a routing context: key=value&key=value, percent-encoded. nil is an empty one.
func parseContext(query string, problem func(string, ...any)) map[string]string {
	if query == "" {
		return nil
	}
	routing := map[string]string{}
	for i, pair := range strings.Split(query, "&") {
		key, value, found := strings.Cut(pair, "=")
		if !found {
			problem("the routing context of the URI has no = in its part %d: it is key=value, joined by &", i+1)
			continue
		}
		key, keyErr := decoded(key)
		value, valueErr := decoded(value)
		_, twice := routing[key]
		isText := utf8.ValidString(key) && utf8.ValidString(value)
		switch key := contextKey(query, key); {
		case keyErr != nil || valueErr != nil:
			problem("the routing context of the URI has a %% in its part %d that is not followed by two hexadecimal digits: a %% itself is written %%25", i+1)
		case !isText:
			problem("the routing context of the URI has text in its part %d that is not UTF-8", i+1)
		case key == "":
			problem("the routing context of the URI has an empty key in its part %d", i+1)
		case value == "":
			problem("the routing context of the URI has no value for %s", key)
		case twice:
			problem("the routing context of the URI has %s twice", key)
		}
		routing[key] = value
	}
	if _, reserved := routing[addressKey]; reserved {
		problem("the routing context of the URI has the key %q, which the driver fills in by itself: leave it out", addressKey)
	}
	return routing
}

// decoded undoes percent-encoding. A plus is a plus.
func decoded(text string) (string, error) {
	text, err := url.PathUnescape(text)
	return strings.TrimSpace(text), err
}

// contextKey is a key of a routing context as problems may show it: with an @ around, the context
// may be the rest of a password.
func contextKey(query, key string) string {
	switch {
	case key == "":
		return ""
	case strings.Contains(query, "@"):
		return "a key"
	}
	return fmt.Sprintf("the key %q", key)
}

// encodedContext is a routing context as a URI has it, in the order of its keys.
func encodedContext(routing map[string]string) string {
	pairs := make([]string, 0, len(routing))
	for _, key := range slices.Sorted(maps.Keys(routing)) {
		pairs = append(pairs, encoded(key)+"="+encoded(routing[key]))
	}
	return strings.Join(pairs, "&")
}

func encoded(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
