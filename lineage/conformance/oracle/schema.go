package oracle

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// A Column is a column of a [Table]. Its type is BigQuery's, as text.
type Column struct {
	Name   string
	Type   string
	Pseudo bool // not part of a star
}

// A Table is an input relation, named by its path: "p.d.orders".
type Table struct {
	Name    string
	Columns []Column
	// Value says that a row is the value of the first column.
	Value bool
}

// Without returns the table without one of its columns.
func (t *Table) Without(column string) *Table {
	out := &Table{Name: t.Name, Value: t.Value}
	for _, c := range t.Columns {
		if !strings.EqualFold(c.Name, column) {
			out.Columns = append(out.Columns, c)
		}
	}
	return out
}

// ReadTables reads a schema in the form that bind.ReadSchema reads:
//
//	{"p.d.orders": {"id": "INT64", "items": "ARRAY<STRUCT<sku STRING>>"}}
func ReadTables(r io.Reader) ([]*Table, error) {
	dec := json.NewDecoder(r)
	var tables []*Table
	if _, err := dec.Token(); err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, fmt.Errorf("read schema: %w", err)
		}
		t := &Table{Name: fmt.Sprint(name)}
		if _, err := dec.Token(); err != nil {
			return nil, fmt.Errorf("read schema of %s: %w", t.Name, err)
		}
		for dec.More() {
			col, err := dec.Token()
			if err != nil {
				return nil, fmt.Errorf("read schema of %s: %w", t.Name, err)
			}
			var typ string
			if err := dec.Decode(&typ); err != nil {
				return nil, fmt.Errorf("read schema of %s.%v: %w", t.Name, col, err)
			}
			t.Columns = append(t.Columns, Column{Name: fmt.Sprint(col), Type: typ})
		}
		if _, err := dec.Token(); err != nil {
			return nil, fmt.Errorf("read schema of %s: %w", t.Name, err)
		}
		tables = append(tables, t)
	}
	return tables, nil
}
