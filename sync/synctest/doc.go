// Package synctest is what adapters of sync are tested with: a private MariaDB
// server, a proxy that cuts connections and loses answers, a source in memory
// whose failures can be chosen, and the suites that every destination and every
// source pass.
//
// The server is a real one. It belongs to one test binary, keeps its data in a
// temporary folder, in memory where there is room, and is stopped at the end. Where MariaDB is not installed the
// tests are skipped and say so; with CI=true they fail.
//
// # Example
//
//	func TestMain(m *testing.M) {
//		os.Exit(synctest.Main(m, &server, synctest.ServerOptions{}))
//	}
//
//	func TestConformance(t *testing.T) {
//		synctest.Destination(t, func(t *testing.T) synctest.Harness { … })
//		synctest.Sources(t, func(t *testing.T) synctest.Warehouse { … })
//	}
package synctest
