package bind

import (
	"strings"

	"impact/lineage/syntax"
)

// userFunc binds a call of a function of the script by binding its body with
// the arguments in place of the parameters.
func (b *binder) userFunc(c *syntax.Call, sc *scope) (value, bool) {
	if len(b.functions) == 0 || c.Receiver != nil {
		return value{}, false
	}
	f := b.function(c.Name).given(len(c.Args))
	if f == nil || f.active {
		return value{}, false
	}
	if f.def.Unread {
		b.note(CodeWidened, c.Span, "what function %s reads is not known: its body is not read", dotted(c.Name))
	}
	if f.def.Stmts != nil {
		return b.blockFunc(c, f, sc)
	}
	if f.def.Body == nil {
		return value{}, false
	}
	if !b.follow(c, f) {
		return value{}, false
	}
	args := sc
	if f.def.Aggregate {
		args = sc.perRow(b)
	}
	inner := &scope{env: nil, uses: sc.uses}
	for i := range f.def.Params {
		var v value
		if i < len(c.Args) {
			v = b.expr(c.Args[i], args)
			if l, ok := lambdaArg(c.Args[i]); ok {
				v = b.lambda(l, args)
			}
		}
		v = b.argument(v, fromName(f.def.Params[i].Type))
		inner.vars = append(inner.vars, identColumn(&f.def.Params[i].Name, v))
	}
	f.active = true
	defer func() { f.active = false }()
	saved := b.params
	b.params = inner.vars
	v := b.expr(f.def.Body, inner)
	b.params = saved
	kind := Transform
	if f.def.Aggregate {
		kind = Aggregate
	}
	v = b.held(b.withKind(kind, v), fromName(f.def.Returns))
	u := &uses{}
	b.modifiers(c, sc, u)
	if c.Over != nil {
		b.over(c.Over, sc, u)
	}
	return b.plus(v, b.group(u)), true
}

// argument is a value as the parameter of a function holds it. Unless it has
// fields it keeps its own type, which tells more than the parameter's may.
func (b *binder) argument(v value, typ *Type) value {
	if v.typ != nil && !hasFields(typ) {
		return v
	}
	return b.held(v, typ)
}

// blockFunc binds a call of a function whose body is a block of statements.
func (b *binder) blockFunc(c *syntax.Call, f *userFunc, sc *scope) (value, bool) {
	frame := b.callBlock(c, f, sc)
	if frame == nil {
		return value{}, false
	}
	v := frame.value
	if frame.rows != nil {
		v = b.merge(v, b.plus(b.tableValue(frame.rows), b.group(frame.rows.rowsDepend())))
	}
	v = b.held(b.withKind(Transform, v), fromName(f.def.Returns))
	return v, true
}

// blockTableFunc binds such a call in FROM.
func (b *binder) blockTableFunc(c *syntax.Call, f *userFunc, sc *scope) *table {
	frame := b.callBlock(c, f, sc)
	switch {
	case frame == nil:
		return nil
	case frame.rows != nil:
		return b.renamed(frame.rows, f.def.Columns)
	}
	cols, opens := b.valueColumns(frame.value, c.Name[len(c.Name)-1].Name)
	return b.renamed(&table{cols: cols, opens: opens, uses: &uses{}}, f.def.Columns)
}

// callBlock binds the block of a function with the arguments of a call; nil if it is
// not followed.
func (b *binder) callBlock(c *syntax.Call, f *userFunc, sc *scope) *frame {
	if !b.follow(c, f) {
		return nil
	}
	args := make([]value, len(c.Args))
	for i, x := range c.Args {
		args[i] = b.expr(x, sc)
	}
	s := b.state
	if s == nil {
		return nil
	}
	f.active = true
	last, target, told, env, rows, params := s.last, s.target, s.told, s.env, s.rows, b.params
	s.last, s.told, s.env, b.params = &table{}, false, nil, nil
	out, frame := s.runBody(f.def.Params, f.def.Columns, args, f.def.Stmts)
	if !frame.gives && frame.rows == nil {
		b.implied(frame, f, out, s)
	}
	s.last, s.target, s.told, s.env, s.rows, b.params = last, target, told, env, rows, params
	f.active = false
	return frame
}

