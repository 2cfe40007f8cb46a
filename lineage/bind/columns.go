package bind

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"impact/lineage/syntax"
)

// isStarCall reports whether a call stands for several columns: COLUMNS(…).
func isStarCall(c *syntax.Call) bool {
	return len(c.Name) == 1 && c.Receiver == nil && c.Name[0].Is("columns")
}

// mentionsColumns reports whether a text may hold COLUMNS(…) at all, so that the
// expressions of others need no search.
func mentionsColumns(src string) bool {
	const word = "columns"
	for {
		i := strings.IndexAny(src, "cC")
		if i < 0 || len(src)-i < len(word) {
			return false
		}
		if syntax.EqualFold(src[i:i+len(word)], word) {
			return true
		}
		src = src[i+1:]
	}
}

// starCallIn finds the COLUMNS(…) of an expression, outside of its subqueries.
// All that stand in one expression mean the same columns.
func starCallIn(x syntax.Expr) *syntax.Call {
	var hit *syntax.Call
	syntax.Inspect(x, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Subquery, *syntax.Unpack:
			return false
		case *syntax.Call:
			if hit == nil && isStarCall(n) {
				hit = n
			}
		}
		return hit == nil
	})
	return hit
}

// expand binds an item with COLUMNS(…) once for each of its columns. They keep
// their names, or get the alias, in which \0 to \9 stand for what the groups of
// the pattern matched.
func (l *list) expand(it *syntax.SelectItem, c *syntax.Call) {
	b := l.b
	cols, opens, pattern := b.starCall(c, l.sc)
	alone := it.X == syntax.Expr(c)
	if !alone && len(cols)*int(it.Span.End-it.Span.Pos) > maxExpansion {
		b.note(CodeWidened, it.Span, "too many columns for an expression of this size: they are taken together")
		all := b.expr(it.X, l.sc)
		all.srcs = b.confide(Widened, b.flat(all))
		for i := range cols {
			cols[i].val = value{srcs: all.srcs}
		}
		l.cols, l.opens = append(l.cols, cols...), append(l.opens, opens...)
		return
	}
	saved := b.column
	for i := range cols {
		if b.exhausted() {
			break
		}
		col := cols[i]
		col.span = it.Span
		if !alone {
			b.column = &cols[i]
			col.val = b.expr(it.X, l.sc)
		}
		if it.Alias.Name != "" {
			name := it.Alias.Name
			if strings.IndexByte(name, '\\') >= 0 {
				name = expandGroups(name, col.name, pattern)
			}
			col.name, col.hash = name, syntax.Fold(name)
		}
		l.cols = append(l.cols, col)
	}
	for _, o := range opens {
		if it.X != syntax.Expr(c) {
			all := value{srcs: b.openStar(o)}
			b.column = &column{val: all}
			o = open{input: -1, val: b.expr(it.X, l.sc)}
		}
		o.at = len(l.cols)
		l.opens = append(l.opens, o)
	}
	b.column = saved
}

// maxExpansion bounds how much text COLUMNS(…) may make of an item.
const maxExpansion = 1 << 24

// expandGroups replaces \0 to \9 in an alias by what a pattern matched in a name.
func expandGroups(alias, name string, pattern *regexp.Regexp) string {
	groups := []string{name}
	if pattern != nil {
		if m := pattern.FindStringSubmatch(name); m != nil {
			groups = m
		}
	}
	var sb strings.Builder
	for i := 0; i < len(alias); i++ {
		if alias[i] == '\\' && i+1 < len(alias) && alias[i+1] >= '0' && alias[i+1] <= '9' {
			i++
			if n, _ := strconv.Atoi(alias[i : i+1]); n < len(groups) {
				sb.WriteString(groups[n])
			}
			continue
		}
		sb.WriteByte(alias[i])
	}
	return sb.String()
}

