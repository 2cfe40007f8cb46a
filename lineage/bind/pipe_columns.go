package bind

import (
	"slices"

	"impact/lineage/syntax"
)

func (p *pipeline) selectOp(op *syntax.PipeSelect, sc *scope) {
	b := p.b
	sc.windows = append(slices.Clip(p.windows), b.windows(op.Windows)...)
	l := &list{b: b, sc: sc}
	l.items(op.Items)
	if op.Extend || op.Window {
		out := p.owned()
		b.spend(columnWork * len(l.cols))
		out.cols = append(out.cols, l.cols...)
		out.opens = append(out.opens, l.opens...)
		p.windows = sc.windows
		p.isValue = false
		return
	}
	t := &table{cols: l.cols, opens: l.opens}
	if op.Distinct {
		for i := range l.cols {
			p.uses.add(Group, b.flat(l.cols[i].val))
		}
	}
	t = b.selectAs(op.As, t)
	p.windows, p.own = nil, false
	p.set(t.cols, t.opens)
	if t.isValue && b.traits.strictNames {
		p.n = b.valueRows(t)
	}
	p.isValue, p.val = t.isValue, t.val
}

// setOp replaces the values of columns. The range variables keep the old ones,
// as GoogleSQL has it.
func (p *pipeline) setOp(op *syntax.PipeSet, sc *scope) {
	b := p.b
	// The expressions see the values from before.
	vals := make([]value, len(op.Items))
	for i := range op.Items {
		vals[i] = b.expr(op.Items[i].Value, sc)
	}
	out := p.owned()
	var gone []string
	for i := range op.Items {
		it := &op.Items[i]
		v := vals[i]
		id := &it.Target.Parts[0]
		if e := out.elementNamed(b, id); e != nil {
			at := slices.IndexFunc(out.cols, func(c column) bool { return c.part == e.part })
			out.withoutElement(e)
			out.cols = slices.Insert(out.cols, max(at, 0), identColumn(id, v))
			continue
		}
		c := b.findColumn(out.cols, id)
		if c != nil {
			b.insideElement(c, id, "SET")
		}
		switch {
		case c != nil && len(it.Target.Parts) > 1:
			c.val, c.twin = b.derive(Transform, c.val.typ, c.val, v), 0
		case c != nil:
			c.val = v
			if b.twins {
				c.twin = b.twinOf(it.Value, v, sc)
			}
			out.hide(b, id)
		case len(out.opens) > 0:
			gone = append(gone, id.Name)
			out.cols = append(out.cols, identColumn(id, v))
		default:
			b.missingInStar(id, "SET", out.cols)
		}
	}
	b.exceptOpens(out.opens, gone)
	p.isValue = false
}

// hide takes away the range variable that is called as a column that SET or DROP
// changes: of an array's element it is the column.
func (n *names) hide(b *binder, id *syntax.Ident) {
	if b.findVar(n.vars, id) != nil {
		b.spend(len(n.vars))
		n.vars = slices.DeleteFunc(slices.Clone(n.vars), func(v *rangeVar) bool { return equalName(v.hash, v.name, id) })
	}
}

// drop applies DROPs that follow each other.
func (p *pipeline) drop(ops []*syntax.PipeDrop) {
	b := p.b
	out := p.owned()
	out.rows = true
	var ids []syntax.Ident
	ends := make([]int, len(ops)) // where the names of each end
	for i, op := range ops {
		ids = append(ids, op.Columns...)
		ends[i] = len(ids)
	}
	had := make([]bool, len(ids))
	before := len(out.cols)
	rest := ids[:0:0] // those that are no elements
	for i := range ids {
		if e := out.elementNamed(b, &ids[i]); e != nil {
			b.spend(columnWork * len(out.cols))
			out.withoutElement(e)
			had[i] = true
			continue
		}
		rest = append(rest, ids[i])
		out.hide(b, &ids[i])
	}
	b.forget(out.cols)
	for i := range out.cols {
		if c := &out.cols[i]; c.part > 0 && c.part != wholeElement {
			for j := range rest {
				if b.spend(1) && equalName(c.hash, c.name, &rest[j]) {
					b.insideElement(c, &rest[j], "DROP")
					break
				}
			}
		}
	}
	var taken []bool
	out.cols, taken = exceptColumns(out.cols, out.opens, rest)
	for i, j := 0, 0; i < len(ids) && j < len(rest); i++ {
		if !had[i] {
			had[i] = taken[j]
			j++
		}
	}
	for i := range ids {
		if !had[i] && len(out.opens) == 0 {
			b.missingInStar(&ids[i], "DROP", out.cols)
		}
		if !had[i] && len(out.opens) > 0 {
			b.checkDropped(out.opens, &ids[i])
		}
	}
	b.exceptOpens(out.opens, identNames(rest))
	if before > 0 && len(out.cols)+len(out.opens) == 0 {
		// The one that takes the last column leaves none.
		last := 0
		for i := range had {
			if had[i] {
				last = i
			}
		}
		at, _ := slices.BinarySearch(ends, last+1)
		b.fail(CodeNoColumns, ops[at].Span, "DROP leaves no columns")
	}
	p.isValue = false
}

