package neo4jserver

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>neorx</groupId>
  <artifactId>neo4jserver</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.neo4j</groupId>
      <artifactId>neo4j</artifactId>
      <version>%s</version>
    </dependency>
  </dependencies>
</project>
`

const buildClassPath = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath"

// classPath lets Maven resolve the server and all it needs, and returns the Java class path. Maven
// keeps what it fetched in its own local repository, so only the first call on a machine needs the
// network (about 150 MB a version).
func classPath(ctx context.Context, version Version) (string, error) {
	maven, err := exec.LookPath("mvn")
	if err != nil {
		return "", fmt.Errorf("neo4jserver: %w: Maven is not installed (no mvn in the PATH)", ErrUnavailable)
	}
	dir, err := os.MkdirTemp("", "neorx-maven-")
	if err != nil {
		return "", fmt.Errorf("neo4jserver: %w", err)
	}
	defer os.RemoveAll(dir)
	project := filepath.Join(dir, "pom.xml")
	if err := os.WriteFile(project, fmt.Appendf(nil, pom, version), 0o600); err != nil {
		return "", fmt.Errorf("neo4jserver: %w", err)
	}
	list := filepath.Join(dir, "classpath")
	arguments := []string{"--batch-mode", "--quiet", "--file", project, buildClassPath, "-Dmdep.outputFile=" + list}
	// What is already in the local repository needs no network, not even a look for it.
	if err := runMaven(ctx, maven, append([]string{"--offline"}, arguments...)); err != nil {
		if err := runMaven(ctx, maven, arguments); err != nil {
			return "", err
		}
	}
	text, err := os.ReadFile(list)
	if err != nil {
		return "", fmt.Errorf("neo4jserver: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

func runMaven(ctx context.Context, maven string, arguments []string) error {
	command := exec.CommandContext(ctx, maven, arguments...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Run(); err != nil {
		return fmt.Errorf("neo4jserver: %w: Maven could not resolve the server: %w\n%s", ErrUnavailable, err, tail(output.String(), 20))
	}
	return nil
}

// tail returns the last lines of a text.
func tail(text string, lines int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
