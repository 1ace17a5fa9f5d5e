//go:build !cgo || !(darwin || (linux && (amd64 || arm64)))

package kuzubolt

// Server stands for an embedded database that this build does not have.
type Server struct{}

// Start returns ErrUnavailable.
func Start() (*Server, error) { return nil, ErrUnavailable }

// URI returns no address.
func (*Server) URI() string { return "" }

// Close does nothing.
func (*Server) Close() {}
