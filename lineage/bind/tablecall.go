package bind

import (
	"slices"
	"strings"

	"impact/lineage/syntax"
)

// changeColumns are those that Databricks' TABLE_CHANGES adds to a table's.
var changeColumns = []tableColumn{{"_change_type", String}, {"_commit_version", Int64}, {"_commit_timestamp", Timestamp}}

// specialCall is the table of a function whose columns its arguments tell, nil if
// the function is none of these.
func (b *binder) specialCall(c *syntax.Call, sc *scope) *table {
	name := &c.Name[len(c.Name)-1]
	switch {
	case name.Is("table_changes") && b.traits.generators && len(c.Args) > 0:
		if parts := literalTable(c.Args[0]); parts != nil {
			return b.changes(parts, c, sc)
		}
	case name.Is("read_files") && b.traits.generators:
		return b.readFiles(c)
	case name.Is("result_scan") && b.state != nil && b.state.scanned != nil && ofLastQuery(c):
		last := b.state.scanned
		out := &table{cols: last.cols, opens: last.opens, uses: &uses{}}
		out.uses.child(last.uses)
		return out
	case name.Is("nodes") && b.traits.columnMethods && len(c.Name) > 1: // SQL Server's x.nodes('/a')
		p := &syntax.Path{Parts: c.Name[:len(c.Name)-1]}
		p.Span = c.Span
		v := b.derive(Transform, nil, b.expr(p, sc))
		out := &table{cols: []column{newColumn("nodes", v)}, uses: &uses{}}
		out.uses.add(Join, b.flat(v))
		return out
	case name.Is("table"):
		if len(c.Args) == 1 {
			return b.resultSet(c.Args[0])
		}
	case len(name.Name) > 5 && strings.EqualFold(name.Name[:5], "read_") && b.traits.structsByName:
		return b.readColumns(c)
	case name.Is("exclude_columns"):
		return b.excludeColumns(c, sc)
	}
	return nil
}

// resultSet is the table that TABLE(variable) stands for, nil if the variable
// holds no rows.
func (b *binder) resultSet(x syntax.Expr) *table {
	var id syntax.Ident
	switch p := x.(type) {
	case *syntax.Path:
		if len(p.Parts) != 1 {
			return nil
		}
		id = p.Parts[0]
	case *syntax.Param:
		id = syntax.Ident{Name: p.Name, Hash: syntax.Fold(p.Name)}
	default:
		return nil
	}
	v := findVariable(b.variables, &id)
	if v == nil || !holdsRows(v) {
		return nil
	}
	t := &table{uses: &uses{}}
	if t.cols, t.opens = b.valueColumns(v.val, ""); !isStruct(v.val) {
		t.cols, t.opens = nil, []open{{input: -1, val: v.val}}
	}
	return t
}

// literalTable is the table that a text names, nil if the expression is no text.
func literalTable(x syntax.Expr) []syntax.Ident {
	lit, ok := x.(*syntax.Literal)
	if !ok || lit.Kind != syntax.StringLiteral {
		return nil
	}
	var out []syntax.Ident
	for part := range strings.SplitSeq(lit.Text, ".") {
		part = strings.Trim(part, "\"`")
		if part == "" {
			return nil
		}
		out = append(out, syntax.Ident{Span: lit.Span, Name: part, Hash: syntax.Fold(part)})
	}
	return out
}

// changes are the rows of a table that changed, and how.
func (b *binder) changes(parts []syntax.Ident, c *syntax.Call, sc *scope) *table {
	out := &table{uses: &uses{}}
	inner := &scope{parent: sc.parent, env: sc.env, uses: out.uses}
	n := b.table(&syntax.Table{Span: c.Args[0].Extent(), Name: parts}, inner, nil)
	out.opens = n.opens
	out.cols = append(out.cols, n.cols...)
	for _, x := range c.Args[1:] {
		if a, ok := x.(*syntax.NamedArg); ok {
			x = a.Value
		}
		out.uses.add(Filter, b.flat(b.expr(x, sc)))
	}
	for _, col := range changeColumns {
		out.cols = append(out.cols, newColumn(col.name, value{typ: basic(col.kind)}))
	}
	return out
}

// readFiles is the table of files: its columns are known if a schema is given.
func (b *binder) readFiles(c *syntax.Call) *table {
	var fields *Type
	var rescued string
	for _, x := range c.Args {
		a, ok := x.(*syntax.NamedArg)
		if !ok {
			continue
		}
		lit, ok := a.Value.(*syntax.Literal)
		if !ok || lit.Kind != syntax.StringLiteral {
			continue
		}
		switch id := &a.Name[len(a.Name)-1]; {
		case id.Is("schema"):
			fields = b.rowType(lit.Text)
		case id.Is("rescuedDataColumn"):
			rescued = lit.Text
		}
	}
	if fields == nil {
		return nil
	}
	out := &table{uses: &uses{}}
	for i := range fields.Fields {
		f := &fields.Fields[i]
		out.cols = append(out.cols, newColumn(f.Name, value{typ: f.Type}))
	}
	if rescued != "" {
		out.cols = append(out.cols, newColumn(rescued, value{typ: basic(String)}))
	}
	file := newColumn("_metadata", value{})
	file.hidden = true
	out.cols = append(out.cols, file)
	return out
}

