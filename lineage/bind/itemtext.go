package bind

import (
	"slices"
	"strconv"
	"strings"

	"impact/lineage/syntax"
)

// An itemText writes an expression as a warehouse does that calls a column
// without an alias by what it understood, not by what was written. Whatever it
// has no rule for stands as it was written.
type itemText struct {
	strings.Builder
	b     *binder
	sc    *scope
	style *itemStyle
	// params are those of the lambdas around.
	params []syntax.Ident
}

// longestItem is how long an expression may be that is written anew: what is
// longer nobody names.
const longestItem = 2000

// styled is what the dialect calls the column of an expression, "" if it calls
// it by its text.
func (b *binder) styled(x syntax.Expr, sc *scope) string {
	span := x.Extent()
	if b.traits.items == nil || span.End-span.Pos > longestItem {
		return ""
	}
	w := itemText{b: b, sc: sc, style: b.traits.items}
	w.expr(x)
	return w.String()
}

// lentByCast is the column whose name a cast keeps, nil if there is none.
func (b *binder) lentByCast(x syntax.Expr, sc *scope) syntax.Expr {
	if b.traits.items == nil || !b.traits.items.castKeepsName {
		return nil
	}
	var inner syntax.Expr
	switch e := x.(type) {
	case *syntax.Cast:
		inner = e.X
	case *syntax.Call:
		if len(e.Args) == 1 && len(e.Name) == 1 && plainCall(e) && strings.HasPrefix(b.traits.items.calls[callKey(e)], "CAST(") {
			inner = e.Args[0]
		}
	}
	switch e := inner.(type) {
	case *syntax.SemiAccess:
		return inner
	case *syntax.Path: // a field of a column lends nothing
		n := len(e.Parts)
		if n == 1 || sc != nil && sc.names != nil && b.findVar(sc.names.vars, &e.Parts[n-2]) != nil {
			return inner
		}
	}
	return nil
}

func callKey(e *syntax.Call) string {
	return string(lower(nil, e.Name[len(e.Name)-1].Name)) + "/" + strconv.Itoa(len(e.Args))
}

// plainCall reports whether a call is nothing but a name and arguments.
func plainCall(e *syntax.Call) bool {
	return e.Receiver == nil && !e.Star && e.StarArg == nil && !e.Distinct && e.Where == nil && e.Having == nil && e.GroupBy == nil &&
		e.OrderBy == nil && e.Limit == nil && e.Separator == nil && e.Nulls == "" && e.WithinGroup == nil && e.Filter == nil && e.Over == nil
}

// put writes a form in which $1, $2, … stand for expressions.
func (w *itemText) put(form string, xs ...syntax.Expr) {
	for {
		i := strings.IndexByte(form, '$')
		if i < 0 || i+1 == len(form) {
			w.WriteString(form)
			return
		}
		w.WriteString(form[:i])
		if n := int(form[i+1] - '1'); n >= 0 && n < len(xs) {
			w.expr(xs[n])
		}
		form = form[i+2:]
	}
}

func (w *itemText) list(xs []syntax.Expr) {
	for i, x := range xs {
		if i > 0 {
			w.WriteString(", ")
		}
		w.expr(x)
	}
}

// asWritten writes a node's text.
func (w *itemText) asWritten(x syntax.Node) {
	span := x.Extent()
	w.WriteString(strings.Join(strings.Fields(w.b.file.Src[span.Pos:span.End]), " "))
}

func (w *itemText) expr(x syntax.Expr) {
	s := w.style
	switch e := x.(type) {
	case *syntax.Path:
		w.path(e)
	case *syntax.Literal:
		w.literal(e)
	case *syntax.Unary:
		w.unary(e)
	case *syntax.Binary:
		w.binary(e)
	case *syntax.Is:
		w.is(e)
	case *syntax.Between:
		w.negated(e.Not, s.between, "(NOT "+s.between+")", e.X, e.Low, e.High)
	case *syntax.Like:
		w.like(e)
	case *syntax.In:
		w.in(e)
	case *syntax.Case:
		w.cases(e)
	case *syntax.Cast:
		w.cast(e)
	case *syntax.Call:
		w.call(e)
	case *syntax.Extract:
		if s.extract == "" || e.Zone != nil {
			w.asWritten(e)
			return
		}
		w.put(strings.Replace(s.extract, "PART", e.Part, 1), e.X)
	case *syntax.Interval:
		w.interval(e)
	case *syntax.Lambda:
		w.lambda(e)
	case *syntax.Array:
		if s.list == "" || e.Type != nil || w.b.file.Src[e.Pos] != '[' {
			w.asWritten(e)
			return
		}
		w.WriteString(s.list + "(")
		w.list(e.Items)
		w.WriteByte(')')
	case *syntax.Struct:
		if s.structs == "" || e.Type != nil || e.Tuple {
			w.asWritten(e)
			return
		}
		w.WriteString(s.structs + "(")
		for i := range e.Fields {
			if i > 0 {
				w.WriteString(", ")
			}
			if f := &e.Fields[i]; f.Alias.Name != "" && s.structs == "struct" {
				w.put("$1 AS "+f.Alias.Name, f.Value)
			} else {
				w.expr(f.Value)
			}
		}
		w.WriteByte(')')
	case *syntax.Subscript:
		if e.Slice || e.Mode != "" || e.Index == nil {
			w.asWritten(e)
			return
		}
		w.put("$1[$2]", e.X, e.Index)
	case *syntax.Subquery:
		switch {
		case s.subquery != "" && e.Kind == syntax.ScalarSubquery:
			w.WriteString(s.subquery)
		case s.exists != "" && e.Kind == syntax.ExistsSubquery:
			w.WriteString(s.exists)
		default:
			w.asWritten(e)
		}
	default:
		w.asWritten(x)
	}
}

