//go:build !cgo || !(darwin || (linux && (amd64 || arm64)))

package kuzubolt

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStartSaysWhatIsMissing(t *testing.T) {
	_, err := Start()
	require.ErrorIs(t, err, ErrUnavailable)
}
