package bind

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"impact/internal/slab"
	"impact/lineage/syntax"
)

// binder holds the state of binding one file. It is used by one goroutine.
type binder struct {
	m         *memory
	file      *syntax.File
	dialect   *syntax.Dialect
	traits    traits
	catalog   Catalog
	inputs    []input
	byRel     map[*Relation]int32
	byName    map[string]int32 // relations that the catalog does not know
	leaves    leaves
	groups    []group
	carries   []*carried
	state     *scriptState
	diags     []Diagnostic
	seen      map[diagKey]bool
	variables []column              // DECLAREd and procedure variables
	params    []column              // those of the function of the script that is being bound
	given     []column              // while ON DUPLICATE KEY UPDATE is bound: the new row, for VALUES(column)
	using     []value               // what is left of the arguments of EXECUTE IMMEDIATE for its ?
	tables    map[string]*madeTable // made or changed by the script itself
	tails     map[string]string     // their keys by the last two parts of their names
	functions map[string]*userFunc  // made by the script itself
	funcTails map[string]string     // as tails
	followed  int                   // how much text of these was bound for their calls
	lastPart  uint16                // the last number of an element of an array
	depth     int
	mark      int
	quiet     int              // diagnostics are not kept while above zero
	touched   map[*column]bool // columns that names resolved to, while wanted
	spent     int              // work that was done
	hinted    int              // what was spent on hints
	indexes   indexes
	facts     map[*Relation]*relationFacts

	rangeVarFirst bool
	twins         bool // columns that are one under several names are told
	lastTwin      uint32
	twinsOf       map[*rangeVar][]column // the columns of range variables with their twins
	openTwins     map[openTwin]uint32    // of columns that are not known by name
	flattening    bool                   // inside FLATTEN, where fields of arrays may be named
	starCalls     bool                   // the text may hold COLUMNS(…)
	// column is what COLUMNS(…) stands for, while an item is bound once for each.
	column *column
}

// An input is a relation that the statement reads.
type input struct {
	rel   *Relation
	first int32    // leaf of its first column
	rv    []column // its columns as values
	known bool
}

// A group is what a source below zero stands for: the uses of a window or a
// subquery, or else a carried value, by its number from 1.
type group struct {
	uses    *uses
	carried int32
}

type diagKey struct {
	code Code
	pos  syntax.Pos
}

// Bind resolves every name of a parsed file and returns the lineage of the last
// statement that has columns. Errors of the parser are among the diagnostics.
//
// The result depends on nothing but the arguments. Bind may run on many
// goroutines with one File and one Catalog, if the Catalog allows it.
func Bind(file *syntax.File, catalog Catalog) *Result { return new(memory).bind(file, catalog) }

func (m *memory) bind(file *syntax.File, catalog Catalog) *Result {
	b := &binder{
		m: m, leaves: leaves{all: m.leafList}, file: file, dialect: file.Dialect, traits: traitsOf[file.Dialect.Name], catalog: catalog,
		rangeVarFirst: file.Dialect.RangeVariableFirst,
	}
	b.starCalls = b.traits.starCalls && mentionsColumns(file.Src)
	b.twins = b.traits.strictNames && file.Unpivots
	for _, e := range file.Errors {
		d := Diagnostic{Code: CodeSyntax, Span: syntax.Span{Pos: e.Pos, End: e.End}, Message: e.Message, Hint: e.Hint, Error: !e.Warning}
		if d.Hint == "" && d.Error {
			d.Hint = meantWord(file.Src, d.Span)
		}
		b.report(d)
	}
	r := b.script(file.Stmts)
	m.leafList = b.leaves.all
	return r
}

// BindExpr resolves the names of one expression against a relation, as the
// condition of a test or the expression of a measure does, and returns its
// sources as a single output.
func BindExpr(file *syntax.File, x syntax.Expr, rel *Relation) *Result {
	b := &binder{
		m: new(memory), file: file, dialect: file.Dialect, traits: traitsOf[file.Dialect.Name],
		rangeVarFirst: file.Dialect.RangeVariableFirst,
	}
	v := b.inputVar(b.input(rel, true), nil)
	sc := &scope{names: &names{cols: v.cols, opens: v.opens, vars: []*rangeVar{v}}, uses: &uses{}}
	val := b.expr(x, sc)
	return b.result(&table{cols: []column{{val: val}}, uses: sc.uses}, "")
}

