package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documentedIDs finds the stable ids in source files: of refusals, guards,
// reasons of the gate, notes, checks of a doctor and bad rows.
var documentedIDs = []*regexp.Regexp{
	regexp.MustCompile(`"((?:load|gate|guard|ledger|destination|environment|project|source|server|database|table|warehouse|bigquery|duckdb|files|notify)\.[a-z_]+)"`),
	regexp.MustCompile(`\badd\("([a-z_.]+)"`),
	regexp.MustCompile(`Code: "([a-z_]+)"`),
	regexp.MustCompile(`^\s*(?:[0-9]{4}|lib\.SQLITE_[A-Z_]+): +"([a-z_]+)",`),
	regexp.MustCompile(`\b[0-9]{4}: "([a-z_]+)"`),
}

// TestEveryIDIsInTheManual reads the sources of the loads, so that an id cannot be
// added without saying in docs/sync.md what it means and what to do.
func TestEveryIDIsInTheManual(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..")
	src, err := os.ReadFile(filepath.Join(root, "docs", "sync.md"))
	if err != nil {
		t.Fatal(err)
	}
	// Words that look like ids and are none.
	none := []string{"destination.table", "database.table", "database.name", "deadlock"}
	ids := map[string]string{}
	scan := func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "synctest") ||
			strings.Contains(filepath.ToSlash(path), "/cli/") && !strings.HasPrefix(d.Name(), "sync") {
			return err
		}
		code, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for line := range strings.SplitSeq(string(code), "\n") {
			for _, form := range documentedIDs {
				for _, m := range form.FindAllStringSubmatch(line, -1) {
					if !slices.Contains(none, m[1]) {
						ids[m[1]] = path
					}
				}
			}
		}
		return nil
	}
	for _, dir := range []string{"sync", "lineage/destination", "cmd/internal/cli"} {
		if err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(dir)), scan); err != nil {
			t.Fatal(err)
		}
	}
	if len(ids) < 80 {
		t.Errorf("only %d ids were found: are they written in another way now?", len(ids))
	}
	for id, path := range ids {
		if !strings.Contains(string(src), "`"+id+"`") {
			t.Errorf("docs/sync.md does not explain %q of %s", id, path)
		}
	}
}
