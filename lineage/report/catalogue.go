package report

import (
	"fmt"
	"strings"

	"impact/lineage/effect"
)

// Lang is the language of sentences. Names, SQL and what the analysis quotes
// from files stay as they are. The empty language is English.
type Lang string

// The languages of the catalogue.
const (
	English  Lang = "en"
	Japanese Lang = "ja"
)

// ParseLang reads a language by its code.
func ParseLang(code string) (Lang, error) {
	switch lang := Lang(code); lang {
	case "", English:
		return English, nil
	case Japanese:
		return Japanese, nil
	}
	return "", fmt.Errorf("unknown language %q (one of en, ja)", code)
}

// A catalogue holds every sentence of one language. Functions get names that
// are already clean or escaped.
type catalogue struct {
	// rules has an entry for every rule of package effect; nil in English, in
	// which the analysis words its findings itself.
	rules map[effect.Rule]ruleText

	titles     map[section]string
	severities map[effect.Severity]string
	via        map[string]string
	rungs      map[string]string

	// count says "2 models".
	count func(n int, noun string) string
	// list joins names: "a, b and c".
	list func([]string) string
	// headline is the first sentence.
	headline func(h headline) string
	// verdict says what happens to a destination column.
	verdict func(v verdict) string
	// disappears says where columns are lost: "x disappears from".
	disappears func(columns string, n int) string
	// understood is the coverage in one sentence.
	understood func(c effect.Coverage) string
	// remaining says which parts were not understood, "" if none.
	remaining func(c effect.Coverage) string
	// onDrop says what the lake does, "" for the usual.
	onDrop func(onDrop, relation, column string) string
	// asked says how a name was found.
	asked func(asked, rung string) string
	// more says how many entries are not shown.
	more func(n int) string
	// moreHow is more with what shows them on the command line.
	moreHow func(n int) string
	// steps says how many steps of a path are left out.
	steps func(n int) string
	// gaps titles the list of gaps.
	gaps func(affected, all int) string
	// confidence says how sure a finding is, "" if exact.
	confidence func(string) string

	hint, warning, owner, unknownColumn, evidence, finding, effect, subject, where string
}

// A ruleText is what a rule says and how it is repaired. Both may name
// {subject}, {columns} (of the subject), {name} (as the SQL spells what is
// gone), {column} (that is dropped) and {relation} (that loses it).
type ruleText struct {
	says string
	fix  string
}

// A headline is what the first sentence says.
type headline struct {
	column   string
	broken   []tally
	stopped  int // loads
	lost     int
	columns  int      // of destinations
	tables   []string // of destinations
	stale    int
	rows     int
	changed  int
	notes    int
	coverage effect.Coverage
}

// section names a part of a report.
type section uint8

const (
	sectionBreaks section = iota
	sectionElsewhere
	sectionTests
	sectionLoads
	sectionStale
	sectionLost
	sectionColumns
	sectionValues
	sectionRows
	sectionNotes
	sectionOwners
	sectionRepairs
	sectionCoverage
	sections // how many there are
)

func (l Lang) catalogue() *catalogue {
	if l == Japanese {
		return japanese()
	}
	return english()
}

// sentence says what happens, without a full stop. The analysis words it in
// English, with details; other languages take the catalogue's, where there is
// one for the rule.
func (c *catalogue) sentence(f *effect.Finding, t effect.Target) string {
	if text, ok := c.rules[f.Rule]; ok {
		return c.fill(text.says, f, f.Subject, t)
	}
	if f.Message != "" {
		return f.Message
	}
	return string(f.Rule)
}

// repair says what to do, by the first finding that the repair settles.
func (c *catalogue) repair(r effect.Repair, findings map[string]*effect.Finding, t effect.Target) string {
	for _, id := range r.Findings {
		if f := findings[id]; f != nil {
			if text, ok := c.rules[f.Rule]; ok && text.fix != "" {
				return c.fill(text.fix, f, r.Subject, t)
			}
		}
	}
	return r.What
}

func (c *catalogue) fill(text string, f *effect.Finding, s effect.Subject, t effect.Target) string {
	return strings.NewReplacer(
		"{subject}", s.Name,
		"{columns}", c.columns(f.Columns, t),
		"{name}", marked(f, t),
		"{column}", t.Column,
		"{relation}", t.Name,
	).Replace(text)
}

// marked is the name at the place of a finding: behind a star that renames, it
// is not the name of the dropped column.
func marked(f *effect.Finding, t effect.Target) string {
	if p := f.At; p != nil && p.Col > 0 && p.EndCol > p.Col {
		i, j := runeOffset(p.Text, p.Col-1), runeOffset(p.Text, p.EndCol-1)
		if name := p.Text[i:j]; name != "" && len(name) <= 300 {
			return name
		}
	}
	return t.Column
}

func (d *digest) headline(name func(string) string) headline {
	columns, tables := d.reached()
	for i := range tables {
		tables[i] = name(tables[i])
	}
	return headline{
		column: name(changedColumn(d.answer.Target)),
		broken: d.broken(), stopped: d.stopped(), lost: d.disappeared(), columns: columns, tables: tables,
		stale: len(d.stale), rows: len(d.rows), changed: d.changed(), notes: len(d.notes),
		coverage: d.answer.Coverage,
	}
}

// maxListed is how many columns a sentence names.
const maxListed = 5

// columns lists columns in a sentence; none means the changed one.
func (c *catalogue) columns(columns []string, t effect.Target) string {
	if len(columns) == 0 {
		columns = []string{t.Column}
	}
	shown, more := upTo(columns, maxListed)
	if more == 0 {
		return c.list(shown)
	}
	return strings.Join(shown, ", ") + " " + c.more(more)
}

// advice is the hint of a finding, "" if there is none.
func (c *catalogue) advice(f *effect.Finding, t effect.Target) string {
	if text := c.rules[f.Rule].fix; f.Hint != "" && text != "" {
		return c.fill(text, f, f.Subject, t)
	}
	return f.Hint
}

// kind words how one step flows into the next.
func (c *catalogue) kind(via string) string {
	if name := c.via[via]; name != "" {
		return name
	}
	return via
}
