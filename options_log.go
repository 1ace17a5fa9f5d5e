package neorx

import (
	"log/slog"
	"os"

	"github.com/neorx/neorx/internal/settings"
)

// WithLogger sets where the driver logs to. At debug level there is a line per message on the wire, at warn level what nobody is told otherwise.
// No level shows credentials, parameters or records. slog.New(slog.DiscardHandler) keeps the driver quiet. Default: slog.Default(), as it is
// when the driver is opened.
func WithLogger(log *slog.Logger) Option {
	return func(c *settings.Config) { c.Log = log }
}

// WithConsoleLog logs to standard output, as text, from level on: WithConsoleLog(slog.LevelDebug) shows everything. It replaces WithLogger.
func WithConsoleLog(level slog.Level) Option {
	return WithLogger(slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: level})))
}
