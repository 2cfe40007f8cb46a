package syntax

import (
	"reflect"
	"strconv"
	"strings"
)

// Dump writes a node as text for tests and for looking at trees: its type, then
// its fields that are not zero, without positions. Names are written as they
// are, quoted ones in backquotes, strings in quotes; a chain of one operator is
// one list. What nests too deep is cut off with "…".
//
//	(Select :Items [(SelectItem (+ a 1) :Alias b)] :From (Table t))
func Dump(n Node) string {
	d := dumper{}
	var b strings.Builder
	f := d.value(reflect.ValueOf(n), 0)
	f.write(&b, 0)
	b.WriteByte('\n')
	return b.String()
}

// dumpDepth and dumpWidth limit nesting and the length of a line.
const (
	dumpDepth = 3 * maxDepth
	dumpWidth = 100
)

// A form is a piece of output: a word, or a list in brackets.
type form struct {
	open, text, close string
	list              []form
	width             int
}

func word(s string) form { return form{text: s, width: len(s)} }

func list(open, close string, items []form) form {
	f := form{open: open, close: close, list: items, width: len(open) + len(close) + len(items) - 1}
	for i := range items {
		f.width += items[i].width
	}
	return f
}

func (f *form) write(b *strings.Builder, indent int) {
	if f.list == nil {
		b.WriteString(f.text + f.open + f.close)
		return
	}
	b.WriteString(f.open)
	broken := f.width+indent > dumpWidth
	for i := range f.list {
		switch {
		case i == 0 && f.open == "(":
		case i == 0 && !broken:
		case broken && !(f.open == "(" && i > 0 && strings.HasPrefix(f.list[i-1].text, ":")):
			b.WriteString("\n" + strings.Repeat("  ", indent+1))
		default:
			b.WriteByte(' ')
		}
		f.list[i].write(b, indent+1)
	}
	b.WriteString(f.close)
}

type dumper struct{}

func (d dumper) value(v reflect.Value, depth int) form {
	if depth > dumpDepth {
		return word("…")
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return word("nil")
		}
		if s, ok := d.special(v.Interface(), depth); ok {
			return s
		}
		return d.value(v.Elem(), depth)
	case reflect.Slice:
		items := make([]form, v.Len())
		for i := range items {
			items[i] = d.value(v.Index(i), depth+1)
		}
		return list("[", "]", items)
	case reflect.String:
		return word(v.String())
	case reflect.Int:
		return word(strconv.FormatInt(v.Int(), 10))
	case reflect.Bool:
		return word(strconv.FormatBool(v.Bool()))
	case reflect.Struct:
		if s, ok := d.special(v.Addr().Interface(), depth); ok {
			return s
		}
		return d.fields(v, depth)
	}
	if s, ok := v.Interface().(interface{ String() string }); ok {
		return word(s.String())
	}
	return word(strconv.FormatUint(v.Uint(), 10))
}

// fields writes a struct. The value of a field is left unnamed if the struct's
// type says what it is: a field X, Name, Query or Expr.
func (d dumper) fields(v reflect.Value, depth int) form {
	t := v.Type()
	items := []form{word(t.Name())}
	for i := range t.NumField() {
		f := t.Field(i)
		x := v.Field(i)
		if f.Anonymous || !f.IsExported() || d.empty(x) {
			continue
		}
		val := d.value(x, depth+1)
		switch {
		case f.Name == "X" || f.Name == "Query" || f.Name == "Name" && x.Kind() == reflect.Struct:
			items = append(items, val)
		case x.Kind() == reflect.Bool:
			items = append(items, word(":"+f.Name))
		case f.Name == "Name" && x.Type() == reflect.TypeFor[[]Ident]():
			items = append(items, word(dotted(x.Interface().([]Ident))))
		default:
			items = append(items, word(":"+f.Name), val)
		}
	}
	return list("(", ")", items)
}

// empty reports whether a field is left out. An empty but present list counts.
func (d dumper) empty(v reflect.Value) bool {
	if id, ok := v.Interface().(Ident); ok {
		return id.Name == "" && !id.Quoted
	}
	return v.IsZero()
}

// special writes the nodes that have a shorter form.
func (d dumper) special(x any, depth int) (form, bool) {
	switch x := x.(type) {
	case *Ident:
		return word(identText(x)), true
	case *Path:
		return word(dotted(x.Parts)), true
	case *Literal:
		return d.literal(x), true
	case *TypeName:
		return word(x.String()), true
	case *Alias:
		if len(x.Columns) == 0 {
			return word(identText(&x.Name)), true
		}
	case *SelectItem:
		if x.Alias.Name == "" && !x.Order && x.X != nil {
			return d.value(reflect.ValueOf(x.X), depth), true
		}
	case *Star:
		if x.X == nil && x.Except == nil && x.Replace == nil && x.Rename == nil && x.Pattern == nil {
			return word("*"), true
		}
	case *OrderItem:
		if !x.Desc && x.X != nil {
			return d.value(reflect.ValueOf(x.X), depth), true
		}
	case *Unary:
		return list("(", ")", []form{word(x.Op.String()), d.value(reflect.ValueOf(x.X), depth+1)}), true
	case *Binary:
		return d.chain(x, depth), true
	}
	return form{}, false
}

func (d dumper) chain(x *Binary, depth int) form {
	op := x.Op
	var items []form
	for {
		items = append(items, d.value(reflect.ValueOf(x.Y), depth+1))
		next, ok := x.X.(*Binary)
		if !ok || next.Op != op {
			break
		}
		x = next
	}
	items = append(items, d.value(reflect.ValueOf(x.X), depth+1), word(op.String()))
	for i, j := 0, len(items)-1; i < j; i, j = i+1, j-1 {
		items[i], items[j] = items[j], items[i]
	}
	return list("(", ")", items)
}

func (d dumper) literal(x *Literal) form {
	switch x.Kind {
	case StringLiteral:
		return word(strconv.Quote(x.Text))
	case TypedLiteral:
		return word(x.Type.String() + " " + strconv.Quote(x.Text))
	}
	return word(x.Text)
}

func identText(id *Ident) string {
	if id.Quoted {
		return "`" + id.Name + "`"
	}
	return id.Name
}

func dotted(ids []Ident) string {
	parts := make([]string, len(ids))
	for i := range ids {
		parts[i] = identText(&ids[i])
	}
	return strings.Join(parts, ".")
}

// String writes a type in BigQuery's notation: ARRAY<STRUCT<a INT64>>.
func (t *TypeName) String() string {
	var b strings.Builder
	t.write(&b)
	return b.String()
}

func (t *TypeName) write(b *strings.Builder) {
	b.WriteString(t.Name)
	if len(t.Params) > 0 {
		b.WriteString("(" + strings.Join(t.Params, ", ") + ")")
	}
	switch {
	case t.Key != nil:
		b.WriteByte('<')
		t.Key.write(b)
		b.WriteString(", ")
		t.Elem.write(b)
		b.WriteByte('>')
	case t.Elem != nil:
		b.WriteByte('<')
		t.Elem.write(b)
		b.WriteByte('>')
	case t.Fields != nil:
		b.WriteByte('<')
		for i := range t.Fields {
			if i > 0 {
				b.WriteString(", ")
			}
			if f := &t.Fields[i]; f.Name.Name != "" {
				b.WriteString(f.Name.Name + " ")
			}
			t.Fields[i].Type.write(b)
		}
		b.WriteByte('>')
	}
}