func (w *itemText) unary(e *syntax.Unary) {
	if lit, ok := e.X.(*syntax.Literal); ok && e.Op == syntax.OpNeg && (lit.Kind == syntax.IntLiteral || lit.Kind == syntax.FloatLiteral) {
		w.put("-$1", lit)
		return
	}
	if form := w.style.unary[e.Op]; form != "" {
		w.put(form, e.X)
		return
	}
	w.asWritten(e)
}

// lambda writes a function that stands as an argument.
func (w *itemText) lambda(e *syntax.Lambda) {
	body := e.Body.Extent().Pos
	if w.style.lambdaParam == "" {
		w.put("("+strings.Join(strings.Fields(w.b.file.Src[e.Pos:body]), " ")+" $1)", e.Body)
		return
	}
	outer := w.params
	w.params = append(outer[:len(outer):len(outer)], e.Params...)
	w.put("lambdafunction($1", e.Body)
	for range e.Params {
		w.WriteString(", " + w.style.lambdaParam)
	}
	w.WriteByte(')')
	w.params = outer
}

// negated writes one of two forms.
func (w *itemText) negated(not bool, form, negative string, xs ...syntax.Expr) {
	if not {
		form = negative
	}
	w.put(form, xs...)
}

// path writes a name, without its table where the warehouse leaves that out.
func (w *itemText) path(e *syntax.Path) {
	s := w.style
	parts := e.Parts
	if slices.ContainsFunc(w.params, func(id syntax.Ident) bool { return id.Is(parts[0].Name) }) {
		w.WriteString(w.style.lambdaParam)
		return
	}
	if len(parts) == 1 && !parts[0].Quoted && w.sc != nil && w.sc.names != nil {
		if call, ok := s.bareCalls[string(lower(nil, parts[0].Name))]; ok && w.b.findColumn(w.sc.names.cols, &parts[0]) == nil {
			w.WriteString(call)
			return
		}
	}
	if s.dropsTable && w.sc != nil && w.sc.names != nil {
		for i := len(parts) - 2; i >= 0; i-- {
			if w.b.findVar(w.sc.names.vars, &parts[i]) != nil {
				parts = parts[i+1:]
				break
			}
		}
	}
	for i := range parts {
		if i > 0 {
			w.WriteByte('.')
		}
		w.ident(parts[i].Name)
	}
}

func (w *itemText) ident(name string) {
	if w.style.quotesNames && !plainName(name) {
		w.WriteString(`"` + strings.ReplaceAll(name, `"`, `""`) + `"`)
		return
	}
	w.WriteString(name)
}

// plainName reports whether a name needs no quotes.
func plainName(name string) bool {
	for i := range len(name) {
		switch c := name[i] | 0x20; {
		case c >= 'a' && c <= 'z' || name[i] == '_' || i > 0 && name[i] >= '0' && name[i] <= '9':
		default:
			return false
		}
	}
	return name != ""
}

