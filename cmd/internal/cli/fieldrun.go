package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"impact/cmd/internal/terminal"
	"impact/internal/spelling"
	"impact/lineage"
	"impact/lineage/bind"
	"impact/lineage/effect"
	"impact/lineage/report"
	"impact/lineage/salesforce"
)

// runField answers "impact field".
func runField(ctx context.Context, o *FieldOptions) error {
	p, err := loadProject(ctx, o.App, &o.ProjectOptions)
	if err != nil {
		return err
	}
	return answerField(o, p)
}

// answerField asks a loaded project.
func answerField(o *FieldOptions, p *project) error {
	target, col, err := findField(p, o.Field)
	if err != nil {
		return err
	}
	if o.Upstream {
		return writeUpstream(o, p.Graph, target, col)
	}
	if rel := p.Graph.Relation(p.Graph.Columns[col].Rel); rel.Kind != lineage.Source && (o.OnDrop == "null" || o.OnDrop == "fails") {
		return usageErrorf("leave the flag out: a column of a model or a table is taken away", "--on-drop %s is about source tables, and %s is none", o.OnDrop, rel.Name)
	}
	q := effect.Query{Target: target, Column: col, Relation: p.Graph.Columns[col].Rel, OnDrop: onDrop(o, p, col), Standard: standardField(p, col)}
	answer := effect.Drop(p.Graph, q)
	answer.Warnings = append(answer.Warnings, p.Warnings...)
	if err := writeAnswer(o, answer); err != nil {
		return err
	}
	return verdict(o, answer)
}

// onDrop is what the lake does: as the flag says, else as the source's settings.
func onDrop(o *FieldOptions, p *project, col lineage.ColID) effect.OnDrop {
	if o.OnDrop != "" {
		return effect.OnDrop(o.OnDrop)
	}
	rel := p.Graph.Relation(p.Graph.Columns[col].Rel)
	if rel.Kind != lineage.Source {
		return effect.Removed
	}
	return effect.OnDrop(p.Config.Source(rel.Node.SourceName).OnDrop)
}

// standardField reports whether a column is a field that Salesforce itself
// brings: that can only be told of sources whose connector is known to be one
// of Salesforce's or that are called so.
func standardField(p *project, col lineage.ColID) bool {
	rel := p.Graph.Relation(p.Graph.Columns[col].Rel)
	if rel.Kind != lineage.Source {
		return false
	}
	source := rel.Node.SourceName
	if p.Config.Source(source).Connector == "" && !strings.Contains(strings.ToLower(source), "salesforce") {
		return false
	}
	return salesforce.IsStandardField(p.Graph.Columns[col].Name)
}

// findField resolves what a person typed.
func findField(p *project, text string) (effect.Target, lineage.ColID, error) {
	g := p.Graph
	r := lineage.NewResolver(g, func(source string) string { return string(p.Config.Source(source).Connector) })
	matches := r.Resolve(text)
	switch len(matches) {
	case 0:
		if whole := wholeRelation(g, text); whole != nil {
			return effect.Target{}, 0, whole
		}
		unknown := &NameError{Kind: fieldKind, Name: text, Candidates: columnsNear(g, r, text)}
		if len(unknown.Candidates) == 0 || slices.Contains(strings.Split(text, "."), "") {
			unknown.Help = "name a field as table.column, or as Object.Field__c as Salesforce does"
		}
		return effect.Target{}, 0, unknown
	case 1:
	default:
		var names []string
		for _, m := range matches {
			names = append(names, g.QualifiedName(m.Column))
		}
		return effect.Target{}, 0, &NameError{Kind: fieldKind, Name: text, Ambiguous: true, Candidates: names,
			Help: "name the table as well, for example: impact " + names[0]}
	}
	col := &g.Columns[matches[0].Column]
	rel := g.Relation(col.Rel)
	return effect.Target{
		Asked: text, Relation: rel.UniqueID, Name: rel.Name, Column: col.Name, Path: col.Path,
		Rung: string(matches[0].Rung), Known: known(g, matches[0].Column),
	}, matches[0].Column, nil
}