// input returns the index of a relation, entering it at its first mention.
func (b *binder) input(rel *Relation, known bool) int32 {
	if i, ok := b.byRel[rel]; ok {
		return i
	}
	if b.byRel == nil {
		b.byRel = make(map[*Relation]int32, 4)
	}
	i := int32(len(b.inputs))
	in := input{rel: rel, known: known}
	in.first = b.leaves.block(i, rel.Columns)
	b.spend(columnWork * len(rel.Columns))
	srcs := b.m.srcs.Make(len(rel.Columns))
	in.rv = b.m.columns.Make(len(rel.Columns))
	for j := range rel.Columns {
		c := &rel.Columns[j]
		srcs[j] = src{leaf: in.first + int32(j), pos: -1, kind: Direct}
		hash := c.hash
		if hash == 0 {
			hash = syntax.Fold(c.Name)
		}
		in.rv[j] = column{name: c.Name, hash: hash, val: value{srcs: srcs[j : j+1 : j+1], typ: c.Type}}
	}
	b.inputs = append(b.inputs, in)
	b.byRel[rel] = i
	return i
}

// inputVar makes the range variable of an input.
func (b *binder) inputVar(i int32, path []syntax.Ident) *rangeVar {
	in := &b.inputs[i]
	v := b.m.vars.New(rangeVar{cols: in.rv, path: path})
	if in.rel.Open {
		v.opens = []open{{input: i, except: columnNames(in.rel.Columns), at: len(in.rv)}}
	}
	if in.rel.ValueTable && len(in.rv) == 1 {
		v.isValue, v.val = true, in.rv[0].val
		v.cols, v.opens = b.valueColumns(v.val, "")
	}
	return v
}

func columnNames(cols []Column) []string {
	if len(cols) == 0 {
		return nil
	}
	out := make([]string, len(cols))
	for i := range cols {
		out[i] = cols[i].Name
	}
	return out
}

// relation finds the relation of a table name; one that the catalog does not
// know becomes an open relation of that name; of env it may be a query of WITH
// that was meant.
func (b *binder) relation(name []syntax.Ident, span syntax.Span, env *cteEnv) int32 {
	if b.catalog != nil {
		if rel := b.catalog.Relation(name); rel != nil {
			return b.input(rel, true)
		}
	}
	text := dotted(name)
	key := strings.ToLower(text)
	if i, ok := b.byName[key]; ok {
		return i
	}
	i := b.input(&Relation{Name: text, ID: -1, Open: true}, false)
	if b.byName == nil {
		b.byName = make(map[string]int32)
	}
	b.byName[key] = i
	b.report(Diagnostic{Code: CodeUnknownRelation, Span: span, Relation: text,
		Message: "table " + text + " is not known: its columns are taken from their use", Hint: b.meantTable(name, env)})
	return i
}

func dotted(name []syntax.Ident) string {
	if len(name) == 1 {
		return name[0].Name
	}
	var sb strings.Builder
	for i := range name {
		if i > 0 {
			sb.WriteByte('.')
		}
		sb.WriteString(name[i].Name)
	}
	return sb.String()
}

// report keeps a diagnostic, one for each code and place.
func (b *binder) report(d Diagnostic) {
	if b.quiet > 0 || b.exhausted() {
		return
	}
	key := diagKey{d.Code, d.Span.Pos}
	if b.seen[key] {
		return
	}
	if b.seen == nil {
		b.seen = make(map[diagKey]bool)
	}
	b.seen[key] = true
	b.diags = append(b.diags, d)
}

// fail reports something that would make the statement fail.
func (b *binder) fail(code Code, span syntax.Span, format string, args ...any) {
	b.report(Diagnostic{Code: code, Span: span, Message: fmt.Sprintf(format, args...), Error: true})
}

// note reports something that only lowers the confidence.
func (b *binder) note(code Code, span syntax.Span, format string, args ...any) {
	b.report(Diagnostic{Code: code, Span: span, Message: fmt.Sprintf(format, args...)})
}

// group enters the uses of a window or a subquery and returns the source that
// stands for them, or nothing if there are none.
func (b *binder) group(u *uses) []src {
	if len(u.list) == 0 && len(u.children) == 0 {
		return nil
	}
	b.groups = append(b.groups, group{uses: u})
	out := append(b.allocSrcs(1), src{leaf: -int32(len(b.groups)), pos: -1, kind: Transform})
	return b.keepSrcs(out)
}

// result brings a table into its public form.
func (b *binder) result(t *table, target string) *Result {
	if !b.exhausted() {
		b.settle()
		r := b.collect(b.guarded(t), target)
		if !b.exhausted() {
			return r
		}
	}
	return b.overflow()
}

