package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"impact/lineage/effect"
)

// Markdown writes for a comment on a pull request or for an issue: headline,
// tables of what breaks and of the columns that applications see, a checklist
// of repairs, the rest folded. Text of files is escaped, see escape.go. The
// result has at most [Options.MaxRunes] characters: where an answer is larger,
// evidence goes first, then lists end in a line that says how many are left
// out.
type Markdown struct{ Options }

// minComment is the least that [Options.MaxRunes] may be: the shortest report
// of any answer fits.
const minComment = 8_000

// A level is how much a report shows.
type level struct {
	entries  int  // of a list
	text     int  // characters of a name or sentence
	evidence bool // source lines and paths
}

// levels go from all that is useful to the least that is honest.
func levels(verbose bool) []level {
	list := []level{
		{entries: 50, text: 400, evidence: true},
		{entries: 20, text: 300, evidence: true},
		{entries: 20, text: 200},
		{entries: 5, text: 120},
		{entries: 1, text: 80},
		{entries: 0, text: 60},
	}
	if verbose {
		list = append([]level{{entries: all, text: all, evidence: true}}, list...)
	}
	return list
}

// Render writes the answer.
func (m Markdown) Render(w io.Writer, answer *effect.Answer) error {
	limit := m.MaxRunes
	if limit == 0 {
		limit = MaxComment
	}
	p := &marker{catalogue: m.Lang.catalogue(), depth: m.Depth, digest: newDigest(answer), target: answer.Target}
	for _, p.level = range levels(m.Verbose) {
		p.out.Reset()
		p.answer()
		if utf8.RuneCountInString(p.out.String()) <= limit {
			break
		}
	}
	if _, err := io.WriteString(w, p.out.String()); err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	return nil
}

// A marker holds what the sections of one Markdown text share.
type marker struct {
	*digest
	catalogue *catalogue
	target    effect.Target
	depth     int
	level     level
	out       strings.Builder
}

func (m *marker) answer() {
	m.head()
	m.trouble()
	m.destinations()
	m.repairs()
	m.evidence()
	m.folded(sectionStale, m.stale)
	m.lostColumns()
	m.folded(sectionValues, m.values)
	m.folded(sectionRows, m.rows)
	m.folded(sectionNotes, m.notes)
	m.duties()
	m.coverage()
}

func (m *marker) printf(format string, args ...any) { fmt.Fprintf(&m.out, format, args...) }

func (m *marker) code(text string) string  { return code(shorten(text, m.level.text)) }
func (m *marker) prose(text string) string { return prose(shorten(text, m.level.text)) }

// more writes how many entries of a list are not shown, as one more entry.
func (m *marker) more(format string, n int) {
	if n > 0 {
		m.printf(format, m.catalogue.more(n))
	}
}

func (m *marker) head() {
	c, t := m.catalogue, m.target
	m.printf("### %s\n\n", c.headline(m.digest.headline(m.code)))
	if len(m.digest.answer.Findings) > 0 {
		var names, rule, counts []string
		for _, n := range m.counts() {
			names = append(names, c.severities[n.Severity])
			rule = append(rule, "--:")
			counts = append(counts, fmt.Sprint(n.Findings))
		}
		m.printf("| %s |\n| %s |\n| %s |\n\n", strings.Join(names, " | "), strings.Join(rule, " | "), strings.Join(counts, " | "))
	}
	if t.Rung != "" && t.Rung != "id" {
		m.printf("%s\n\n", c.asked(m.code(t.Asked), m.prose(rungName(c, t.Rung))))
	}
	if text := c.onDrop(m.digest.answer.OnDrop, m.code(t.Name), m.code(t.Column)); text != "" {
		m.printf("%s\n\n", strings.ReplaceAll(text, "on_drop", `on\_drop`))
	}
	for _, f := range m.heads {
		m.printf("> %s\n\n", m.sentence(f))
	}
	if !t.Known {
		m.printf("> %s\n\n", c.unknownColumn)
	}
	warnings, more := upTo(m.digest.answer.Warnings, m.level.entries)
	for _, warning := range warnings {
		m.printf("- %s: %s\n", c.warning, m.prose(warning))
	}
	m.more("- %s\n", more)
	if len(m.digest.answer.Warnings) > 0 {
		m.out.WriteByte('\n')
	}
}

