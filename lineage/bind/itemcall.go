package bind

import (
	"strings"

	"impact/lineage/syntax"
)

// call writes a function call and what stands behind its parentheses.
func (w *itemText) call(e *syntax.Call) {
	s := w.style
	if len(e.Name) > 1 || e.Star && !e.Name[len(e.Name)-1].Is("count") || e.Receiver != nil || e.StarArg != nil || e.Where != nil || e.Having != nil || e.GroupBy != nil || e.Limit != nil ||
		e.Separator != nil || e.WithUpdates != nil || e.Over != nil && (e.Over.Base.Name != "" || !s.frames && e.Over.Frame != nil) {
		w.asWritten(e)
		return
	}
	for _, x := range e.Args {
		switch x.(type) {
		case *syntax.NamedArg, *syntax.Unpack, *syntax.TableArg:
			w.asWritten(e)
			return
		}
	}
	name := string(lower(nil, e.Name[len(e.Name)-1].Name))
	switch form, ok := s.calls[callKey(e)]; {
	case e.Star:
		w.WriteString(s.countAll)
	case ok && !e.Distinct && e.OrderBy == nil:
		w.put(form, e.Args...)
	default:
		if own, ok := s.functions[name]; ok {
			name = own
		}
		w.WriteString(name)
		w.WriteByte('(')
		if e.Distinct {
			w.WriteString("DISTINCT ")
		}
		w.list(e.Args)
		w.order(" ORDER BY ", e.OrderBy)
		w.WriteByte(')')
	}
	if e.WithinGroup != nil {
		w.WriteString(" WITHIN GROUP (")
		full := *w.style
		full.fullOrder = full.fullOrder && !strings.HasPrefix(name, "percentile")
		outer := w.style
		w.style = &full
		w.order("ORDER BY ", e.WithinGroup)
		w.style = outer
		w.WriteByte(')')
	}
	if e.Filter != nil {
		w.put(" FILTER (WHERE $1)", e.Filter)
	}
	if e.Over != nil {
		w.over(name, e.Args, e.Over)
	}
}

// order writes the keys of an ORDER BY.
func (w *itemText) order(lead string, items []syntax.OrderItem) {
	for i := range items {
		it := &items[i]
		if i > 0 {
			lead = ", "
		}
		w.WriteString(lead)
		if it.X == nil {
			w.asWritten(it)
			continue
		}
		w.expr(it.X)
		words := ""
		if end := it.X.Extent().End; end < it.End {
			words = strings.ToUpper(strings.Join(strings.Fields(w.b.file.Src[end:it.End]), " "))
		}
		_, nulls, _ := strings.Cut(words, "NULLS ")
		switch {
		case it.Desc:
			w.WriteString(" DESC")
		case w.style.fullOrder:
			w.WriteString(" ASC")
		}
		switch {
		case nulls != "":
			w.WriteString(" NULLS " + nulls)
		case w.style.fullOrder && it.Desc:
			w.WriteString(" NULLS LAST")
		case w.style.fullOrder:
			w.WriteString(" NULLS FIRST")
		}
	}
}

// over writes a window.
func (w *itemText) over(function string, args []syntax.Expr, o *syntax.WindowSpec) {
	w.WriteString(" OVER (")
	sep, end := "", o.Pos
	if o.PartitionBy != nil {
		w.WriteString("PARTITION BY ")
		w.list(o.PartitionBy)
		sep, end = " ", o.PartitionBy[len(o.PartitionBy)-1].Extent().End
	}
	if o.OrderBy != nil {
		w.WriteString(sep)
		w.order("ORDER BY ", o.OrderBy)
		sep, end = " ", o.OrderBy[len(o.OrderBy)-1].End
	}
	if frame := w.frame(function, args, o, end); frame != "" {
		w.WriteString(sep + frame)
	}
	w.WriteByte(')')
}

// frame is the frame of a window whose keys end at a place, or the one that it
// has without saying so.
func (w *itemText) frame(function string, args []syntax.Expr, o *syntax.WindowSpec, end syntax.Pos) string {
	words := strings.Fields(strings.ToUpper(w.b.file.Src[end:o.End]))
	for len(words) > 0 && strings.Trim(words[0], "()") == "" {
		words = words[1:]
	}
	text := strings.Trim(strings.Join(words, " "), "() ")
	switch {
	case strings.HasPrefix(text, "ROWS") || strings.HasPrefix(text, "RANGE") || strings.HasPrefix(text, "GROUPS"):
		return text
	case !w.style.frames:
		return ""
	case function == "lag" && len(args) < 2, function == "lead" && len(args) < 2:
		return rowAt(function, "1")
	case function == "lag" || function == "lead":
		var n itemText
		n.b, n.sc, n.style = w.b, w.sc, w.style
		n.expr(args[1])
		return rowAt(function, n.String())
	case w.style.rowFrames[function]:
		return "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
	case o.OrderBy != nil:
		return "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
	}
	return "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
}

// rowAt is the frame of LAG and LEAD: one row.
func rowAt(function, n string) string {
	if function == "lag" {
		n = "-" + n
	}
	return "ROWS BETWEEN " + n + " FOLLOWING AND " + n + " FOLLOWING"
}
