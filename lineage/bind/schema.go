package bind

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"impact/lineage/syntax"
)

// A Schema is a [Catalog] of tables given by name. Names have one, two or three
// parts; one in SQL matches a table whose name is the same, or which ends in the
// shorter of the two, if there is only one such table.
type Schema struct {
	rels   map[string]*Relation
	byLast map[string][]*Relation
}

// Add enters a table. Its name may be quoted; a name that is there already is
// replaced.
func (s *Schema) Add(name string, cols []Column, open bool) *Relation {
	if s.rels == nil {
		s.rels = make(map[string]*Relation)
		s.byLast = make(map[string][]*Relation)
	}
	key := schemaKey(name)
	r := &Relation{Name: name, ID: len(s.rels), Columns: cols, Open: open}
	if _, replaced := s.rels[key]; !replaced {
		last := lastPart(key)
		s.byLast[last] = append(s.byLast[last], r)
	} else {
		for i, old := range s.byLast[lastPart(key)] {
			if schemaKey(old.Name) == key {
				s.byLast[lastPart(key)][i] = r
			}
		}
	}
	s.rels[key] = r
	return r
}

// Relation implements [Catalog].
func (s *Schema) Relation(name []syntax.Ident) *Relation {
	var sb strings.Builder
	for i := range name {
		if i > 0 {
			sb.WriteByte('.')
		}
		sb.WriteString(strings.ToLower(name[i].Name))
	}
	key := sb.String()
	if r := s.rels[key]; r != nil {
		return r
	}
	var hit *Relation
	for _, r := range s.byLast[lastPart(key)] {
		other := schemaKey(r.Name)
		if !strings.HasSuffix("."+other, "."+key) && !strings.HasSuffix("."+key, "."+other) {
			continue
		}
		if hit != nil {
			return nil
		}
		hit = r
	}
	return hit
}

func schemaKey(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		switch r {
		case '`', '"', '[', ']':
			return -1
		}
		return r
	}, name))
}

func lastPart(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// ReadSchema reads a schema from JSON: an object of tables, each an object of
// columns with their types, in order:
//
//	{"p.d.orders": {"id": "INT64", "items": "ARRAY<STRUCT<sku STRING>>"}}
//
// A type that is not known, such as "", is no error.
func ReadSchema(r io.Reader, d *syntax.Dialect) (*Schema, error) {
	dec := json.NewDecoder(r)
	s := &Schema{rels: map[string]*Relation{}, byLast: map[string][]*Relation{}}
	if err := expect(dec, '{', "an object of tables"); err != nil {
		return nil, err
	}
	for dec.More() {
		name, err := key(dec)
		if err != nil {
			return nil, err
		}
		if err := expect(dec, '{', fmt.Sprintf("an object of columns as %q", name)); err != nil {
			return nil, err
		}
		var cols []Column
		for dec.More() {
			col, err := key(dec)
			if err != nil {
				return nil, err
			}
			var typ *string
			if err := dec.Decode(&typ); err != nil {
				return nil, fmt.Errorf("type of %s.%s at offset %d: %w", name, col, dec.InputOffset(), err)
			}
			text := ""
			if typ != nil {
				text = *typ
			}
			cols = append(cols, NewColumn(col, ParseType(text, d)))
		}
		if _, err := dec.Token(); err != nil {
			return nil, fmt.Errorf("at offset %d: %w", dec.InputOffset(), unexpectedEOF(err))
		}
		s.Add(name, cols, false)
	}
	if _, err := dec.Token(); err != nil {
		return nil, fmt.Errorf("at offset %d: %w", dec.InputOffset(), unexpectedEOF(err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("more text follows the schema at offset %d", dec.InputOffset())
	}
	return s, nil
}

func expect(dec *json.Decoder, want json.Delim, what string) error {
	t, err := dec.Token()
	if err != nil {
		return fmt.Errorf("at offset %d: %w", dec.InputOffset(), unexpectedEOF(err))
	}
	if t != want {
		return fmt.Errorf("%s is wanted at offset %d", what, dec.InputOffset())
	}
	return nil
}

func key(dec *json.Decoder) (string, error) {
	t, err := dec.Token()
	if err != nil {
		return "", fmt.Errorf("at offset %d: %w", dec.InputOffset(), unexpectedEOF(err))
	}
	s, ok := t.(string)
	if !ok {
		return "", fmt.Errorf("a name is wanted at offset %d", dec.InputOffset())
	}
	return s, nil
}

func unexpectedEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
