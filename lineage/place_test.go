package lineage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage"
	"impact/lineage/syntax"
)

func span(pos syntax.Pos, n int) syntax.Span {
	return syntax.Span{Pos: pos, End: pos + syntax.Pos(n)}
}

// placeAt is where a model's compiled SQL has a text, at its n-th place.
func placeAt(t *testing.T, g *lineage.Graph, model, sql, text string, n int) *lineage.Place {
	t.Helper()
	at := 0
	for range n {
		i := strings.Index(sql[at:], text)
		if i < 0 {
			t.Fatalf("no %q in %q", text, sql)
		}
		at += i + 1
	}
	return g.Place(relation(t, g, model), span(syntax.Pos(at-1), len(text)))
}

func TestPlacesLeadToTheFileThatPeopleEdit(t *testing.T) {
	t.Parallel()
	sql := "{{ config(materialized='view') }}\n\nselect\n    t.金額 as amount,\n\tx as y\nfrom {{ source('raw', 't') }} t\nwhere x > 1\nor x > 1"
	compiled := "\n\nselect\n    t.金額 as amount,\n\tx as y\nfrom `lake`.`raw`.`t` t\nwhere x > 1\nor x > 1"
	g := project(t, "-- source raw.t --\nx INT64\n金額 INT64\n-- model m {\"compiled_path\": \"target/compiled/p/m.sql\"} --\n"+sql)
	got := placeAt(t, g, "m", compiled, "金額", 1)
	want := &lineage.Place{
		File: "target/compiled/p/m.sql", Line: 4, Col: 7, EndCol: 9, Text: "    t.金額 as amount,",
		Source: &lineage.Place{File: "models/m.sql", Line: 4, Col: 7, EndCol: 9, Text: "    t.金額 as amount,"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if p := placeAt(t, g, "m", compiled, "from", 1); p.Source != nil {
		t.Errorf("a line that Jinja made leads to %+v", p.Source)
	}
	if p := placeAt(t, g, "m", compiled, "x > 1", 1); p == nil || p.Line != 7 {
		t.Errorf("place %+v", p)
	}
}

func TestPlacesOfRepeatedLinesHaveNoSource(t *testing.T) {
	t.Parallel()
	sql := "select x\nfrom (\n  select x\n  from `lake`.`raw`.`t`\n)"
	g := project(t, "-- source raw.t --\nx INT64\n-- model m --\n"+sql)
	if p := placeAt(t, g, "m", sql, "x", 1); p.Source != nil {
		t.Errorf("line 1 or 3? %+v", p.Source)
	}
}

func TestPlacesOfUncompiledModelsAreTheirOwn(t *testing.T) {
	t.Parallel()
	sql := "{{ config(tags=['a',\n  'b']) }}\nselect\n  t.x, {# a note #} t.y\nfrom {{ source('raw', 't') }} as t where t.z > 1"
	g := project(t, "-- source raw.t --\nx INT64\ny INT64\nz INT64\n-- model m {\"compiled\": false} --\n"+sql)
	for name, want := range map[string]string{"m:x": "4:5", "m:y": "4:23"} {
		e := g.Up(column(t, g, name))[0]
		p := g.Place(relation(t, g, "m"), span(e.Pos, 1))
		if got := where(p); got != "models/m.sql:"+want {
			t.Errorf("%s stands at %s, want %s", name, got, want)
		}
	}
	u := g.Uses(relation(t, g, "m"))[0]
	if got := where(g.Place(relation(t, g, "m"), span(u.Pos, 1))); got != "models/m.sql:5:44" {
		t.Errorf("the filter stands at %s", got)
	}
}

func where(p *lineage.Place) string {
	if p == nil {
		return "nowhere"
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

func TestPlacesOutsideOfTheTextAreNone(t *testing.T) {
	t.Parallel()
	g := project(t, "-- model m --\nselect 1 as x\n")
	m := relation(t, g, "m")
	for _, s := range []syntax.Span{{Pos: -1, End: -1}, {Pos: 1000, End: 1001}} {
		if p := g.Place(m, s); p != nil {
			t.Errorf("%v is at %+v", s, p)
		}
	}
	for _, s := range []syntax.Span{{Pos: 0, End: 1000}, {Pos: 3, End: 1}, {Pos: 13, End: 14}} {
		if p := g.Place(m, s); p == nil || p.EndCol < p.Col || p.Line != 1 {
			t.Errorf("%v is at %+v", s, p)
		}
	}
	if p := lineage.PlaceIn("f.sql", "a\r\nbc\r\n", "", "", syntax.Span{Pos: 3, End: 7}); p.Line != 2 || p.Col != 1 || p.EndCol != 3 || p.Text != "bc" {
		t.Errorf("with carriage returns: %+v", p)
	}
}
