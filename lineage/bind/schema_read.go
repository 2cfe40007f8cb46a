package bind

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"impact/internal/spelling"
	"impact/lineage/syntax"
)

// A SchemaError is a place of a schema file that cannot be used.
type SchemaError struct {
	Line, Col int // from 1
	Message   string
}

func (e *SchemaError) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Message) }

// ReadSchema reads a schema from JSON: an object of tables, each an object of
// columns with their types, in order:
//
//	{"p.d.orders": {"id": "INT64", "items": "ARRAY<STRUCT<sku STRING>>"}}
//
// A table or a column that is there twice, or has no name, is an error with its
// place, a [SchemaError], as is anything of another shape. A column may go
// without a type: "" or null. Types that are not known and tables without columns
// are no errors: the warnings tell of them, in one line for each type.
func ReadSchema(r io.Reader, d *syntax.Dialect) (*Schema, []string, error) {
	src, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, err
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	s := &schemaReader{src: src, dec: json.NewDecoder(bytes.NewReader(src)), dialect: d, types: map[string]*Type{},
		schema: &Schema{rels: map[string]*Relation{}, byLast: map[string][]*Relation{}}}
	if err := s.tables(); err != nil {
		return nil, nil, err
	}
	return s.schema, s.told(), nil
}

// A schemaReader reads one file.
type schemaReader struct {
	src      []byte
	dec      *json.Decoder
	dialect  *syntax.Dialect
	schema   *Schema
	types    map[string]*Type
	warnings []typeWarning
	empty    []string // warnings of tables without columns
}

// A typeWarning is a type that is not known, with the columns that have it.
type typeWarning struct {
	text, problem, first string
	columns              int
}

func (s *schemaReader) tables() error {
	if err := s.open("tables"); err != nil {
		return err
	}
	names := map[string]string{} // as tables are told apart, and as written
	for s.dec.More() {
		name, err := s.key("table", names, schemaKey)
		if err != nil {
			return err
		}
		if err := s.open(fmt.Sprintf("columns as table %q", name)); err != nil {
			return err
		}
		cols, err := s.columns(name)
		if err != nil {
			return err
		}
		if len(cols) == 0 {
			s.empty = append(s.empty, fmt.Sprintf("table %q has no columns: leave it out if they are not known", name))
		}
		s.schema.Add(name, cols, false)
	}
	if _, err := s.dec.Token(); err != nil {
		return s.broken(err)
	}
	at := s.next()
	if _, err := s.dec.Token(); !errors.Is(err, io.EOF) {
		return s.fail(at, "more text follows the schema")
	}
	return nil
}

func (s *schemaReader) columns(table string) ([]Column, error) {
	var cols []Column
	names := map[string]string{}
	same := strings.ToLower
	if s.dialect.CaseSensitiveQuoted() {
		same = strings.Clone
	}
	for s.dec.More() {
		name, err := s.key("column", names, same)
		if err != nil {
			return nil, err
		}
		at := s.next()
		t, err := s.dec.Token()
		if err != nil {
			return nil, s.broken(err)
		}
		text, ok := t.(string)
		if !ok && t != nil {
			return nil, s.fail(at, "the type of %s.%s is wanted, as a string", table, name)
		}
		cols = append(cols, NewColumn(name, s.typeOf(text, table+"."+name)))
	}
	if _, err := s.dec.Token(); err != nil {
		return nil, s.broken(err)
	}
	return cols, nil
}

// typeOf reads a type, and keeps what is wrong with it.
func (s *schemaReader) typeOf(text, column string) *Type {
	text = strings.TrimSpace(text)
	if t, ok := s.types[text]; ok {
		for i := range s.warnings {
			if s.warnings[i].text == text {
				s.warnings[i].columns++
			}
		}
		return t
	}
	t := ParseType(text, s.dialect)
	s.types[text] = t
	if problem := typeProblem(text, s.dialect); problem != "" {
		s.warnings = append(s.warnings, typeWarning{text: text, problem: problem, first: column, columns: 1})
	}
	return t
}

