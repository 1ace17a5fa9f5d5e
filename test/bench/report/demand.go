package report

import "fmt"

// Demand is the page with the tables about demand.
func Demand(tables string, m Machine, short bool) string {
	command := "go run ./test/bench -demand"
	if short {
		command += " -short"
	}
	return fmt.Sprintf(`# Demand

Written by %[1]s%[10]s%[1]s; do not edit. [How it was measured, and what the figures mean](../performance.md#demand).

%[2]s, %[3]d cores, %[4]s, Go %[5]s, load average %[8]s; official driver %[6]s; Neo4j %[7]s on the same machine.

%[9]s`, "`", m.Processor, m.Cores, m.System, m.Go, m.Official, m.Neo4j, m.Load, tables, command)
}
