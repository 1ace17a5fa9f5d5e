// Command licences tells under which licence each module is that a module needs, and fails where that is not one of those that permit everything this
// project does with it. Run it in the folder of the module.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// texts are what each licence has in its text, and no other one of them.
var texts = []struct{ name, text string }{
	{"Apache-2.0", "Apache License Version 2.0"},
	{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy"},
	{"BSD-3-Clause", "used to endorse or promote products derived from"},
	{"BSD-2-Clause", "Redistributions in binary form must reproduce the above copyright"},
	{"ISC", "Permission to use, copy, modify, and/or distribute this software for any purpose"},
	{"MPL-2.0", "Mozilla Public License Version 2.0"},
}

// permitted are the licences that ask for no more than their own text beside the code, and forTests those that are good enough for what no user of the module
// gets: tests are linked with it on the machine of who runs them.
var (
	permitted = []string{"Apache-2.0", "MIT", "BSD-3-Clause", "BSD-2-Clause", "ISC"}
	forTests  = append(slices.Clone(permitted), "MPL-2.0")
)

func main() {
	fmt.Println("the code:")
	err := checkNeeded(permitted)
	fmt.Println("with its tests:")
	if err = errors.Join(err, checkNeeded(forTests, "-test")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func checkNeeded(good []string, flags ...string) error {
	modules, err := needed(flags...)
	if err != nil {
		return err
	}
	return check(modules, good)
}

// needed lists the modules of all packages in the tree of this one, as "path version folder".
func needed(flags ...string) ([]string, error) {
	const format = "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}"
	command := exec.Command("go", append(append([]string{"list", "-deps", "-f", format}, flags...), "./...")...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%v: %w", command, err)
	}
	lines := slices.DeleteFunc(strings.Split(string(out), "\n"), func(line string) bool { return line == "" })
	slices.Sort(lines)
	return slices.Compact(lines), nil
}

func check(modules, good []string) error {
	var problems []error
	for _, module := range modules {
		path, rest, _ := strings.Cut(module, " ")
		version, dir, _ := strings.Cut(rest, " ")
		if version == "" {
			continue // a part of this repository
		}
		licence, err := licenceIn(dir)
		if err == nil && !slices.Contains(good, licence) {
			err = fmt.Errorf("%s, which is not permitted", licence)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", path, err))
			continue
		}
		fmt.Printf("%-14s%s %s\n", licence, path, version)
	}
	return errors.Join(problems...)
}

// licenceIn finds the licence in the folder of a module.
func licenceIn(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, entry := range entries {
		if name := strings.ToUpper(entry.Name()); entry.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return "", err
		}
		if licence := classify(text); licence != "" {
			return licence, nil
		}
	}
	return "", errors.New("no licence that is known")
}

// classify names the licence of a text, whatever its lines look like.
func classify(text []byte) string {
	words := string(bytes.Join(bytes.Fields(text), []byte(" ")))
	for _, l := range texts {
		if strings.Contains(words, l.text) {
			return l.name
		}
	}
	return ""
}
