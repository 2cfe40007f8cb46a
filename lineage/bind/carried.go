package bind

import (
	"slices"

	"impact/lineage/syntax"
)

// A carried value is what a variable or a column holds at a place that is reached
// in several ways, not all of which are bound yet: at the head of a loop, whose
// body changes it, or where an exception is handled. It stands among the sources
// as a leaf below zero, as a group of uses does. What it comes from is known when
// all is bound; it may well come from itself.
type carried struct {
	from [][]src // what it may hold, other carried values among it

	// Once settled: what it comes from without other carried values.
	own  []src // named in from itself
	refs []carriedRef
	// plain is all that reaches it, but for what only decides between the values
	// that do; done is all.
	plain, done []src
}

// A carriedRef is another carried value that one comes from.
type carriedRef struct {
	to   int32
	kind Kind
	conf Confidence
}

// carry makes a new carried value and returns the source that stands for it.
func (b *binder) carry() []src {
	b.carries = append(b.carries, &carried{})
	b.groups = append(b.groups, group{carried: int32(len(b.carries))})
	out := append(b.allocSrcs(1), src{leaf: -int32(len(b.groups)), pos: -1, kind: Direct})
	return b.keepSrcs(out)
}

// carriedLike makes a value of the shape of another whose parts are all carried,
// each for itself, so that taking a part out gives that part's own sources.
func (b *binder) carriedLike(like value) value {
	out := value{typ: like.typ, srcs: b.carry()}
	of := like.shape
	if of == nil || len(of.opens) > 0 {
		return out
	}
	out.shape = &shape{}
	if of.elem != nil {
		e := b.carriedLike(*of.elem)
		out.shape.elem, out.shape.size = &e, b.carry()
		return out
	}
	out.shape.fields = slices.Clone(of.fields)
	for i := range out.shape.fields {
		out.shape.fields[i].val = b.carriedLike(of.fields[i].val)
	}
	return out
}

// feed says that a value from carriedLike may be v. Where their shapes differ, all
// of v may be any part.
func (b *binder) feed(to, v value) {
	x, y := to.shape, v.shape
	switch {
	case y == nil && len(v.srcs) == 0:
	case x == nil:
		all := b.flat(v)
		if y != nil {
			all = b.union(all, y.size)
		}
		b.feedSrcs(to.srcs, all)
	case y != nil && x.elem != nil && y.elem != nil:
		b.feedSrcs(to.srcs, v.srcs)
		b.feedSrcs(x.size, y.size)
		b.feed(*x.elem, *y.elem)
	case y != nil && x.elem == nil && y.elem == nil && len(x.fields) == len(y.fields) && len(y.opens) == 0:
		b.feedSrcs(to.srcs, v.srcs)
		for i := range x.fields {
			b.feed(x.fields[i].val, y.fields[i].val)
		}
	case y == nil && x.elem == nil && v.typ != nil && v.typ.Kind == StructType && len(v.typ.Fields) == len(x.fields):
		for i := range x.fields {
			b.feed(x.fields[i].val, b.fieldAt(v, i))
		}
	case y == nil && x.elem != nil && v.typ != nil && v.typ.Kind == ArrayType:
		b.feedSrcs(x.size, b.length(v))
		b.feed(*x.elem, b.element(v))
	default:
		b.feedSrcs(to.srcs, b.flat(v))
	}
}

func (b *binder) feedSrcs(to, srcs []src) {
	if len(srcs) == 0 || len(srcs) == 1 && srcs[0].leaf == to[0].leaf && srcs[0].kind == Direct && srcs[0].conf == Exact {
		return
	}
	c := b.carries[b.groups[-to[0].leaf-1].carried-1]
	c.from = append(c.from, srcs)
}

// sameValue reports whether a value is what it was.
func sameValue(x, y value) bool {
	return x.shape == y.shape && sameSrcs(x.srcs, y.srcs)
}

func sameSrcs(x, y []src) bool {
	return slices.EqualFunc(x, y, func(x, y src) bool { return x.leaf == y.leaf && x.kind == y.kind && x.conf == y.conf })
}

// maxSettled bounds how many sources all carried values may have together.
const maxSettled = 1 << 21

