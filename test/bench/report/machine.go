package report

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// Machine is where it was measured, and what.
type Machine struct {
	Processor string
	Cores     int
	System    string
	Load      string // of the last minute: others may have been at work
	Go        string
	Official  string // the official driver's version
	Neo4j     string // the real server's version
}

// ThisMachine tells about the machine that the program runs on.
func ThisMachine(neo4j string) Machine {
	return Machine{
		Processor: processor(),
		Cores:     runtime.NumCPU(),
		System:    runtime.GOOS + "/" + runtime.GOARCH,
		Load:      load(),
		Go:        strings.TrimPrefix(runtime.Version(), "go"),
		Official:  dependency("github.com/neo4j/neo4j-go-driver/v6"),
		Neo4j:     neo4j,
	}
}

func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(text))[0]
}

func dependency(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, d := range info.Deps {
		if d.Path == path {
			return strings.TrimPrefix(d.Version, "v")
		}
	}
	return "unknown"
}
