package main

import (
	"fmt"
	"io"
	"time"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"
	"github.com/schollz/progressbar/v3"

	"github.com/neorx/neorx"
)

// newBar returns a progress bar that counts rows.
func newBar(out io.Writer, title string) *progressbar.ProgressBar {
	return progressbar.NewOptions(0,
		progressbar.OptionSetWriter(out),
		progressbar.OptionSetDescription(fmt.Sprintf("%-8s", title)),
		progressbar.OptionSetWidth(40),
		progressbar.OptionShowCount(),
		progressbar.OptionThrottle(50*time.Millisecond),
		progressbar.OptionOnCompletion(func() { _, _ = fmt.Fprintln(out) }))
}

// newTable returns a table that prints each row when it is appended, hence the fixed widths.
func newTable(out io.Writer, columns ...string) (*tablewriter.Table, error) {
	table := tablewriter.NewTable(out,
		tablewriter.WithStreaming(tw.StreamConfig{Enable: true}),
		tablewriter.WithColumnWidths(tw.Mapper[int, int]{0: 26, 1: 26, 2: 11, 3: 14}),
		tablewriter.WithRowAlignmentConfig(tw.CellAlignment{
			PerColumn: []tw.Align{tw.AlignLeft, tw.AlignLeft, tw.AlignRight, tw.AlignRight},
		}))
	if err := table.Start(); err != nil {
		return nil, err
	}
	table.Header(columns)
	return table, nil
}

// printSummary says how many records have arrived, who has sent them, and how fast.
func printSummary(out io.Writer, seen int, s *neorx.Summary) error {
	_, err := fmt.Fprintf(out, "%d records from %s at %s over Bolt %s, available after %v and consumed after %v\n",
		seen, s.Server.Agent, s.Server.Address, s.Server.ProtocolVersion, s.ResultAvailableAfter, s.ResultConsumedAfter)
	return err
}