// told are the warnings as text.
func (s *schemaReader) told() []string {
	out := s.empty
	for _, w := range s.warnings {
		more := ""
		if w.columns > 1 {
			more = fmt.Sprintf(" and %d more", w.columns-1)
		}
		out = append(out, fmt.Sprintf("type %q of %s%s: %s", w.text, w.first, more, w.problem))
	}
	return out
}

// typeProblem says what is not understood of a type, "" if all is.
func typeProblem(text string, d *syntax.Dialect) string {
	if _, ok := scalarKind(text); ok || text == "" {
		return ""
	}
	tn, err := syntax.ParseType(text, d)
	if err != nil {
		return err.Error()
	}
	name := strangeType(tn)
	if name == "" {
		return ""
	}
	// Of names that are equally near those of every warehouse come first.
	known := slices.Concat(typeNames[1:Other], slices.Sorted(maps.Keys(scalarKinds)))
	problem := fmt.Sprintf("%s is not known", name)
	if near := spelling.Nearest(name, known); near != "" {
		problem += "; did you mean " + strings.ToUpper(near) + "?"
	}
	return problem
}

// strangeType is the first name in a type that is not known, "" if there is none.
func strangeType(tn *syntax.TypeName) string {
	switch {
	case tn == nil:
		return ""
	case len(tn.Fields) > 0:
		for _, f := range tn.Fields {
			if name := strangeType(f.Type); name != "" {
				return name
			}
		}
		return ""
	case tn.Elem != nil:
		if name := strangeType(tn.Key); name != "" {
			return name
		}
		return strangeType(tn.Elem)
	}
	if _, ok := scalarKind(tn.Name); ok || tn.Name == "" || syntax.EqualFold(tn.Name, "struct") || syntax.EqualFold(tn.Name, "array") || syntax.EqualFold(tn.Name, "map") {
		return ""
	}
	return tn.Name
}

// next is where the next token begins.
func (s *schemaReader) next() int { return s.skip(int(s.dec.InputOffset()), " \t\r\n,:") }

// skip is the first place from at on that holds none of some characters.
func (s *schemaReader) skip(at int, some string) int {
	for at < len(s.src) && strings.IndexByte(some, s.src[at]) >= 0 {
		at++
	}
	return at
}

// open reads the brace before a list of what.
func (s *schemaReader) open(what string) error {
	at := s.next()
	t, err := s.dec.Token()
	if err != nil {
		return s.broken(err)
	}
	if t != json.Delim('{') {
		return s.fail(at, "an object of %s is wanted", what)
	}
	return nil
}

// key reads a name, which must be new among those that same makes equal.
func (s *schemaReader) key(what string, names map[string]string, same func(string) string) (string, error) {
	at := s.next()
	t, err := s.dec.Token()
	if err != nil {
		return "", s.broken(err)
	}
	name, ok := t.(string)
	if !ok || strings.TrimSpace(name) == "" {
		return "", s.fail(at, "the name of a %s is wanted", what)
	}
	key := same(name)
	if old, twice := names[key]; twice {
		if old != name {
			return "", s.fail(at, "%s %q is there already, as %q", what, name, old)
		}
		return "", s.fail(at, "%s %q is there twice", what, name)
	}
	names[key] = name
	return name, nil
}

func (s *schemaReader) fail(at int, format string, args ...any) error {
	p := (&syntax.File{Src: string(s.src[:at])}).Position(syntax.Pos(at))
	return &SchemaError{Line: p.Line, Col: p.Col, Message: fmt.Sprintf(format, args...)}
}

// broken is an error of the JSON decoder with its place.
func (s *schemaReader) broken(err error) error {
	if wrong := new(json.SyntaxError); errors.As(err, &wrong) {
		return s.fail(s.skip(min(max(int(wrong.Offset)-1, 0), len(s.src)), " \t\r\n"), "%s", wrong.Error())
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return s.fail(len(s.src), "the text ends too early")
	}
	return err
}
