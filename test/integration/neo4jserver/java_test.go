package neo4jserver

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseJavaRelease(t *testing.T) {
	cases := map[string]struct {
		output string
		want   int
	}{
		"with a date":       {"openjdk version \"25.0.3\" 2026-04-21 LTS\nOpenJDK Runtime", 25},
		"feature only":      {"openjdk version \"21\" 2023-09-19", 21},
		"before Java 9":     {"java version \"1.8.0_402\"", 8},
		"after a warning":   {"Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version \"17.0.15\" 2025-04-15", 17},
		"early access":      {"openjdk version \"26-ea\" 2026-03-17", 26},
		"vendor in the end": {"openjdk version \"17.0.9\" 2023-10-17 LTS\nOpenJDK Runtime Environment Corretto-17.0.9.8.1", 17},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := parseJavaRelease(test.output)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
	_, err := parseJavaRelease("command not found")
	assert.ErrorContains(t, err, "no version in")
}

func TestFindJavaTakesThePreferredRelease(t *testing.T) {
	homes := t.TempDir()
	t.Setenv("HOME", homes)
	t.Setenv("JAVA_HOME", fakeJDK(t, homes, "a", "91.0.1"))
	t.Setenv("JAVA_HOME_92", fakeJDK(t, homes, "b", "92.0.2"))

	got, err := findJava(t.Context(), []int{92, 91})
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(homes, "b", "bin", "java"), got)

	got, err = findJava(t.Context(), []int{93, 91})
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(homes, "a", "bin", "java"), got)

	_, err = findJava(t.Context(), []int{93})
	assert.ErrorIs(t, err, ErrUnavailable)
}

// fakeJDK makes a folder whose java command prints a version.
func fakeJDK(t *testing.T, parent, name, version string) string {
	t.Helper()
	bin := filepath.Join(parent, name, "bin")
	require.NoError(t, os.MkdirAll(bin, 0o755))
	script := []byte("#!/bin/sh\necho 'openjdk version \"" + version + "\"' >&2\n")
	for _, command := range []string{"java", "javac"} {
		require.NoError(t, os.WriteFile(filepath.Join(bin, command), script, 0o755))
	}
	return filepath.Join(parent, name)
}

func TestUnknownVersion(t *testing.T) {
	_, err := Start(t.Context(), "3.5.0")
	assert.ErrorContains(t, err, "unknown version \"3.5.0\"")
}
