package bind

import "impact/lineage/syntax"

// isDatePart reports whether an argument is a date part rather than a column:
// BigQuery has it behind the values, the others before them.
func (b *binder) isDatePart(a syntax.Expr, i int, c *syntax.Call) bool {
	at := 0
	name := c.Name[len(c.Name)-1].Name
	switch {
	case c.Name[len(c.Name)-1].Is("last_day"), c.Name[len(c.Name)-1].Is("normalize"):
		at = 1 // LAST_DAY(d, YEAR), NORMALIZE(s, NFC), everywhere
	case b.traits.datePartLast:
		at = 1 // DATE_TRUNC(d, MONTH)
		if endsWith(name, "diff") {
			at = 2 // DATE_DIFF(a, b, DAY)
		}
	case len(c.Args) == 2 && (endsWith(name, "add") || endsWith(name, "sub") || endsWith(name, "diff")):
		return false // MySQL's DATE_ADD(d, INTERVAL 1 DAY), Spark's DATE_ADD(d, 1)
	}
	if at > 0 && c.Receiver != nil {
		at--
	}
	if i != at {
		return false
	}
	var id *syntax.Ident
	switch e := a.(type) {
	case *syntax.Path:
		if len(e.Parts) != 1 {
			return false
		}
		id = &e.Parts[0]
	case *syntax.Call: // WEEK(MONDAY)
		if len(e.Name) != 1 || !e.Name[0].Is("week") || len(e.Args) != 1 {
			return false
		}
		id = &e.Name[0]
	default:
		return false
	}
	if id.Quoted {
		return false
	}
	var buf [24]byte
	return len(id.Name) <= len(buf) && dateParts[string(lower(buf[:0], id.Name))]
}

func endsWith(name, end string) bool {
	return len(name) > len(end) && syntax.EqualFold(name[len(name)-len(end):], end)
}

// shiftedType is the type of DATEADD(part, n, x), DATE_TRUNC(part, x) and their
// kin outside of BigQuery: that of the point in time. What becomes of a date
// depends on the unit and on the warehouse, and stays unknown.
func (b *binder) shiftedType(args []value) *Type {
	if b.traits.generators && len(args) == 2 && args[0].typ != nil && isTemporal(args[0].typ.Kind) {
		return basic(Date) // Spark's date_add(x, 1)
	}
	var typ *Type
	for _, a := range args {
		if a.typ != nil && isTemporal(a.typ.Kind) {
			typ = a.typ
		}
	}
	if typ == nil || typ.Kind == Date {
		return nil
	}
	return typ
}