// sentence says what happens and how sure it is.
func (m *marker) sentence(f *effect.Finding) string {
	text := m.prose(m.catalogue.sentence(f, m.target))
	if sure := m.catalogue.confidence(f.Confidence); sure != "" {
		text += " (" + m.prose(sure) + ")"
	}
	return text
}

// trouble is one table of all that errors or changes its meaning.
func (m *marker) trouble() {
	c := m.catalogue
	for _, part := range []struct {
		section section
		groups  []group
	}{
		{sectionBreaks, m.breaks}, {sectionElsewhere, m.elsewhere}, {sectionTests, m.tests}, {sectionLoads, m.loads},
	} {
		if len(part.groups) == 0 {
			continue
		}
		m.printf("**%s (%d)**\n\n", c.titles[part.section], len(part.groups))
		groups, more := upTo(part.groups, m.level.entries)
		if len(groups) > 0 {
			m.printf("| %s | %s | %s | %s |\n| --- | --- | --- | --- |\n", c.subject, c.finding, c.where, c.owner)
		}
		for _, g := range groups {
			findings, rest := upTo(g.findings, m.level.entries)
			var said, where []string
			for _, f := range findings {
				said = append(said, m.sentence(f))
				if at := m.place(f.At); at != "" {
					where = append(where, at)
				}
			}
			if rest > 0 {
				said = append(said, c.more(rest))
			}
			m.printf("| %s | %s | %s | %s |\n", m.code(g.subject.Name), strings.Join(said, "<br>"),
				strings.Join(where, "<br>"), m.owner(g.findings[0].Owner))
		}
		m.out.WriteByte('\n')
		m.more("%s\n\n", more)
	}
}

func (m *marker) place(at *effect.Place) string { return m.code(placeName(editable(at))) }

func (m *marker) owner(o *effect.Owner) string {
	switch {
	case o == nil:
		return ""
	case o.Name != "":
		return m.prose(o.Name)
	}
	return m.code(o.Email)
}

func (m *marker) destinations() {
	if len(m.columns) == 0 {
		return
	}
	c := m.catalogue
	m.printf("**%s (%d)**\n\n", c.titles[sectionColumns], len(m.columns))
	columns, more := upTo(m.columns, m.level.entries)
	if len(columns) > 0 {
		m.printf("| %s | %s |\n| --- | --- |\n", c.subject, c.finding)
	}
	for _, column := range columns {
		m.printf("| %s | %s |\n", m.code(column.name()), c.verdict(column.verdicts))
	}
	m.out.WriteByte('\n')
	m.more("%s\n\n", more)
}

// repairs is a checklist that people tick.
func (m *marker) repairs() {
	repairs := m.digest.answer.Repairs
	if len(repairs) == 0 {
		return
	}
	m.printf("**%s (%d)**\n\n", m.catalogue.titles[sectionRepairs], len(repairs))
	byID := m.byID()
	shown, more := upTo(repairs, m.level.entries)
	for _, r := range shown {
		parts := []string{}
		if what := m.prose(m.catalogue.repair(r, byID, m.target)); what != "" {
			parts = append(parts, what)
		} else {
			parts = append(parts, m.code(r.Subject.Name))
		}
		if r.At != nil {
			parts = append(parts, m.place(r.At))
		} else if r.Subject.File != "" {
			parts = append(parts, m.code(r.Subject.File))
		}
		if who := m.owner(r.Owner); who != "" {
			parts = append(parts, who)
		}
		m.printf("- [ ] %s\n", strings.Join(parts, " — "))
	}
	m.more("- %s\n", more)
	m.out.WriteByte('\n')
}

// fold begins a part that readers open themselves.
func (m *marker) fold(title string, n int) {
	m.printf("<details><summary>%s (%d)</summary>\n\n", title, n)
}

func (m *marker) endFold() { m.printf("\n</details>\n\n") }

