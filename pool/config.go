package pool

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/neorx/neorx/bolt"
)

// Config says how a pool works. Start from [Defaults]: zero has a meaning of its own in most fields.
type Config struct {
	// Dial opens a connection that has logged in with the token. Required. It runs on a goroutine of the pool's; its context has the values
	// of the acquisition that needs the connection but outlives it, and ends AcquisitionTimeout after the start or when the pool is closed.
	Dial func(ctx context.Context, a Address, token bolt.AuthToken) (Link, error)
	// Auth is where tokens come from. Default nil: no authentication.
	Auth TokenSource
	// MaxSize is how many connections each address may have, in whatever state. Default 100.
	MaxSize int
	// AcquisitionTimeout bounds all that an acquisition waits for: its turn, dialling, checks. 0 fails at once where no connection is free
	// and none can be dialled, negative means no bound. Default 60 s.
	AcquisitionTimeout time.Duration
	// MaxLifetime is the age from which a connection is not used again. It is checked when a connection is taken and when it is given back.
	// Negative means not checked. Default 1 h.
	MaxLifetime time.Duration
	// IdleCheck is how long a connection may be idle before a round trip has to prove that it still works. 0 means always, negative never.
	// Default -1.
	IdleCheck time.Duration
	// ResetGrace is how long the server may be silent during that proof, and during the clean-up of
	// a connection that was given back in the middle of something. After that the connection is
	// closed. A server that sends what it was asked for has time. Default 2 s.
	ResetGrace time.Duration
	// OnDead is told when an address could not be dialled, or a connection to it was lost. It is called from any goroutine, never with a
	// lock held, and should return soon. Default nil.
	OnDead func(a Address, err error)
	// Diagnostics records who holds each lease, with a stack, for [AcquireTimeoutError] to list. Default false.
	Diagnostics bool
}

// Defaults returns the configuration of a driver without options; Dial is missing.
func Defaults() Config {
	return Config{
		MaxSize:            100,
		AcquisitionTimeout: 60 * time.Second,
		MaxLifetime:        time.Hour,
		IdleCheck:          -1,
		ResetGrace:         2 * time.Second,
	}
}

func (c *Config) validate() error {
	var problems []error
	if c.Dial == nil {
		problems = append(problems, errors.New("pool: Config.Dial is missing"))
	}
	if c.MaxSize < 1 {
		problems = append(problems, fmt.Errorf("pool: Config.MaxSize is %d: it must be at least 1", c.MaxSize))
	}
	if c.ResetGrace <= 0 {
		problems = append(problems, fmt.Errorf("pool: Config.ResetGrace is %v: it must be positive", c.ResetGrace))
	}
	return errors.Join(problems...)
}

// expired tells whether a connection has lived too long to be used again.
func (c *Config) expired(e *entry, now time.Time) bool {
	return c.MaxLifetime >= 0 && now.Sub(e.created) >= c.MaxLifetime
}

// dozed tells whether a connection has been idle for so long that it must prove itself.
func (c *Config) dozed(e *entry, now time.Time) bool {
	return c.IdleCheck >= 0 && now.Sub(e.idleSince) >= c.IdleCheck
}
