package effect

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"impact/lineage"
	"impact/lineage/bind"
	"impact/lineage/destination"
	"impact/lineage/syntax"
	"impact/manifest"
)

// OnDrop says what the lake does when a field is dropped at its origin.
type OnDrop string

// What the lake does: the column goes, it stays and turns NULL, or the transfer
// fails and the table freezes.
const (
	Removed OnDrop = "removed"
	Null    OnDrop = "null"
	Fails   OnDrop = "fails"
)

// A Query is a change of one column.
type Query struct {
	Target   Target
	Relation lineage.RelID
	Column   lineage.ColID
	OnDrop   OnDrop // "" means Removed
	// Standard says that the field is a standard field of Salesforce, which
	// nobody can delete.
	Standard bool
}

// analysis is the state of one answer.
type analysis struct {
	g     *lineage.Graph
	q     Query
	loss  lineage.Loss
	reach *lineage.Reach

	broken map[lineage.RelID]bool
	stale  map[lineage.RelID]bool
	rows   map[lineage.RelID]bool // whose rows depend on the column
	// blocked are relations on which a test of severity error fails: dbt build
	// skips what is behind them.
	blocked map[lineage.RelID]bool
	tested  map[string]bool // tests that were looked at
	nulls   map[lineage.ColID]bool
	// rowsOver are, for a relation, those of rows that it is made from; filled
	// at the first question.
	rowsOver map[lineage.RelID][]lineage.RelID

	byRel    map[lineage.RelID][]lineage.ColID // reached columns
	findings []Finding
	repairs  []Repair
	seen     map[string]bool
}

// Drop says what happens when a column is dropped.
func Drop(g *lineage.Graph, q Query) *Answer {
	if q.OnDrop == "" {
		q.OnDrop = Removed
	}
	a := &analysis{
		g: g, q: q, loss: lineage.Loss{},
		broken: map[lineage.RelID]bool{}, stale: map[lineage.RelID]bool{},
		rows: map[lineage.RelID]bool{}, blocked: map[lineage.RelID]bool{}, tested: map[string]bool{},
		nulls: map[lineage.ColID]bool{}, seen: map[string]bool{},
	}
	a.reach = g.Downstream(g.Start(q.Column)...)
	a.byRel = g.ByRelation(a.reach.Cols)
	switch q.OnDrop {
	case Removed:
		a.removed()
	case Fails:
		a.frozen()
	}
	if q.OnDrop != Fails {
		a.values()
		a.rowsDepend()
	}
	a.loads()
	a.exposures()
	a.notes()
	return a.answer()
}

// removed takes the column away and follows what that breaks.
func (a *analysis) removed() {
	g := a.g
	col := &g.Columns[a.q.Column]
	a.loss.Add(a.q.Relation, col.String())
	a.freshness()
	a.keysAndContract(a.q.Relation, []string{col.String()}, nil)
	a.blockedByTests(a.q.Relation)
	for _, r := range g.Descendants(a.q.Relation) {
		rel := g.Relation(r)
		if r == a.q.Relation || rel.Kind != lineage.Model && rel.Kind != lineage.Snapshot {
			continue
		}
		for _, p := range rel.Parents {
			if a.broken[p] || a.stale[p] || a.blocked[p] {
				a.stale[r] = true
			}
		}
		if g.Touches(r, a.loss) {
			a.rebind(r)
		}
		a.unitTests(r)
		a.blockedByTests(r)
		if a.stale[r] && !a.broken[r] {
			a.staleModel(r)
		}
	}
	a.otherTests()
}

