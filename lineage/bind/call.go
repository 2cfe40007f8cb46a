package bind

import (
	"strings"

	"impact/lineage/syntax"
)

// call binds a function call.
func (b *binder) call(c *syntax.Call, sc *scope) value {
	var buf [64]byte
	name := functionKey(buf[:0], c)
	fn := functions[string(name)]
	if v, ok := b.userFunc(c, sc); ok {
		return v
	}

	argScope := sc
	if (fn.class == aggregateFunc || fn.class == windowFunc) && len(sc.aliases) > 0 && sc.aliasFirst {
		// Inside an aggregate, names mean the columns of FROM.
		inner := *sc
		inner.aliases = nil
		argScope = &inner
	}
	flattening := b.flattening
	b.flattening = flattening || string(name) == "flatten"
	args := b.args(c, fn, argScope)
	b.flattening = flattening
	u := &uses{}
	b.modifiers(c, argScope, u)
	if c.Over != nil {
		b.over(c.Over, sc, u)
	}
	v := b.apply(c, fn, args, argScope)
	return b.plus(v, b.group(u))
}

// functionKey is the lower-case name that the function table knows: the last
// part, or with its namespace (net.host, keys.new_keyset).
func functionKey(buf []byte, c *syntax.Call) []byte {
	if len(c.Name) == 0 {
		return buf
	}
	last := c.Name[len(c.Name)-1].Name
	if len(last) > 40 {
		return buf
	}
	if n := len(c.Name); n == 2 && c.Name[0].Is("hll_count") {
		return lower(append(buf, "hll_count."...), last)
	}
	return lower(buf, last)
}

// args binds the arguments. Date parts that look like columns are left out.
func (b *binder) args(c *syntax.Call, fn function, sc *scope) []value {
	n := len(c.Args)
	if c.Receiver != nil {
		n++
	}
	args := make([]value, 0, n)
	if c.Receiver != nil {
		args = append(args, b.expr(c.Receiver, sc))
	}
	for i, a := range c.Args {
		if fn.parts && b.isDatePart(a, i, c) {
			args = append(args, value{})
			continue
		}
		if l, ok := lambdaArg(a); ok {
			var elem value
			if len(args) > 0 {
				elem = args[0]
				if fn.result != bodyResult {
					elem = b.element(elem)
				}
			}
			body := b.lambda(l, sc, elem, value{}, value{})
			if fn.result == sameAsFirst && len(args) > 0 {
				// A filter: the body decides, the elements stay.
				body.srcs, body.shape = b.through(Conditional, b.flat(body)), nil
			}
			args = append(args, body)
			continue
		}
		args = append(args, b.expr(a, sc))
	}
	star := c.StarArg
	if c.Star && !c.Name[len(c.Name)-1].Is("count") {
		star = &syntax.Star{Span: c.Span} // OBJECT_CONSTRUCT(*)
	}
	if star != nil {
		cols, opens := b.star(star, sc)
		args = append(args, structOf(cols, opens))
	}
	if isStarCall(c) && star == nil {
		// COLUMNS('pattern'): it may be any of them.
		cols, opens := b.star(&syntax.Star{Span: c.Span}, sc)
		v := b.derive(Transform, nil, structOf(cols, opens))
		v.srcs = b.confide(Widened, v.srcs)
		b.note(CodeWidened, c.Span, "the pattern of COLUMNS is not applied: all columns are taken")
		args = append(args, v)
	}
	return args
}

func lambdaArg(a syntax.Expr) (*syntax.Lambda, bool) {
	if n, ok := a.(*syntax.NamedArg); ok {
		a = n.Value
	}
	l, ok := a.(*syntax.Lambda)
	return l, ok
}

