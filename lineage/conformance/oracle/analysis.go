package oracle

import (
	"cmp"
	"slices"
	"strings"
)

// An Analysis is the analyzer's answer about one statement.
type Analysis struct {
	// Error is why the analyzer refused the statement, "" if it did not.
	Error string `json:",omitempty"`
	// Assumed are functions of which nothing is known but that they exist.
	Assumed []string `json:",omitempty"`
	Outputs []Output `json:",omitempty"`
	// Uses are sorted and free of duplicates.
	Uses []Use `json:",omitempty"`
}

// An Output is one output column.
type Output struct {
	Name    string
	Type    string   // "" if the type cannot be written in BigQuery
	Sources []Source `json:",omitempty"` // sorted, free of duplicates
}

// A Source is a column of an input table, or a field of one.
type Source struct {
	Table  string
	Column string
	Path   string `json:",omitempty"` // "" for the whole column
}

// String returns the source as table.column.path.
func (s Source) String() string {
	out := s.Table + "." + s.Column
	if s.Path != "" {
		out += "." + s.Path
	}
	return out
}

// A Use is an input column that decides about rows. Kind is filter, join, group,
// order or window.
type Use struct {
	Kind   string
	Table  string
	Column string
}

func (u Use) String() string { return u.Kind + " " + u.Table + "." + u.Column }

func sortSources(list []Source) []Source {
	slices.SortFunc(list, func(a, b Source) int {
		return cmp.Or(strings.Compare(a.Table, b.Table), strings.Compare(a.Column, b.Column), strings.Compare(a.Path, b.Path))
	})
	return slices.Compact(list)
}

func sortUses(list []Use) []Use {
	slices.SortFunc(list, func(a, b Use) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Table, b.Table), strings.Compare(a.Column, b.Column))
	})
	return slices.Compact(list)
}
