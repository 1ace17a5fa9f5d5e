package work

import (
	"encoding/json"
	"errors"
	"os"
	"runtime/pprof"

	"github.com/neorx/neorx/test/bench/child"
)

// play reads a job and does it.
func play[Job interface{ play() error }](spec []byte) error {
	var job Job
	if err := json.Unmarshal(spec, &job); err != nil {
		return err
	}
	return job.play()
}

// answer measures and tells the result. It writes a processor profile, if the name of a file is given.
func answer(profile string, measure func() (Sample, error)) error {
	var s Sample
	err := profiled(profile, func() (err error) { s, err = measure(); return err })
	if err != nil {
		return err
	}
	return child.Answer(s)
}

func profiled(file string, work func() error) error {
	if file == "" {
		return work()
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return errors.Join(err, f.Close())
	}
	err = work()
	pprof.StopCPUProfile()
	return errors.Join(err, f.Close())
}
