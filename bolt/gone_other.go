//go:build !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package bolt

// peerClosed does not know.
func peerClosed(int) bool { return false }
