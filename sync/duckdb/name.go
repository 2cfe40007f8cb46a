//go:build duckdb

package duckdb

import (
	"errors"
	"strings"
)

// A relation is the name of a table or view.
type relation struct{ database, schema, table string }

// String returns the name as messages write it.
func (r relation) String() string { return r.schema + "." + r.table }

// sql returns the name as a statement writes it.
func (r relation) sql() string {
	return quote(r.database) + "." + quote(r.schema) + "." + quote(r.table)
}

// quote quotes an identifier.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literal quotes a string.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// parseRelation takes apart a name of up to three parts, each quoted or not.
func parseRelation(s string) (relation, error) {
	var parts []string
	for rest := s; ; {
		var part string
		if strings.HasPrefix(rest, `"`) {
			i := 1
			var b strings.Builder
			for {
				k := strings.IndexByte(rest[i:], '"')
				if k < 0 {
					return relation{}, errors.New("a quote is not closed")
				}
				b.WriteString(rest[i : i+k])
				i += k + 1
				if !strings.HasPrefix(rest[i:], `"`) {
					break
				}
				b.WriteByte('"')
				i++
			}
			part, rest = b.String(), rest[i:]
		} else {
			k := strings.IndexByte(rest, '.')
			if k < 0 {
				k = len(rest)
			}
			part, rest = rest[:k], rest[k:]
			if strings.ContainsAny(part, `"' ;()`) {
				return relation{}, errors.New("a name that needs quotes has none")
			}
		}
		if part == "" {
			return relation{}, errors.New("a name is empty")
		}
		parts = append(parts, part)
		if rest == "" {
			break
		}
		if rest[0] != '.' {
			return relation{}, errors.New("a dot is missing between two names")
		}
		rest = rest[1:]
	}
	switch len(parts) {
	case 1:
		return relation{schema: "main", table: parts[0]}, nil
	case 2:
		return relation{schema: parts[0], table: parts[1]}, nil
	case 3:
		return relation{database: parts[0], schema: parts[1], table: parts[2]}, nil
	}
	return relation{}, errors.New("more than database, schema and table")
}
