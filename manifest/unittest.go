package manifest

import (
	"encoding/csv"
	"strings"
)

// unitTest makes a unit test of a resource.
func unitTest(r *resource) *UnitTest {
	u := &UnitTest{
		UniqueID:    r.id,
		Name:        r.text("name"),
		PackageName: r.text("package_name"),
		Path:        r.path(),
		Model:       r.text("tested_node_unique_id"),
		ModelName:   r.text("model"),
		DependsOn:   r.dependsOn(),
		Expect:      rows(r.sub("expect")),
		version:     r.text("version"),
	}
	for _, given := range r.objects("given") {
		u.Given = append(u.Given, rows(given))
	}
	return u
}

// rows reads one table of a unit test.
func rows(r *resource) UnitTestRows {
	t := UnitTestRows{
		Input:   r.text("input"),
		Format:  r.text("format"),
		Fixture: r.text("fixture"),
	}
	v := r.Get("rows")
	if text, ok := v.Text(); ok {
		if t.Format == "sql" {
			t.SQL = text
			return t
		}
		t.Columns = csvHeader(text)
		return t
	}
	seen := map[string]bool{}
	for _, row := range v.Items() { // also of csv, when dbt has read a fixture
		for name := range row.Members() {
			if !seen[name] {
				seen[name] = true
				t.Columns = append(t.Columns, name)
			}
		}
	}
	return t
}

// csvHeader returns the fields of the first line that is not empty.
func csvHeader(text string) []string {
	r := csv.NewReader(strings.NewReader(text))
	r.LazyQuotes = true
	r.TrimLeadingSpace = true
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return nil
	}
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
	}
	return header
}
