package boltversion_test

import (
	"fmt"

	"github.com/neorx/neorx/bolt"
	"github.com/neorx/neorx/internal/boltversion"
)

// config and Option stand for those of package neorx.
type config struct{ versions []bolt.Version }

func (c *config) LimitVersions(versions ...bolt.Version) { c.versions = versions }

type Option func(*config)

func ExampleOnly() {
	var c config
	option := boltversion.Only[Option](bolt.Version{Major: 5, Minor: 4})
	option(&c)
	fmt.Println(c.versions)
	// Output: [5.4]
}