// starCall gives the columns that COLUMNS(…) stands for: of a star, of a list of
// names, or those whose names a regular expression or a lambda accepts. The
// regular expression is returned, too.
func (b *binder) starCall(c *syntax.Call, sc *scope) ([]column, []open, *regexp.Regexp) {
	star := c.StarArg
	if star == nil {
		star = &syntax.Star{Span: c.Span}
	}
	cols, opens := b.star(star, sc, 0)
	if c.StarArg != nil || c.Star || len(c.Args) != 1 {
		return cols, opens, nil
	}
	switch x := c.Args[0].(type) {
	case *syntax.Literal:
		if x.Kind != syntax.StringLiteral {
			break
		}
		if re, err := regexp.Compile(x.Text); err == nil {
			cols, opens = b.kept(cols, opens, re.MatchString, c.Span)
			return cols, opens, re
		}
	case *syntax.Array:
		if names, ok := literalNames(x.Items); ok {
			return b.listed(cols, opens, names), nil, nil
		}
	case *syntax.Lambda:
		if test, ok := lambdaTest(x); ok {
			cols, opens = b.kept(cols, opens, test, c.Span)
			return cols, opens, nil
		}
	}
	b.note(CodeWidened, c.Span, "what COLUMNS asks for is not understood: all columns are taken")
	for i := range cols {
		cols[i].val.srcs = b.confide(Widened, cols[i].val.srcs)
	}
	return cols, opens, nil
}

// kept are the columns whose names pass a test; none at all is an error.
func (b *binder) kept(cols []column, opens []open, test nameTest, span syntax.Span) ([]column, []open) {
	had := len(cols) > 0
	if !b.spend(len(cols) * int(1+(span.End-span.Pos)>>4)) {
		return nil, nil
	}
	b.forget(cols)
	cols = without(cols, opens, func(i int) bool { return !test(cols[i].name) })
	if had && len(cols)+len(opens) == 0 {
		b.fail(CodeNoColumns, span, "no column has a name that is asked for")
	}
	if len(opens) > 0 {
		b.note(CodeWidened, span, "columns are asked for by a pattern, and not all names are known")
	}
	return cols, opens
}

// literalNames are the texts of a list of string literals.
func literalNames(items []syntax.Expr) ([]syntax.Ident, bool) {
	out := make([]syntax.Ident, 0, len(items))
	for _, x := range items {
		lit, ok := x.(*syntax.Literal)
		if !ok || lit.Kind != syntax.StringLiteral {
			return nil, false
		}
		out = append(out, syntax.Ident{Span: lit.Span, Name: lit.Text, Hash: syntax.Fold(lit.Text)})
	}
	return out, true
}

// listed are the columns of the given names, in their own order.
func (b *binder) listed(cols []column, opens []open, names []syntax.Ident) []column {
	set := setOf(names)
	out := slices.DeleteFunc(slices.Clone(cols), func(c column) bool { return !set.has(c.hash, c.name) })
	for i := range names {
		id := &names[i]
		if b.findColumn(cols, id) != nil {
			continue
		}
		found := false
		for _, o := range opens {
			if v, ok := b.openColumn(o, id); ok {
				out = append(out, identColumn(id, v))
				found = true
				break
			}
		}
		if !found {
			b.missingInStar(id, "COLUMNS", nil)
		}
	}
	return out
}

// unnestItem expands UNNEST of a struct, or down to structs, as an item of a
// select list: into a column for each field. It reports false for any other.
func (l *list) unnestItem(c *syntax.Call, it *syntax.SelectItem) bool {
	b := l.b
	if len(c.Name) != 1 || !c.Name[0].Is("unnest") || c.Receiver != nil || len(c.Args) == 0 || c.Over != nil {
		return false
	}
	levels, recursive := 1, false
	for _, a := range c.Args[1:] {
		n, ok := a.(*syntax.NamedArg)
		if !ok || len(n.Name) != 1 {
			continue
		}
		lit, ok := n.Value.(*syntax.Literal)
		switch {
		case !ok:
		case n.Name[0].Is("recursive") && syntax.EqualFold(lit.Text, "true"):
			levels, recursive = maxUnnest, true
		case n.Name[0].Is("max_depth"):
			if d, err := strconv.Atoi(lit.Text); err == nil {
				levels = min(d, maxUnnest)
			}
		}
	}
	v := b.expr(c.Args[0], l.sc)
	if !isStruct(v) {
		for ; levels > 0 && isList(v); levels-- {
			l.sc.uses.add(Join, b.length(v))
			v = b.element(v)
		}
		if !recursive && levels == 0 || !isStruct(v) {
			if levels > 0 && !isList(v) && v.typ == nil && v.shape == nil {
				l.sc.uses.add(Join, b.length(v))
			}
			col := l.column(it, v)
			l.cols = append(l.cols, col)
			return true
		}
	}
	l.fields(v, it, recursive, 0)
	return true
}

// maxUnnest bounds how deep UNNEST goes into lists of lists and structs of
// structs.
const maxUnnest = 32