// rebind binds a model again without what its parents have lost.
func (a *analysis) rebind(r lineage.RelID) {
	g := a.g
	rel := g.Relation(r)
	res, _ := g.Rebind(r, a.loss)
	if res == nil || len(res.Outputs) == 0 {
		if a.touchesWidened(r) {
			a.add(Finding{
				Rule: RuleModelUnread, Severity: Value, Subject: a.subject(r), Confidence: bind.Widened.String(),
				Message: fmt.Sprintf("%s may break: its SQL could not be read", rel.Name),
				Path:    a.pathTo(a.lostParent(r, "")),
				Owner:   a.owner(r),
			})
		}
		return
	}
	a.errors(r, res)
	before := g.Outputs(r)
	after := make(map[string]bool, len(res.Outputs))
	for i := range res.Outputs {
		after[strings.ToLower(res.Outputs[i].Name)] = true
	}
	added := map[string]bool{}
	if rel.Kind == lineage.Snapshot {
		for _, c := range lineage.SnapshotColumns(rel.Node) {
			added[strings.ToLower(c)] = true
		}
	}
	var lost []string
	for _, name := range before {
		key := strings.ToLower(name)
		if !after[key] && !added[key] && !a.open(res, name) {
			lost = append(lost, name)
			a.loss.Add(r, name)
		}
	}
	// Columns that only a child names, and that came through a star.
	if g.Open(r) {
		for _, c := range a.byRel[r] {
			col := &g.Columns[c]
			if !col.Known && col.Path == "" && col.Name != "*" && a.throughStar(c) {
				lost = append(lost, col.Name)
				a.loss.Add(r, col.Name)
			}
		}
	}
	a.structLoss(r, res)
	if len(lost) > 0 {
		a.lostColumns(r, lost)
	}
	if !a.broken[r] {
		a.elsewhere(r, res)
	}
}

// open reports whether an output star can still deliver a column.
func (a *analysis) open(res *bind.Result, name string) bool {
	for i := range res.Outputs {
		o := &res.Outputs[i]
		if !o.Star {
			continue
		}
		excluded := slices.ContainsFunc(o.Except, func(e string) bool { return strings.EqualFold(e, name) })
		dropped := false
		for _, s := range o.Sources {
			in := res.Inputs[res.Leaves[s.Leaf].Input]
			if slices.ContainsFunc(in.Dropped, func(d string) bool { return strings.EqualFold(d, name) }) {
				dropped = true
			}
		}
		if !excluded && !dropped {
			return true
		}
	}
	return false
}

// throughStar reports whether a column that nobody declares came only from
// columns that are gone.
func (a *analysis) throughStar(c lineage.ColID) bool {
	up := a.g.Up(c)
	if len(up) == 0 {
		return false
	}
	for _, e := range up {
		from := &a.g.Columns[e.From]
		if e.Via != lineage.Direct || e.Pos >= 0 || !a.loss.Has(from.Rel, from.String()) {
			return false
		}
	}
	return true
}

// structLoss enters the fields that a struct column no longer has.
func (a *analysis) structLoss(r lineage.RelID, res *bind.Result) {
	for _, c := range a.byRel[r] {
		col := &a.g.Columns[c]
		if col.Path == "" || !col.Known {
			continue
		}
		for i := range res.Outputs {
			o := &res.Outputs[i]
			if !strings.EqualFold(o.Name, col.Name) || len(o.Parts) == 0 {
				continue
			}
			if !slices.ContainsFunc(o.Parts, func(p bind.Part) bool {
				return strings.EqualFold(p.Path, col.Path) || strings.HasPrefix(strings.ToLower(p.Path), strings.ToLower(col.Path)+".")
			}) {
				a.loss.Add(r, col.String())
			}
		}
	}
}

// touchesWidened reports whether a relation without readable SQL reads something
// that the change reaches.
func (a *analysis) touchesWidened(r lineage.RelID) bool {
	return len(a.byRel[r]) > 0 || a.g.Touches(r, a.loss)
}

// errors reports the places of a model that no longer resolve.
func (a *analysis) errors(r lineage.RelID, res *bind.Result) {
	g := a.g
	rel := g.Relation(r)
	for _, d := range newErrors(g.Diagnostics(r), res.Diagnostics) {
		a.broken[r] = true
		rule, what := RuleModelUnresolved, fmt.Sprintf("replace %s in %s", d.Column, rel.Name)
		switch {
		case d.Code == bind.CodeOrdinal:
			what = "change the position in GROUP BY or ORDER BY of " + rel.Name
		case d.Code == bind.CodeNoColumns:
			what = "name the columns of " + rel.Name
		case d.Code == bind.CodeColumnCount:
			rule, what = RuleModelSetOperation, "give both sides of the set operation in "+rel.Name+" the same columns"
		case d.Clause != "":
			what = fmt.Sprintf("take %s out of %s in %s", d.Column, d.Clause, rel.Name)
		}
		f := Finding{
			Rule: rule, Severity: Break, Subject: a.subject(r), Confidence: bind.Exact.String(),
			Message: d.Message, At: a.place(r, d.Span), Owner: a.owner(r),
		}
		if d.Column != "" {
			f.Columns = []string{d.Column}
			f.Path = append(a.pathTo(a.lostParent(r, d.Column)), a.step(r, "", "", f.At))
		}
		id := a.add(f)
		if rel.Kind == lineage.Model || rel.Kind == lineage.Snapshot {
			a.repair(Repair{Subject: f.Subject, What: what, At: f.At, Owner: f.Owner, Findings: []string{id}})
		}
	}
}

