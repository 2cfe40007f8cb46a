package bind

import (
	"slices"
	"strings"

	"impact/internal/spelling"
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

// Nearest implements [Speller]: the table with the nearest last part, or of a
// table that is there under another prefix, its whole name.
func (s *Schema) Nearest(name []syntax.Ident) string {
	if len(name) == 0 || len(s.rels) > maxNames {
		return ""
	}
	text := dotted(name)
	last := strings.ToLower(name[len(name)-1].Name)
	var whole, lasts []string
	for _, r := range s.rels {
		whole = append(whole, r.Name)
	}
	slices.Sort(whole)
	for _, other := range whole {
		if lastPart(schemaKey(other)) == last {
			return other
		}
		lasts = append(lasts, lastPart(schemaKey(other)))
	}
	if near := spelling.Nearest(text, whole); near != "" {
		return near
	}
	if near := spelling.Nearest(last, lasts); near != "" {
		return whole[slices.Index(lasts, near)]
	}
	return ""
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