// readColumns is DuckDB's table of files whose columns are listed as
// {'name': 'TYPE'}; nil if they are not.
func (b *binder) readColumns(c *syntax.Call) *table {
	for _, x := range c.Args {
		a, ok := x.(*syntax.NamedArg)
		if !ok || !a.Name[len(a.Name)-1].Is("columns") {
			continue
		}
		s, ok := a.Value.(*syntax.Struct)
		if !ok {
			return nil
		}
		out := &table{uses: &uses{}}
		for i := range s.Fields {
			f := &s.Fields[i]
			var v value
			if lit, ok := f.Value.(*syntax.Literal); ok && lit.Kind == syntax.StringLiteral {
				v.typ = ParseType(lit.Text, b.dialect)
			}
			out.cols = append(out.cols, identColumn(&f.Alias, v))
		}
		return out
	}
	return nil
}

// rowType is the struct of a list of names and types, as Spark writes the schema
// of a text; nil if the text is none.
func (b *binder) rowType(text string) *Type {
	text = strings.TrimSpace(text)
	if len(text) < 7 || !strings.EqualFold(text[:7], "struct<") {
		text = "struct<" + text + ">"
	}
	if t := ParseType(text, b.dialect); t != nil && t.Kind == StructType && len(t.Fields) > 0 {
		return t
	}
	return nil
}

// flow is the result of the statement before, which Snowflake calls $1 behind ->>;
// nil if the name is another.
func (b *binder) flow(name []syntax.Ident) *table {
	if len(name) != 1 || name[0].Name != "$1" || name[0].Quoted || !b.dialect.Stages || b.state == nil || b.state.scanned == nil {
		return nil
	}
	return b.another(b.state.scanned)
}

// windowColumns makes columns of Spark's WINDOW(time, '1 day') in GROUP BY, which
// the other clauses may name.
func (b *binder) windowColumns(g *syntax.GroupBy, sc *scope) {
	for i := range g.Items {
		c, ok := g.Items[i].X.(*syntax.Call)
		if !ok || len(c.Name) != 1 || len(c.Args) == 0 || !c.Name[0].Is("window") && !c.Name[0].Is("session_window") {
			continue
		}
		if sc.names == nil || b.findColumn(sc.names.cols, &c.Name[0]) != nil {
			continue
		}
		typ := &Type{Kind: StructType, Fields: []TypeField{NewTypeField("start", basic(Timestamp)), NewTypeField("end", basic(Timestamp))}}
		col := identColumn(&c.Name[0], b.derive(Transform, typ, b.expr(c.Args[0], sc)))
		col.hidden = true
		n := *sc.names
		n.cols, n.growing = append(slices.Clip(n.cols), col), nil
		sc.names = &n
	}
}

// toldType is the type that the arguments of a function tell, nil if they do not:
// Spark's parsers are given the schema as a text, and SEQUENCE counts days as well.
func (b *binder) toldType(name string, c *syntax.Call, args []value) *Type {
	switch {
	case !b.traits.generators || len(args) < 2 || len(c.Args) != len(args):
	case name == "sequence":
		if t := args[0].typ; t != nil && (t.Kind == Date || t.Kind == Timestamp) {
			return ArrayOf(t)
		}
	case name == "from_json" || name == "from_csv" || name == "from_xml":
		lit, ok := c.Args[1].(*syntax.Literal)
		if !ok || lit.Kind != syntax.StringLiteral {
			return nil
		}
		if t := ParseType(lit.Text, b.dialect); t != nil && t.Kind == ArrayType {
			return t
		}
		return b.rowType(lit.Text)
	}
	return nil
}

// tabled is what the table knows of a function. Without a window Spark's
// FIRST_VALUE and LAST_VALUE are aggregates.
func (b *binder) tabled(key []byte, c *syntax.Call) function {
	fn := functions[string(key)]
	if fn.class == windowFunc && c.Over == nil && b.traits.generators && (string(key) == "first_value" || string(key) == "last_value") {
		fn.class = aggregateFunc
	}
	return fn
}

// ofLastQuery reports whether RESULT_SCAN is of the statement before.
func ofLastQuery(c *syntax.Call) bool {
	if len(c.Args) != 1 {
		return false
	}
	switch x := c.Args[0].(type) {
	case *syntax.Call:
		return x.Name[len(x.Name)-1].Is("last_query_id") && len(x.Args) == 0
	case *syntax.Unary:
		lit, ok := x.X.(*syntax.Literal)
		return ok && x.Op == syntax.OpNeg && lit.Text == "1"
	}
	return false
}

// excludeColumns is Trino's table without the columns of a descriptor.
func (b *binder) excludeColumns(c *syntax.Call, sc *scope) *table {
	var except []syntax.Ident
	var input *syntax.TableArg
	var query *syntax.Subquery
	for _, x := range c.Args {
		if a, ok := x.(*syntax.NamedArg); ok {
			x = a.Value
		}
		switch x := x.(type) {
		case *syntax.TableArg:
			if x.Kind == "TABLE" {
				input = x
			} else {
				except = x.Columns
			}
		case *syntax.Subquery:
			query = x
		}
	}
	var from syntax.TableExpr
	switch {
	case len(except) == 0:
		return nil
	case input != nil:
		from = &syntax.Table{Span: input.Span, Name: input.Name}
	case query != nil:
		from = &syntax.Derived{Span: query.Span, Query: query.Query}
	default:
		return nil
	}
	out := &table{uses: &uses{}}
	sel := &syntax.Select{Span: c.Span, From: from, Items: []syntax.SelectItem{{Span: c.Span, Star: &syntax.Star{Span: c.Span, Except: except}}}}
	t := b.selectBlock(sel, sc.parent, sc.env, nil)
	out.cols, out.opens = t.cols, t.opens
	out.uses.child(t.uses)
	return out
}