// newErrors are the errors that were not there before.
func newErrors(before, after []bind.Diagnostic) []bind.Diagnostic {
	type key struct {
		code bind.Code
		pos  syntax.Pos
	}
	old := make(map[key]bool, len(before))
	for i := range before {
		if before[i].Error {
			old[key{before[i].Code, before[i].Span.Pos}] = true
		}
	}
	var out []bind.Diagnostic
	for i := range after {
		if d := &after[i]; d.Error && !old[key{d.Code, d.Span.Pos}] {
			out = append(out, *d)
		}
	}
	return out
}

// lostParent finds the lost column of a parent that a name meant; with an empty
// name, any lost column of a parent.
func (a *analysis) lostParent(r lineage.RelID, name string) lineage.ColID {
	for _, p := range a.g.Relation(r).Parents {
		lost := make([]string, 0, len(a.loss[p]))
		for c := range a.loss[p] {
			lost = append(lost, c)
		}
		sort.Strings(lost)
		for _, c := range lost {
			if name != "" && !strings.EqualFold(c, name) && !strings.HasSuffix(c, "."+strings.ToLower(name)) {
				continue
			}
			if id, ok := a.g.Column(p, c); ok {
				return id
			}
		}
	}
	return lineage.None
}

// lostColumns reports columns that are gone without an error in the SQL, and
// what of the model's configuration names them.
func (a *analysis) lostColumns(r lineage.RelID, lost []string) {
	rel := a.g.Relation(r)
	subject := a.subject(r)
	sort.Strings(lost)
	f := Finding{
		Rule: RuleModelColumnLost, Severity: Loss, Subject: subject, Columns: lost, Confidence: bind.Exact.String(),
		Message: fmt.Sprintf("%s loses %s, which only a star passes on", rel.Name, strings.Join(lost, ", ")),
		Owner:   a.owner(r),
	}
	if c, ok := a.g.Column(r, lost[0]); ok {
		f.Path = a.pathTo(c)
		f.Confidence = a.confidence(c)
		if n := len(f.Path); n > 0 {
			f.At = f.Path[n-1].At
		}
	}
	a.add(f)
	a.keysAndContract(r, lost, f.Path)
}

// keysAndContract reports what of a model's configuration and contract names
// lost columns.
func (a *analysis) keysAndContract(r lineage.RelID, lost []string, path []Step) {
	rel := a.g.Relation(r)
	if rel.Node == nil || rel.Kind != lineage.Model && rel.Kind != lineage.Snapshot {
		return
	}
	subject, owner := a.subject(r), a.owner(r)
	for _, key := range configKeys(rel.Node) {
		if !slices.ContainsFunc(lost, func(c string) bool { return strings.EqualFold(c, key.column) }) {
			continue
		}
		a.broken[r] = true
		id := a.add(Finding{
			Rule: RuleConfig, Severity: Break, Subject: subject, Columns: []string{key.column}, Confidence: bind.Exact.String(),
			Message: fmt.Sprintf("%s of %s names %s, which is gone", key.name, rel.Name, key.column),
			Path:    path, Owner: owner,
		})
		a.repair(Repair{Subject: subject, What: fmt.Sprintf("take %s out of %s of %s", key.column, key.name, rel.Name), Owner: owner, Findings: []string{id}})
	}
	if rel.Node.Contract.Enforced {
		for i := range rel.Node.Columns {
			c := rel.Node.Columns[i].Name
			if !slices.ContainsFunc(lost, func(l string) bool { return strings.EqualFold(l, c) }) {
				continue
			}
			a.broken[r] = true
			id := a.add(Finding{
				Rule: RuleContract, Severity: Break, Subject: subject, Columns: []string{c}, Confidence: bind.Exact.String(),
				Message: fmt.Sprintf("the contract of %s promises %s, which is gone", rel.Name, c),
				Path:    path, Owner: owner,
			})
			a.repair(Repair{Subject: subject, What: "take " + c + " out of the contract of " + rel.Name, Owner: owner, Findings: []string{id}})
		}
	}
}

