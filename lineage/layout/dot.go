package layout

import (
	"fmt"
	"io"
	"strings"
)

// DOT writes a document for Graphviz, relations of one kind in one cluster.
// Solid lines are values, dashed ones uses, dotted ones what the project says
// without a column that shows it; amber ones are inferred or widened. Graphviz
// draws any number of them, so nothing is left out.
func DOT(w io.Writer, doc *Document) error {
	x, err := newIndex(doc)
	if err != nil {
		return err
	}
	b := &strings.Builder{}
	lines := x.lines()
	fmt.Fprintf(b, "// %s: %d relations, %d lines\n", Format, len(doc.Relations), len(lines))
	b.WriteString("digraph lineage {\n" +
		"  graph [rankdir=LR, newrank=true, ranksep=1, nodesep=0.2, fontname=\"Helvetica,Arial,sans-serif\", fontsize=11];\n" +
		"  node [shape=box, style=filled, fontname=\"Helvetica,Arial,sans-serif\", fontsize=11, height=0.3];\n" +
		"  edge [color=\"#555555\", arrowsize=0.6, fontname=\"Helvetica,Arial,sans-serif\", fontsize=9];\n")
	known := make(map[string]bool)
	for _, k := range kindNames() {
		known[k[0]] = true
		writeCluster(b, doc, k)
	}
	for i := range doc.Relations {
		if !known[doc.Relations[i].Kind] {
			writeDOTNode(b, "  ", i, &doc.Relations[i])
		}
	}
	for i := range lines {
		writeDOTLine(b, &lines[i], doc)
	}
	b.WriteString("}\n")
	_, err = io.WriteString(w, b.String())
	return err
}

func writeCluster(b *strings.Builder, doc *Document, kind [2]string) {
	open := false
	for i := range doc.Relations {
		if doc.Relations[i].Kind != kind[0] {
			continue
		}
		if !open {
			_, border := colors(kind[0])
			fmt.Fprintf(b, "  subgraph cluster_%s {\n    label=%s; color=%s; fontcolor=%s; style=rounded;\n",
				kind[0], dotText(kind[1]), dotText(border), dotText(border))
			open = true
		}
		writeDOTNode(b, "    ", i, &doc.Relations[i])
	}
	if open {
		b.WriteString("  }\n")
	}
}

// writeDOTNode writes a relation: a box, or with columns a record whose fields
// are the relation and its columns.
func writeDOTNode(b *strings.Builder, indent string, i int, r *Relation) {
	fill, border := colors(r.Kind)
	fmt.Fprintf(b, "%sn%d [", indent, i+1)
	if len(r.Columns) == 0 {
		fmt.Fprintf(b, "label=%s", dotText(label(r.Name)))
	} else {
		fmt.Fprintf(b, "shape=record, label=\"<r> %s", dotField(label(r.Name)))
		for j, c := range r.Columns {
			fmt.Fprintf(b, "|<c%d> %s\\l", j+1, dotField(columnLabel(c.Name, c.Path)))
		}
		b.WriteString("\"")
	}
	fmt.Fprintf(b, ", tooltip=%s, fillcolor=%s, color=%s];\n", dotText(label(r.ID)), dotText(fill), dotText(border))
}

func writeDOTLine(b *strings.Builder, l *line, doc *Document) {
	fmt.Fprintf(b, "  %s -> %s [tooltip=%s", dotEnd(l.from, doc), dotEnd(l.to, doc), dotText(label(l.kind+", "+l.confidence)))
	switch {
	case l.kind == KindDepends:
		b.WriteString(", style=dotted")
	case l.use:
		b.WriteString(", style=dashed")
	}
	if !l.exact() {
		b.WriteString(", color=\"#b26a00\"")
	}
	b.WriteString("];\n")
}

func dotEnd(e end, doc *Document) string {
	switch {
	case len(doc.Relations[e.rel].Columns) == 0:
		return fmt.Sprintf("n%d", e.rel+1)
	case e.col < 0:
		return fmt.Sprintf("n%d:r", e.rel+1)
	}
	return fmt.Sprintf("n%d:c%d", e.rel+1, e.col+1)
}

// dotText quotes text for a label or tooltip. In DOT only the quote needs a
// backslash; in labels the backslash begins escapes of its own and the
// ampersand entities. What label returns has no line breaks.
func dotText(text string) string {
	return `"` + dotEscapes().Replace(text) + `"`
}

func dotEscapes() *strings.Replacer {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`)
}

// dotField is text for a field of a record, whose own language is made of
// braces, bars, angle brackets and spaces.
func dotField(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch r {
		case '{', '}', '|', '<', '>', ' ':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '\\', '"':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '&':
			b.WriteString("&amp;")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
