package generate

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
)

// A col is a column of what a piece of SQL reads or makes: the parents' columns
// that its value is made of, and those of the windows that it is computed over.
type col struct {
	name  string
	typ   string
	refs  []Ref
	win   []Ref
	parts []col // of an array of structs
	whole bool  // the array is a parent's: refs is that column, and parts are fields of it
}

// all are the sources of a column with all its parts.
func (c col) all() []Ref {
	out := c.refs
	if c.whole {
		return out
	}
	for _, p := range c.parts {
		out = union(out, p.refs)
	}
	return out
}

// array is the type of arrays of structs.
const array = "ARRAY"

// A frame is a named set of columns that SQL may select from.
type frame struct {
	name string
	cols []col
}

type useKey struct {
	kind string
	ref  Ref
}

// builder writes one model.
type builder struct {
	g       *generator
	rnd     *rand.Rand
	want    int // output columns
	sql     strings.Builder
	ctes    int
	parents []*relation
	frames  map[*relation]frame
	uses    map[useKey]*Use
}

func mark(r *relation) string { return "<<" + r.id + ">>" }

// use enters that rows depend on a column.
func (b *builder) use(kind string, c col) {
	for _, r := range c.all() {
		b.entry(kind, r).Rows = true
	}
	for _, r := range c.win {
		b.entry("window", r).Rows = true
	}
}

func (b *builder) entry(kind string, r Ref) *Use {
	key := useKey{kind, r}
	u := b.uses[key]
	if u == nil {
		u = &Use{Kind: kind, Ref: r}
		b.uses[key] = u
	}
	return u
}

// finish lists the uses once the output columns are known.
func (b *builder) finish(out []col) []Use {
	for _, c := range out {
		for _, r := range c.win {
			u := b.entry("window", r)
			u.Outputs = append(u.Outputs, c.name)
		}
	}
	list := make([]Use, 0, len(b.uses))
	for _, u := range b.uses {
		sort.Strings(u.Outputs)
		list = append(list, *u)
	}
	sort.Slice(list, func(i, j int) bool {
		if list[i].Kind != list[j].Kind {
			return list[i].Kind < list[j].Kind
		}
		return lessRef(list[i].Ref, list[j].Ref)
	})
	return list
}

// name makes a column name that no other model has.
func (b *builder) name(stem string) string {
	b.g.fresh++
	return fmt.Sprintf("%s_%d", strings.TrimRight(strings.TrimSuffix(strings.ToLower(stem), "__c"), "_0123456789"), b.g.fresh)
}

// begin opens a CTE and returns its name.
func (b *builder) begin(stem string) string {
	if b.ctes == 0 {
		b.sql.WriteString("with ")
	} else {
		b.sql.WriteString("\n),\n\n")
	}
	b.ctes++
	name := fmt.Sprintf("%s_%d", stem, b.ctes)
	fmt.Fprintf(&b.sql, "%s as (\n", name)
	return name
}

// item writes one item of a select list.
func (b *builder) item(i int, sql, alias string) {
	if i > 0 {
		b.sql.WriteString(",\n")
	}
	b.sql.WriteString("        " + sql)
	if alias != "" && alias != sql[strings.LastIndexByte(sql, '.')+1:] {
		b.sql.WriteString(" as " + alias)
	}
}

// read opens a CTE that takes all columns of a relation.
func (b *builder) read(r *relation) frame {
	for _, p := range b.parents {
		if p == r {
			return b.frames[r]
		}
	}
	if b.frames == nil {
		b.frames = map[*relation]frame{}
	}
	b.parents = append(b.parents, r)
	name := b.begin("src")
	fmt.Fprintf(&b.sql, "    select * from %s", mark(r))
	f := frame{name, r.cols}
	b.frames[r] = f
	return f
}

// pick draws a column of a type, "" for any but arrays.
func (b *builder) pick(f frame, typ string) (col, bool) {
	n := len(f.cols)
	start := b.rnd.IntN(n)
	for i := range n {
		c := f.cols[(start+i)%n]
		if c.typ == typ || typ == "" && c.typ != array {
			return c, true
		}
	}
	return col{}, false
}

// text draws a column and writes it as a string.
func (b *builder) text(f frame, q string) (string, col) {
	if c, ok := b.pick(f, "STRING"); ok {
		return q + c.name, c
	}
	c, _ := b.pick(f, "")
	return "cast(" + q + c.name + " as string)", c
}

// made is a column that an expression makes of others.
func made(name, typ string, from ...col) col {
	out := col{name: name, typ: typ}
	for _, c := range from {
		out.refs = union(out.refs, c.all())
		out.win = union(out.win, c.win)
	}
	return out
}

// expr writes an expression over the columns of a frame and says what it makes.
func (b *builder) expr(f frame, q string) (string, col) {
	c, _ := b.pick(f, "")
	at := q + c.name
	name := b.name(c.name)
	other := func(typ string) (col, string, bool) {
		o, ok := b.pick(f, typ)
		return o, q + o.name, ok
	}
	switch b.rnd.IntN(12) {
	case 0:
		if o, sql, ok := other(c.typ); ok {
			return fmt.Sprintf("coalesce(%s, %s)", at, sql), made(name, c.typ, c, o)
		}
	case 1:
		if p, sql, ok := other("BOOL"); ok {
			return fmt.Sprintf("case when %s then %s end", sql, at), made(name, c.typ, p, c)
		}
	case 2:
		if p, sql, ok := other("STRING"); ok {
			o, osql, _ := other(c.typ)
			return fmt.Sprintf("case when %s in ('new', 'open') then %s else %s end", sql, at, osql), made(name, c.typ, p, c, o)
		}
	case 3:
		if n, sql, ok := other("NUMERIC"); ok {
			o, osql, _ := other("NUMERIC")
			return fmt.Sprintf("%s + %s * 2", sql, osql), made(name, "NUMERIC", n, o)
		}
	case 4:
		if t, sql, ok := other("TIMESTAMP"); ok {
			return fmt.Sprintf("date(timestamp_trunc(%s, month), 'Asia/Tokyo')", sql), made(name, "DATE", t)
		}
	case 5:
		if s, sql, ok := other("STRING"); ok {
			o, osql, _ := other("STRING")
			return fmt.Sprintf("concat(lower(trim(%s)), '-', %s)", sql, osql), made(name, "STRING", s, o)
		}
	case 6:
		if d, sql, ok := other("DATE"); ok {
			o, osql, _ := other("DATE")
			return fmt.Sprintf("date_diff(%s, %s, day)", sql, osql), made(name, "INT64", d, o)
		}
	case 7:
		return fmt.Sprintf("cast(%s as string)", at), made(name, "STRING", c)
	case 8:
		if s, sql, ok := other("STRING"); ok {
			return fmt.Sprintf("nullif(regexp_replace(%s, r'[^0-9]', ''), '')", sql), made(name, "STRING", s)
		}
	case 9:
		if b.rnd.IntN(4) == 0 {
			return "'batch'", made(name, "STRING")
		}
		if p, sql, ok := other("BOOL"); ok {
			return fmt.Sprintf("if(%s and %s is not null, %s, null)", sql, at, at), made(name, c.typ, p, c)
		}
	}
	return at, col{name: name, typ: c.typ, refs: c.refs, win: c.win}
}