// A configKey is a column that a model's configuration names.
type configKey struct{ name, column string }

// configKeys are the columns without which dbt cannot build a node.
func configKeys(n *manifest.Node) []configKey {
	var out []configKey
	add := func(name string, cols ...string) {
		for _, c := range cols {
			if c != "" && c != "all" {
				out = append(out, configKey{name, c})
			}
		}
	}
	add("unique_key", n.Config.UniqueKey...)
	add("updated_at", manifest.Identifiers(n.Config.UpdatedAt)...)
	add("check_cols", n.Config.CheckCols...)
	add("partition_by", n.Config.PartitionBy...)
	add("cluster_by", n.Config.ClusterBy...)
	add("merge_update_columns", n.Config.MergeUpdateColumns...)
	add("event_time", n.Config.EventTime)
	return out
}

// elsewhere reports names that still resolve, but to other columns.
func (a *analysis) elsewhere(r lineage.RelID, res *bind.Result) {
	base, _ := a.g.Rebind(r, nil)
	if base == nil {
		return
	}
	a.usesElsewhere(r, base, res)
	type source struct{ rel, col string }
	sources := func(x *bind.Result, o *bind.Output) map[source]bool {
		m := make(map[source]bool, len(o.Sources))
		for _, s := range o.Sources {
			l := &x.Leaves[s.Leaf]
			m[source{x.Inputs[l.Input].Name, strings.ToLower(l.Column)}] = true
		}
		return m
	}
	old := make(map[string]*bind.Output, len(base.Outputs))
	for i := range base.Outputs {
		old[strings.ToLower(base.Outputs[i].Name)] = &base.Outputs[i]
	}
	for i := range res.Outputs {
		o := &res.Outputs[i]
		before := old[strings.ToLower(o.Name)]
		if before == nil || o.Star {
			continue
		}
		was := sources(base, before)
		for s := range sources(res, o) {
			if was[s] {
				continue
			}
			a.add(Finding{
				Rule: RuleModelElsewhere, Severity: Value, Subject: a.subject(r), Columns: []string{o.Name},
				Confidence: o.Confidence.String(), At: a.place(r, o.Span), Owner: a.owner(r),
				Message: fmt.Sprintf("%s would silently be made of another column", o.Name),
			})
			break
		}
	}
}

// usesElsewhere reports names in filters, joins and keys that still resolve, but
// to other columns.
func (a *analysis) usesElsewhere(r lineage.RelID, base, res *bind.Result) {
	type key struct {
		kind bind.UseKind
		pos  syntax.Pos
	}
	column := func(x *bind.Result, u *bind.Use) string {
		l := &x.Leaves[u.Leaf]
		return x.Inputs[l.Input].Name + "." + strings.ToLower(l.Column)
	}
	before := map[key]string{}
	for i := range base.Uses {
		if u := &base.Uses[i]; u.Pos >= 0 {
			before[key{u.Kind, u.Pos}] = column(base, u)
		}
	}
	for i := range res.Uses {
		u := &res.Uses[i]
		was, ok := before[key{u.Kind, u.Pos}]
		if !ok || was == column(res, u) {
			continue
		}
		l := &res.Leaves[u.Leaf]
		f := Finding{
			Rule: RuleModelElsewhere, Severity: Value, Subject: a.subject(r), Columns: []string{l.Column}, Confidence: u.Confidence.String(),
			At: a.place(r, syntax.Span{Pos: u.Pos, End: u.Pos + syntax.Pos(len(l.Column))}), Owner: a.owner(r),
			Message: fmt.Sprintf("%s in a %s would silently mean another column", l.Column, u.Kind),
		}
		id := a.add(f)
		a.repair(Repair{Subject: f.Subject, What: fmt.Sprintf("name the table of %s in %s", l.Column, a.g.Relation(r).Name), At: f.At, Owner: f.Owner, Findings: []string{id}})
	}
}

