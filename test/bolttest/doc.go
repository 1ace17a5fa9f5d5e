// Package bolttest has a Bolt server for tests, as net/http/httptest has one for HTTP.
package bolttest
