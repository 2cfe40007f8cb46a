package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// pipes applies pipe operators to a table, one after the other.
func (b *binder) pipes(t *table, q *syntax.Query, outer *scope, env *cteEnv) *table {
	n := &names{cols: t.cols, opens: t.opens}
	if f, ok := q.Body.(*syntax.FromQuery); ok && q.With == nil && len(q.OrderBy) == 0 {
		// The range variables of FROM stay visible.
		u := &uses{}
		n = b.from(f.From, &scope{parent: outer, env: env, uses: u})
		t = &table{uses: u}
	} else if f, ok := q.Body.(*syntax.FromQuery); ok {
		u := &uses{}
		n = b.from(f.From, &scope{parent: outer, env: env, uses: u})
		t = &table{uses: u}
	} else if t.isValue {
		n = b.valueRows(t)
	}
	p := &pipeline{b: b, n: n, uses: t.uses, outer: outer, env: env}
	if t.isValue {
		p.isValue, p.val = true, t.val
	}
	p.run(q.Pipes)
	return p.table()
}

// valueRows are the names of a table of values without an alias.
func (b *binder) valueRows(t *table) *names {
	v := &rangeVar{isValue: true, val: t.val, cols: t.cols, opens: t.opens}
	b.elementFields(v)
	return &names{cols: v.cols, opens: v.opens, vars: []*rangeVar{v}}
}

// A pipeline is the state between two pipe operators.
type pipeline struct {
	b       *binder
	n       *names
	uses    *uses
	outer   *scope
	env     *cteEnv
	isValue bool
	val     value
	windows []window
	// own says that nobody else sees the columns of n, nor the room behind them,
	// so that they may be changed where they stand.
	own bool
}

func (p *pipeline) table() *table {
	t := tableOf(p.n, p.uses)
	t.vars = p.n.vars
	if p.isValue {
		t.isValue, t.val = true, p.val
	}
	return t
}

func (p *pipeline) scope() *scope {
	return &scope{parent: p.outer, env: p.env, uses: p.uses, names: p.n, windows: p.windows}
}

func (p *pipeline) run(ops []syntax.PipeOp) {
	for i := 0; i < len(ops); i++ {
		if op, ok := ops[i].(*syntax.PipeDrop); ok {
			// Those that follow each other are one, so that the columns close up once.
			drops := []*syntax.PipeDrop{op}
			for i+1 < len(ops) {
				if op, ok = ops[i+1].(*syntax.PipeDrop); !ok {
					break
				}
				drops = append(drops, op)
				i++
			}
			p.drop(drops)
			continue
		}
		if op, ok := ops[i].(*syntax.PipeRename); ok {
			renames := []*syntax.PipeRename{op}
			for i+1 < len(ops) {
				if op, ok = ops[i+1].(*syntax.PipeRename); !ok {
					break
				}
				renames = append(renames, op)
				i++
			}
			p.rename(renames)
			continue
		}
		p.apply(ops[i])
	}
}

// owned are the names of the pipeline as they may be changed.
func (p *pipeline) owned() *names {
	if !p.own {
		p.b.spend(columnWork * len(p.n.cols))
		out := *p.n
		out.cols = slices.Clone(p.n.cols)
		p.n, p.own = &out, true
	} else {
		out := *p.n
		p.n = &out
	}
	p.n.opens = slices.Clone(p.n.opens)
	return p.n
}

// set replaces all columns; range variables end.
func (p *pipeline) set(cols []column, opens []open) {
	p.n = &names{cols: cols, opens: opens}
	p.isValue = false
}