func (a *analysis) staleModel(r lineage.RelID) {
	rel := a.g.Relation(r)
	var cause lineage.RelID = lineage.None
	for _, p := range rel.Parents {
		if a.broken[p] || a.blocked[p] {
			cause = p
			break
		}
		if a.stale[p] && cause == lineage.None {
			cause = p
		}
	}
	msg := fmt.Sprintf("%s is not built", rel.Name)
	switch {
	case cause == lineage.None:
	case a.blocked[cause] && !a.broken[cause]:
		msg += " because a test of " + a.g.Relation(cause).Name + " fails"
	default:
		msg += " because " + a.g.Relation(cause).Name + " is not"
	}
	a.add(Finding{Rule: RuleModelStale, Severity: Stale, Subject: a.subject(r), Confidence: bind.Exact.String(), Message: msg, Owner: a.owner(r)})
}

// frozen follows a table that is no longer refreshed.
func (a *analysis) frozen() {
	src := a.g.Relation(a.q.Relation)
	a.stale[a.q.Relation] = true
	a.add(Finding{
		Rule: RuleSourceFrozen, Severity: Stale, Subject: a.subject(a.q.Relation), Confidence: bind.Exact.String(),
		Message: fmt.Sprintf("the transfer of %s fails, and the table freezes", src.Name), Owner: a.owner(a.q.Relation),
	})
	for _, r := range a.g.Descendants(a.q.Relation) {
		rel := a.g.Relation(r)
		if rel.Kind == lineage.Model || rel.Kind == lineage.Snapshot {
			a.stale[r] = true
			a.add(Finding{Rule: RuleModelStale, Severity: Stale, Subject: a.subject(r), Confidence: bind.Exact.String(),
				Message: fmt.Sprintf("%s is built from a table that no longer changes", rel.Name), Owner: a.owner(r)})
		}
	}
}

// freshness reports a freshness check of the source that names the column.
func (a *analysis) freshness() {
	rel := a.g.Relation(a.q.Relation)
	if rel.Node == nil || rel.Kind != lineage.Source {
		return
	}
	for _, c := range manifest.Identifiers(rel.Node.LoadedAtField) {
		if a.loss.Has(a.q.Relation, c) {
			id := a.add(Finding{
				Rule: RuleFreshness, Severity: Break, Subject: a.subject(a.q.Relation), Columns: []string{c}, Confidence: bind.Exact.String(),
				Message: fmt.Sprintf("loaded_at_field of %s names %s", rel.Name, c), Owner: a.owner(a.q.Relation),
			})
			a.repair(Repair{Subject: a.subject(a.q.Relation), What: "choose another loaded_at_field", Findings: []string{id}})
		}
	}
}

// values reports columns whose values change.
func (a *analysis) values() {
	g := a.g
	for _, r := range g.Order() {
		rel := g.Relation(r)
		if r == a.q.Relation || rel.Kind != lineage.Model && rel.Kind != lineage.Snapshot {
			continue
		}
		var cols []string
		var first lineage.ColID = lineage.None
		conf := bind.Exact
		for _, c := range a.byRel[r] {
			col := &g.Columns[c]
			if col.Path != "" || col.Name == "*" || a.loss.Has(r, col.Name) {
				continue
			}
			if first == lineage.None {
				first = c
			}
			cols = append(cols, col.Name)
			conf = max(conf, a.worst(c))
		}
		if len(cols) == 0 {
			continue
		}
		a.add(Finding{
			Rule: RuleModelValue, Severity: Value, Subject: a.subject(r), Columns: cols, Confidence: conf.String(),
			Message: fmt.Sprintf("%s of %s %s", list(cols), rel.Name, plural(len(cols), "changes", "change")),
			Path:    a.pathTo(first), At: lastPlace(a.pathTo(first)), Owner: a.owner(r),
		})
	}
}

// rowsDepend reports relations whose rows the column decides about.
func (a *analysis) rowsDepend() {
	g := a.g
	for _, r := range g.Order() {
		rel := g.Relation(r)
		if rel.Kind == lineage.Exposure || rel.Kind == lineage.Table {
			continue
		}
		a.rowsOf(r)
	}
}

