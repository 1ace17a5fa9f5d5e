package bolt

import (
	"encoding/binary"
	"syscall"
)

// peerClosed asks for the state of a TCP connection. Bytes that wait to be read do not hide the end behind them, as the farewell of TLS would.
func peerClosed(fd int) bool {
	info, err := syscall.GetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_INFO)
	if err != nil {
		return false
	}
	var first [4]byte // of struct tcp_info, which begins with the state
	binary.NativeEndian.PutUint32(first[:], uint32(info))
	const established = 1
	return first[0] != established
}
