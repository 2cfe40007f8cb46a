package bind

import (
	"math"
	"slices"
	"strings"

	"impact/lineage/syntax"
)

// maxWork bounds what binding one text may take. The unit is a source that is
// copied, which costs about ten nanoseconds and sixteen bytes. Without a bound a
// short text could ask for more than any machine has: each of thirty queries that
// reads the one before twice doubles its columns.
const maxWork = 24 << 20

// What single steps cost.
const (
	columnWork  = 16 // a column that is copied
	exprWork    = 16 // an expression that is bound
	mentionWork = 16 // a name that is kept to be checked against GROUP BY
	outputWork  = 32 // an output that is made public
)

// spend books work and reports whether there may be more. Once it reports false,
// whatever is bound is not used any more: what is returned must only be short.
func (b *binder) spend(n int) bool {
	b.spent += n
	return b.spent <= maxWork
}

// exhausted reports whether the work is used up.
func (b *binder) exhausted() bool { return b.spent > maxWork }

// overflow is the result of a text that takes too much work: every table that it
// names is read, and every column of these may be in every column of the result
// and decide about its rows.
func (b *binder) overflow() *Result {
	b.spent = math.MinInt / 2
	b.seen = nil
	b.leaves = leaves{} // without the fields, which may be what is too much
	for i := range b.inputs {
		b.inputs[i].first = b.leaves.block(int32(i), b.inputs[i].rel.Columns)
	}
	t := &table{uses: &uses{}}
	made := make(map[string]bool)
	with := func(w *syntax.With) {
		if w != nil {
			for _, c := range w.CTEs {
				made[strings.ToLower(c.Name.Name)] = true
			}
		}
	}
	for _, st := range b.file.Stmts {
		syntax.Inspect(st, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Query:
				with(n.With)
			case *syntax.PipeWith:
				with(n.With)
			case *syntax.Insert:
				with(n.With)
			case *syntax.Update:
				with(n.With)
			case *syntax.Delete:
				with(n.With)
			case *syntax.Merge:
				with(n.With)
			case *syntax.CreateTable:
				made[strings.ToLower(dotted(n.Name))] = true
			case *syntax.CreateView:
				made[strings.ToLower(dotted(n.Name))] = true
			}
			return true
		})
	}
	seen := make(map[string]bool)
	read := func(name []syntax.Ident, span syntax.Span) {
		key := strings.ToLower(dotted(name))
		own := made[key] && (b.catalog == nil || b.catalog.Relation(name) == nil)
		if len(name) > 0 && !own && !seen[key] {
			seen[key] = true
			b.relation(name, span, nil)
		}
	}
	for _, st := range b.file.Stmts {
		syntax.Inspect(st, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Table:
				read(n.Name, n.Span)
			case *syntax.TableQuery:
				read(n.Name, n.Span)
			}
			return true
		})
	}
	var all []src
	for i := range b.inputs {
		in := &b.inputs[i]
		for j := range in.rv {
			all = append(all, src{leaf: in.first + int32(j), pos: -1, kind: Transform, conf: Widened})
		}
		all = append(all, src{leaf: b.leaves.column(int32(i), "*"), pos: -1, kind: Transform, conf: Widened})
	}
	slices.SortFunc(all, func(x, y src) int { return int(x.leaf) - int(y.leaf) })
	t.uses.add(Filter, all)
	if len(all) > 0 {
		t.opens = []open{{input: -1, val: value{srcs: all}}}
	}
	b.note(CodeWidened, syntax.Span{Pos: 0, End: syntax.Pos(len(b.file.Src))},
		"the text is too wide or too deep to be followed: every column of the tables that it names is taken")
	return b.collect(t, b.lastTarget())
}

// lastTarget is the table that the last statement of the text writes that has
// columns.
func (b *binder) lastTarget() string {
	for _, st := range slices.Backward(b.file.Stmts) {
		switch st := st.(type) {
		case *syntax.QueryStmt, *syntax.Export:
			return ""
		case *syntax.CreateTable:
			if st.Query != nil {
				return dotted(st.Name)
			}
		case *syntax.CreateView:
			return dotted(st.Name)
		case *syntax.Insert:
			return dotted(st.Target)
		case *syntax.Update:
			return dotted(st.Target.Name)
		case *syntax.Merge:
			return dotted(st.Target.Name)
		case *syntax.Delete:
			return dotted(st.Target.Name)
		}
	}
	return ""
}
