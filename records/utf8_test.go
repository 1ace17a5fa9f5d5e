package records

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

// TestValidText puts what is not ASCII at every place of texts of every length around those that are treated alike.
func TestValidText(t *testing.T) {
	for n := range 40 {
		plain := strings.Repeat("x", n)
		assert.True(t, validText([]byte(plain)))
		for i := range n {
			for _, insert := range []string{"\xff", "é", "\x80", "\u2028"} {
				text := plain[:i] + insert + plain[i+1:]
				assert.Equal(t, utf8.ValidString(text), validText([]byte(text)), "%q", text)
			}
		}
	}
}