// evidence shows source lines and the paths to destination columns.
func (m *marker) evidence() {
	if !m.level.evidence {
		return
	}
	var places []*effect.Finding
	for _, groups := range [][]group{m.breaks, m.elsewhere, m.tests, m.loads} {
		for _, g := range groups {
			for _, f := range g.findings {
				if _, ok := excerpt(editable(f.At), 120); ok {
					places = append(places, f)
				}
			}
		}
	}
	var paths []destinationColumn
	for _, c := range m.columns {
		if len(c.path()) > 1 {
			paths = append(paths, c)
		}
	}
	if len(places)+len(paths) == 0 {
		return
	}
	m.fold(m.catalogue.evidence, len(places)+len(paths))
	shownPlaces, more := upTo(places, m.level.entries)
	for _, f := range shownPlaces {
		at := editable(f.At)
		s, _ := excerpt(at, 120)
		gutter := strings.Repeat(" ", len(s.number))
		m.printf("%s\n", m.place(f.At))
		m.out.WriteString(fence("sql", s.number+" │ "+s.line, strings.TrimRight(gutter+" │ "+s.marks, " ")))
		m.out.WriteByte('\n')
	}
	m.more("%s\n\n", more)
	shownPaths, more := upTo(paths, m.level.entries)
	for _, c := range shownPaths {
		var steps []string
		for _, s := range elide(c.path(), m.depth, m.catalogue.steps) {
			if s.elided {
				steps = append(steps, s.text)
				continue
			}
			steps = append(steps, m.code(s.text))
		}
		m.printf("- %s\n", strings.Join(steps, " → "))
	}
	m.more("- %s\n", more)
	m.endFold()
}

// folded lists subjects with what happens to each.
func (m *marker) folded(s section, groups []group) {
	if len(groups) == 0 {
		return
	}
	m.fold(m.catalogue.titles[s], len(groups))
	shown, more := upTo(groups, m.level.entries)
	for _, g := range shown {
		findings, rest := upTo(g.findings, m.level.entries)
		var said []string
		for _, f := range findings {
			text := m.sentence(f)
			if at := m.place(f.At); at != "" {
				text += " " + at
			}
			said = append(said, text)
		}
		if rest > 0 {
			said = append(said, m.catalogue.more(rest))
		}
		m.printf("- %s: %s\n", m.code(g.subject.Name), strings.Join(said, "; "))
	}
	m.more("- %s\n", more)
	m.endFold()
}

func (m *marker) lostColumns() {
	if len(m.lost) == 0 {
		return
	}
	m.fold(m.catalogue.titles[sectionLost], m.disappeared())
	shown, more := upTo(m.lost, m.level.entries)
	for _, l := range shown {
		columns := m.catalogue.columns(l.columns, m.target)
		m.printf("- %s: %s\n", m.prose(m.catalogue.disappears(columns, len(l.subjects))), m.names(l.subjects))
	}
	m.more("- %s\n", more)
	m.endFold()
}

func (m *marker) names(subjects []effect.Subject) string {
	shown, more := upTo(subjectNames(subjects), m.level.entries)
	var names []string
	for _, name := range shown {
		names = append(names, m.code(name))
	}
	if more > 0 {
		names = append(names, m.catalogue.more(more))
	}
	return strings.Join(names, ", ")
}

func (m *marker) duties() {
	if len(m.owners) == 0 {
		return
	}
	m.fold(m.catalogue.titles[sectionOwners], len(m.owners))
	shown, more := upTo(m.owners, m.level.entries)
	for _, o := range shown {
		name := m.prose(o.owner.Name)
		if o.owner.Email != "" {
			name = strings.TrimSpace(name + " " + m.code(o.owner.Email))
		}
		m.printf("- %s: %s\n", name, m.names(o.subjects))
	}
	m.more("- %s\n", more)
	m.endFold()
}

func (m *marker) coverage() {
	c := m.digest.answer.Coverage
	text := m.catalogue.understood(c)
	if rest := m.catalogue.remaining(c); rest != "" {
		text += "; " + rest
	}
	m.printf("%s: %s\n", m.catalogue.titles[sectionCoverage], text)
	advice, _ := upTo(c.Advice, m.level.entries)
	for _, a := range advice {
		m.printf("- %s: %s\n", m.catalogue.hint, m.prose(a))
	}
	m.more("- %s\n", len(c.Advice)-len(advice))
	if len(c.Gaps) == 0 {
		return
	}
	m.printf("\n<details><summary>%s</summary>\n\n", m.catalogue.gaps(affectedGaps(c.Gaps), len(c.Gaps)))
	gaps, more := upTo(c.Gaps, m.level.entries)
	for _, g := range gaps {
		text := m.prose(g.Message)
		if at := m.place(g.At); at != "" {
			text += " " + at
		}
		m.printf("- %s: %s\n", m.code(g.Subject.Name), text)
	}
	m.more("- %s\n", more)
	m.printf("\n</details>\n")
}
