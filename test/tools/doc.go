// Package tools pins the programs that check the code, in a module of its own: what they need is never chosen for the driver.
// Install them, from this folder, with
//
//	GOWORK=off go install tool
package tools
