package bind

import (
	"cmp"
	"slices"
	"strings"

	"impact/internal/slab"
	"impact/lineage/syntax"
)

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