func (a *analysis) rowsOf(r lineage.RelID) {
	g := a.g
	rel := g.Relation(r)
	var vias []string
	var at *Place
	var path []Step
	conf := bind.Exact
	via := func(v string) {
		if !slices.Contains(vias, v) {
			vias = append(vias, v)
		}
	}
	for _, u := range g.Uses(r) {
		if !u.Rows || !a.reach.Has(u.Col) {
			continue
		}
		via(u.Via.String())
		conf = max(conf, u.Confidence)
		if at == nil {
			end := u.Pos + syntax.Pos(len(g.Columns[u.Col].Name))
			at = a.place(r, syntax.Span{Pos: u.Pos, End: end})
			path = append(a.pathTo(u.Col), a.step(r, "", u.Via.String(), at))
		}
	}
	if rel.Node != nil && (rel.Kind == lineage.Model || rel.Kind == lineage.Snapshot) {
		for _, key := range rowKeys(rel.Node, g.Outputs(r)) {
			c, ok := g.Column(r, key)
			if !ok || !a.reach.Has(c) || a.loss.Has(r, key) {
				continue
			}
			via("config")
			if path == nil {
				path = a.pathTo(c)
			}
		}
	}
	if len(vias) == 0 {
		return
	}
	a.rows[r] = true
	a.add(Finding{
		Rule: RuleModelRows, Severity: Rows, Subject: a.subject(r), Confidence: conf.String(), At: at, Path: path, Owner: a.owner(r),
		Message: fmt.Sprintf("the rows of %s depend on it (%s)", rel.Name, strings.Join(vias, ", ")),
	})
}

// rowKeys are the columns by whose values dbt itself decides about rows.
func rowKeys(n *manifest.Node, outputs []string) []string {
	var out []string
	if n.Kind == manifest.KindSnapshot {
		out = append(out, n.Config.UniqueKey...)
		out = append(out, manifest.Identifiers(n.Config.UpdatedAt)...)
		for _, c := range n.Config.CheckCols {
			if c == "all" {
				return append(out, outputs...)
			}
		}
		return append(out, n.Config.CheckCols...)
	}
	if n.Materialized == "incremental" {
		out = append(out, n.Config.UniqueKey...)
		out = append(out, n.Config.EventTime)
	}
	return out
}

// loads reports what happens to deliveries and their tables.
func (a *analysis) loads() {
	for _, l := range a.g.Loads() {
		if model := a.g.ByID(l.Model); model != lineage.None {
			a.loadOf(l.Expand(a.g.Outputs(model)), l.AllColumns)
		}
	}
}

// loadOf reports what happens to one delivery; all says that the block lists no
// columns, so that it delivers whatever the model has.
func (a *analysis) loadOf(l *destination.Load, all bool) {
	g := a.g
	model, table := g.ByID(l.Model), g.ByID(l.Target())
	if model == lineage.None || table == lineage.None {
		return
	}
	owner := a.owner(table)
	subject := Subject{Kind: "load", ID: l.Exposure + "/" + l.Table, Name: l.Name, File: l.File}
	if rel := g.ByID(l.Exposure); rel != lineage.None {
		subject.File = g.Relation(rel).Exposure.Path
	}
	for _, read := range l.Reads() {
		if !a.loss.Has(model, read.Column) {
			continue
		}
		col, _ := g.Column(model, read.Column)
		path := a.pathTo(col)
		if all && read.Role == destination.RoleValue {
			a.add(Finding{
				Rule: RuleDestinationLost, Severity: Loss, Subject: a.subject(table), Columns: []string{read.Target}, Confidence: a.confidence(col),
				Message: fmt.Sprintf("%s.%s is no longer delivered", l.Target(), read.Target), Path: append(path, a.step(table, read.Target, "load", nil)), Owner: owner,
			})
			continue
		}
		id := a.add(Finding{
			Rule: RuleLoadColumnMissing, Severity: Break, Subject: subject, Columns: []string{read.Target}, Confidence: bind.Exact.String(),
			Message: fmt.Sprintf("%s maps %s of %s, which is gone", l.Name, read.Column, g.Relation(model).Name),
			Path:    append(path, a.step(table, read.Target, roleVia(read.Role), nil)), Owner: owner,
		})
		a.repair(Repair{Subject: subject, What: fmt.Sprintf("map another column to %s", read.Target), Owner: owner, Findings: []string{id}})
	}
	if table == a.q.Relation && a.q.OnDrop == Removed {
		column := g.Columns[a.q.Column].Name
		for _, w := range l.Writes() {
			if strings.EqualFold(w.Column, column) {
				id := a.add(Finding{
					Rule: RuleLoadColumnMissing, Severity: Break, Subject: subject, Columns: []string{w.Column}, Confidence: bind.Exact.String(), Owner: owner,
					Message: fmt.Sprintf("%s writes %s.%s, which is gone", l.Name, l.Target(), w.Column),
				})
				a.repair(Repair{Subject: subject, What: "take " + w.Column + " out of the load", Owner: owner, Findings: []string{id}})
			}
		}
	}
	if a.broken[model] || a.stale[model] || a.blocked[model] {
		why := "is not built"
		if a.blocked[model] && !a.broken[model] && !a.stale[model] {
			why = "fails a test"
		}
		a.add(Finding{
			Rule: RuleLoadStale, Severity: Stale, Subject: subject, Confidence: bind.Exact.String(), Owner: owner,
			Message: fmt.Sprintf("%s stops updating: %s %s", l.Target(), g.Relation(model).Name, why),
			Path:    []Step{a.step(model, "", "", nil), a.step(table, "", "load", nil)},
		})
	}
	if a.q.OnDrop == Fails {
		return
	}
	a.tableValues(l, model, table, owner)
}