func (p *pipeline) apply(op syntax.PipeOp) {
	b := p.b
	if !b.spend(exprWork) {
		return
	}
	sc := p.scope()
	switch op.(type) {
	case *syntax.PipeSelect, *syntax.PipeSet, *syntax.PipeWhere, *syntax.PipeLimit, *syntax.PipeOrderBy, *syntax.PipeAssert, *syntax.PipeDistinct:
	default:
		p.own = false
	}
	switch op := op.(type) {
	case *syntax.PipeSelect:
		p.selectOp(op, sc)
	case *syntax.PipeWhere:
		b.filter(op.X, sc)
	case *syntax.PipeSet:
		p.setOp(op, sc)
	case *syntax.PipeAs:
		t := b.mask(p.table())
		p.n = b.aliased(t, &syntax.Alias{Name: op.Alias}, nil)
		p.isValue, p.val = t.isValue, t.val
	case *syntax.PipeLimit:
		b.expr(op.Limit, sc)
		b.expr(op.Offset, sc)
	case *syntax.PipeOrderBy:
		b.order(op.Items, sc, p.n.cols, p.n.opens)
	case *syntax.PipeAggregate:
		p.aggregate(op, sc)
	case *syntax.PipeDistinct:
		b.spend(columnWork * len(p.n.cols))
		for i := range p.n.cols {
			p.uses.add(Group, b.flat(p.n.cols[i].val))
		}
		p.keepVars()
		p.isValue = false // the range variables stay
	case *syntax.PipeJoin:
		p.n = b.joinRight(op.Join, p.n, sc, nil)
		p.isValue = false
	case *syntax.PipeCall:
		t := b.tableCall(op.Func.Call, sc, &table{cols: p.n.cols, opens: p.n.opens})
		p.uses.child(t.uses)
		p.n = b.aliased(&table{cols: t.cols, opens: t.opens}, op.Func.Alias, nil)
		p.isValue = false
	case *syntax.PipePivot:
		p.n = b.pivot(op.Pivot, p.n, &scope{parent: p.outer, env: p.env, uses: p.uses})
		p.isValue = false
	case *syntax.PipeUnpivot:
		p.n = b.unpivot(op.Unpivot, p.n, &scope{parent: p.outer, env: p.env, uses: p.uses})
		p.isValue = false
	case *syntax.PipeMatchRecognize:
		p.n = b.matchRecognize(op.Match, p.n, &scope{parent: p.outer, env: p.env, uses: p.uses})
		p.isValue = false
	case *syntax.PipeSetOp:
		t := p.table()
		for _, q := range op.Inputs {
			t = b.combine(t, b.query(q, p.outer, p.env), op.Op)
		}
		p.uses = t.uses
		p.set(t.cols, t.opens)
		p.isValue, p.val = t.isValue, t.val
	case *syntax.PipeRecursiveUnion:
		p.recursive(op)
	case *syntax.PipeWith:
		p.env = b.with(op.With, p.outer, p.env)
	case *syntax.PipeAssert:
		for i, x := range op.Args {
			v := b.expr(x, sc)
			if i == 0 { // the rest is the message
				p.uses.add(Filter, b.flat(v))
			}
		}
	case *syntax.PipeSample:
		p.n = weighted(p.n, op.Weight)
	case *syntax.PipeIf:
		p.branch(op)
	case *syntax.PipeFork:
		var last *pipeline
		for _, ops := range op.Branches {
			sub := *p
			sub.uses = &uses{}
			sub.uses.child(p.uses)
			sub.own = false
			sub.run(ops)
			last = &sub
		}
		if last != nil && !op.Tee {
			*p = *last
		}
	case *syntax.PipeBad:
		b.note(CodeWidened, op.Span, "a pipe operator is not understood: all columns are taken to pass")
		for _, part := range op.Parts {
			b.quiet++
			p.uses.add(Filter, b.confide(Widened, b.flat(b.resolve(part, sc))))
			b.quiet--
		}
	}
}

