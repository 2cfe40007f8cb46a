package lineage

import (
	"path"
	"strings"
	"unicode/utf8"

	"impact/lineage/syntax"
	"impact/manifest"
)

// A Place is a span of one line in a file. Lines and columns count from 1;
// columns are characters.
type Place struct {
	File   string
	Line   int
	Col    int
	EndCol int
	Text   string // the line, without its line break
	// Source is the same place in the file that people edit; nil where its text
	// is not the same.
	Source *Place
}

// Place is where a relation's SQL has a span: in the compiled file, and in the
// model's own file where the line stands there just once.
func (g *Graph) Place(r RelID, span syntax.Span) *Place {
	rel := g.Relations[r]
	if rel.sql.text == "" || span.Pos < 0 {
		return nil
	}
	return placeOf(&rel.sql, rel.Node, span)
}

// PlaceIn is where a text that is not a relation's own, such as a test's, has a
// span.
func PlaceIn(file, text, raw, rawFile string, span syntax.Span) *Place {
	t := sqlText{text: text, file: file, source: rawFile}
	return placeOf(&t, &manifest.Node{RawCode: raw, Path: rawFile}, span)
}

func placeOf(t *sqlText, n *manifest.Node, span syntax.Span) *Place {
	if span.Pos < 0 || int(span.Pos) > len(t.text) {
		return nil
	}
	end := max(span.End, span.Pos)
	if t.rendered {
		from, to := t.rawOffset(int(span.Pos)), t.rawOffset(int(end))
		p := linePlace(n.RawCode, from, to)
		p.File = t.source
		return p
	}
	p := linePlace(t.text, int(span.Pos), int(end))
	p.File = t.file
	if n.RawCode != "" && t.source != "" {
		p.Source = sourcePlace(n, p)
		if p.Source != nil {
			p.Source.File = t.source
		}
	}
	return p
}

// SourceFile is the file that people edit for a node, relative to the dbt
// project: that of an installed package lies below dbt_packages.
func (g *Graph) SourceFile(n *manifest.Node) string {
	return packageFile(g.manifest, n.PackageName, n.Path)
}

func packageFile(m *manifest.Manifest, pkg, file string) string {
	project := m.Metadata.ProjectName
	if file == "" || project == "" || pkg == "" || pkg == project {
		return file
	}
	return path.Join("dbt_packages", pkg, file)
}

// linePlace finds line and column of a span; what goes on in the next line is
// left out.
func linePlace(text string, from, to int) *Place {
	from = min(max(from, 0), len(text))
	to = min(max(to, from), len(text))
	start := strings.LastIndexByte(text[:from], '\n') + 1
	stop := len(text)
	if i := strings.IndexByte(text[from:], '\n'); i >= 0 {
		stop = from + i
	}
	line := strings.TrimSuffix(text[start:stop], "\r")
	to = min(to, start+len(line))
	p := &Place{
		Line: strings.Count(text[:start], "\n") + 1,
		Col:  utf8.RuneCountInString(text[start:from]) + 1,
		Text: line,
	}
	p.EndCol = p.Col
	if to > from {
		p.EndCol += utf8.RuneCountInString(text[from:to])
	}
	return p
}

// sourcePlace finds a line of compiled SQL in the file that it was compiled
// from: the same words in the same order, whatever the indentation, and nowhere
// else in the file.
func sourcePlace(n *manifest.Node, p *Place) *Place {
	want := strings.TrimSpace(p.Text)
	if want == "" {
		return nil
	}
	var hit *Place
	for i, line := range strings.Split(n.RawCode, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if strings.TrimSpace(line) != want {
			continue
		}
		if hit != nil {
			return nil
		}
		shift := indent(line) - indent(p.Text)
		hit = &Place{File: n.Path, Line: i + 1, Col: p.Col + shift, EndCol: p.EndCol + shift, Text: line}
	}
	return hit
}

func indent(line string) int {
	return utf8.RuneCountInString(line[:len(line)-len(strings.TrimLeft(line, " \t"))])
}