// guarded lets the rows of a table depend on every column that is read where it
// was guessed what belongs together in a statement, and the guess leads to other
// errors: else what these hide would be lost.
func (b *binder) guarded(t *table) *table {
	lost := func(d Diagnostic) bool { return d.Code != CodeSyntax && d.Error }
	if !b.file.Guessed || !slices.ContainsFunc(b.diags, lost) {
		return t
	}
	u := &uses{}
	u.child(t.uses)
	for i := range b.inputs {
		in := &b.inputs[i]
		for j := range in.rv {
			u.add(Filter, []src{{leaf: in.first + int32(j), pos: -1, conf: Widened}})
		}
		if in.rel.Open {
			u.add(Filter, []src{{leaf: b.leaves.column(int32(i), "*"), pos: -1, conf: Widened}})
		}
	}
	out := *t
	out.uses = u
	return &out
}

// collect is result, as far as there is work left.
func (b *binder) collect(t *table, target string) *Result {
	r := &Result{Target: target, Diagnostics: b.diags, ValueTable: t.isValue}
	for i := range b.inputs {
		r.Inputs = append(r.Inputs, b.inputs[i].rel)
		if !b.inputs[i].known {
			r.Unknown = append(r.Unknown, i)
		}
	}
	if b.m.byKey == nil {
		b.m.byKey = make(map[useKey]int)
	}
	c := &collector{b: b, byKey: b.m.byKey}
	n := len(t.cols) + len(t.opens)
	r.Outputs = make([]Output, 0, n)
	opens := slices.Clone(t.opens)
	slices.SortStableFunc(opens, func(x, y open) int { return x.at - y.at })
	for i := range t.cols {
		for len(opens) > 0 && opens[0].at <= i {
			b.rest(r, c, opens[0])
			opens = opens[1:]
		}
		if col := &t.cols[i]; !col.hidden {
			b.output(r, c, col)
		}
		if b.exhausted() {
			return r
		}
	}
	for _, o := range opens {
		b.rest(r, c, o)
	}
	c.rows(t.uses)
	r.Uses = c.finish(r.Outputs)
	if b.exhausted() {
		return r
	}
	// Leaves are made public last: collecting may have numbered more.
	r.Leaves = make([]Leaf, len(b.leaves.all))
	b.m.deep = slices.Grow(b.m.deep[:0], len(r.Leaves))
	deep := b.m.deep[:len(r.Leaves)]
	for i := range r.Leaves {
		deep[i] = 0
		if up := b.leaves.all[i].parent; up >= 0 {
			deep[i] = deep[up] + 1
			if !b.spend(8 * int(deep[i])) {
				return r
			}
		}
		r.Leaves[i] = b.leaves.leaf(int32(i))
	}
	for i := range r.Outputs {
		r.Confidence = max(r.Confidence, r.Outputs[i].Confidence)
	}
	for i := range r.Diagnostics {
		if d := &r.Diagnostics[i]; d.Code == CodeWidened || d.Code == CodeSyntax && d.Error {
			r.Confidence = Widened
		}
	}
	r.Diagnostics = b.withoutEchoes(r.Diagnostics)
	slices.SortStableFunc(r.Diagnostics, func(x, y Diagnostic) int { return cmp.Compare(x.Span.Pos, y.Span.Pos) })
	return r
}

// rest enters the columns of an open relation that are not known by name.
func (b *binder) rest(r *Result, c *collector, o open) {
	out := Output{Name: "*", Star: true, Except: o.except, Span: syntax.Span{Pos: -1, End: -1}, Confidence: Inferred}
	out.Sources = b.sources(b.openStar(o), c, len(r.Outputs), "")
	r.Outputs = append(r.Outputs, out)
}

func (b *binder) output(r *Result, c *collector, col *column) {
	b.spend(outputWork)
	out := Output{Name: col.name, Type: col.val.typ, Span: col.span}
	out.Sources = b.sources(b.flat(col.val), c, len(r.Outputs), "")
	for _, s := range out.Sources {
		out.Confidence = max(out.Confidence, s.Confidence)
	}
	b.parts(&out, c, len(r.Outputs), "", col.val, nil, 0)
	r.Outputs = append(r.Outputs, out)
}

// maxPartDepth bounds how deep the parts of a struct output are told apart.
const maxPartDepth = 8

// parts lists the fields of a structured output with their own sources.
func (b *binder) parts(out *Output, c *collector, index int, path string, v value, whole []src, depth int) {
	if !b.spend(outputWork) {
		return
	}
	for v.shape != nil && v.shape.elem != nil {
		whole = b.union(whole, v.srcs)
		v = *v.shape.elem
	}
	if v.shape == nil || depth > maxPartDepth || len(v.shape.opens) > 0 {
		if path != "" {
			out.Parts = append(out.Parts, Part{Path: path, Sources: b.sources(b.union(whole, b.flat(v)), c, index, path)})
		}
		return
	}
	whole = b.union(whole, v.srcs)
	for i := range v.shape.fields {
		f := &v.shape.fields[i]
		if f.name == "" {
			continue
		}
		p := f.name
		if path != "" {
			p = path + "." + f.name
		}
		b.parts(out, c, index, p, f.val, whole, depth+1)
	}
}

