package work

import (
	"io"
	"os"
	"runtime"
	"sync/atomic"
)

// BurnRole is the role of a machine that is busy with something else.
const BurnRole = "burn"

// Burning says how busy.
type Burning struct{ Cores int }

// Burn plays the role until standard input ends.
func Burn(spec []byte) error { return play[Burning](spec) }

func (job Burning) play() error {
	var over atomic.Bool
	runtime.GOMAXPROCS(job.Cores + 1)
	for range job.Cores {
		go func() { // ends with the process
			for !over.Load() {
			}
		}()
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	over.Store(true)
	return err
}
