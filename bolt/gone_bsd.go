//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package bolt

import "syscall"

// peerClosed peeks for the end. Bytes that wait to be read are no end.
func peerClosed(fd int) bool {
	var b [1]byte
	n, _, err := syscall.Recvfrom(fd, b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	switch err { //nolint:errorlint // a number of the system's
	case nil:
		return n == 0
	case syscall.EAGAIN, syscall.EINTR:
		return false
	default:
		return true
	}
}