func roleVia(r destination.Role) string {
	switch r {
	case destination.RoleKey:
		return "key"
	case destination.RoleScope:
		return "scope"
	case destination.RoleLookup:
		return "lookup"
	}
	return "load"
}

// tableValues reports the destination columns that change, and those that get
// NULL although they may not.
func (a *analysis) tableValues(l *destination.Load, model, table lineage.RelID, owner *Owner) {
	g := a.g
	rel := g.Relation(table)
	for _, c := range a.byRel[table] {
		col := &g.Columns[c]
		from := l.SourceOf(col.Name)
		if from == "" || a.loss.Has(model, from) {
			continue // another load's column, or one that is gone
		}
		f := Finding{
			Rule: RuleDestinationValue, Severity: Value, Subject: a.subject(table), Columns: []string{col.Name},
			Confidence: a.confidence(c), Path: a.pathTo(c), Owner: owner,
			Message: fmt.Sprintf("%s.%s changes", rel.Name, col.Name),
		}
		notNull := false
		if rel.Table != nil {
			tc := rel.Table.Column(col.Name)
			notNull = tc != nil && tc.NotNull
		}
		sure := notNull && a.surelyNull(c, 0)
		if notNull && !sure {
			f.Hint = "the column is NOT NULL: the load fails where the value becomes NULL"
		}
		a.add(f)
		if sure {
			f.Rule, f.Severity = RuleDestinationNotNull, Break
			f.Message = fmt.Sprintf("%s.%s is NOT NULL and would get NULL", rel.Name, col.Name)
			a.add(f)
		}
	}
	a.tableRows(l, model, table, owner)
}

// tableRows reports a table whose rows come from relations whose rows depend on
// the column, or whose key is made of it.
func (a *analysis) tableRows(l *destination.Load, model, table lineage.RelID, owner *Owner) {
	var why []string
	var path []Step
	for _, u := range a.g.Uses(table) {
		if u.Rows && a.reach.Has(u.Col) {
			why = append(why, u.Via.String())
			if path == nil {
				path = append(a.pathTo(u.Col), a.step(table, "", u.Via.String(), nil))
			}
		}
	}
	for _, r := range a.rowsBehind(model) {
		why = append(why, "through "+a.g.Relation(r).Name)
	}
	if len(why) == 0 {
		return
	}
	a.add(Finding{
		Rule: RuleDestinationRows, Severity: Rows, Subject: a.subject(table), Confidence: bind.Inferred.String(), Path: path, Owner: owner,
		Message: fmt.Sprintf("which rows %s holds depends on it (%s)", l.Target(), strings.Join(why, ", ")),
	})
}

// maxNullDepth bounds the walk of surelyNull.
const maxNullDepth = 200

// surelyNull reports whether a column can only be NULL once the changed column
// is: it is a copy of it, and of nothing else.
func (a *analysis) surelyNull(c lineage.ColID, depth int) bool {
	if c == a.q.Column {
		return true
	}
	if sure, known := a.nulls[c]; known {
		return sure
	}
	a.nulls[c] = a.onlyCopies(c, depth)
	return a.nulls[c]
}

// onlyCopies reports whether all that a column is made of can only be NULL.
func (a *analysis) onlyCopies(c lineage.ColID, depth int) bool {
	up := a.g.Up(c)
	if len(up) == 0 || depth > maxNullDepth {
		return false
	}
	for _, e := range up {
		if e.Via != lineage.Direct && e.Via != lineage.Load || !a.reach.Has(e.From) || !a.surelyNull(e.From, depth+1) {
			return false
		}
	}
	return true
}

