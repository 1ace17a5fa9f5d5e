package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLicenceIn(t *testing.T) {
	cases := map[string]struct{ file, text, want string }{
		"apache":   {"LICENSE", "   Apache License\n   Version 2.0, January 2004", "Apache-2.0"},
		"mit":      {"LICENSE.md", "Permission is hereby granted, free of\ncharge, to any person obtaining a copy of", "MIT"},
		"two":      {"COPYING", "Redistributions in binary form must reproduce the above copyright notice", "BSD-2-Clause"},
		"three":    {"licence.txt", "Redistributions in binary form must reproduce the above copyright … used to endorse or promote products derived from", "BSD-3-Clause"},
		"none":     {"README", "Permission is hereby granted, free of charge, to any person obtaining a copy", ""},
		"somebody": {"LICENSE", "You may not.", ""},
	}
	for name, test := range cases {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, test.file), []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := licenceIn(dir)
		if got != test.want || (err != nil) != (test.want == "") {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, test.want)
		}
	}
}

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte("Mozilla Public License Version 2.0"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := check([]string{"example.com/x v1.0.0 " + dir}, permitted); err == nil {
		t.Error("a licence that is not permitted passes")
	}
	if err := check([]string{"example.com/x v1.0.0 " + dir}, forTests); err != nil {
		t.Error("one for tests:", err)
	}
	if err := check([]string{"example.com/own  " + dir}, permitted); err != nil {
		t.Error("what is our own needs no licence of somebody else's:", err)
	}
}
