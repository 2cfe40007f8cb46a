package effect

import (
	"fmt"
	"sort"
	"strings"

	"impact/lineage"
	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// add enters a finding, once for each id, and returns its id.
func (a *analysis) add(f Finding) string {
	f.ID = string(f.Rule) + ":" + f.Subject.ID
	if len(f.Columns) == 1 {
		f.ID += ":" + strings.ToLower(f.Columns[0])
	}
	if a.seen[f.ID] {
		if f.At == nil || f.Rule != RuleModelUnresolved {
			return f.ID
		}
		// One name can be missing in several places of one model.
		f.ID += fmt.Sprintf("@%d:%d", f.At.Line, f.At.Col)
		if a.seen[f.ID] {
			return f.ID
		}
	}
	a.seen[f.ID] = true
	a.findings = append(a.findings, f)
	return f.ID
}

func (a *analysis) repair(r Repair) { a.repairs = append(a.repairs, r) }

// answer sorts the findings and counts them.
func (a *analysis) answer() *Answer {
	out := &Answer{
		Format: FormatAnswer, Target: a.q.Target, Change: "drop", OnDrop: string(a.q.OnDrop),
		Findings: a.findings, Repairs: a.repairs, Warnings: a.g.Warnings(),
	}
	sort.SliceStable(out.Findings, func(i, j int) bool { return out.Findings[i].Severity > out.Findings[j].Severity })
	counts := map[Severity]int{}
	for i := range out.Findings {
		counts[out.Findings[i].Severity]++
		out.Worst = max(out.Worst, out.Findings[i].Severity)
	}
	for _, s := range Severities() {
		out.Counts = append(out.Counts, Count{s, counts[s]})
	}
	if out.Findings == nil {
		out.Findings = []Finding{}
	}
	if out.Repairs == nil {
		out.Repairs = []Repair{}
	}
	touched := map[lineage.RelID]bool{}
	for _, r := range a.g.Descendants(a.q.Relation) {
		touched[r] = true
	}
	out.Coverage = CoverageOf(a.g, touched)
	return out
}

// CoverageOf says how much of a project is understood. Gaps of the relations in
// touched come first.
func CoverageOf(g *lineage.Graph, touched map[lineage.RelID]bool) Coverage {
	c := g.Coverage()
	out := Coverage{
		Models: c.Models, Bound: c.Bound, Widened: c.Widened, Unparsed: c.Unparsed, NotCompiled: c.NotCompiled,
		Python: c.Python, Sources: c.Sources, OpenSources: c.OpenSources, Exposures: c.Exposures, Loads: c.Loads,
		Percent: c.Percent(),
	}
	a := &analysis{g: g}
	for _, gap := range c.Gaps {
		out.Gaps = append(out.Gaps, Gap{
			Subject: a.subject(gap.Rel), Code: gap.Code, Message: gap.Message,
			At: a.place(gap.Rel, gap.Span), Affected: touched[gap.Rel],
		})
	}
	for _, p := range g.Problems() {
		gap := Gap{Subject: Subject{Kind: "exposure", ID: p.Exposure, Name: p.Exposure, File: p.File}, Code: "meta.impact", Message: p.Error()}
		if r := g.ByID(p.Exposure); r != lineage.None {
			gap.Subject = a.subject(r)
			gap.Affected = touched[r]
		}
		out.Gaps = append(out.Gaps, gap)
	}
	sort.SliceStable(out.Gaps, func(i, j int) bool { return out.Gaps[i].Affected && !out.Gaps[j].Affected })
	if c.NotCompiled > 0 {
		out.Advice = append(out.Advice, "run dbt compile: without compiled SQL only the tables of a model are known")
	}
	if c.OpenSources > 0 {
		out.Advice = append(out.Advice, "run dbt docs generate: catalog.json names the columns of sources")
	}
	return out
}

// subject describes a relation.
func (a *analysis) subject(r lineage.RelID) Subject {
	rel := a.g.Relation(r)
	s := Subject{Kind: string(rel.Kind), ID: rel.UniqueID, Name: rel.Name}
	switch {
	case rel.Node != nil:
		s.File, s.Group, s.Access = a.g.SourceFile(rel.Node), rel.Node.Group, rel.Node.Access
	case rel.Exposure != nil:
		s.File = rel.Exposure.Path
	}
	return s
}

func (a *analysis) owner(r lineage.RelID) *Owner {
	o := a.g.Owner(r)
	if o.Name == "" && o.Email == "" {
		return nil
	}
	return &Owner{Name: o.Name, Email: o.Email}
}

func (a *analysis) place(r lineage.RelID, span syntax.Span) *Place {
	return place(a.g.Place(r, span))
}

func place(p *lineage.Place) *Place {
	if p == nil {
		return nil
	}
	return &Place{File: p.File, Line: p.Line, Col: p.Col, EndCol: p.EndCol, Text: p.Text, Source: place(p.Source)}
}

// step is one station of a path.
func (a *analysis) step(r lineage.RelID, column, via string, at *Place) Step {
	rel := a.g.Relation(r)
	return Step{Relation: rel.Name, ID: rel.UniqueID, Kind: string(rel.Kind), Column: column, Via: via, At: at}
}

// start is the changed column, the first step of every path.
func (a *analysis) start() Step {
	col := &a.g.Columns[a.q.Column]
	return a.step(col.Rel, col.String(), "", nil)
}

// pathTo is the shortest way from the changed column to one that it reaches.
func (a *analysis) pathTo(c lineage.ColID) []Step {
	if c == lineage.None || !a.reach.Has(c) {
		return nil
	}
	g := a.g
	out := []Step{a.start()}
	for _, e := range a.reach.Path(c) {
		to := &g.Columns[e.To]
		var at *Place
		if e.Pos >= 0 {
			at = a.place(to.Rel, syntax.Span{Pos: e.Pos, End: e.Pos + syntax.Pos(len(g.Columns[e.From].Name))})
		}
		out = append(out, a.step(to.Rel, to.String(), e.Via.String(), at))
	}
	return out
}

// worst is the lowest confidence on the way to a column.
func (a *analysis) worst(c lineage.ColID) bind.Confidence {
	conf := bind.Exact
	for _, e := range a.reach.Path(c) {
		conf = max(conf, e.Confidence)
	}
	return conf
}

func (a *analysis) confidence(c lineage.ColID) string { return a.worst(c).String() }

func lastPlace(path []Step) *Place {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i].At != nil {
			return path[i].At
		}
	}
	return nil
}

// list writes names as people do, the rest of a long list as a number.
func list(names []string) string {
	const most = 4
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most-1], ", "), len(names)-most+1)
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// EdgePlace is where the SQL names the column that an edge starts from, nil if
// only a star does.
func EdgePlace(g *lineage.Graph, e lineage.Edge) *Place {
	if e.Pos < 0 {
		return nil
	}
	to := g.Columns[e.To].Rel
	return place(g.Place(to, syntax.Span{Pos: e.Pos, End: e.Pos + syntax.Pos(len(g.Columns[e.From].Name))}))
}
