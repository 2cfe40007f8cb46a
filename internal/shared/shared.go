// Package shared finds the data that tests compare against and that the
// repository itself does not carry: real dbt artifacts, hard SQL cases, and
// the truths that belong to them.
//
// The data is looked for in the folder named by IMPACT_SHARED, else in the
// folder "shared" beside the repository. Tests that need it call [Dir]:
//
//	root := shared.Dir(t)
//	cases := filepath.Join(root, "cases", "tricky-bigquery.json")
package shared

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir returns the folder of the shared test data. Where there is none the test
// is skipped and says so; with CI=true it fails, because a run without the data
// proves nothing.
func Dir(t testing.TB) string {
	t.Helper()
	dir, ok := Lookup()
	if !ok {
		const msg = "shared test data not found: set IMPACT_SHARED or put it beside the repository as ../shared"
		if os.Getenv("CI") == "true" {
			t.Fatal(msg)
		}
		t.Skip(msg)
	}
	return dir
}

// Lookup returns the folder of the shared test data and whether it exists.
func Lookup() (string, bool) {
	if dir := os.Getenv("IMPACT_SHARED"); dir != "" {
		return dir, isDir(dir)
	}
	wd, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for dir := wd; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			candidate := filepath.Join(filepath.Dir(dir), "shared")
			if isDir(filepath.Join(candidate, "corpus")) {
				return candidate, true
			}
		}
		if parent := filepath.Dir(dir); parent == dir {
			return "", false
		}
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
