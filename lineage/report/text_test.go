package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/effect"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

// render renders or fails the test.
func render(t testing.TB, r Renderer, a *effect.Answer) string {
	t.Helper()
	var out bytes.Buffer
	if err := r.Render(&out, a); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestTextOfEveryAnswer(t *testing.T) {
	t.Parallel()
	for name, a := range fixtures() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, name+".txt", render(t, Text{}, a))
			golden(t, name+".80.txt", render(t, Text{Options{Width: 80}}, a))
			golden(t, name+".ja.txt", render(t, Text{Options{Width: 80, Lang: Japanese}}, a))
			golden(t, name+".verbose.txt", render(t, Text{Options{Width: 120, Verbose: true}}, a))
		})
	}
}
