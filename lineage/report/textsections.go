package report

import (
	"fmt"
	"strings"

	"impact/internal/display"
	"impact/lineage/effect"
)

// enumerate writes names in one paragraph: "a, b, c, … and 3 more".
func (p *printer) enumerate(indent int, names []string) {
	shown, more := upTo(names, p.names)
	text := strings.Join(shown, ", ")
	if more > 0 {
		text += ", " + p.catalogue.moreHow(more)
	}
	p.paragraph(indent, text, nil)
}

func subjectNames(subjects []effect.Subject) []string {
	seen := make(map[string]bool, len(subjects))
	names := make([]string, 0, len(subjects))
	for _, s := range subjects {
		// A load and its table have the same name: say it once.
		if name := clean(s.Name); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// staleRelations names what is not updated. A frozen source is its cause and
// gets a sentence.
func (p *printer) staleRelations() {
	if len(p.stale) == 0 {
		return
	}
	p.title(sectionStale, len(p.stale), p.style.Yellow)
	if p.options.Verbose {
		for _, g := range p.stale {
			p.oneLine(g)
		}
		return
	}
	var names []string
	for _, g := range p.stale {
		if g.findings[0].Rule == effect.RuleSourceFrozen {
			p.oneLine(g)
			continue
		}
		names = append(names, clean(g.subject.Name))
	}
	if len(names) > 0 {
		p.enumerate(2, names)
	}
}

func (p *printer) lostColumns() {
	if len(p.lost) == 0 {
		return
	}
	p.title(sectionLost, p.disappeared(), p.style.Yellow)
	shown, more := upTo(p.lost, p.entries)
	for _, l := range shown {
		columns := p.catalogue.columns(l.columns, p.target)
		p.paragraph(2, clean(p.catalogue.disappears(columns, len(l.subjects))), p.style.Bold)
		p.enumerate(4, subjectNames(l.subjects))
		if at := editable(l.first.At); at != nil && p.options.Verbose {
			p.evidence(4, l.first)
		}
	}
	p.more(2, more)
}

// destinations writes each column that an application sees, with what happens
// to it and how the change gets there.
func (p *printer) destinations() {
	if len(p.columns) == 0 {
		return
	}
	p.title(sectionColumns, len(p.columns), p.style.Yellow)
	shown, more := upTo(p.columns, p.entries)
	longest := 0
	for _, c := range shown {
		longest = max(longest, display.Width(clean(c.name())))
	}
	for _, c := range shown {
		color := p.style.Yellow
		if c.verdicts&(gone|refused) != 0 {
			color = p.style.Red
		}
		name, what := clean(c.name()), p.catalogue.verdict(c.verdicts)
		if p.options.Width > 0 && 4+longest+display.Width(what) > p.options.Width {
			p.paragraph(2, name, p.style.Bold)
			p.paragraph(4, what, color)
		} else {
			p.write(2, p.style.Bold(name)+strings.Repeat(" ", longest-display.Width(name)+2)+color(what), nil)
		}
		p.path(4, c.path())
	}
	p.more(2, more)
}

// name is destination.table.column.
func (c destinationColumn) name() string {
	if c.column == "" {
		return c.table
	}
	return c.table + "." + c.column
}

// path writes the way from the changed column: in one line that breaks at its
// arrows or, with Verbose, one step a line with its kind and place.
func (p *printer) path(indent int, path []effect.Step) {
	if len(path) < 2 {
		return
	}
	steps := elide(path, p.options.Depth, p.catalogue.steps)
	if p.options.Verbose {
		for i, s := range steps {
			arrow := "→ "
			if i == 0 {
				arrow = "  "
			}
			text := arrow + s.text
			if s.via != "" {
				text += "  " + clean(p.catalogue.kind(s.via))
			}
			if s.at != nil {
				text += "  " + placeName(s.at)
			}
			p.write(indent, text, p.style.Dim)
		}
		return
	}
	room, line := p.room(indent), ""
	for i, s := range steps {
		text := s.text
		if i > 0 {
			text = "→ " + text
		}
		switch {
		case line == "":
			line = text
		case room > 0 && display.Width(line)+1+display.Width(text) > room:
			p.write(indent, line, p.style.Dim)
			line = "  " + text
		default:
			line += " " + text
		}
	}
	p.write(indent, line, p.style.Dim)
}

// A shownStep is a step of a path, or what stands for some that are left out.
type shownStep struct {
	text   string
	via    string
	at     *effect.Place
	elided bool
}

// elide brings a path to at most depth steps: the first and the last ones.
func elide(path []effect.Step, depth int, steps func(int) string) []shownStep {
	from := 1
	if depth > 1 && len(path) > depth {
		from = len(path) - depth + 1
	} else if depth == 1 {
		from = len(path) - 1
	}
	var shown []shownStep
	for i, s := range path {
		switch {
		case i == 0 || i >= from:
			shown = append(shown, shownStep{text: clean(stepName(s)), via: s.Via, at: editable(s.At)})
		case i == 1:
			shown = append(shown, shownStep{text: steps(from - 1), elided: true})
		}
	}
	return shown
}

func stepName(s effect.Step) string {
	name := s.Relation
	if s.Kind == "table" && s.ID != "" {
		name = s.ID
	}
	if s.Column == "" {
		return name
	}
	return name + "." + s.Column
}

func (p *printer) changedValues() {
	if len(p.values) == 0 {
		return
	}
	p.title(sectionValues, p.changed(), nil)
	if p.options.Verbose {
		for _, g := range p.values {
			p.oneLine(g)
			for _, f := range g.findings {
				p.path(4, f.Path)
			}
		}
		return
	}
	shown, more := upTo(p.values, p.entries)
	for _, g := range shown {
		p.paragraph(2, clean(g.subject.Name), p.style.Bold)
		names := make([]string, 0, len(g.findings))
		for _, column := range g.columns() {
			names = append(names, clean(column))
		}
		p.enumerate(4, names)
	}
	p.more(2, more)
}

// lines writes one line for each subject: its name, what happens, where.
func (p *printer) lines(s section, groups []group) {
	if len(groups) == 0 {
		return
	}
	p.title(s, len(groups), nil)
	shown, more := upTo(groups, p.entries)
	for _, g := range shown {
		p.oneLine(g)
		if p.options.Verbose {
			for _, f := range g.findings {
				p.path(4, f.Path)
			}
		}
	}
	p.more(2, more)
}

func (p *printer) oneLine(g group) {
	p.paragraph(2, clean(g.subject.Name), p.style.Bold)
	shown, more := upTo(g.findings, p.entries)
	for _, f := range shown {
		text := clean(p.catalogue.sentence(f, p.target))
		if sure := p.catalogue.confidence(f.Confidence); sure != "" {
			text += " (" + clean(sure) + ")"
		}
		p.paragraph(4, text, nil)
		if at := editable(f.At); at != nil {
			p.place(4, at)
		}
		p.hint(4, f)
	}
	p.more(4, more)
}

func (p *printer) duties() {
	if len(p.owners) == 0 {
		return
	}
	p.title(sectionOwners, len(p.owners), nil)
	shown, more := upTo(p.owners, p.entries)
	for _, o := range shown {
		p.paragraph(2, ownerName(&o.owner), p.style.Bold)
		p.enumerate(4, subjectNames(o.subjects))
	}
	p.more(2, more)
}

// repairs numbers the places to edit. All of them are shown: this list is what
// people work through.
func (p *printer) repairs() {
	repairs := p.digest.answer.Repairs
	if len(repairs) == 0 {
		return
	}
	p.title(sectionRepairs, len(repairs), nil)
	byID := p.byID()
	digits := len(fmt.Sprint(len(repairs)))
	for i, r := range repairs {
		text := clean(p.catalogue.repair(r, byID, p.target))
		if text == "" {
			text = clean(r.Subject.Name)
		}
		indent := 2 + digits + 2
		room := p.room(indent)
		for j, line := range display.Wrap(text, room, room) {
			if j == 0 {
				p.write(2, fmt.Sprintf("%*d. %s", digits, i+1, line), nil)
				continue
			}
			p.write(indent, line, nil)
		}
		if at := editable(r.At); at != nil {
			p.place(indent, at)
		} else if r.Subject.File != "" {
			p.write(indent, clean(r.Subject.File), p.style.Cyan)
		}
		if who := ownerName(r.Owner); who != "" {
			p.paragraph(indent, p.catalogue.owner+": "+who, p.style.Dim)
		}
	}
}

func (d *digest) byID() map[string]*effect.Finding {
	byID := make(map[string]*effect.Finding, len(d.answer.Findings))
	for i := range d.answer.Findings {
		byID[d.answer.Findings[i].ID] = &d.answer.Findings[i]
	}
	return byID
}

// coverage writes how much the answer is based on; it is never left out.
func (p *printer) coverage() {
	c := p.digest.answer.Coverage
	p.out.WriteByte('\n')
	color := p.style.Green
	if c.Bound < c.Models {
		color = p.style.Yellow
	}
	text := p.catalogue.titles[sectionCoverage] + ": " + p.catalogue.understood(c)
	if rest := p.catalogue.remaining(c); rest != "" {
		text += "; " + rest
	}
	p.paragraph(0, text, color)
	affected := affectedGaps(c.Gaps)
	if len(c.Gaps) > 0 {
		color = nil
		if affected > 0 {
			color = p.style.Yellow
		}
		p.paragraph(2, p.catalogue.gaps(affected, len(c.Gaps)), color)
	}
	for _, g := range p.gapsShown(c.Gaps) {
		p.paragraph(4, clean(g.Subject.Name)+": "+clean(g.Message), p.style.Dim)
		if g.At != nil {
			p.place(6, editable(g.At))
		}
	}
	p.more(4, len(c.Gaps)-len(p.gapsShown(c.Gaps)))
	for _, advice := range c.Advice {
		p.paragraph(2, p.catalogue.hint+": "+clean(advice), p.style.Cyan)
	}
}

// gapsShown are the gaps that the answer depends on; Verbose shows all.
func (p *printer) gapsShown(gaps []effect.Gap) []effect.Gap {
	if p.options.Verbose {
		return gaps
	}
	n := 0
	for n < len(gaps) && gaps[n].Affected && n < p.entries {
		n++
	}
	return gaps[:n]
}
