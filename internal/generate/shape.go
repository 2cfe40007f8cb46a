package generate

import (
	"fmt"
	"strings"
)

// write writes a model's SQL and returns its output columns.
func (b *builder) write(layer string, k int) []col {
	var f frame
	switch layer {
	case "stg":
		f = b.staging(b.g.layers[0][k%len(b.g.layers[0])])
	case "int":
		switch b.rnd.IntN(4) {
		case 0:
			f = b.nested(b.parent())
		case 1:
			f = b.unionAll(b.parent(), b.parent())
		default:
			f = b.joined(b.parent(), b.parent())
		}
	case "fct":
		switch b.rnd.IntN(4) {
		case 0:
			f = b.windows(b.joined(b.parent(), b.parent()))
		case 1:
			f = b.unnested(b.joined(b.parent(), b.parent()))
		default:
			f = b.aggregated(b.read(b.parent()))
		}
	case "mart":
		switch b.rnd.IntN(3) {
		case 0:
			f = b.unionAll(b.parent(), b.parent())
		case 1:
			f = b.stars(b.read(b.parent()))
		default:
			f = b.unnested(b.joined(b.parent(), b.parent()))
		}
	default:
		f = b.stars(b.joined(b.parent(), b.parent()))
	}
	fmt.Fprintf(&b.sql, "\n)\n\nselect * from %s\n", f.name)
	return f.cols
}

// parent draws a relation to read: mostly of the layer below. Of two draws the
// second may be the same as the first.
func (b *builder) parent() *relation {
	layers := b.g.layers
	i := len(layers) - 1
	for i > 1 && b.rnd.IntN(3) == 0 {
		i--
	}
	return layers[i][b.rnd.IntN(len(layers[i]))]
}

// staging renames, casts and derives the columns of a source.
func (b *builder) staging(r *relation) frame {
	src := b.read(r)
	out := frame{name: b.begin("renamed")}
	b.sql.WriteString("    select\n")
	for i, c := range src.cols {
		name := b.name(c.name)
		if i%5 == 4 {
			b.item(i, fmt.Sprintf("cast(%s as string)", c.name), name)
			out.cols = append(out.cols, made(name, "STRING", c))
			continue
		}
		b.item(i, c.name, name)
		out.cols = append(out.cols, col{name: name, typ: c.typ, refs: c.refs})
	}
	for len(out.cols) < b.want {
		sql, c := b.expr(src, "")
		b.item(len(out.cols), sql, c.name)
		out.cols = append(out.cols, c)
	}
	fmt.Fprintf(&b.sql, "\n    from %s", src.name)
	deleted, _ := b.pick(src, "BOOL")
	fmt.Fprintf(&b.sql, "\n    where not coalesce(%s, false)", deleted.name)
	b.use("filter", deleted)
	if b.rnd.IntN(2) == 0 {
		return out
	}
	// Only the newest row of each key.
	key, ts := out.cols[0], out.cols[1]
	name := b.begin("newest")
	fmt.Fprintf(&b.sql, "    select *\n    from %s\n    qualify row_number() over (partition by %s order by %s desc) = 1", out.name, key.name, ts.name)
	b.use("filter", col{win: union(made("", "", key, ts).refs, made("", "", key, ts).win)})
	return frame{name, out.cols}
}

// joined joins two relations on columns of one type and selects from both.
func (b *builder) joined(l, r *relation) frame {
	left, right := b.read(l), b.read(r)
	out := frame{name: b.begin("joined")}
	b.sql.WriteString("    select\n")
	for len(out.cols) < b.want {
		f, q := left, "l."
		if b.rnd.IntN(3) == 0 {
			f, q = right, "r."
		}
		sql, c := b.expr(f, q)
		b.item(len(out.cols), sql, c.name)
		out.cols = append(out.cols, c)
	}
	for _, side := range []struct {
		f frame
		q string
	}{{left, "l."}, {right, "r."}} {
		if c, ok := b.pick(side.f, array); ok { // arrays are handed on
			name := b.name(c.name)
			b.item(len(out.cols), side.q+c.name, name)
			c.name = name
			out.cols = append(out.cols, c)
		}
	}
	lsql, lk := b.text(left, "l.")
	rsql, rk := b.text(right, "r.")
	kind := []string{"left join", "inner join", "full outer join"}[b.rnd.IntN(3)]
	fmt.Fprintf(&b.sql, "\n    from %s as l\n    %s %s as r\n        on %s = %s", left.name, kind, right.name, lsql, rsql)
	b.use("join", lk)
	b.use("join", rk)
	if t, ok := b.pick(left, "TIMESTAMP"); ok && b.rnd.IntN(2) == 0 {
		fmt.Fprintf(&b.sql, "\n    where l.%s >= timestamp '2020-01-01'", t.name)
		b.use("filter", t)
	}
	return out
}