// aggregate gives the grouping columns first, then the aggregates.
func (p *pipeline) aggregate(op *syntax.PipeAggregate, sc *scope) {
	b := p.b
	var cols []column
	unnamed := 0
	if op.GroupBy != nil {
		for i := range op.GroupBy.Items {
			it := &op.GroupBy.Items[i]
			if it.X == nil {
				continue
			}
			v := b.expr(it.X, sc)
			if n, ok := b.ordinalKey(it.X); ok {
				if b.traits.strictNames {
					b.fail(CodeOrdinal, it.X.Extent(), "a key of AGGREGATE cannot be given by its position")
				}
				if n >= 1 && n <= len(p.n.cols) {
					v = p.n.cols[n-1].val
				}
			}
			p.uses.add(Group, b.flat(v))
			if it.Order {
				p.uses.add(Order, b.flat(v))
			}
			var c column
			if it.Alias.Name != "" {
				c = identColumn(&it.Alias, v)
			} else {
				c = b.implicitName(it, v, &unnamed, sc)
			}
			if b.twins {
				c.twin = b.twinOf(it.X, v, sc)
			}
			c.span = it.Span
			cols = append(cols, c)
		}
	}
	l := &list{b: b, sc: sc, unnamed: unnamed}
	l.items(op.Items)
	for i := range op.Items {
		if op.Items[i].Order {
			p.uses.add(Order, b.flat(l.byItem[i]))
		}
	}
	p.set(append(cols, l.cols...), l.opens)
}

// recursive binds RECURSIVE UNION: the input is the anchor.
func (p *pipeline) recursive(op *syntax.PipeRecursiveUnion) {
	b := p.b
	t := p.table()
	outer := p.outer
	if b.traits.strictNames { // as in WITH RECURSIVE
		outer = nil
	}
	value := t.isValue && len(t.cols) == 1 && !isStruct(t.val)
	rows := func() *table { // what was made so far, under the alias
		out := &table{cols: t.cols, opens: t.opens}
		if value {
			out.isValue, out.val = true, t.cols[0].val
		}
		return out
	}
	var alias *syntax.Alias
	if op.Alias.Name != "" {
		alias = &syntax.Alias{Name: op.Alias}
	}
	for round := 0; round < maxRecursion && !b.exhausted(); round++ {
		before := b.weight(t)
		var term *table
		if op.Query != nil {
			env := p.env.with(&op.Alias, rows())
			term = b.query(op.Query, outer, env)
		} else {
			sub := &pipeline{b: b, uses: &uses{}, outer: outer, env: p.env}
			sub.n = b.aliased(rows(), alias, nil)
			sub.env = p.env.with(&op.Alias, rows())
			sub.run(op.Pipes)
			term = sub.table()
		}
		t = b.combine(t, term, op.Op)
		if b.weight(t) == before {
			break
		}
	}
	if op.Depth != nil {
		t = withDepth(t, op.Depth)
	}
	p.uses = t.uses
	p.set(t.cols, t.opens)
	value = value && op.Depth == nil
	if alias != nil {
		p.n = b.aliased(rows(), alias, nil)
	}
}

// branch binds IF … THEN …: the columns are those of any branch.
func (p *pipeline) branch(op *syntax.PipeIf) {
	b := p.b
	var merged *table
	for _, ops := range op.Branches {
		sub := *p
		sub.uses = &uses{}
		sub.uses.child(p.uses)
		sub.run(ops)
		t := sub.table()
		if merged == nil {
			merged = t
			continue
		}
		merged = b.combine(merged, t, syntax.SetOpSpec{Span: op.Span, Kind: syntax.Union, All: true, ByName: true, Mode: syntax.FullMode})
	}
	for _, c := range op.Conds {
		b.expr(c, &scope{parent: p.outer, env: p.env, uses: p.uses})
	}
	if merged != nil {
		if len(op.Branches) == len(op.Conds) { // no ELSE: the input may pass
			merged = b.combine(merged, p.table(),
				syntax.SetOpSpec{Span: op.Span, Kind: syntax.Union, All: true, ByName: true, Mode: syntax.FullMode})
		}
		p.uses = merged.uses
		p.set(merged.cols, merged.opens)
	}
}