// settle finds out what all carried values come from. It takes a time that grows
// with what there is to tell: values that come from each other have the same
// sources.
func (b *binder) settle() {
	decided := false // whether any only decides about another
	for _, c := range b.carries {
		var own []src
		for _, list := range c.from {
			for _, s := range list {
				if to := b.carriedAt(s.leaf); to >= 0 {
					ref := carriedRef{to, s.kind, s.conf}
					if !slices.Contains(c.refs[max(0, len(c.refs)-8):], ref) {
						c.refs = append(c.refs, ref)
					}
					decided = decided || s.kind == Conditional
					continue
				}
				own = append(own, s)
			}
		}
		c.own, c.from = combined(own), nil
	}
	left := maxSettled
	plain := func(r carriedRef) bool { return r.kind != Conditional }
	comps, of := components(b.edges(plain))
	for at, comp := range comps {
		kind, conf, inner := Direct, Exact, false
		var all []src
		for _, n := range comp {
			all = append(all, b.carries[n].own...)
			for _, r := range b.carries[n].refs {
				switch to := b.carries[r.to]; {
				case !plain(r):
				case of[r.to] == int32(at):
					kind, conf, inner = max(kind, r.kind), max(conf, r.conf), true
				case len(to.plain) > left:
					b.tired()
				default:
					left -= len(to.plain)
					all = appendThrough(all, r, to.plain)
				}
			}
		}
		all = combined(all)
		if inner { // all of it may go round any number of times
			all = appendThrough(nil, carriedRef{kind: kind, conf: conf}, all)
		}
		for _, n := range comp {
			b.carries[n].plain, b.carries[n].done = all, all
		}
	}
	if !decided {
		return
	}
	comps, of = components(b.edges(func(carriedRef) bool { return true }))
	for at, comp := range comps {
		var all []src
		inner := false
		for _, n := range comp {
			for _, r := range b.carries[n].refs {
				if of[r.to] == int32(at) {
					inner = inner || r.kind == Conditional
					continue
				}
				to := b.carries[r.to]
				if len(to.done) > left {
					b.tired()
					continue
				}
				left -= len(to.done)
				all = appendThrough(all, carriedRef{kind: Conditional, conf: r.conf}, to.done)
			}
		}
		for _, n := range comp {
			if inner {
				all = appendThrough(all, carriedRef{kind: Conditional}, b.carries[n].plain)
			}
		}
		all = combined(all)
		for _, n := range comp {
			c := b.carries[n]
			c.done = combined(slices.Concat(c.plain, all))
		}
	}
}

// tired tells that not all that carried values come from is told.
func (b *binder) tired() {
	b.note(CodeWidened, syntax.Span{}, "the loops carry too much from each round into the next: not all of it is followed")
}

// carriedAt is the number of the carried value that a leaf stands for, -1 if it
// stands for none.
func (b *binder) carriedAt(leaf int32) int32 {
	if leaf >= 0 {
		return -1
	}
	return b.groups[-leaf-1].carried - 1
}

// edges are the carried values that each comes from, by the references that
// follow accepts.
func (b *binder) edges(follow func(carriedRef) bool) [][]int32 {
	out := make([][]int32, len(b.carries))
	for i, c := range b.carries {
		for _, r := range c.refs {
			if follow(r) {
				out[i] = append(out[i], r.to)
			}
		}
	}
	return out
}

// appendThrough appends sources as they are seen through a reference.
func appendThrough(out []src, r carriedRef, srcs []src) []src {
	for _, s := range srcs {
		s.kind, s.conf = throughKind(r.kind, s.kind), max(s.conf, r.conf)
		out = append(out, s)
	}
	return out
}

// combined brings sources into order, each once. It may change the slice.
func combined(srcs []src) []src {
	slices.SortStableFunc(srcs, func(x, y src) int { return int(x.leaf) - int(y.leaf) })
	out := srcs[:0]
	for _, s := range srcs {
		if n := len(out); n > 0 && out[n-1].leaf == s.leaf {
			out[n-1] = mergeSrc(out[n-1], s)
			continue
		}
		out = append(out, s)
	}
	return out
}

// expand puts what carried values come from in their place.
func (b *binder) expand(srcs []src) []src {
	if !slices.ContainsFunc(srcs, func(s src) bool { return b.carriedAt(s.leaf) >= 0 }) {
		return srcs
	}
	var out []src
	for _, s := range srcs {
		at := b.carriedAt(s.leaf)
		if at < 0 {
			out = append(out, s)
			continue
		}
		from := len(out)
		out = appendThrough(out, carriedRef{kind: s.kind, conf: s.conf}, b.carries[at].done)
		for i := range out[from:] {
			if r := &out[from+i]; r.pos < 0 {
				r.pos = s.pos
			}
		}
	}
	return combined(out)
}

// components are the sets of nodes that can reach each other along the edges of a
// graph, and the set that each node is in. What a set reaches stands before it.
func components(edges [][]int32) (out [][]int32, of []int32) {
	const done = -1
	var (
		stack []int32 // nodes whose component is not complete
		count int32
		order = make([]int32, len(edges)) // 0: not met
		low   = make([]int32, len(edges))
		next  = make([]int32, len(edges)) // the edge to follow next
		path  []int32
	)
	of = make([]int32, len(edges))
	for root := range edges {
		if order[root] != 0 {
			continue
		}
		path = append(path, int32(root))
		for len(path) > 0 {
			n := path[len(path)-1]
			if order[n] == 0 {
				count++
				order[n], low[n] = count, count
				stack = append(stack, n)
			}
			if i := next[n]; int(i) < len(edges[n]) {
				next[n]++
				switch to := edges[n][i]; {
				case order[to] == 0:
					path = append(path, to)
				case order[to] != done:
					low[n] = min(low[n], order[to])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				parent := path[len(path)-1]
				low[parent] = min(low[parent], low[n])
			}
			if low[n] != order[n] {
				continue
			}
			from := len(stack) - 1
			for stack[from] != n {
				from--
			}
			comp := slices.Clone(stack[from:])
			stack = stack[:from]
			for _, m := range comp {
				order[m], of[m] = done, int32(len(out))
			}
			out = append(out, comp)
		}
	}
	return out, of
}
