package report

import (
	"fmt"
	"io"
	"math"
	"strings"

	"impact/internal/display"
	"impact/lineage/effect"
)

// Text writes for a person at a terminal: a headline, then one section for
// each part of the question, then the coverage. Without [Options.Verbose] a
// section shows its first entries and says how many more there are.
type Text struct{ Options }

// Render writes the answer.
func (t Text) Render(w io.Writer, answer *effect.Answer) error {
	p := &printer{
		catalogue: t.Lang.catalogue(), style: t.style(), options: t.Options,
		target: answer.Target, digest: newDigest(answer), entries: 10, names: 8,
	}
	if t.Verbose {
		p.entries, p.names = all, all
	}
	p.answer()
	if _, err := io.WriteString(w, p.out.String()); err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	return nil
}

// A printer holds what the sections of one text share.
type printer struct {
	*digest
	catalogue *catalogue
	style     Style
	options   Options
	target    effect.Target
	entries   int // shown of a section
	names     int // shown of an enumeration
	out       strings.Builder
}

func (p *printer) answer() {
	p.head()
	p.blocks(sectionBreaks, p.breaks, p.style.Red)
	p.blocks(sectionElsewhere, p.elsewhere, p.style.Yellow)
	p.blocks(sectionTests, p.tests, p.style.Red)
	p.blocks(sectionLoads, p.loads, p.style.Yellow)
	p.staleRelations()
	p.lostColumns()
	p.destinations()
	p.changedValues()
	p.lines(sectionRows, p.rows)
	p.lines(sectionNotes, p.notes)
	p.duties()
	p.repairs()
	p.coverage()
}

// head writes the headline, the counts and what one must know to read on.
func (p *printer) head() {
	c, t := p.catalogue, p.target
	color := p.style.Red
	switch {
	case len(p.digest.answer.Findings) == 0:
		color = p.style.Green
	case len(p.digest.broken()) == 0:
		color = p.style.Yellow
	}
	text := clean(c.headline(p.digest.headline(clean)))
	p.paragraph(0, text, func(s string) string { return p.style.Bold(color(s)) })
	if len(p.digest.answer.Findings) > 0 {
		var counts []string
		for _, n := range p.digest.counts() {
			counts = append(counts, fmt.Sprintf("%s %d", c.severities[n.Severity], n.Findings))
		}
		p.paragraph(0, strings.Join(counts, " · "), p.style.Dim)
	}
	if t.Rung != "" && t.Rung != "id" {
		p.paragraph(0, clean(c.asked(t.Asked, rungName(c, t.Rung))), p.style.Dim)
	}
	if text := c.onDrop(p.digest.answer.OnDrop, t.Name, t.Column); text != "" {
		p.paragraph(0, clean(text), nil)
	}
	for _, f := range p.heads {
		p.paragraph(0, clean(c.sentence(f, t))+".", p.style.Yellow)
		p.hint(0, f)
	}
	if !t.Known {
		p.paragraph(0, c.unknownColumn, p.style.Yellow)
	}
	for _, warning := range p.digest.answer.Warnings {
		p.paragraph(0, c.warning+": "+clean(warning), p.style.Yellow)
	}
}

func rungName(c *catalogue, rung string) string {
	if name := c.rungs[rung]; name != "" {
		return name
	}
	return rung
}

// title begins a section.
func (p *printer) title(s section, n int, color func(string) string) {
	p.out.WriteByte('\n')
	text := fmt.Sprintf("%s (%d)", p.catalogue.titles[s], n)
	if color == nil {
		color = func(s string) string { return s }
	}
	p.paragraph(0, text, func(s string) string { return p.style.Bold(color(s)) })
}

// paragraph writes clean text, wrapped and indented. decorate may be nil.
func (p *printer) paragraph(indent int, text string, decorate func(string) string) {
	room := p.room(indent)
	for _, line := range display.Wrap(text, room, room) {
		p.write(indent, line, decorate)
	}
}

func (p *printer) write(indent int, line string, decorate func(string) string) {
	if decorate != nil {
		line = decorate(line)
	}
	p.out.WriteString(strings.Repeat(" ", indent))
	p.out.WriteString(line)
	p.out.WriteByte('\n')
}