// fields appends the fields of a struct as columns, those of structs inside of
// it as well where all is asked for.
func (l *list) fields(v value, it *syntax.SelectItem, all bool, depth int) {
	cols, opens := l.b.valueColumns(v, "")
	for i := range cols {
		if all && depth < maxUnnest && isStruct(cols[i].val) {
			l.fields(cols[i].val, it, all, depth+1)
			continue
		}
		c := cols[i]
		c.span = it.Span
		l.cols = append(l.cols, c)
	}
	for _, o := range opens {
		o.at = len(l.cols)
		l.opens = append(l.opens, o)
	}
}

func isStruct(v value) bool {
	if v.shape != nil {
		return v.shape.elem == nil
	}
	return v.typ != nil && v.typ.Kind == StructType
}

func isList(v value) bool {
	if v.shape != nil {
		return v.shape.elem != nil
	}
	return v.typ != nil && v.typ.Kind == ArrayType
}

// distinct gives the later of columns with one name a number, as DuckDB does
// where a query is read: id, id_1.
func (b *binder) distinct(t *table) *table {
	if !hasDoubles(len(t.cols), func(i int) uint32 { return t.cols[i].hash }) {
		return t
	}
	b.spend(3 * columnWork * len(t.cols))
	taken := newTaken(len(t.cols))
	var out []column
	for i := range t.cols {
		c := &t.cols[i]
		if c.hidden {
			continue
		}
		if name := taken.name(c.name); name != c.name {
			if out == nil {
				out = slices.Clone(t.cols)
			}
			out[i].name, out[i].hash = name, syntax.Fold(name)
		}
	}
	if out == nil {
		return t
	}
	copied := *t
	copied.cols = out
	return &copied
}

// taken are the names that columns have, in lower case, and the first number that
// each may still get.
type taken struct {
	names map[string]bool
	next  map[string]int
}

func newTaken(size int) *taken {
	return &taken{names: make(map[string]bool, size), next: make(map[string]int)}
}

// name takes a name, with a number behind it if somebody has it.
func (t *taken) name(name string) string {
	key := strings.ToLower(name)
	base, out := key, name
	for n := max(t.next[base], 1); t.names[key]; n++ {
		out = name + "_" + strconv.Itoa(n)
		key = strings.ToLower(out)
		t.next[base] = n + 1
	}
	t.names[key] = true
	return out
}

// AsTable names the outputs as a table or view does that is made of them, and
// returns r: in DuckDB the later of columns with one name get a number.
func (r *Result) AsTable(d *syntax.Dialect) *Result {
	if !traitsOf[d.Name].distinctNames {
		return r
	}
	taken := newTaken(len(r.Outputs))
	for i := range r.Outputs {
		if o := &r.Outputs[i]; !o.Star {
			o.Name = taken.name(o.Name)
		}
	}
	return r
}

// hasDoubles reports whether two of n columns may have one name, by the hashes of
// these. Most tables have no such columns, and are left alone without a look-up for
// each.
func hasDoubles(n int, hash func(int) uint32) bool {
	if n > 1000 { // too many for the bits below
		return true
	}
	var bits [64]uint64
	for i := range n {
		h := hash(i)
		word, bit := h>>6&63, uint64(1)<<(h&63)
		if bits[word]&bit != 0 {
			for j := range i {
				if hash(j) == h {
					return true
				}
			}
		}
		bits[word] |= bit
	}
	return false
}

// atPosition is the column at a position of FROM, from 1: DuckDB's #1.
func (b *binder) atPosition(n int, sc *scope) (value, *column) {
	for s := sc; s != nil; s = s.parent {
		if s.names == nil {
			continue
		}
		for _, o := range s.names.opens {
			if o.at < n { // what stands there cannot be told
				var v value
				for _, o := range s.names.opens {
					v.srcs = b.union(v.srcs, b.confide(Widened, b.openStar(o)))
				}
				return v, nil
			}
		}
		if cols := visible(s.names.cols); n >= 1 && n <= len(cols) {
			return cols[n-1].val, &cols[n-1]
		}
		break
	}
	return value{}, nil
}

// spelled is the name of the table's column that a path means, as the table
// spells it; "" if it means something else.
func (b *binder) spelled(p *syntax.Path, sc *scope) string {
	n := sc.names
	if n == nil {
		return ""
	}
	id := &p.Parts[len(p.Parts)-1]
	cols := n.cols
	if len(p.Parts) > 1 {
		v := b.findVar(n.vars, &p.Parts[len(p.Parts)-2])
		if v == nil || v.isValue {
			return ""
		}
		cols = v.cols
	}
	if c := b.findColumn(cols, id); c != nil {
		return c.name
	}
	return ""
}
