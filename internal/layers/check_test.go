package layers

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestThisRepositoryKeepsItsRules is the check itself: "make layers".
func TestThisRepositoryKeepsItsRules(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatalf("find the repository: %v", err)
	}
	violations, err := Check(os.DirFS(root), Repository())
	if err != nil {
		t.Fatal(err)
	}
	for _, violation := range violations {
		t.Error(violation)
	}
}

func TestCheckNamesEachForbiddenImport(t *testing.T) {
	t.Parallel()
	rules := Rules{
		Module:   "m",
		Ladder:   [][]string{{"cmd"}, {"cmd/internal"}, {"a", "b"}, {"a/low"}, {"leaf"}, {"base"}},
		Leaves:   []string{"leaf"},
		ForTests: []string{"kit"},
		Entries: []Entry{
			{Import: "example.com/one", From: []string{"a"}, Files: 1, Reason: "one place"},
			{Import: "example.com/test", From: []string{}, InTests: true, Reason: "tests"},
			{Import: "example.com/any", Reason: "anywhere"},
			{Import: "log", From: []string{}, Reason: "no"},
		},
	}
	tests := []struct {
		name  string
		files map[string]string // file: its only import
		want  []string
	}{
		{"down is allowed", map[string]string{"cmd/x/x.go": "m/a", "a/x.go": "m/a/low", "a/low/x.go": "m/base"}, nil},
		{"up is not", map[string]string{"a/low/x.go": "m/a"},
			[]string{`a/low/x.go:2: import "m/a": imports go down only, and a is above a/low`}},
		{"nor to a package below a named one", map[string]string{"base/deep/x.go": "m/b/deep"},
			[]string{`base/deep/x.go:2: import "m/b/deep": imports go down only, and b/deep is above base/deep`}},
		{"nor in tests", map[string]string{"base/x_test.go": "m/a"},
			[]string{`base/x_test.go:2: import "m/a": imports go down only, and a is above base`}},
		{"nor sideways", map[string]string{"a/x.go": "m/b"},
			[]string{`a/x.go:2: import "m/b": a and b are on the same rung and do not know each other`}},
		{"a package's external test may import it", map[string]string{"a/x_test.go": "m/a"}, nil},
		{"a leaf imports nothing", map[string]string{"leaf/x.go": "m/base"},
			[]string{`leaf/x.go:2: import "m/base": leaf imports nothing of ours`}},
		{"a new package needs a rung", map[string]string{"new/x.go": "m/base", "new/y.go": "fmt"},
			[]string{`new/x.go: package new has no rung in internal/layers/rules.go`}},
		{"packages for tests are for tests", map[string]string{"base/x_test.go": "m/kit/data", "base/x.go": "m/kit/data"},
			[]string{`base/x.go:2: import "m/kit/data": only tests may import it`}},
		{"a single entry point", map[string]string{"a/x.go": "example.com/one/sub", "b/x.go": "example.com/one"},
			[]string{`b/x.go:2: import "example.com/one": only a may import it (one place)`}},
		{"a single file", map[string]string{"a/x.go": "example.com/one", "a/y.go": "example.com/one", "a/z_test.go": "example.com/one"},
			[]string{`a/y.go:2: import "example.com/one": at most 1 file may import it (one place)`}},
		{"a test library", map[string]string{"a/x_test.go": "example.com/test", "a/x.go": "example.com/test"},
			[]string{`a/x.go:2: import "example.com/test": only tests may import it (tests)`}},
		{"a library for all", map[string]string{"base/x.go": "example.com/any"}, nil},
		{"an unknown library", map[string]string{"base/x.go": "example.com/new"},
			[]string{`base/x.go:2: import "example.com/new": no entry in internal/layers/rules.go: name who may import it, and why we need it`}},
		{"a forbidden part of the standard library", map[string]string{"base/x.go": "log", "base/y.go": "log/slog", "base/z.go": "fmt"},
			[]string{
				`base/x.go:2: import "log": nobody may import it (no)`,
				`base/y.go:2: import "log/slog": nobody may import it (no)`,
			}},
		{"nested modules and test data are left out", map[string]string{"base/oracle/x.go": "m/cmd", "base/testdata/x.go": "m/cmd", ".hidden/x.go": "m/cmd"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree := fstest.MapFS{"base/oracle/go.mod": {Data: []byte("module oracle\n")}}
			for name, imported := range tt.files {
				tree[name] = &fstest.MapFile{Data: []byte("package p\nimport _ \"" + imported + "\"\n")}
			}
			violations, err := Check(tree, rules)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, violation := range violations {
				got = append(got, violation.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFileThatDoesNotParseIsAnError(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{"a/x.go": {Data: []byte("no package clause")}}
	if _, err := Check(tree, Rules{}); err == nil {
		t.Error("no error")
	}
}