func (w *itemText) literal(e *syntax.Literal) {
	s := w.style
	switch {
	case e.Kind == syntax.NullLiteral:
		w.WriteString("NULL")
	case e.Kind == syntax.BoolLiteral:
		w.WriteString(string(lower(nil, e.Text)))
	case e.Kind == syntax.StringLiteral && s.quotesText:
		w.WriteString("'" + strings.ReplaceAll(e.Text, "'", "''") + "'")
	case e.Kind == syntax.StringLiteral:
		w.WriteString(e.Text)
	case e.Kind == syntax.IntLiteral || e.Kind == syntax.FloatLiteral:
		text := e.Text
		if s.dropsSuffix {
			text = strings.TrimRight(text, "LlSsYyBbDd")
		}
		if strings.HasPrefix(text, ".") {
			text = "0" + text
		}
		w.WriteString(text)
	case e.Kind == syntax.TypedLiteral && s.typedLiteral != "" && e.Type != nil:
		text := w.b.file.Src[e.Type.End:e.End]
		w.WriteString(strings.NewReplacer("TYPE", w.typeText(e.Type), "TEXT", strings.TrimSpace(text)).Replace(s.typedLiteral))
	default:
		w.asWritten(e)
	}
}

func (w *itemText) typeText(t *syntax.TypeName) string {
	name := string(lower(nil, t.Name))
	if own, ok := w.style.types[name]; ok && t.Elem == nil {
		name = own
		if t.Params != nil {
			name, _, _ = strings.Cut(name, "(")
		}
	}
	if t.Elem != nil || t.Fields != nil {
		return strings.ToUpper(strings.Join(strings.Fields(w.b.file.Src[t.Pos:t.End]), " "))
	}
	if t.Params != nil {
		name += "(" + strings.Join(t.Params, ",") + ")"
	}
	return strings.ToUpper(name)
}

func (w *itemText) binary(e *syntax.Binary) {
	s := w.style
	if form, ok := s.binary[e.Op]; ok {
		w.put(form, e.X, e.Y)
		return
	}
	if s.looseIntervals {
		if _, ok := e.Y.(*syntax.Interval); ok && (e.Op == syntax.OpAdd || e.Op == syntax.OpSub) {
			w.put("$1 "+e.Op.String()+" $2", e.X, e.Y)
			return
		}
	}
	if op := e.Op; op != syntax.OpOther && op != syntax.OpTest && op != syntax.OpZone {
		word := op.String()
		if op == syntax.OpAnd || op == syntax.OpOr {
			word = strings.ToUpper(word)
		}
		w.put("($1 "+word+" $2)", e.X, e.Y)
		return
	}
	// An operator without a meaning of its own stands between its operands.
	between := strings.TrimSpace(w.b.file.Src[e.X.Extent().End:e.Y.Extent().Pos])
	if between == "" || strings.ContainsAny(between, " \t\r\n()$") {
		w.asWritten(e)
		return
	}
	w.put("($1 "+between+" $2)", e.X, e.Y)
}

func (w *itemText) is(e *syntax.Is) {
	if form, ok := w.style.is[e.Kind]; ok {
		w.negated(e.Not, form[0], form[1], e.X, e.Y)
		return
	}
	w.asWritten(e)
}

func (w *itemText) like(e *syntax.Like) {
	form, ok := w.style.like[e.Op]
	if !ok || e.Y == nil || e.Escape != nil {
		w.asWritten(e)
		return
	}
	w.negated(e.Not, form[0], form[1], e.X, e.Y)
}

func (w *itemText) in(e *syntax.In) {
	s := w.style
	open, shut := "($1 IN (", "))"
	if e.Not {
		open, shut = s.notIn[0], s.notIn[1]
	}
	switch {
	case e.List != nil:
		w.put(open, e.X)
		w.list(e.List)
		w.WriteString(shut)
	case e.Query != nil && s.inQuery != "":
		w.put(open, e.X)
		w.WriteString(s.inQuery)
		w.WriteString(shut)
	default:
		w.asWritten(e)
	}
}

func (w *itemText) cases(e *syntax.Case) {
	s := w.style
	w.WriteString("CASE")
	for i := range e.Whens {
		cond := "$1"
		if e.Operand != nil {
			cond = "($3 = $1)"
		}
		w.put(strings.Replace(s.when, "COND", cond, 1), e.Whens[i].Cond, e.Whens[i].Then, e.Operand)
	}
	if e.Else != nil {
		w.put(" ELSE $1", e.Else)
	} else {
		w.WriteString(s.noElse)
	}
	w.WriteString(" END")
}

func (w *itemText) cast(e *syntax.Cast) {
	if e.Format != nil || e.Type == nil {
		w.asWritten(e)
		return
	}
	word := "CAST"
	if e.Safe {
		word = "TRY_CAST"
	}
	w.put(word+"($1 AS "+w.typeText(e.Type)+")", e.X)
}

func (w *itemText) interval(e *syntax.Interval) {
	if lit, ok := e.X.(*syntax.Literal); ok && w.style.interval && e.Part != "" && e.To == "" {
		w.WriteString("INTERVAL '" + lit.Text + "' " + strings.TrimSuffix(strings.ToUpper(e.Part), "S"))
		return
	}
	w.asWritten(e)
}
