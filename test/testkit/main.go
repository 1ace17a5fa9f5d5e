package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/neorx/neorx"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:9876", "address to listen on")
	face := flag.String("face", string(observableFace), "how results are read: observable or stream")
	certificates := flag.String("ca", os.Getenv("TESTKIT_CUSTOM_CA_DIR"), "folder with the certificates that tests name")
	newest := flag.String("bolt", "", "newest version of Bolt that drivers offer, such as 5.8 (default: the newest there is)")
	verbose := flag.Bool("v", false, "log what the drivers do")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := &backend{face: readingFace(*face), certificates: *certificates, log: slog.New(slog.DiscardHandler)}
	if *verbose {
		b.log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	err := b.limit(*newest)
	if err == nil {
		err = b.listen(ctx, *listen)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// limit limits the versions of Bolt, unless newest is empty.
func (b *backend) limit(newest string) error {
	if newest == "" {
		return nil
	}
	var major, minor uint8
	if _, err := fmt.Sscanf(newest, "%d.%d", &major, &minor); err != nil {
		return fmt.Errorf("%q is no version of Bolt: %w", newest, err)
	}
	b.options = append(b.options, neorx.WithNewestBolt(major, minor))
	return nil
}

func (b *backend) listen(ctx context.Context, address string) error {
	if err := b.face.check(); err != nil {
		return err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return b.serve(ctx, l)
}
