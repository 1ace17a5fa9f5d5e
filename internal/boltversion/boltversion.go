// Package boltversion makes an option for package neorx that is for tests only: it limits the versions of Bolt which a driver offers to a server, so
// that the suites in the nested modules can run each version against one server.
//
// It imports bolt, and only the test modules inside this one import the package.
package boltversion

import "github.com/neorx/neorx/bolt"

// Only returns an option of a driver that speaks no other versions than these:
//
//	neorx.Open(uri, auth, boltversion.Only[neorx.Option](bolt.Version{Major: 5, Minor: 4}))
//
// It names neorx.Option by a type parameter, because the type that such an option configures is nobody else's business.
func Only[O ~func(C), C interface{ LimitVersions(...bolt.Version) }](versions ...bolt.Version) O {
	return func(c C) { c.LimitVersions(versions...) }
}
