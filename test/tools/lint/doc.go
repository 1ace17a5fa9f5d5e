// Package lint pins golangci-lint, in a module of its own, so that what it needs is not mixed with
// what the other tools need. Its settings are in .golangci.yml, and .ci/lint runs it.
package lint