// isDatePart reports whether an argument is a date part rather than a column:
// BigQuery has it behind the values, the others before them.
func (b *binder) isDatePart(a syntax.Expr, i int, c *syntax.Call) bool {
	at := 0
	if b.traits.datePartLast {
		at = 1 // DATE_TRUNC(d, MONTH), LAST_DAY(d, YEAR)
		if name := c.Name[len(c.Name)-1].Name; len(name) > 4 && syntax.EqualFold(name[len(name)-4:], "diff") {
			at = 2 // DATE_DIFF(a, b, DAY)
		}
		if c.Receiver != nil {
			at--
		}
	}
	if i != at {
		return false
	}
	var id *syntax.Ident
	switch e := a.(type) {
	case *syntax.Path:
		if len(e.Parts) != 1 {
			return false
		}
		id = &e.Parts[0]
	case *syntax.Call: // WEEK(MONDAY)
		if len(e.Name) != 1 || !e.Name[0].Is("week") || len(e.Args) != 1 {
			return false
		}
		id = &e.Name[0]
	default:
		return false
	}
	if id.Quoted {
		return false
	}
	var buf [24]byte
	return len(id.Name) <= len(buf) && dateParts[string(lower(buf[:0], id.Name))]
}

// modifiers binds what may stand inside and behind a call's parentheses. Sort
// keys and filters decide which rows count, not what the value is made of.
func (b *binder) modifiers(c *syntax.Call, sc *scope, u *uses) {
	for i := range c.OrderBy {
		if c.OrderBy[i].X != nil {
			u.add(Order, b.flat(b.expr(c.OrderBy[i].X, sc)))
		}
	}
	if c.Having != nil {
		u.add(Order, b.flat(b.expr(c.Having.X, sc)))
	}
	if c.Where != nil {
		u.add(Filter, b.flat(b.expr(c.Where, sc)))
	}
	if c.Filter != nil {
		u.add(Filter, b.flat(b.expr(c.Filter, sc)))
	}
	if c.GroupBy != nil {
		for i := range c.GroupBy.Items {
			u.add(Group, b.flat(b.expr(c.GroupBy.Items[i].X, sc)))
		}
	}
	if c.GroupHaving != nil {
		u.add(Filter, b.flat(b.expr(c.GroupHaving, sc)))
	}
	if c.Limit != nil {
		b.expr(c.Limit, sc)
	}
	if c.Separator != nil {
		b.expr(c.Separator, sc)
	}
}

// over books the keys of a window.
func (b *binder) over(w *syntax.WindowSpec, sc *scope, u *uses) {
	for depth := 0; w != nil && depth < 64; depth++ {
		for _, x := range w.PartitionBy {
			u.add(Window, b.flat(b.expr(x, sc)))
		}
		for i := range w.OrderBy {
			if w.OrderBy[i].X != nil {
				u.add(Window, b.flat(b.expr(w.OrderBy[i].X, sc)))
			}
		}
		for _, x := range w.Frame {
			u.add(Window, b.flat(b.expr(x, sc)))
		}
		if w.Base.Name == "" {
			return
		}
		w = findWindow(sc, &w.Base)
	}
}

func findWindow(sc *scope, id *syntax.Ident) *syntax.WindowSpec {
	for i := range sc.windows {
		w := &sc.windows[i]
		if w.name.Hash == id.Hash && syntax.EqualFold(w.name.Name, id.Name) {
			return w.spec
		}
	}
	return nil
}

