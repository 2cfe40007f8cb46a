// Package faults runs what can happen to a load — a process or a server that is
// killed, an answer that is lost, a lock, a migration, another setting — and
// says in one line each what came of it:
//
//	go run ./internal/faults/cmd/faults
//
// The faults are tests of sync/mysql: real processes and servers are killed, and
// a proxy between them loses what it is told to. This package knows which of
// them belong to which fault, so that a fault without a test is not survived.
package faults