// relationsCalled are the relations of a name, which may be written with the
// source's name before it, and as a dbt id.
func relationsCalled(g *lineage.Graph, name string) []*lineage.Relation {
	var out []*lineage.Relation
	for _, rel := range g.Relations {
		if strings.EqualFold(rel.Name, name) || strings.EqualFold(rel.UniqueID, name) ||
			rel.Node != nil && (strings.EqualFold(rel.Node.Name, name) || strings.EqualFold(rel.Node.SourceName+"."+rel.Node.Name, name)) {
			out = append(out, rel)
		}
	}
	return out
}

// wholeRelation is the error for the name of a relation where a column is meant;
// nil if it is none.
func wholeRelation(g *lineage.Graph, text string) *NameError {
	rels := relationsCalled(g, strings.TrimSuffix(strings.TrimSuffix(text, ".*"), "."))
	if len(rels) == 0 {
		return nil
	}
	out := &NameError{Kind: fieldKind, Name: text, Help: rels[0].Name + " is a whole table or model: name one of its columns as well"}
	for _, rel := range rels {
		for _, c := range namedColumns(g, rel) {
			out.Candidates = append(out.Candidates, g.QualifiedName(c))
		}
	}
	return out
}

// namedColumns are the columns of a relation that a person can name.
func namedColumns(g *lineage.Graph, rel *lineage.Relation) []lineage.ColID {
	var out []lineage.ColID
	first, last := g.ColumnsOf(rel.ID)
	for c := first; c < last; c++ {
		if col := &g.Columns[c]; col.Path == "" && col.Name != "*" {
			out = append(out, c)
		}
	}
	return out
}

// columnsNear are names that may have been meant by one that nothing fits. Where
// it begins with a relation's own name the nearest of its columns comes first.
func columnsNear(g *lineage.Graph, r *lineage.Resolver, text string) []string {
	const most = 5
	near := r.Suggest(text, most)
	dot := strings.LastIndexByte(text, '.')
	if dot < 0 {
		return near
	}
	for _, rel := range relationsCalled(g, text[:dot]) {
		var names []string
		for _, c := range namedColumns(g, rel) {
			names = append(names, g.Columns[c].Name)
		}
		if name := spelling.Nearest(text[dot+1:], names); name != "" {
			first := rel.Name + "." + name
			near = slices.DeleteFunc(near, func(s string) bool { return s == first })
			near = append([]string{first}, near...)
			return near[:min(len(near), most)]
		}
	}
	return near
}

// known reports whether a catalog, yml or SQL declares a column, or the column
// that a field is inside of.
func known(g *lineage.Graph, c lineage.ColID) bool {
	col := &g.Columns[c]
	if col.Known || col.Path == "" {
		return col.Known
	}
	whole, ok := g.Column(col.Rel, col.Name)
	return ok && g.Columns[whole].Known
}

func writeAnswer(o *FieldOptions, answer *effect.Answer) error {
	opts := report.Options{Depth: o.Depth, Verbose: o.Verbose, Lang: report.Lang(o.Lang)}
	if o.Format == "text" {
		opts.Width = o.App.Streams.Width
		opts.Style = o.App.OutStyle()
	}
	renderer, err := report.New(o.Format, opts)
	if err != nil {
		return err
	}
	if err := renderer.Render(o.App.Out(), answer); err != nil {
		return &EnvError{Err: fmt.Errorf("write: %w", err)}
	}
	return nil
}

// verdict turns findings and coverage into the exit code that was asked for.
func verdict(o *FieldOptions, answer *effect.Answer) error {
	if o.FailOn != "" && o.FailOn != "none" {
		var limit effect.Severity
		if err := limit.UnmarshalText([]byte(o.FailOn)); err != nil {
			return &UsageError{Err: err}
		}
		if answer.Worst >= limit {
			return &FindingsError{}
		}
	}
	if o.Strict {
		touched := 0
		for _, gap := range answer.Coverage.Gaps {
			if gap.Affected {
				touched++
			}
		}
		if touched > 0 {
			return &IncompleteError{Err: fmt.Errorf("not everything behind %s.%s is understood (gaps: %d)", answer.Target.Name, answer.Target.Column, touched)}
		}
	}
	return nil
}