// rename applies RENAMEs that follow each other.
func (p *pipeline) rename(ops []*syntax.PipeRename) {
	b := p.b
	out := p.owned()
	b.forget(out.cols)
	n := 0
	for _, op := range ops {
		n += len(op.Items)
	}
	places := b.placesOf(out.cols, n)
	known := len(out.cols)
	var gone []string
	except := make(nameSet)
	type renaming struct {
		at int
		to *syntax.Ident
	}
	for _, op := range ops {
		// All old names are looked up before any new one counts: RENAME a AS b,
		// b AS a swaps.
		var found []renaming
		for i := range op.Items {
			r := &op.Items[i]
			if b.traits.strictNames && b.findVar(out.vars, &r.From) != nil {
				b.report(Diagnostic{Code: CodeUnknownColumn, Span: r.From.Span, Error: true, Column: r.From.Name, Clause: "RENAME",
					Message: r.From.Name + " of the RENAME list is a table's alias, not a column"})
			}
			if at := places.find(out.cols, &r.From); at >= 0 && at < known && !out.cols[at].masked {
				c := &out.cols[at]
				b.insideElement(c, &r.From, "RENAME")
				c.val = b.shaped(c.val, func(s []src) []src { return b.at(r.From.Pos, s) })
				found = append(found, renaming{at, &r.To})
				continue
			}
			hit := false
			for _, o := range out.opens {
				if except.has(r.From.Hash, r.From.Name) {
					break
				}
				if v, ok := b.openColumn(o, &r.From); ok {
					v.srcs = b.at(r.From.Pos, v.srcs)
					out.cols = append(out.cols, identColumn(&r.To, v))
					except.add(r.From.Name)
					gone = append(gone, r.From.Name)
					hit = true
					break
				}
			}
			if !hit {
				b.missingInStar(&r.From, "RENAME", out.cols)
			}
		}
		for _, r := range found {
			c := &out.cols[r.at]
			places.move(r.at, c.hash, r.to.Hash)
			c.name, c.hash = r.to.Name, r.to.Hash
		}
		for ; known < len(out.cols); known++ {
			places.move(known, 0, out.cols[known].hash)
		}
	}
	b.exceptOpens(out.opens, gone)
	p.isValue = false
}

// keepVars leaves of the range variables what is still a column: all else is gone
// behind DISTINCT.
func (p *pipeline) keepVars() {
	there := make(map[int32][][]src, len(p.n.cols)) // by their first source
	for i := range p.n.cols {
		if own := p.b.flat(p.n.cols[i].val); len(own) > 0 {
			there[own[0].leaf] = append(there[own[0].leaf], own)
		}
	}
	has := func(c *column) bool {
		own := p.b.flat(c.val)
		// One without sources may have another name now.
		return len(own) == 0 || slices.ContainsFunc(there[own[0].leaf], func(o []src) bool {
			return slices.EqualFunc(own, o, func(x, y src) bool { return x.leaf == y.leaf })
		})
	}
	vars := p.n.vars
	for i, v := range vars {
		if v.isValue || !slices.ContainsFunc(v.cols, func(c column) bool { return !has(&c) }) {
			continue
		}
		less := *v
		less.cols = slices.DeleteFunc(slices.Clone(v.cols), func(c column) bool { return !has(&c) })
		if &vars[0] == &p.n.vars[0] {
			out := *p.n
			out.vars = slices.Clone(vars)
			p.n = &out
		}
		p.n.vars[i] = &less
	}
}
