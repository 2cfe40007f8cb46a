package bind_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/bind"
)

func TestSchemasThatAreWrongSayWhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, dialect, src, want string }{
		{"an empty file", "bigquery", "", "1:1: the text ends too early"},
		{"a list", "bigquery", `["t"]`, "1:1: an object of tables is wanted"},
		{"a list of columns", "bigquery", "{\n  \"t\": [\"a\"]}", `2:8: an object of columns as table "t" is wanted`},
		{"a number as type", "bigquery", `{"t": {"a": 1}}`, "1:13: the type of t.a is wanted, as a string"},
		{"an object as type", "bigquery", `{"t": {"a": {"type": "INT64"}}}`, "1:13: the type of t.a is wanted, as a string"},
		{"a column twice", "bigquery", `{"t": {"a": "INT64", "a": "STRING"}}`, `1:22: column "a" is there twice`},
		{"a column twice in other letters", "bigquery", `{"t": {"a": "INT64", "A": "STRING"}}`, `1:22: column "A" is there already, as "a"`},
		{"columns that differ in letters only", "snowflake", `{"t": {"a": "NUMBER", "A": "TEXT"}}`, ""},
		{"a table twice", "bigquery", `{"t": {"a": "INT64"}, "T": {"b": "STRING"}}`, `1:23: table "T" is there already, as "t"`},
		{"a quoted table twice", "bigquery", "{\"a.t\": {\"a\": \"INT64\"}, \"`a.t`\": {\"b\": \"STRING\"}}", "1:25: table \"`a.t`\" is there already, as \"a.t\""},
		{"a column without a name", "bigquery", `{"t": {" ": "INT64"}}`, "1:8: the name of a column is wanted"},
		{"a table without a name", "bigquery", `{"": {"a": "INT64"}}`, "1:2: the name of a table is wanted"},
		{"a comma too many", "bigquery", "{\"t\": {\"a\": \"INT64\",\n}}", "2:1: invalid character '}' looking for beginning of object key string"},
		{"an end that is missing", "bigquery", `{"t": {"a": "INT64"}`, "1:21: the text ends too early"},
		{"more behind it", "bigquery", `{"t": {"a": "INT64"}} {}`, "1:23: more text follows the schema"},
		{"YAML", "bigquery", "t:\n  a: INT64", "1:2: invalid character ':' in literal true (expecting 'r')"},
		{"no type", "bigquery", `{"t": {"a": null, "b": ""}}`, ""},
		{"a byte order mark", "bigquery", "\ufeff" + `{"t": {"a": "INT64"}}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, warnings, err := bind.ReadSchema(strings.NewReader(c.src), dialect(t, c.dialect))
			got := ""
			if err != nil {
				got = err.Error()
				if wrong := new(bind.SchemaError); !errors.As(err, &wrong) {
					t.Errorf("the error has no place: %v", err)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if len(warnings) > 0 {
				t.Errorf("warnings: %q", warnings)
			}
		})
	}
}

func TestSchemasWarnOfTypesThatAreNotKnown(t *testing.T) {
	t.Parallel()
	src := `{"t": {"a": "INT46", "b": "ARRAY<STRUCT<x STRNG>>", "c": "STRUCT<x", "d": "mood", "e": "int46", "f": "NUMERIC(10, 2)", "g": "INT46"}, "u": {}}`
	_, got, err := bind.ReadSchema(strings.NewReader(src), dialect(t, "bigquery"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`table "u" has no columns: leave it out if they are not known`,
		`type "INT46" of t.a and 1 more: INT46 is not known; did you mean INT64?`,
		`type "ARRAY<STRUCT<x STRNG>>" of t.b: STRNG is not known; did you mean STRING?`,
		`type "STRUCT<x" of t.c: expected ">" but found end of input`,
		`type "mood" of t.d: mood is not known`,
		`type "int46" of t.e: int46 is not known; did you mean INT64?`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
