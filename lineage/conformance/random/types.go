package random

import "strings"

// A typ is a type: a scalar by its name, an array by its element, or a struct.
type typ struct {
	name   string
	elem   *typ
	fields []column
}

// A column is a name with a type: of a table, a query, or a struct.
type column struct {
	name string
	typ  *typ
}

func scalar(name string) *typ { return &typ{name: name} }

var (
	tInt   = scalar("INT64")
	tFloat = scalar("FLOAT64")
	tNum   = scalar("NUMERIC")
	tBig   = scalar("BIGNUMERIC")
	tBool  = scalar("BOOL")
	tStr   = scalar("STRING")
	tBytes = scalar("BYTES")
	tDate  = scalar("DATE")
	tDT    = scalar("DATETIME")
	tTime  = scalar("TIME")
	tTS    = scalar("TIMESTAMP")
	tIv    = scalar("INTERVAL")
	tJSON  = scalar("JSON")
	tGeo   = scalar("GEOGRAPHY")
	tRange = scalar("RANGE<DATE>")
)

var scalars = []*typ{tInt, tInt, tInt, tStr, tStr, tStr, tNum, tFloat, tBool, tDate, tTS, tDT, tTime, tBytes, tJSON, tIv, tBig, tGeo, tRange}

func arrayOf(elem *typ) *typ         { return &typ{elem: elem} }
func structOf(fields ...column) *typ { return &typ{fields: fields} }

func (t *typ) isArray() bool  { return t.elem != nil }
func (t *typ) isStruct() bool { return t.elem == nil && t.name == "" }

// groups says whether rows can be grouped by the type.
func (t *typ) groups() bool {
	switch {
	case t.isArray():
		return t.elem.groups()
	case t.isStruct():
		for _, f := range t.fields {
			if !f.typ.groups() {
				return false
			}
		}
		return true
	}
	return t != tJSON && t != tGeo
}

// orders says whether rows can be ordered by the type.
func (t *typ) orders() bool { return t.name != "" && t != tJSON && t != tGeo }

// String returns the type as BigQuery writes it.
func (t *typ) String() string {
	if t.isArray() {
		return "ARRAY<" + t.elem.String() + ">"
	}
	if !t.isStruct() {
		return t.name
	}
	parts := make([]string, len(t.fields))
	for i, f := range t.fields {
		parts[i] = strings.TrimSpace(f.name + " " + f.typ.String())
	}
	return "STRUCT<" + strings.Join(parts, ", ") + ">"
}

func (t *typ) same(u *typ) bool { return t == u || t.String() == u.String() }

// parseType reads what String writes.
func parseType(text string) *typ {
	p := &typeParser{text: text}
	return p.typ()
}

type typeParser struct{ text string }

func (p *typeParser) typ() *typ {
	if rest, ok := strings.CutPrefix(p.text, "ARRAY<"); ok {
		p.text = rest
		elem := p.typ()
		p.text = strings.TrimPrefix(p.text, ">")
		return arrayOf(elem)
	}
	if rest, ok := strings.CutPrefix(p.text, "STRUCT<"); ok {
		p.text = rest
		t := &typ{}
		for {
			name, rest, _ := strings.Cut(p.text, " ")
			p.text = rest
			t.fields = append(t.fields, column{name, p.typ()})
			if rest, ok := strings.CutPrefix(p.text, ", "); ok {
				p.text = rest
				continue
			}
			p.text = strings.TrimPrefix(p.text, ">")
			return t
		}
	}
	for _, s := range scalars {
		rest, ok := strings.CutPrefix(p.text, s.name)
		if ok && (rest == "" || rest[0] == '>' || rest[0] == ',') {
			p.text = rest
			return s
		}
	}
	panic("no type: " + p.text)
}