// windows adds columns that are computed over windows.
func (b *builder) windows(in frame) frame {
	out := frame{name: b.begin("windowed"), cols: in.cols}
	b.sql.WriteString("    select\n        *")
	sql, key := b.text(in, "")
	order, ok := b.pick(in, "TIMESTAMP")
	if !ok {
		order = key
	}
	keys := made("", "", key, order)
	over := union(keys.refs, keys.win)
	for range 3 {
		c, _ := b.pick(in, "")
		n := made(b.name(c.name), c.typ, c)
		n.win = union(n.win, over)
		fn := []string{"lag", "first_value", "max"}[b.rnd.IntN(3)]
		if fn == "max" && c.typ == "BOOL" {
			fn = "lead"
		}
		w := "w"
		if b.rnd.IntN(2) == 0 {
			w = fmt.Sprintf("(partition by %s order by %s)", sql, order.name)
		}
		fmt.Fprintf(&b.sql, ",\n        %s(%s) over %s as %s", fn, c.name, w, n.name)
		out.cols = append(out.cols[:len(out.cols):len(out.cols)], n)
	}
	rank := col{name: b.name("rank"), typ: "INT64", win: over}
	fmt.Fprintf(&b.sql, ",\n        rank() over w as %s", rank.name)
	out.cols = append(out.cols, rank)
	fmt.Fprintf(&b.sql, "\n    from %s\n    window w as (partition by %s order by %s)", in.name, sql, order.name)
	if b.rnd.IntN(2) == 0 {
		name := b.begin("ranked")
		fmt.Fprintf(&b.sql, "    select * except (%s)\n    from %s\n    where %s <= 3", rank.name, out.name, rank.name)
		b.use("filter", rank)
		out = frame{name, out.cols[:len(out.cols)-1]}
	}
	return out
}

// aggregated groups by a few columns and aggregates others.
func (b *builder) aggregated(in frame) frame {
	out := frame{name: b.begin("aggregated")}
	b.sql.WriteString("    select\n")
	keys := min(max(2, b.want/4), 8)
	for i := range keys {
		sql, c := b.expr(in, "")
		b.item(i, sql, c.name)
		b.use("group", c)
		out.cols = append(out.cols, c)
	}
	for len(out.cols) < b.want {
		c, _ := b.pick(in, "")
		var sql string
		n := made(b.name(c.name), c.typ, c)
		switch b.rnd.IntN(5) {
		case 0:
			sql, n.typ = fmt.Sprintf("count(distinct %s)", c.name), "INT64"
		case 1:
			if p, ok := b.pick(in, "BOOL"); ok && c.typ != "BOOL" {
				sql = fmt.Sprintf("max(case when %s then %s end)", p.name, c.name)
				n = made(n.name, c.typ, c, p)
				break
			}
			sql, n.typ = fmt.Sprintf("countif(%s is null)", c.name), "INT64"
		case 2:
			if m, ok := b.pick(in, "NUMERIC"); ok {
				sql = fmt.Sprintf("sum(%s)", m.name)
				n = made(n.name, "NUMERIC", m)
				break
			}
			sql, n = "count(*)", col{name: n.name, typ: "INT64"}
		case 3:
			sql = fmt.Sprintf("any_value(%s)", c.name)
		default:
			sql, n.typ = fmt.Sprintf("string_agg(cast(%s as string), ',')", c.name), "STRING"
		}
		b.item(len(out.cols), sql, n.name)
		out.cols = append(out.cols, n)
	}
	ordinals := make([]string, keys)
	for i := range ordinals {
		ordinals[i] = fmt.Sprint(i + 1)
	}
	fmt.Fprintf(&b.sql, "\n    from %s\n    group by %s", in.name, strings.Join(ordinals, ", "))
	return out
}

