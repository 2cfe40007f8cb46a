package bind_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// TestBinderBindsAsBindDoes binds all cases one after the other in the same
// memory, each between the others in another order.
func TestBinderBindsAsBindDoes(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "cases", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files of cases", err)
	}
	var cases []dataCase
	for _, file := range files {
		cases = append(cases, readCases(t, file)...)
	}
	var reader syntax.Reader
	var binder bind.Binder
	for _, step := range []int{1, 7, len(cases) - 1} {
		for i := range cases {
			c := &cases[i*step%len(cases)]
			d := dialect(t, c.dialect)
			want := bind.Bind(syntax.Parse(c.sql, d), c.catalog(d))
			got := binder.Bind(reader.Parse(c.sql, d), c.catalog(d))
			if !reflect.DeepEqual(want, got) {
				t.Fatalf("%s\n%s\nin memory that was used before:\n%+v\nwant\n%+v", c.name, c.sql, got, want)
			}
		}
	}
}
