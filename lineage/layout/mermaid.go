package layout

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What Mermaid 11 draws by default, as in comments of GitHub and GitLab: it
// refuses a diagram with more.
const (
	maxMermaidLines = 500
	maxMermaidText  = 50_000 // UTF-16 code units
)

// Mermaid writes a document as a Mermaid flowchart. Solid lines are exact
// values; the others are dotted and say what they are.
//
// A document with more lines or text than Mermaid draws is cut: its first edges
// are drawn with the relations and columns that they join, and a comment and a
// node of the drawing say how many of how many those are.
func Mermaid(w io.Writer, doc *Document) error {
	x, err := newIndex(doc)
	if err != nil {
		return err
	}
	m := &mermaid{doc: doc, lines: x.lines()}
	text := m.draw(len(m.lines), len(doc.Relations), false)
	if len(m.lines) > maxMermaidLines || !fits(text) {
		text = m.cut()
	}
	_, err = io.WriteString(w, text)
	return err
}

func fits(text string) bool {
	units := 0
	for _, r := range text {
		units++
		if r > 0xffff {
			units++
		}
	}
	return units <= maxMermaidText
}

type mermaid struct {
	doc   *Document
	lines []line
}

// cut draws as many of the first lines as fit; of a document without lines, as
// many of the first relations.
func (m *mermaid) cut() string {
	draw := func(n int) string { return m.draw(n, 0, true) }
	high := min(len(m.lines), maxMermaidLines)
	if len(m.lines) == 0 {
		draw = func(n int) string { return m.draw(0, n, true) }
		high = len(m.doc.Relations)
	}
	low := 0 // fits: it is the note alone
	for low < high {
		mid := (low + high + 1) / 2
		if fits(draw(mid)) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return draw(low)
}

// draw writes the first lines with what they join, and the first relations. If
// the drawing is a cut one only columns that lines join are drawn.
func (m *mermaid) draw(lines, relations int, cut bool) string {
	s := m.choose(lines, relations, cut)
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	if cut {
		share := m.share(s)
		fmt.Fprintf(&b, "  %%%% %s, cut: %s\n", Format, share)
		fmt.Fprintf(&b, "  n0{{\"%s\"}}\n", mermaidText(share+", Mermaid takes no more"))
	} else {
		fmt.Fprintf(&b, "  %%%% %s: %d relations, %d lines\n", Format, len(m.doc.Relations), lines)
	}
	ids := m.nodes(&b, s)
	for i := range m.lines[:lines] {
		l := &m.lines[i]
		fmt.Fprintf(&b, "  %s %s %s\n", ids.of(l.from), arrow(l), ids.of(l.to))
	}
	m.classes(&b, s, ids)
	return b.String()
}

// A choice is what of a document is drawn.
type choice struct {
	rels  []bool
	whole []bool   // by relation: a line ends at the relation itself
	cols  [][]bool // by relation
	lines int
}

func (m *mermaid) choose(lines, relations int, cut bool) *choice {
	n := len(m.doc.Relations)
	s := &choice{rels: make([]bool, n), whole: make([]bool, n), cols: make([][]bool, n), lines: lines}
	for i := range m.doc.Relations {
		s.rels[i] = i < relations
		s.cols[i] = make([]bool, len(m.doc.Relations[i].Columns))
		for j := range s.cols[i] {
			s.cols[i][j] = s.rels[i] && !cut
		}
	}
	for _, l := range m.lines[:lines] {
		for _, e := range []end{l.from, l.to} {
			s.rels[e.rel] = true
			if e.col >= 0 {
				s.cols[e.rel][e.col] = true
			} else {
				s.whole[e.rel] = true
			}
		}
	}
	return s
}

// share says how much of the document is drawn.
func (m *mermaid) share(s *choice) string {
	cols, allCols := 0, 0
	for _, list := range s.cols {
		cols += count(list)
		allCols += len(list)
	}
	columns := ""
	if allCols > 0 {
		columns = fmt.Sprintf(", %d of %d columns", cols, allCols)
	}
	return fmt.Sprintf("drawn are %d of %d relations%s and %d of %d lines",
		count(s.rels), len(s.rels), columns, s.lines, len(m.lines))
}

func count(list []bool) int {
	n := 0
	for _, b := range list {
		if b {
			n++
		}
	}
	return n
}

// nodeIDs are the numbers of the nodes of a drawing, 0 for what is not drawn.
type nodeIDs struct {
	rel  []int   // the relation, or the frame around its columns
	rows []int   // the node inside of a frame that stands for the relation
	cols [][]int // the columns
}

func (ids *nodeIDs) of(e end) string {
	switch {
	case e.col >= 0:
		return fmt.Sprintf("n%d", ids.cols[e.rel][e.col])
	case ids.rows[e.rel] > 0:
		return fmt.Sprintf("n%d", ids.rows[e.rel])
	}
	return fmt.Sprintf("n%d", ids.rel[e.rel])
}

// nodes writes the relations: each a node, or a frame around its columns. Lines
// never end at a frame, since Mermaid fails where one comes from inside of it.
func (m *mermaid) nodes(b *strings.Builder, s *choice) *nodeIDs {
	ids := &nodeIDs{
		rel: make([]int, len(s.rels)), rows: make([]int, len(s.rels)), cols: make([][]int, len(s.rels)),
	}
	next := 0
	number := func() int { next++; return next }
	for i := range m.doc.Relations {
		if !s.rels[i] {
			continue
		}
		r := &m.doc.Relations[i]
		ids.rel[i] = number()
		ids.cols[i] = make([]int, len(r.Columns))
		if count(s.cols[i]) == 0 {
			left, right := shape(r.Kind)
			fmt.Fprintf(b, "  n%d%s\"%s\"%s\n", ids.rel[i], left, mermaidText(label(r.Name)), right)
			continue
		}
		fmt.Fprintf(b, "  subgraph n%d[\"%s\"]\n", ids.rel[i], mermaidText(label(r.Name)))
		if s.whole[i] {
			ids.rows[i] = number()
			fmt.Fprintf(b, "    n%d([\"rows\"])\n", ids.rows[i])
		}
		for j, c := range r.Columns {
			if s.cols[i][j] {
				ids.cols[i][j] = number()
				fmt.Fprintf(b, "    n%d[\"%s\"]\n", ids.cols[i][j], mermaidText(columnLabel(c.Name, c.Path)))
			}
		}
		b.WriteString("  end\n")
	}
	return ids
}

// shape is what stands around the text of a relation of a kind.
func shape(kind string) (left, right string) {
	switch kind {
	case "source", "seed", "table":
		return "[(", ")]"
	case "exposure":
		return "([", "])"
	}
	return "[", "]"
}

func arrow(l *line) string {
	switch {
	case l.use || l.kind == KindDepends:
		return `-.->|"` + mermaidText(label(l.kind)) + `"|`
	case !l.exact():
		return `-.->|"` + mermaidText(label(l.confidence)) + `"|`
	}
	return "-->"
}

// classes gives the relations of each kind its colours.
func (m *mermaid) classes(b *strings.Builder, s *choice, ids *nodeIDs) {
	for _, k := range kindNames() {
		var list []string
		for i := range m.doc.Relations {
			if s.rels[i] && m.doc.Relations[i].Kind == k[0] {
				list = append(list, fmt.Sprintf("n%d", ids.rel[i]))
			}
		}
		if len(list) == 0 {
			continue
		}
		fill, border := colors(k[0])
		fmt.Fprintf(b, "  classDef %s fill:%s,stroke:%s,color:#222222\n", k[0], fill, border)
		fmt.Fprintf(b, "  class %s %s\n", strings.Join(list, ","), k[0])
	}
}

// mermaidText is text for a quoted label. All but letters, digits and what
// stands inside of names becomes an entity: quotes and brackets, what begins
// Markdown, links or directives.
func mermaidText(text string) string {
	var b strings.Builder
	for i, r := range text {
		inside := i > 0 && i+utf8.RuneLen(r) < len(text)
		switch {
		case unicode.IsLetter(r), unicode.IsMark(r) && i > 0, r >= '0' && r <= '9' && i > 0, r == '…':
			b.WriteRune(r)
		case inside && (r == '_' || r == '.' || r == '-' || r == ' ' || r == ','):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