// apply makes the value of a call from those of its arguments.
func (b *binder) apply(c *syntax.Call, fn function, args []value, sc *scope) value {
	kind := Transform
	if fn.class == aggregateFunc {
		kind = Aggregate
	}
	// The sort key of WITHIN GROUP is what PERCENTILE_CONT and LISTAGG's kin
	// compute over, but only an order for those that have an argument.
	for i := range c.WithinGroup {
		if x := c.WithinGroup[i].X; x != nil {
			v := b.expr(x, sc)
			if fn.withinIsValue {
				args = append(args, v)
			} else {
				u := &uses{}
				u.add(Order, b.flat(v))
				args = append(args, value{srcs: b.group(u)})
			}
		}
	}
	arg := func(i int) value {
		if i < len(args) {
			return args[i]
		}
		return value{}
	}
	switch fn.result {
	case sameAsFirst:
		v := b.chosen(kind, arg(0))
		for i := 1; i < len(args); i++ {
			v = b.plus(v, b.through(kind, b.flat(args[i])))
		}
		if fn.widenInt && b.rangeVarFirst && v.typ != nil && v.typ.Kind == Int64 {
			v.typ = basic(Float64)
		}
		return v
	case anyOf: // COALESCE and the like
		v := b.chosen(kind, arg(0))
		for i := 1; i < len(args); i++ {
			v = b.merge(v, b.chosen(kind, args[i]))
		}
		return v
	case ifElse:
		v := b.chosen(kind, arg(1))
		if len(args) > 2 {
			v = b.merge(v, b.chosen(kind, args[2]))
		}
		return b.plus(v, b.through(Conditional, b.flat(arg(0))))
	case decode:
		return b.decode(args)
	case arrayOfFirst:
		v := arrayOf(b.chosen(kind, arg(0)))
		for i := 1; i < len(args); i++ {
			v = b.plus(v, b.through(kind, b.flat(args[i])))
		}
		return v
	case elementOfFirst:
		v := b.chosen(kind, b.element(arg(0)))
		for i := 1; i < len(args); i++ {
			v = b.plus(v, b.through(Conditional, b.flat(args[i])))
		}
		return v
	case arrayOfBody:
		if len(args) > 0 {
			return arrayOf(b.withKind(kind, args[len(args)-1]))
		}
		return value{}
	case bodyResult:
		if len(args) > 1 {
			return args[1]
		}
		return arg(0)
	case structFromArgs:
		return b.objectOf(c, args)
	case noValue:
		// ROW_NUMBER and its kin: nothing of the arguments is in the value.
		return value{typ: basic(fn.typ)}
	}
	if fn.result == topCounts {
		v := b.derive(kind, nil, args...)
		v.typ = ArrayOf(&Type{Kind: StructType, Fields: []TypeField{
			NewTypeField("value", arg(0).typ), NewTypeField(fn.second, basic(fn.typ)),
		}})
		return v
	}
	typ := basic(fn.typ)
	if fn.typ == Unknown && fn.typeOf > 0 {
		typ = arg(fn.typeOf - 1).typ
		if typ != nil && fn.widenInt && typ.Kind == Int64 {
			typ = basic(Float64)
		}
	}
	if fn.elemType != Unknown {
		typ = ArrayOf(basic(fn.elemType))
	}
	return b.derive(kind, typ, args...)
}

// chosen is a value that a function returns as it is, or one of several: for a
// struct or an array it stays a copy, so that its fields can still be told apart.
func (b *binder) chosen(kind Kind, v value) value {
	if v.typ != nil && (v.typ.Kind == StructType || v.typ.Kind == ArrayType) {
		return v
	}
	return b.withKind(kind, v)
}

// decode binds DECODE(x, search, result, …, default).
func (b *binder) decode(args []value) value {
	if len(args) == 0 {
		return value{}
	}
	conds := b.flat(args[0])
	var out value
	i := 1
	for ; i+1 < len(args); i += 2 {
		conds = b.union(conds, b.flat(args[i]))
		out = b.merge(out, b.withKind(Transform, args[i+1]))
	}
	if i < len(args) {
		out = b.merge(out, b.withKind(Transform, args[i]))
	}
	return b.plus(out, b.through(Conditional, conds))
}

// objectOf is a struct built from name and value pairs, or from named arguments.
func (b *binder) objectOf(c *syntax.Call, args []value) value {
	var fields []column
	named := true
	for i, a := range c.Args {
		n, ok := a.(*syntax.NamedArg)
		if !ok || len(n.Name) != 1 {
			named = false
			break
		}
		fields = append(fields, identColumn(&n.Name[0], args[i]))
	}
	if named && len(fields) > 0 {
		return structOf(fields, nil)
	}
	if len(c.Args)%2 == 0 && len(c.Args) > 0 && len(args) == len(c.Args) {
		fields = fields[:0]
		for i := 0; i+1 < len(c.Args); i += 2 {
			lit, ok := c.Args[i].(*syntax.Literal)
			if !ok || lit.Kind != syntax.StringLiteral {
				return b.derive(Transform, basic(JSON), args...)
			}
			fields = append(fields, newColumn(lit.Text, args[i+1]))
		}
		v := structOf(fields, nil)
		v.typ = basic(JSON)
		return v
	}
	if len(args) == 1 && (c.StarArg != nil || c.Star) {
		return args[0]
	}
	return b.derive(Transform, basic(JSON), args...)
}

