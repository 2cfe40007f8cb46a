// Package cputime measures how much work a call is, for tests that promise a
// time. The clock on the wall also counts what else the machine does.
//
//	took := cputime.Of(func() { file = syntax.Parse(src, dialect) })
package cputime