// exposures reports uses of the data outside dbt that have no load.
func (a *analysis) exposures() {
	g := a.g
	for _, r := range g.Order() {
		rel := g.Relation(r)
		if rel.Kind != lineage.Exposure {
			continue
		}
		delivered := map[lineage.RelID]bool{}
		for _, l := range rel.Loads {
			delivered[g.ByID(l.Model)] = true
		}
		var cause string
		var lost []string
		rows := false
		for _, p := range rel.Parents {
			if delivered[p] {
				continue // its load says what happens
			}
			if (a.broken[p] || a.stale[p] || a.blocked[p]) && cause == "" {
				cause = g.Relation(p).Name
			}
			for c := range a.loss[p] {
				if id, ok := g.Column(p, c); ok && a.reads(r, id) {
					lost = append(lost, g.Columns[id].String())
				}
			}
			rows = rows || len(a.rowsBehind(p)) > 0
		}
		sort.Strings(lost)
		lost = slices.Compact(lost)
		subject, owner := a.subject(r), a.owner(r)
		if cause != "" {
			a.add(Finding{Rule: RuleExposureStale, Severity: Stale, Subject: subject, Confidence: bind.Exact.String(), Owner: owner,
				Message: fmt.Sprintf("%s stops updating: %s is not built", rel.Name, cause)})
		}
		if len(lost) > 0 {
			a.add(Finding{Rule: RuleExposureColumnLost, Severity: Loss, Subject: subject, Columns: lost, Confidence: bind.Inferred.String(), Owner: owner,
				Message: fmt.Sprintf("%s may read %s, which is gone", rel.Name, strings.Join(lost, ", "))})
		}
		a.exposureValues(r, subject, owner, delivered)
		if rows && a.q.OnDrop != Fails {
			a.add(Finding{Rule: RuleExposureRows, Severity: Rows, Subject: subject, Confidence: bind.Inferred.String(), Owner: owner,
				Message: fmt.Sprintf("which rows %s sees depends on it", rel.Name)})
		}
	}
}

// reads reports whether an exposure reads a column.
func (a *analysis) reads(exposure lineage.RelID, c lineage.ColID) bool {
	for _, e := range a.g.Down(c) {
		if a.g.Columns[e.To].Rel == exposure {
			return true
		}
	}
	return false
}

// mostRows is how many relations are named as the reason why rows change.
const mostRows = 4

// rowsBehind are the first relations, in the order of the graph, from which r is
// made and whose rows depend on the column.
func (a *analysis) rowsBehind(r lineage.RelID) []lineage.RelID {
	if a.rowsOver == nil {
		a.rowsOver = map[lineage.RelID][]lineage.RelID{}
		for _, from := range a.g.Order() {
			if !a.rows[from] {
				continue
			}
			for _, d := range a.g.Descendants(from) {
				if len(a.rowsOver[d]) < mostRows {
					a.rowsOver[d] = append(a.rowsOver[d], from)
				}
			}
		}
	}
	return a.rowsOver[r]
}

func (a *analysis) exposureValues(r lineage.RelID, subject Subject, owner *Owner, delivered map[lineage.RelID]bool) {
	if a.q.OnDrop == Fails || len(a.byRel[r]) == 0 {
		return
	}
	g := a.g
	var cols []string
	var first lineage.ColID = lineage.None
	for _, c := range a.byRel[r] {
		for _, e := range g.Up(c) {
			from := &g.Columns[e.From]
			if delivered[from.Rel] || !a.reach.Has(e.From) || a.loss.Has(from.Rel, from.String()) || from.Name == "*" {
				continue
			}
			if first == lineage.None {
				first = e.From
			}
			cols = append(cols, from.String())
		}
	}
	if len(cols) == 0 {
		return
	}
	sort.Strings(cols)
	cols = slices.Compact(cols)
	a.add(Finding{
		Rule: RuleExposureValue, Severity: Value, Subject: subject, Columns: cols, Confidence: bind.Inferred.String(), Owner: owner,
		Message: fmt.Sprintf("%s reads %s, which %s", subject.Name, list(cols), plural(len(cols), "changes", "change")),
		Path:    append(a.pathTo(first), a.step(r, "", "direct", nil)),
	})
}