// sources makes a set public; the uses that its pseudo-leaves stand for are
// booked on the output, or on its part of a path.
func (b *binder) sources(srcs []src, c *collector, output int, path string) []Source {
	var out []Source
	srcs = b.expand(srcs)
	if !b.spend(4 * len(srcs)) {
		return nil
	}
	b.mark++ // one for all groups: what they share is booked once
	for _, s := range srcs {
		if s.leaf < 0 {
			c.group(b.groups[-s.leaf-1].uses, output, path)
			continue
		}
		if out == nil {
			out = c.sources.Room(len(srcs))
		}
		out = append(out, Source{Leaf: int(s.leaf), Kind: s.kind, Confidence: s.conf, Pos: s.pos})
	}
	if out == nil {
		return nil
	}
	return c.sources.Take(out)
}

// A collector flattens the uses of all scopes that the result depends on.
type collector struct {
	b     *binder
	out   []Use
	byKey map[useKey]int
	// sources is the memory of those of the result.
	sources slab.Slab[Source]
}

type useKey struct {
	kind UseKind
	leaf int32
}

func (c *collector) entry(kind UseKind, s src) *Use {
	key := useKey{kind, s.leaf}
	i, ok := c.byKey[key]
	if !ok {
		i = len(c.out)
		c.byKey[key] = i
		c.out = append(c.out, Use{Kind: kind, Leaf: int(s.leaf), Pos: s.pos, Confidence: s.conf})
	}
	u := &c.out[i]
	if s.pos >= 0 && (u.Pos < 0 || s.pos < u.Pos) {
		u.Pos = s.pos
	}
	return u
}

// rows books uses that decide the rows of the result.
func (c *collector) rows(root *uses) {
	c.b.mark++
	c.walk(root, c.b.mark, func(kind UseKind, s src) { c.entry(kind, s).Rows = true })
}

// group books uses that decide only the values of one output, or of its part of
// a path.
func (c *collector) group(u *uses, output int, path string) {
	c.walk(u, c.b.mark, func(kind UseKind, s src) {
		e := c.entry(kind, s)
		if n := len(e.Outputs); n == 0 || e.Outputs[n-1] != output {
			e.Outputs = append(e.Outputs, output)
		}
		if path != "" {
			e.Parts = append(e.Parts, OutputPart{output, path})
		}
	})
}

func (c *collector) walk(root *uses, mark int, book func(UseKind, src)) {
	if root == nil {
		return
	}
	stack := []*uses{root}
	var met map[useKey]bool // carried values
	for len(stack) > 0 {
		u := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if u.seen == mark {
			continue
		}
		u.seen = mark
		if !c.b.spend(1 + len(u.list) + len(u.children)) {
			return
		}
		for _, use := range u.list {
			c.b.spend(4 * len(use.srcs))
			for _, s := range use.srcs {
				if s.leaf >= 0 {
					book(use.kind, s)
					continue
				}
				if u := c.b.groups[-s.leaf-1].uses; u != nil {
					stack = append(stack, u)
					continue
				}
				if key := (useKey{use.kind, s.leaf}); !met[key] {
					if met == nil {
						met = make(map[useKey]bool)
					}
					met[key] = true
					for _, s := range c.b.expand([]src{s}) {
						if s.leaf < 0 {
							stack = append(stack, c.b.groups[-s.leaf-1].uses)
							continue
						}
						book(use.kind, s)
					}
				}
			}
		}
		stack = append(stack, u.children...)
	}
}

func (c *collector) finish(outputs []Output) []Use {
	for i := range c.out {
		u := &c.out[i]
		slices.Sort(u.Outputs)
		u.Outputs = slices.Compact(u.Outputs)
		if len(u.Parts) > 0 {
			u.Parts = narrowing(u.Parts, outputs)
		}
	}
	slices.SortStableFunc(c.out, func(x, y Use) int {
		return cmp.Or(cmp.Compare(x.Pos, y.Pos), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Leaf, y.Leaf))
	})
	return c.out
}

// narrowing brings the parts that a use names into order, and leaves out those
// of outputs that have no other parts.
func narrowing(parts []OutputPart, outputs []Output) []OutputPart {
	slices.SortFunc(parts, func(x, y OutputPart) int {
		return cmp.Or(cmp.Compare(x.Output, y.Output), strings.Compare(x.Path, y.Path))
	})
	parts = slices.Compact(parts)
	kept := parts[:0]
	for i := 0; i < len(parts); {
		j := i
		for j < len(parts) && parts[j].Output == parts[i].Output {
			j++
		}
		if j-i < len(outputs[parts[i].Output].Parts) {
			kept = append(kept, parts[i:j]...)
		}
		i = j
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}
