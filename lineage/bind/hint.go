package bind

import (
	"fmt"
	"slices"
	"strings"

	"impact/internal/spelling"
	"impact/lineage/syntax"
)

// Bounds of the search for what was meant: a text may be wrong in every name.
const (
	maxNames    = 2000     // among which one is searched
	maxHintWork = 10 << 20 // pairs of characters that are compared for a binding
)

// A Speller is a [Catalog] that can say which of its tables a name that it does
// not know most likely means, "" for none.
type Speller interface {
	Nearest(name []syntax.Ident) string
}

// hints reports whether there is time to look for what a name was meant to be.
func (b *binder) hints() bool {
	return b.quiet == 0 && !b.exhausted() && b.hinted < maxHintWork
}

// didYouMean is the hint that names the one of names that is most like a word.
func (b *binder) didYouMean(word string, names []string) string {
	n := 0
	for _, name := range names {
		n += len(name)
	}
	if b.hinted += n * len(word); b.hinted > maxHintWork {
		return ""
	}
	return didYouMean(spelling.Nearest(word, names))
}

// meant is the hint for a name that is none of columns.
func (b *binder) meant(name string, columns ...[]column) string {
	if !b.hints() {
		return ""
	}
	var names []string
	for _, cols := range columns {
		for i := range cols {
			if len(names) == maxNames {
				break
			}
			if c := &cols[i]; c.name != "" && !c.unnamed {
				names = append(names, c.name)
			}
		}
	}
	return b.didYouMean(name, names)
}

func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %s?", name)
}

// meantIn is the hint for a column that the table v does not have: a column of it
// with a similar name, else the table of n that has the column.
func (b *binder) meantIn(v *rangeVar, id *syntax.Ident, n *names) string {
	hint := b.meant(id.Name, v.cols)
	if hint != "" || n == nil || v.isValue || !b.hints() {
		return hint
	}
	b.spend(columnWork * len(n.vars))
	for _, other := range n.vars {
		if other != v && other.name != "" && !other.isValue && b.findColumn(other.cols, id) != nil {
			return didYouMean(other.name + "." + id.Name)
		}
	}
	return ""
}

// meantHere is the hint for the first part of a name that means nothing in a
// scope or around it.
func (b *binder) meantHere(p *syntax.Path, sc *scope) string {
	if !b.hints() {
		return ""
	}
	var names []string
	add := func(name string) {
		if name != "" && len(names) < maxNames {
			names = append(names, name)
		}
	}
	columns := func(cols []column) {
		for i := range cols[:min(len(cols), maxNames)] {
			if !cols[i].unnamed {
				add(cols[i].name)
			}
		}
	}
	for s := sc; s != nil && len(names) < maxNames; s = s.parent {
		if s.sel != nil && len(p.Parts) == 1 && selects(s.sel, &p.Parts[0]) {
			return p.Parts[0].Name + " is a name that the select list gives, and is not seen here: repeat its expression, or put a query around"
		}
		columns(s.vars)
		columns(s.aliases)
		if s.names == nil {
			continue
		}
		if len(p.Parts) > 1 {
			for _, v := range s.names.vars[:min(len(s.names.vars), maxNames)] {
				add(v.name)
			}
		}
		columns(s.names.cols)
	}
	columns(b.variables)
	return b.didYouMean(p.Parts[0].Name, names)
}

// selects reports whether an item of a select list gets a name.
func selects(s *syntax.Select, id *syntax.Ident) bool {
	return slices.ContainsFunc(s.Items[:min(len(s.Items), maxNames)], func(it syntax.SelectItem) bool {
		return it.Alias.Hash == id.Hash && syntax.EqualFold(it.Alias.Name, id.Name)
	})
}

// meantField is the hint for a field that a value does not have.
func (b *binder) meantField(v value, name string) string {
	var fields []column
	for v.shape != nil && v.shape.elem != nil {
		v = *v.shape.elem
	}
	if v.shape != nil {
		fields = v.shape.fields
	} else if v.typ != nil && v.typ.Kind == StructType {
		for i := range v.typ.Fields {
			fields = append(fields, column{name: v.typ.Fields[i].Name})
		}
	}
	return b.meant(name, fields)
}

// meantTable is the hint for a table that is not known: a query of WITH, or a
// table of the catalog.
func (b *binder) meantTable(name []syntax.Ident, env *cteEnv) string {
	if !b.hints() {
		return ""
	}
	if len(name) == 1 {
		var names []string
		for e := env; e != nil && len(names) < maxNames; e = e.parent {
			names = append(names, e.name.Name)
		}
		if hint := b.didYouMean(name[0].Name, names); hint != "" {
			return hint
		}
	}
	if s, ok := b.catalog.(Speller); ok {
		return didYouMean(s.Nearest(name))
	}
	return ""
}

// withoutEchoes leaves out the notes that a part is not understood of which an
// error of the syntax inside of it, or right behind it, has told already.
func (b *binder) withoutEchoes(diags []Diagnostic) []Diagnostic {
	if len(b.file.Errors) == 0 {
		return diags
	}
	return slices.DeleteFunc(diags, func(d Diagnostic) bool {
		return d.Code == CodeWidened && d.Span.Pos >= 0 && slices.ContainsFunc(b.file.Errors, func(e *syntax.Error) bool {
			return !e.Warning && e.Pos >= d.Span.Pos && (e.Pos <= d.Span.End || strings.TrimSpace(b.file.Src[d.Span.End:e.Pos]) == "")
		})
	})
}

// clauseWords are the keywords for which a mistyped one is read as a name, so
// that the next word is one too many.
func clauseWords() []string {
	return []string{
		"select", "from", "where", "group", "order", "having", "qualify", "limit", "window", "union", "except", "intersect",
		"join", "inner", "left", "right", "full", "cross", "using", "distinct", "partition", "between", "values",
		"insert", "update", "delete", "merge", "create", "with", "case", "when", "then", "else", "and", "not", "null",
	}
}

// meantWord is the hint for a place that could not be read: a keyword that is
// nearly spelled there, or right before it.
func meantWord(src string, at syntax.Span) string {
	if at.Pos < 0 || int(at.End) > len(src) || at.Pos > at.End {
		return ""
	}
	before := strings.TrimRight(src[:at.Pos], " \t\r\n")
	rest := strings.TrimRightFunc(before, isLetter)
	if at.Pos == at.End || rest == "" || strings.IndexByte(" \t\r\n", rest[len(rest)-1]) < 0 { // a part of a name
		before = rest
	}
	for _, word := range [...]string{src[at.Pos:at.End], before[len(rest):]} {
		lower := strings.ToLower(word)
		words := clauseWords()
		if len(word) < 3 || len(word) > 12 || slices.Contains(words, lower) || strings.ContainsFunc(word, func(r rune) bool { return !isLetter(r) }) {
			continue
		}
		if near := spelling.Nearest(lower, words); near != "" {
			return didYouMean(strings.ToUpper(near))
		}
	}
	return ""
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
