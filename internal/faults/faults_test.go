package faults

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryFaultHasALineWhateverItsTestsDid(t *testing.T) {
	t.Parallel()
	const said = `{"Action":"run","Test":"TestA"}
{"Action":"run","Test":"TestA/two_words"}
{"Action":"attr","Test":"TestA/two_words","Key":"happened","Value":"it went on"}
{"Action":"pass","Test":"TestA/two_words"}
{"Action":"run","Test":"TestA/x"}
{"Action":"attr","Test":"TestA/x","Key":"fault","Value":"before a_b"}
{"Action":"output","Test":"TestA/x","Output":"=== RUN   TestA/x\n"}
{"Action":"output","Test":"TestA/x","Output":"    x_test.go:1: rows were lost\n"}
{"Action":"fail","Test":"TestA/x"}
{"Action":"fail","Test":"TestA"}
no JSON
{"Action":"pass","Test":"TestB"}
{"Action":"skip","Test":"TestC"}
{"Action":"run","Test":"TestD"}
`
	tests, _, err := read(strings.NewReader(said))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	ok := Write(&out, cases([]Fault{{"a", "TestA", ""}, {"b", "TestB", "as ever"}, {"c", "TestC", ""}, {"d", "TestD", ""}, {"e", "TestE", ""}}, tests))
	want := `survived  a: two words — it went on
FAILED    a: before a_b — the test says fail
          x_test.go:1: rows were lost
survived  b — as ever
FAILED    c — the test says skip
FAILED    d — the test did not end
FAILED    e — no test ran
6 faults, 2 survived
`
	if d := cmp.Diff(want, out.String()); d != "" || ok {
		t.Fatalf("ok: %v (-want +got)\n%s", ok, d)
	}
}
