package layers

// Rules say who may import whom. Packages are named by their folder; a name
// covers the folders below it, and the longest name that covers a package
// counts.
type Rules struct {
	Module string // path of the module: the prefix of our own imports

	// Ladder orders our packages from the top down. A package imports only
	// packages of lower rungs, never one of its own rung. Every package has
	// its rung.
	Ladder [][]string

	// Leaves import nothing of ours, whatever is below them.
	Leaves []string

	// ForTests are packages that any test may import, and only tests.
	ForTests []string

	// Entries name, for a package of another module or of the standard
	// library, where it may be imported. Every third-party import needs one.
	Entries []Entry
}

// Entry is the single entry point of a package.
type Entry struct {
	Import  string   // covers the packages below it
	From    []string // our packages, exactly; empty: anywhere
	InTests bool     // tests may import it anywhere
	Files   int      // at most so many files that are no tests; 0: any number
	Reason  string   // why we depend on it, or why it is kept out
}

// Repository returns the rules of this repository.
func Repository() Rules {
	return Rules{
		Module: "impact",
		Ladder: [][]string{
			{"internal"}, // tools and test data: nothing of the program needs them, but for the last rung
			{"cmd"},
			{"cmd/internal/cli"},
			{"cmd/internal/config", "cmd/internal/forge", "cmd/internal/terminal"},
			{"web"},
			{"sync/synctest"},
			{"sync/bigquery", "sync/files", "sync/duckdb", "sync/mysql", "sync/sqlite", "sync/notify"},
			{"sync/run"},
			{"sync/plan"},
			{"sync"},
			{"lineage/report"},
			{"lineage/layout"},
			{"lineage/review"},
			{"lineage/effect"},
			{"lineage"},
			{"lineage/salesforce"},
			{"lineage/destination"},
			{"lineage/bind"},
			{"lineage/syntax"},
			{"manifest"},
			{"examples"}, // data only
			{"internal/display", "internal/slab", "internal/spelling", "internal/yml"}, // small helps that readers of many layers share
		},
		Leaves:   []string{"manifest", "examples", "internal/display", "internal/layers", "internal/shared", "internal/slab", "internal/spelling", "internal/yml"},
		ForTests: []string{"internal/cputime", "internal/faults", "internal/generate", "internal/layers", "internal/loadbench", "internal/shared", "sync/synctest"},
		Entries: []Entry{
			{Import: "cloud.google.com/go/bigquery", From: []string{"sync/bigquery"}, InTests: true,
				Reason: "the warehouse's own client, with the Storage Read API"},
			{Import: "github.com/apache/arrow-go", From: []string{"sync/files"}, InTests: true,
				Reason: "Parquet files; the batches of BigQuery are read by sync/bigquery itself, as this library trusts their lengths"},
			{Import: "github.com/dominikbraun/graph", From: []string{"lineage"}, InTests: true,
				Reason: "the relation-level graph; some of its functions must not be called, so one package calls it"},
			{Import: "github.com/duckdb/duckdb-go", From: []string{"sync/duckdb"}, InTests: true,
				Reason: "DuckDB files, behind the build tag duckdb as it needs cgo"},
			{Import: "github.com/goccy/go-json", From: []string{"manifest"}, Files: 1,
				Reason: "streams large artifacts; one file can be compared with encoding/json and replaced"},
			{Import: "github.com/goccy/go-yaml", From: []string{"internal/yml", "cmd/internal/config", "lineage/destination", "lineage/salesforce"},
				Reason: "strict decoding with positions"},
			{Import: "github.com/go-sql-driver/mysql", From: []string{"sync/mysql", "sync/synctest"}, InTests: true,
				Reason: "the protocol of MySQL and MariaDB, LOAD DATA from a reader among it"},
			{Import: "github.com/google/go-cmp", InTests: true, From: []string{"sync/synctest"},
				Reason: "differences that a person can read"},
			{Import: "github.com/rivo/uniseg", From: []string{"internal/display", "cmd/internal/terminal", "lineage/report"},
				Reason: "columns and line breaks of Japanese text"},
			{Import: "github.com/rogpeppe/go-internal", InTests: true, From: []string{},
				Reason: "scripts that run the program as a user does"},
			{Import: "github.com/spf13/cobra", From: []string{"cmd/internal/cli"},
				Reason: "commands, flags, completion"},
			{Import: "github.com/spf13/pflag", From: []string{"cmd/internal/cli"},
				Reason: "cobra's flags"},
			{Import: "google.golang.org/api", From: []string{"sync/bigquery"}, InTests: true,
				Reason: "options, errors and iterators of Google's clients"},
			{Import: "google.golang.org/grpc", From: []string{"sync/bigquery"}, InTests: true,
				Reason: "status codes of the Storage Read API, and its server in tests"},
			{Import: "modernc.org/sqlite", From: []string{"sync/sqlite"}, InTests: true,
				Reason: "SQLite without cgo"},
			{Import: "golang.org/x/sync", Reason: "goroutines with an owner (errgroup)"},
			{Import: "golang.org/x/sys", From: []string{"cmd/internal/terminal"},
				Reason: "colours in a Windows console"},
			{Import: "golang.org/x/term", From: []string{"cmd/internal/terminal"},
				Reason: "is it a terminal, and how wide"},

			{Import: "C", From: []string{"sync/duckdb"}, Reason: "CGO_ENABLED=0 builds everything else"},
			{Import: "log", From: []string{}, Reason: "errors are returned and printed in one place"},
			{Import: "unsafe", From: []string{}, Reason: "what we read is hostile"},
			{Import: "testing", InTests: true, From: []string{"internal/shared", "sync/synctest"},
				Reason: "it belongs into no program"},
		},
	}
}
