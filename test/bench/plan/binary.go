package plan

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// BinarySize is how many bytes the smallest program with a driver has, without its symbol table.
func BinarySize(ctx context.Context, who string) (int64, error) {
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "program")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, "github.com/neorx/neorx/test/bench/minimal/"+who)
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, out)
	}
	info, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
