package database

import (
	"context"
	"errors"
	"log"

	"github.com/neorx/neorx"
)

// Run is the frame of a small program: it runs main with a driver for a database whose schema is there, and ends the
// process with an error of any of them.
func Run(main func(driver *neorx.Driver) error) {
	if err := run(context.Background(), main); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, main func(driver *neorx.Driver) error) (err error) {
	db, err := Open()
	if err != nil {
		return err
	}
	defer db.Close()

	driver, err := neorx.Open(db.URI, neorx.BasicAuth(db.User, db.Password))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, driver.Close(ctx)) }()

	if err := db.CreateSchema(ctx, driver); err != nil {
		return err
	}
	return main(driver)
}
