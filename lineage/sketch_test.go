package lineage_test

import (
	"bytes"
	"fmt"
	"sort"
	"strings"
	"testing"

	"impact/internal/generate/sketch"
	"impact/lineage"
	"impact/lineage/bind"
	"impact/manifest"
)

// sketched reads the artifacts of a sketch.
func sketched(t testing.TB, text string) lineage.Input {
	t.Helper()
	m, c, err := sketch.Artifacts(text)
	if err != nil {
		t.Fatal(err)
	}
	var in lineage.Input
	if in.Manifest, err = manifest.Decode(bytes.NewReader(m), "manifest.json", manifest.Options{}); err != nil {
		t.Fatal(err)
	}
	if in.Catalog, err = manifest.DecodeCatalog(bytes.NewReader(c), "catalog.json", manifest.Options{}); err != nil {
		t.Fatal(err)
	}
	return in
}

func project(t testing.TB, text string) *lineage.Graph {
	t.Helper()
	return build(t, sketched(t, text))
}

// relation finds a relation by what people call it.
func relation(t testing.TB, g *lineage.Graph, name string) lineage.RelID {
	t.Helper()
	for _, r := range g.Relations {
		if r.Name == name {
			return r.ID
		}
	}
	t.Fatalf("there is no relation %s", name)
	return lineage.None
}

// column finds "relation:column" or "relation:column.field".
func column(t testing.TB, g *lineage.Graph, name string) lineage.ColID {
	t.Helper()
	rel, col, _ := strings.Cut(name, ":")
	c, ok := g.Column(relation(t, g, rel), col)
	if !ok {
		t.Fatalf("%s has no column %s", rel, col)
	}
	return c
}

func columnName(g *lineage.Graph, c lineage.ColID) string {
	return g.Relation(g.Columns[c].Rel).Name + ":" + g.Columns[c].String()
}

// ups are the columns that a column is made of directly, with what is not plain:
// "raw.t:x", "raw.t:y aggregate", "raw.t:z transform widened".
func ups(t testing.TB, g *lineage.Graph, name string) []string {
	t.Helper()
	out := []string{}
	for _, e := range g.Up(column(t, g, name)) {
		text := columnName(g, e.From)
		if e.Via != lineage.Direct {
			text += " " + e.Via.String()
		}
		if e.Confidence != bind.Exact {
			text += " " + e.Confidence.String()
		}
		out = append(out, text)
	}
	sort.Strings(out)
	return out
}

// origins are the columns of relations without parents that a column comes from.
func origins(t testing.TB, g *lineage.Graph, name string) []string {
	t.Helper()
	out := []string{}
	for _, c := range g.Upstream(-1, column(t, g, name)).Cols {
		if rel := g.Relation(g.Columns[c].Rel); len(rel.Parents) == 0 && g.Columns[c].Name != "*" {
			out = append(out, columnName(g, c))
		}
	}
	sort.Strings(out)
	return out
}

// downs are all columns of other relations that a column's value reaches.
func downs(t testing.TB, g *lineage.Graph, name string) []string {
	t.Helper()
	start := column(t, g, name)
	out := []string{}
	for _, c := range g.Downstream(g.Start(start)...).Cols {
		if g.Columns[c].Rel != g.Columns[start].Rel {
			out = append(out, columnName(g, c))
		}
	}
	sort.Strings(out)
	return out
}

// uses are those of a relation: "filter raw.t:x".
func uses(t testing.TB, g *lineage.Graph, name string) []string {
	t.Helper()
	out := []string{}
	for _, u := range g.Uses(relation(t, g, name)) {
		text := u.Via.String() + " " + columnName(g, u.Col)
		var over []string
		for _, o := range u.Outputs {
			over = append(over, g.Columns[o].String())
		}
		if len(over) > 0 {
			text += " -> " + strings.Join(over, ", ")
		}
		out = append(out, text)
	}
	sort.Strings(out)
	return out
}

func names(g *lineage.Graph, rels []lineage.RelID) []string {
	out := []string{}
	for _, r := range rels {
		out = append(out, g.Relation(r).Name)
	}
	sort.Strings(out)
	return out
}

// dump writes all of a graph, so that two can be compared.
func dump(g *lineage.Graph) string {
	var sb strings.Builder
	for _, r := range g.Relations {
		fmt.Fprintf(&sb, "%d %s %s parents %v children %v outputs %v open %t\n",
			r.ID, r.Kind, r.UniqueID, r.Parents, r.Children, g.Outputs(r.ID), g.Open(r.ID))
		first, last := g.ColumnsOf(r.ID)
		for c := first; c < last; c++ {
			col := &g.Columns[c]
			fmt.Fprintf(&sb, "  %d %s %q known %t type %v\n", c, col.Name, col.Path, col.Known, col.Type)
			for _, e := range g.Down(c) {
				fmt.Fprintf(&sb, "    -> %d %s %s @%d\n", e.To, e.Via, e.Confidence, e.Pos)
			}
			for _, e := range g.Up(c) {
				fmt.Fprintf(&sb, "    <- %d %s %s @%d\n", e.From, e.Via, e.Confidence, e.Pos)
			}
			for _, u := range g.UsesOf(c) {
				fmt.Fprintf(&sb, "    use %s of %d @%d rows %t %v\n", u.Via, u.Rel, u.Pos, u.Rows, u.Outputs)
			}
		}
		for _, u := range g.Uses(r.ID) {
			fmt.Fprintf(&sb, "  use %s %d @%d rows %t %v %s\n", u.Via, u.Col, u.Pos, u.Rows, u.Outputs, u.Confidence)
		}
		for _, d := range g.Diagnostics(r.ID) {
			fmt.Fprintf(&sb, "  %s %v %s %t\n", d.Code, d.Span, d.Message, d.Error)
		}
	}
	fmt.Fprintf(&sb, "order %v\nwarnings %v\nloads %d\ncoverage %+v\n", g.Order(), g.Warnings(), len(g.Loads()), g.Coverage())
	return sb.String()
}