// room is how many columns are left behind an indent; 0 without a width.
func (p *printer) room(indent int) int {
	if p.options.Width == 0 {
		return 0
	}
	return max(16, p.options.Width-indent)
}

// all is more than any list has.
const all = math.MaxInt

// upTo cuts a list to the first n entries and says how many more there are.
func upTo[T any](list []T, n int) (shown []T, more int) {
	if len(list) <= n {
		return list, 0
	}
	return list[:n], len(list) - n
}

func (p *printer) more(indent, n int) {
	if n > 0 {
		p.paragraph(indent, p.catalogue.moreHow(n), p.style.Dim)
	}
}

// blocks writes subjects with all their evidence.
func (p *printer) blocks(s section, groups []group, color func(string) string) {
	if len(groups) == 0 {
		return
	}
	p.title(s, len(groups), color)
	shown, more := upTo(groups, p.entries)
	for _, g := range shown {
		p.subject(2, g.subject, g.findings[0].Owner)
		findings, rest := upTo(g.findings, p.entries)
		for _, f := range findings {
			p.evidence(4, f)
		}
		p.more(4, rest)
	}
	p.more(2, more)
}

// subject writes a name and who keeps it.
func (p *printer) subject(indent int, s effect.Subject, owner *effect.Owner) {
	name, who := clean(s.Name), ownerName(owner)
	if who == "" || p.options.Width > 0 && indent+display.Width(name)+2+display.Width(who) > p.options.Width {
		p.paragraph(indent, name, p.style.Bold)
		return
	}
	p.write(indent, p.style.Bold(name)+"  "+p.style.Dim(who), nil)
}

// ownerName is "name <email>", or what there is of it.
func ownerName(o *effect.Owner) string {
	switch {
	case o == nil:
		return ""
	case o.Name == "":
		return clean(o.Email)
	case o.Email == "":
		return clean(o.Name)
	}
	return clean(o.Name) + " <" + clean(o.Email) + ">"
}

// evidence writes the place, the sentence, the source line and the hint of a
// finding.
func (p *printer) evidence(indent int, f *effect.Finding) {
	text := clean(p.catalogue.sentence(f, p.target))
	if sure := p.catalogue.confidence(f.Confidence); sure != "" {
		text += " (" + clean(sure) + ")"
	}
	at := editable(f.At)
	if at != nil {
		p.place(indent, at)
	}
	p.paragraph(indent, text, nil)
	if s, ok := excerpt(at, p.snippetRoom(indent, at)); ok {
		gutter := strings.Repeat(" ", len(s.number))
		p.write(indent, p.style.Dim(s.number+" │ ")+s.line, nil)
		if s.marks != "" {
			carets := strings.TrimLeft(s.marks, " ")
			p.write(indent, p.style.Dim(gutter+" │ ")+s.marks[:len(s.marks)-len(carets)]+p.style.Red(carets), nil)
		}
	}
	p.hint(indent, f)
	if p.options.Verbose {
		p.path(indent, f.Path)
	}
}

func (p *printer) snippetRoom(indent int, at *effect.Place) int {
	if p.options.Width == 0 || at == nil {
		return 0
	}
	return max(16, p.options.Width-indent-len(fmt.Sprint(at.Line))-3)
}

// place writes file:line:col in one piece, so that a terminal makes it a link.
func (p *printer) place(indent int, at *effect.Place) {
	p.write(indent, placeName(at), p.style.Cyan)
}

func placeName(at *effect.Place) string {
	switch {
	case at == nil:
		return ""
	case at.Line <= 0:
		return clean(at.File)
	case at.Col <= 0:
		return fmt.Sprintf("%s:%d", clean(at.File), at.Line)
	}
	return fmt.Sprintf("%s:%d:%d", clean(at.File), at.Line, at.Col)
}

func (p *printer) hint(indent int, f *effect.Finding) {
	if text := p.catalogue.advice(f, p.target); text != "" {
		p.paragraph(indent, p.catalogue.hint+": "+clean(text), p.style.Cyan)
	}
}