// implied is what a function gives that has no RETURN: its parameters for OUT, or
// else the rows of its last query.
func (b *binder) implied(to *frame, f *userFunc, out []value, s *scriptState) {
	var cols []column
	for i := range f.def.Params {
		if p := &f.def.Params[i]; p.Out && i < len(out) {
			cols = append(cols, identColumn(&p.Name, out[i]))
		}
	}
	switch {
	case len(cols) == 1:
		to.value, to.gives = cols[0].val, true
	case len(cols) > 1:
		to.value, to.gives = structOf(cols, nil), true
	case s.told:
		to.rows = s.last
	}
}

// maxFollowed bounds how much text of the bodies of functions is bound again for
// the calls of them. Functions that call each other twice would double it with
// every one of them.
const maxFollowed = 1 << 20

// follow reports whether a call of a function may bind its body, and counts it.
// Beyond the bound a call is one of a function that is not known.
func (b *binder) follow(c *syntax.Call, f *userFunc) bool {
	if b.followed > maxFollowed {
		b.note(CodeWidened, c.Span, "functions of the script call each other too often: what %s reads is not followed", dotted(c.Name))
		return false
	}
	b.followed += 64 + int(f.def.End-f.def.Pos)
	return true
}

func (b *binder) defineFunction(def *syntax.CreateFunction) {
	if b.functions == nil {
		b.functions = make(map[string]*userFunc)
	}
	f := &userFunc{def: def}
	for _, o := range def.Overloads {
		f.more = append(f.more, &userFunc{def: o})
	}
	key := b.routineKey(def.Name)
	b.functions[key] = f
	b.funcTails = addTail(b.funcTails, def.Name, key)
}

// routineKey is the name under which a function or a procedure of the script is
// kept: without the schema in which names without one are looked up.
func (b *binder) routineKey(name []syntax.Ident) string {
	if len(name) == 2 && b.inDefault(name) {
		name = name[1:]
	}
	return strings.ToLower(dotted(name))
}

// function finds a function of the script; nil if there is none.
func (b *binder) function(name []syntax.Ident) *userFunc {
	if len(b.functions) == 0 || len(name) == 0 {
		return nil
	}
	return b.functions[scriptKey(name, b.funcTails, b.inDefault(name), func(key string) bool { return b.functions[key] != nil })]
}

// A userFunc is a function that the script defines.
type userFunc struct {
	def    *syntax.CreateFunction
	active bool // being bound: recursion is not followed
	more   []*userFunc
}

// given is the one of several functions of a name that has as many parameters as
// a call has arguments.
func (f *userFunc) given(args int) *userFunc {
	if f == nil || len(f.def.Params) == args {
		return f
	}
	for _, o := range f.more {
		if len(o.def.Params) == args {
			return o
		}
	}
	return f
}

// userTableFunc binds a call of a table function of the script.
func (b *binder) userTableFunc(c *syntax.Call, sc *scope, input *table) *table {
	if len(b.functions) == 0 {
		return nil
	}
	f := b.function(c.Name).given(len(c.Args))
	if f == nil || f.active {
		return nil
	}
	if f.def.Unread {
		b.note(CodeWidened, c.Span, "what function %s reads is not known: its body is not read", dotted(c.Name))
	}
	if f.def.Stmts != nil {
		return b.blockTableFunc(c, f, sc)
	}
	if f.def.Query == nil {
		return nil
	}
	if !b.follow(c, f) {
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
			v = b.argument(v, fromName(p.Type))
			inner.vars = append(inner.vars, identColumn(&p.Name, v))
			continue
		}
		t := input
		if t != nil {
			input = nil
		} else {
			t = b.tableArg(next(), sc)
		}
		env = env.with(&p.Name, t)
	}
	f.active = true
	saved := b.params
	b.params = inner.vars
	defer func() { f.active, b.params = false, saved }()
	return b.renamed(b.query(f.def.Query, inner, env), f.def.Columns)
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
