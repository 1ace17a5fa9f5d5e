package neo4jserver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ErrUnavailable tells that this machine cannot run the server: a Java of the right release or
// Maven is missing, or Maven cannot fetch the server. Tests skip on it, unless they are told that a
// server is required.
var ErrUnavailable = errors.New("no Neo4j server can be run here")

// javaPlaces are the patterns of Java homes, besides those that the environment names.
var javaPlaces = []string{
	"/usr/lib/jvm/*",
	"/usr/java/*",
	"/opt/java/*",
	"/opt/*jdk*",
	"/Library/Java/JavaVirtualMachines/*/Contents/Home",
	"$HOME/.sdkman/candidates/java/*",
	"$HOME/.jdks/*",
}

var javaVersionPattern = regexp.MustCompile(`version "([0-9]+)(?:\.([0-9]+))?`)

// findJava returns the java command of an installed JDK whose feature release is one of releases,
// the first release preferred.
func findJava(ctx context.Context, releases []int) (string, error) {
	found := map[int]string{}
	for _, command := range javaCandidates() {
		release, err := javaRelease(ctx, command)
		if err != nil {
			continue // not a working Java: the next candidate may be one
		}
		if _, known := found[release]; !known {
			found[release] = command
		}
		if release == releases[0] {
			return command, nil
		}
	}
	for _, release := range releases {
		if command, ok := found[release]; ok {
			return command, nil
		}
	}
	return "", fmt.Errorf("neo4jserver: %w: no JDK of release %v found (install one, or name its folder in JAVA_HOME)",
		ErrUnavailable, releases)
}

// javaCandidates lists java commands that stand beside a compiler: the launcher is started from its
// source.
func javaCandidates() []string {
	homes := environmentHomes()
	for _, place := range javaPlaces {
		matches, err := filepath.Glob(os.ExpandEnv(place))
		if err != nil {
			continue // only a malformed pattern fails, and then there is nothing to look at
		}
		homes = append(homes, matches...)
	}
	if command, err := exec.LookPath("java"); err == nil {
		if resolved, err := filepath.EvalSymlinks(command); err == nil {
			command = resolved
		}
		homes = append(homes, filepath.Dir(filepath.Dir(command)))
	}
	var commands []string
	for _, home := range homes {
		command := filepath.Join(home, "bin", "java")
		if slices.Contains(commands, command) || !isFile(command) || !isFile(filepath.Join(home, "bin", "javac")) {
			continue
		}
		commands = append(commands, command)
	}
	return commands
}

// environmentHomes returns the folders that JAVA_HOME, and variables such as JAVA_HOME_25_X64 or
// JDK_17, name.
func environmentHomes() []string {
	var homes []string
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		switch {
		case value == "":
		case name == "JAVA_HOME":
			homes = append([]string{value}, homes...)
		case strings.HasPrefix(name, "JAVA_HOME_") || strings.HasPrefix(name, "JDK"):
			homes = append(homes, value)
		}
	}
	return homes
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// javaRelease asks a java command for its feature release, such as 25.
func javaRelease(ctx context.Context, command string) (int, error) {
	output, err := exec.CommandContext(ctx, command, "-version").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("neo4jserver: %s -version: %w", command, err)
	}
	return parseJavaRelease(string(output))
}

// parseJavaRelease reads the feature release from the output of java -version. Before Java 9 it was
// the second number ("1.8.0").
func parseJavaRelease(output string) (int, error) {
	match := javaVersionPattern.FindStringSubmatch(output)
	if match == nil {
		return 0, fmt.Errorf("neo4jserver: no version in %q", output)
	}
	number := match[1]
	if number == "1" {
		number = match[2]
	}
	return strconv.Atoi(number)
}
