package syntax_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/syntax"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Golden files hold cases of one dialect (the file's first word): a title behind
// "###", the SQL, and behind "---" what it is read as.
func TestGoldenTrees(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/golden/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("found no golden files: %v", err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		adapter, _, _ := strings.Cut(name, "-")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, ok := syntax.Lookup(adapter)
			if !ok {
				t.Fatalf("no dialect is called %q", adapter)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			for _, c := range strings.Split("\n"+string(data), "\n### ")[1:] {
				title, rest, _ := strings.Cut(c, "\n")
				sql, want, _ := strings.Cut(rest, "\n---\n")
				sql = strings.Trim(sql, "\n")
				f := syntax.Parse(sql, d)
				got := dumpFile(f)
				fmt.Fprintf(&out, "### %s\n%s\n---\n%s\n", title, sql, got)
				if err := checkTree(f); err != nil {
					t.Errorf("%s: %v", title, err)
				}
				if diff := cmp.Diff(strings.TrimSpace(want), strings.TrimSpace(got)); diff != "" && !*update {
					t.Errorf("%s: (-want +got)\n%s", title, diff)
				}
			}
			if *update {
				if err := os.WriteFile(path, []byte(strings.TrimSuffix(out.String(), "\n")), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// dumpFile writes the statements, then the errors with their places.
func dumpFile(f *syntax.File) string {
	var b strings.Builder
	for _, s := range f.Stmts {
		b.WriteString(syntax.Dump(s))
	}
	for _, e := range f.Errors {
		pos := f.Position(e.Pos)
		fmt.Fprintf(&b, "error %d:%d: %s\n%s\n", pos.Line, pos.Col, e.Message, syntax.Excerpt(f.Src, syntax.Span{Pos: e.Pos, End: e.End}))
		if e.Hint != "" {
			fmt.Fprintf(&b, "hint: %s\n", e.Hint)
		}
	}
	return b.String()
}
