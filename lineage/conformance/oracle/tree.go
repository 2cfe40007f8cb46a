package oracle

import (
	"fmt"
	"slices"

	g "github.com/goccy/go-googlesql"
)

// A reader turns a resolved tree into nodes: what defines each column, and which
// expressions decide about rows.
type reader struct {
	tables    []*Table
	defs      map[int32]*node
	uses      []use
	with      map[string]*entry // the queries in WITH; their names are unique in a tree
	recursive [][]int32         // columns of the recursive queries around
	flattened []*node           // what the FLATTENs around go through
	owners    []int32           // the columns whose expressions are being read
}

// An entry is a query in WITH.
type entry struct {
	columns []int32
	query   g.ResolvedScanNode
	read    bool
	owners  []int32 // the columns in whose expressions alone it is read
}

type use struct {
	kind string
	expr *node
	rows bool // as an array that is opened
	// of are the columns in whose expressions it is, one in the other: it decides
	// about nothing where nobody reads them.
	of []int32
}

// readTree fills a from a resolved statement.
func readTree(s *statement, a *Analysis) (err error) {
	defer recovered(&err)
	r := &reader{tables: s.tables, defs: map[int32]*node{}, with: map[string]*entry{}}
	reached := map[int32]bool{}
	for _, c := range r.statement(got(s.out.ResolvedStatement())) {
		a.Outputs = append(a.Outputs, Output{Name: c.name, Type: c.typ, Sources: sources(r.defs, c.value, false, reached)})
	}
	left := r.uses
	for more := true; more; {
		var unread []use
		for _, u := range left {
			if slices.ContainsFunc(u.of, func(c int32) bool { return !reached[c] }) {
				unread = append(unread, u)
				continue
			}
			for _, src := range sources(r.defs, u.expr, u.rows, reached) {
				a.Uses = append(a.Uses, Use{Kind: u.kind, Table: src.Table, Column: src.Column})
			}
		}
		more = len(unread) < len(left)
		left = unread
	}
	a.Uses = sortUses(a.Uses)
	return nil
}

// A target is an output column before its sources are known.
type target struct {
	name  string
	typ   string
	value *node
	full  g.Googlesql_TypeNode
}

// opened gives the fields of a struct as columns, as BigQuery does with a result
// that is a value table.
func opened(t target) []target {
	if !got(t.full.IsStruct()) {
		return []target{t}
	}
	var out []target
	for i, f := range got(got(t.full.AsStruct()).Fields()) {
		out = append(out, target{
			name: f.Name, typ: typeText(f.Type_), full: f.Type_,
			value: &node{op: field, index: i, args: []*node{t.value}},
		})
	}
	return out
}

func (r *reader) statement(stmt g.ResolvedStatementNode) []target {
	switch st := stmt.(type) {
	case *g.ResolvedQueryStmt:
		r.scan(got(st.Query()))
		out := r.outputs(got(st.OutputColumnList()))
		if got(st.IsValueTable()) && len(out) == 1 {
			return opened(out[0])
		}
		return out
	case *g.ResolvedCreateTableAsSelectStmt:
		r.scan(got(st.Query()))
		return r.outputs(got(st.OutputColumnList()))
	case *g.ResolvedCreateViewStmt:
		r.scan(got(st.Query()))
		return r.outputs(got(st.OutputColumnList()))
	case *g.ResolvedCreateMaterializedViewStmt:
		r.scan(got(st.Query()))
		return r.outputs(got(st.OutputColumnList()))
	case *g.ResolvedInsertStmt:
		return r.insert(st)
	case *g.ResolvedUpdateStmt:
		return r.update(st)
	case *g.ResolvedMergeStmt:
		return r.merge(st)
	case *g.ResolvedDeleteStmt:
		if t := got(st.TableScan()); t != nil {
			r.scan(t)
		}
		r.use("filter", got(st.WhereExpr()))
		return nil
	}
	panic(failure{fmt.Errorf("%s is not read", got(stmt.NodeKindString()))})
}

func (r *reader) outputs(list []*g.ResolvedOutputColumn) []target {
	out := make([]target, len(list))
	for i, c := range list {
		column := got(c.Column())
		typ := got(column.Type())
		out[i] = target{name: got(c.Name()), typ: typeText(typ), value: refTo(id(column)), full: typ}
	}
	return out
}

