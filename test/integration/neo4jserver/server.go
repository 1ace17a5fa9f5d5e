package neo4jserver

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os/exec"
	"strings"
)

const startAttempts = 3 // a port that was free may be taken by the time the server listens

// Server is a running Neo4j. Its fields are set by Start and not to be changed.
type Server struct {
	Version         Version
	Address         string // host:port, on loopback; plain Bolt and Bolt over TLS
	URI             string // bolt://host:port
	User            string // neo4j, the administrator
	Password        string // random, a new one for each server
	CertificateFile string // PEM: what to trust for bolt+s; exists until Close

	home    *home
	process *process
}

// Start fetches the version if it is not on this machine yet, starts a server, and returns when it
// answers: after about 15 seconds, or some minutes where it must be fetched first. The context
// bounds the start, not the server's life, which ends with Close or with this program. An error
// that is ErrUnavailable means that the machine lacks what it takes.
func Start(ctx context.Context, version Version, opts ...Option) (*Server, error) {
	releases, err := version.javaReleases()
	if err != nil {
		return nil, err
	}
	java, err := findJava(ctx, releases)
	if err != nil {
		return nil, err
	}
	path, err := classPath(ctx, version)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		server, err := launch(ctx, version, java, path, newOptions(opts))
		if err == nil {
			return server, nil
		}
		if attempt == startAttempts || !strings.Contains(err.Error(), "Address already in use") {
			return nil, fmt.Errorf("neo4jserver: start %s: %w", version, err)
		}
	}
}

// launch starts a server on a free port.
func launch(ctx context.Context, version Version, java, path string, o options) (*Server, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	h, err := newHome(address, o)
	if err != nil {
		return nil, err
	}
	server := &Server{
		Version: version, Address: address, URI: "bolt://" + address,
		User: "neo4j", Password: rand.Text(), CertificateFile: h.certificate,
		home: h,
	}
	server.process, err = startProcess(ctx, exec.Command(java, javaArguments(path, h)...), server.Password)
	if err != nil {
		h.remove()
		return nil, err
	}
	return server, nil
}

func javaArguments(path string, h *home) []string {
	return []string{
		"-Xmx1g", "-XX:+UseSerialGC",
		"-Dfile.encoding=UTF-8", "-Duser.timezone=UTC",
		"--add-opens=java.base/java.nio=ALL-UNNAMED",
		"--add-opens=java.base/java.lang=ALL-UNNAMED",
		"--enable-native-access=ALL-UNNAMED",
		"-cp", path, h.launcher, h.dir,
	}
}

// freeAddress returns a loopback address on which nobody listens.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("neo4jserver: find a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

// Close stops the server and deletes its data. It may be called more than once, and by several
// goroutines.
func (s *Server) Close() error {
	err := s.process.stop()
	s.home.remove()
	return err
}
