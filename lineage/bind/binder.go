package bind

import (
	"fmt"
	"strings"

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
		in.rv[j] = column{name: c.Name, hash: c.nameHash(), hidden: c.Hidden, val: value{srcs: srcs[j : j+1 : j+1], typ: c.Type}}
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