// A userFunc is a function that the script defines.
type userFunc struct {
	def    *syntax.CreateFunction
	active bool // being bound: recursion is not followed
}

// userFunc binds a call of a function of the script by binding its body with
// the arguments in place of the parameters.
func (b *binder) userFunc(c *syntax.Call, sc *scope) (value, bool) {
	if len(b.functions) == 0 || c.Receiver != nil {
		return value{}, false
	}
	f := b.functions[strings.ToLower(dotted(c.Name))]
	if f == nil || f.active || f.def.Body == nil && f.def.Query == nil {
		return value{}, false
	}
	inner := &scope{env: nil, uses: sc.uses}
	for i := range f.def.Params {
		var v value
		if i < len(c.Args) {
			v = b.expr(c.Args[i], sc)
			if l, ok := lambdaArg(c.Args[i]); ok {
				v = b.lambda(l, sc)
			}
		}
		if t := fromName(f.def.Params[i].Type); t != nil && v.typ == nil {
			v.typ = t
		}
		inner.vars = append(inner.vars, identColumn(&f.def.Params[i].Name, v))
	}
	f.active = true
	defer func() { f.active = false }()
	if f.def.Body == nil {
		return value{}, false
	}
	v := b.expr(f.def.Body, inner)
	kind := Transform
	if f.def.Aggregate {
		kind = Aggregate
	}
	v = b.withKind(kind, v)
	if t := fromName(f.def.Returns); t != nil {
		v.typ = t
	}
	u := &uses{}
	b.modifiers(c, sc, u)
	if c.Over != nil {
		b.over(c.Over, sc, u)
	}
	return b.plus(v, b.group(u)), true
}

// userTableFunc binds a call of a table function of the script.
func (b *binder) userTableFunc(c *syntax.Call, sc *scope, input *table) *table {
	if len(b.functions) == 0 {
		return nil
	}
	f := b.functions[strings.ToLower(dotted(c.Name))]
	if f == nil || f.active || f.def.Query == nil {
		return nil
	}
	inner := &scope{}
	var env *cteEnv
	arg := 0
	next := func() syntax.Expr {
		if arg < len(c.Args) {
			arg++
			if n, ok := c.Args[arg-1].(*syntax.NamedArg); ok {
				return n.Value
			}
			return c.Args[arg-1]
		}
		return nil
	}
	for i := range f.def.Params {
		p := &f.def.Params[i]
		if !p.Table {
			v := b.expr(next(), sc)
			if t := fromName(p.Type); t != nil && v.typ == nil {
				v.typ = t
			}
			inner.vars = append(inner.vars, identColumn(&p.Name, v))
			continue
		}
		t := input
		if t != nil {
			input = nil
		} else {
			t = b.tableArg(next(), sc)
		}
		env = &cteEnv{parent: env, name: &p.Name, table: t}
	}
	f.active = true
	defer func() { f.active = false }()
	return b.query(f.def.Query, inner, env)
}

// tableArg is the table that an argument of a table function stands for.
func (b *binder) tableArg(a syntax.Expr, sc *scope) *table {
	u := &uses{}
	outer := &scope{parent: sc.parent, env: sc.env, uses: u}
	switch a := a.(type) {
	case *syntax.TableArg:
		return tableOf(b.table(&syntax.Table{Span: a.Span, Name: a.Name}, outer, nil), u)
	case *syntax.Path:
		return tableOf(b.table(&syntax.Table{Span: a.Span, Name: a.Parts}, outer, nil), u)
	case *syntax.Subquery:
		return b.query(a.Query, sc, sc.env)
	}
	return &table{uses: u}
}

// aggregates reports whether an expression computes over several rows, outside
// of its subqueries.
func (b *binder) aggregates(x syntax.Expr) bool {
	found := false
	syntax.Inspect(x, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Subquery:
			return false
		case *syntax.Call:
			var buf [64]byte
			fn := functions[string(functionKey(buf[:0], n))]
			if f := b.functions[strings.ToLower(dotted(n.Name))]; f != nil && f.def.Aggregate {
				found = true
			}
			if n.Over != nil || fn.class == aggregateFunc {
				found = true
			}
		}
		return !found
	})
	return found
}