// upstreamAnswer is the JSON form of --upstream.
type upstreamAnswer struct {
	Format string        `json:"format"`
	Target effect.Target `json:"target"`
	// Columns are the columns that the target is made of, nearest first.
	Columns  []upstreamColumn `json:"columns"`
	Coverage effect.Coverage  `json:"coverage"`
}

type upstreamColumn struct {
	Relation   string        `json:"relation"`
	ID         string        `json:"id"`
	Kind       string        `json:"kind"`
	Column     string        `json:"column"`
	Depth      int           `json:"depth"`
	Via        string        `json:"via"`
	Into       string        `json:"into"`
	Confidence string        `json:"confidence"`
	Origin     bool          `json:"origin"` // nothing flows into it: a source, a seed
	At         *effect.Place `json:"at,omitempty"`
}

// formatUpstream is the value of upstreamAnswer.Format.
const formatUpstream = "impact.upstream/1"

func writeUpstream(o *FieldOptions, g *lineage.Graph, target effect.Target, col lineage.ColID) error {
	depth := -1
	if o.Depth > 0 {
		depth = o.Depth
	}
	reach := g.Upstream(depth, col)
	answer := &upstreamAnswer{Format: formatUpstream, Target: target, Columns: []upstreamColumn{}, Coverage: effect.CoverageOf(g, nil)}
	for _, c := range reach.Cols {
		if c == col {
			continue
		}
		e := reach.Prev[c]
		rel := g.Relation(g.Columns[c].Rel)
		answer.Columns = append(answer.Columns, upstreamColumn{
			Relation: rel.Name, ID: rel.UniqueID, Kind: string(rel.Kind), Column: g.Columns[c].String(), Depth: reach.Dist[c],
			Via: e.Via.String(), Into: g.QualifiedName(e.To), Confidence: e.Confidence.String(),
			Origin: len(g.Up(c)) == 0, At: effect.EdgePlace(g, e),
		})
	}
	if o.Format == "json" {
		return writeJSON(o.App.Out(), answer)
	}
	return writeUpstreamText(o, answer)
}

func writeUpstreamText(o *FieldOptions, answer *upstreamAnswer) error {
	var sb strings.Builder
	style := o.App.OutStyle()
	clean := func(s string) string { return terminal.Line(s) }
	column := answer.Target.Column
	if answer.Target.Path != "" {
		column += "." + answer.Target.Path
	}
	name := clean(answer.Target.Name + "." + column)
	bold := style.Bold
	if o.Format == "markdown" {
		bold = func(s string) string { return "**" + s + "**" }
		clean = func(s string) string { return "`" + strings.ReplaceAll(terminal.Line(s), "`", "'") + "`" }
		name = clean(answer.Target.Name + "." + column)
	}
	if len(answer.Columns) == 0 {
		fmt.Fprintf(&sb, "%s is made of no other column.\n", bold(name))
	} else {
		fmt.Fprintf(&sb, "%s comes from\n\n", bold(name))
	}
	for _, c := range answer.Columns {
		mark := "  "
		if c.Origin {
			mark = "● "
		}
		if o.Format == "markdown" {
			mark = strings.Repeat("  ", max(c.Depth-1, 0)) + "- "
		} else {
			mark = strings.Repeat("  ", max(c.Depth-1, 0)) + mark
		}
		line := mark + clean(c.Relation+"."+c.Column) + "  " + c.Via + " into " + clean(c.Into)
		if c.Confidence != bind.Exact.String() {
			line += " [" + c.Confidence + "]"
		}
		if c.At != nil {
			line += "  " + clean(fmt.Sprintf("%s:%d:%d", c.At.File, c.At.Line, c.At.Col))
		}
		sb.WriteString(line + "\n")
	}
	fmt.Fprintf(&sb, "\n%d of %d models understood.\n", answer.Coverage.Bound, answer.Coverage.Models)
	if _, err := o.App.Out().Write([]byte(sb.String())); err != nil {
		return &EnvError{Err: fmt.Errorf("write: %w", err)}
	}
	return nil
}