// written gathers the values of the columns that a statement writes, each column
// once, in order of first mention.
type written struct {
	list []target
	at   map[string]int
}

func (w *written) add(column *g.ResolvedColumn, value *node) {
	w.named(got(column.Name()), got(column.Type()), value)
}

func (w *written) named(name string, typ g.Googlesql_TypeNode, value *node) {
	if w.at == nil {
		w.at = map[string]int{}
	}
	if i, ok := w.at[name]; ok {
		w.list[i].value = passing(w.list[i].value, value)
		return
	}
	w.at[name] = len(w.list)
	w.list = append(w.list, target{name: name, typ: typeText(typ), value: value})
}

func (r *reader) insert(st *g.ResolvedInsertStmt) []target {
	var w written
	if q := got(st.Query()); q != nil {
		r.scan(q)
	}
	columns := got(st.InsertColumnList())
	for i, c := range got(st.QueryOutputColumnList()) {
		w.add(columns[i], refTo(id(c)))
	}
	for _, row := range got(st.RowList()) {
		r.row(&w, columns, row)
	}
	return w.list
}

func (r *reader) row(w *written, columns []*g.ResolvedColumn, row *g.ResolvedInsertRow) {
	if row == nil {
		return
	}
	for i, v := range got(row.ValueList()) {
		w.add(columns[i], r.expr(got(v.Value())))
	}
}

func (r *reader) items(w *written, items []*g.ResolvedUpdateItem) {
	for _, item := range items {
		value := got(item.SetValue())
		if name := writtenName(got(item.Target())); name != "" && value != nil {
			w.named(name, got(got(item.Target()).Type()), r.expr(got(value.Value())))
		}
	}
}

// writtenName is the name of a column that UPDATE writes, or the path of a field
// of one; "" for anything else.
func writtenName(e g.ResolvedExprNode) string {
	switch e := e.(type) {
	case *g.ResolvedColumnRef:
		return got(got(e.Column()).Name())
	case *g.ResolvedGetStructField:
		in := got(e.Expr())
		name := writtenName(in)
		if name == "" {
			return ""
		}
		field := got(got(got(in.Type()).AsStruct()).Fields())[got(e.FieldIdx())]
		return name + "." + field.Name
	}
	return ""
}

func (r *reader) update(st *g.ResolvedUpdateStmt) []target {
	var w written
	r.scan(got(st.TableScan()))
	if from := got(st.FromScan()); from != nil {
		r.scan(from)
	}
	r.use("filter", got(st.WhereExpr()))
	r.items(&w, got(st.UpdateItemList()))
	return w.list
}

func (r *reader) merge(st *g.ResolvedMergeStmt) []target {
	var w written
	r.scan(got(st.TableScan()))
	r.scan(got(st.FromScan()))
	r.use("join", got(st.MergeExpr()))
	for _, when := range got(st.WhenClauseList()) {
		r.use("filter", got(when.MatchExpr()))
		r.items(&w, got(when.UpdateItemList()))
		r.row(&w, got(when.InsertColumnList()), got(when.InsertRow()))
	}
	return w.list
}

func id(c *g.ResolvedColumn) int32 { return got(c.ColumnId()) }

func (r *reader) define(c *g.ResolvedColumn, n *node) { r.defs[id(c)] = n }

func (r *reader) use(kind string, e g.ResolvedExprNode) {
	if e != nil {
		r.useNode(kind, r.expr(e))
	}
}

func (r *reader) useNode(kind string, n *node) {
	if !isConstant(n) {
		r.uses = append(r.uses, use{kind: kind, expr: n, of: r.owners})
	}
}

func (r *reader) computed(list []*g.ResolvedComputedColumn) {
	for _, c := range list {
		r.own(got(c.Column()), got(c.Expr()))
	}
}

// own defines a column by an expression, with the uses in it.
func (r *reader) own(c *g.ResolvedColumn, e g.ResolvedExprNode) {
	around := r.owners
	r.owners = append(around[:len(around):len(around)], id(c))
	r.define(c, r.expr(e))
	r.owners = around
}

func (r *reader) orderBy(kind string, list []*g.ResolvedOrderByItem) {
	for _, item := range list {
		if c := got(item.ColumnRef()); c != nil {
			r.use(kind, c)
		}
	}
}