// nested collects rows as an array of structs beside aggregates.
func (b *builder) nested(r *relation) frame {
	in := b.read(r)
	out := b.aggregated(in)
	items := col{name: b.name("items"), typ: array}
	name := b.begin("nested")
	sql, key := b.text(in, "")
	fmt.Fprintf(&b.sql, "    select\n        %s as nested_key,\n        array_agg(struct(\n", sql)
	for i := range 4 {
		c, _ := b.pick(in, "")
		field := b.name(c.name)
		if i > 0 {
			b.sql.WriteString(",\n")
		}
		fmt.Fprintf(&b.sql, "            %s as %s", c.name, field)
		c.name = field
		items.parts = append(items.parts, c)
		items.win = union(items.win, c.win)
	}
	fmt.Fprintf(&b.sql, "\n        )) as %s\n    from %s\n    group by 1", items.name, in.name)
	b.use("group", key)
	first := out.cols[0]
	for _, c := range out.cols {
		if c.typ == "STRING" {
			first = c
		}
	}
	final := b.begin("final")
	fmt.Fprintf(&b.sql, "    select\n        a.*,\n        n.%s\n    from %s as a\n    left join %s as n\n        on cast(a.%s as string) = n.nested_key", items.name, out.name, name, first.name)
	b.use("join", first)
	b.use("join", key)
	return frame{final, append(out.cols[:len(out.cols):len(out.cols)], items)}
}

// unnested opens an array of structs, if there is one.
func (b *builder) unnested(in frame) frame {
	arr, ok := b.pick(in, array)
	if !ok {
		return b.windows(in)
	}
	out := frame{name: b.begin("unnested")}
	fmt.Fprintf(&b.sql, "    select\n        t.* except (%s)", arr.name)
	for _, c := range in.cols {
		if c.name != arr.name {
			out.cols = append(out.cols, c)
		}
	}
	for _, p := range arr.parts {
		c := col{name: b.name(p.name), typ: p.typ, refs: p.refs, win: union(p.win, arr.win)}
		fmt.Fprintf(&b.sql, ",\n        i.%s as %s", p.name, c.name)
		out.cols = append(out.cols, c)
	}
	// How many rows there are follows from the array's length.
	length := col{refs: []Ref{{arr.refs[0].Relation, arr.refs[0].Column, "[]"}}, win: arr.win}
	off := col{name: b.name("position"), typ: "INT64", refs: arr.all(), win: arr.win}
	fmt.Fprintf(&b.sql, ",\n        i_at as %s\n    from %s as t, unnest(t.%s) as i with offset as i_at", off.name, in.name, arr.name)
	b.use("join", length)
	out.cols = append(out.cols, off)
	return out
}

// shareType reports whether two relations have columns of one type.
func shareType(l, r *relation) bool {
	for _, x := range l.cols {
		for _, y := range r.cols {
			if x.typ == y.typ && x.typ != array {
				return true
			}
		}
	}
	return false
}

// unionAll stacks columns of the same types, by position.
func (b *builder) unionAll(l, r *relation) frame {
	if !shareType(l, r) {
		return b.joined(l, r)
	}
	first, second := b.read(l), b.read(r)
	out := frame{name: b.begin("unioned")}
	type pair struct{ x, y col }
	var pairs []pair
	for try := 0; try < max(4, b.want*2/3) || len(pairs) == 0; try++ {
		x, _ := b.pick(first, "")
		if y, ok := b.pick(second, x.typ); ok {
			pairs = append(pairs, pair{x, y})
		}
	}
	for side, f := range []frame{first, second} {
		if side == 1 {
			b.sql.WriteString("\n\n    union all\n\n")
		}
		b.sql.WriteString("    select\n")
		for i, p := range pairs {
			if side == 1 {
				b.item(i, p.y.name, "")
				continue
			}
			name := b.name(p.x.name)
			b.item(i, p.x.name, name)
			out.cols = append(out.cols, made(name, p.x.typ, p.x, p.y))
		}
		fmt.Fprintf(&b.sql, "\n    from %s", f.name)
		if side == 1 {
			if s, ok := b.pick(f, "STRING"); ok {
				fmt.Fprintf(&b.sql, "\n    where %s is not null", s.name)
				b.use("filter", s)
			}
		}
	}
	return out
}

// stars drops, replaces and adds columns around a star.
func (b *builder) stars(in frame) frame {
	drop, _ := b.pick(in, "")
	other, _ := b.pick(in, "")
	out := frame{name: b.begin("starred")}
	b.sql.WriteString("    select\n")
	if drop.name == other.name {
		fmt.Fprintf(&b.sql, "        * except (%s)", drop.name)
	} else {
		fmt.Fprintf(&b.sql, "        * except (%s) replace (cast(%s as string) as %s)", drop.name, other.name, other.name)
	}
	for _, c := range in.cols {
		switch c.name {
		case drop.name:
		case other.name:
			out.cols = append(out.cols, made(c.name, "STRING", c))
		default:
			out.cols = append(out.cols, c)
		}
	}
	for range 4 {
		sql, c := b.expr(in, "")
		fmt.Fprintf(&b.sql, ",\n        %s as %s", sql, c.name)
		out.cols = append(out.cols, c)
	}
	fmt.Fprintf(&b.sql, "\n    from %s", in.name)
	return out
}
