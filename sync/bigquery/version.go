package bigquery

import (
	"fmt"
	"strings"
	"time"
)

// A table is a relation in BigQuery, as it was at an instant, or as it is.
type table struct {
	project, dataset, name string
	at                     time.Time // zero: as it is
}

// parseTable reads "project.dataset.table", with or without backquotes. A
// project may hold dots and a colon, if it belongs to a domain.
func parseTable(s string) (table, error) {
	path := strings.ReplaceAll(s, "`", "")
	name, rest := path, ""
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		rest, name = path[:i], path[i+1:]
	}
	i := strings.LastIndexByte(rest, '.')
	if i < 0 {
		return table{}, fmt.Errorf("%q is not project.dataset.table", s)
	}
	t := table{project: rest[:i], dataset: rest[i+1:], name: name}
	switch {
	case !isProject(t.project):
		return table{}, fmt.Errorf("%q: %q is not the id of a project", s, t.project)
	case !isDataset(t.dataset):
		return table{}, fmt.Errorf("%q: %q is not the name of a dataset", s, t.dataset)
	case t.name == "" || len(t.name) > 1024 || strings.ContainsAny(t.name, "`\\\x00\n\r/?#"):
		return table{}, fmt.Errorf("%q: %q is not the name of a table", s, t.name)
	}
	return t, nil
}

// String returns the name, "" for no table at all.
func (t table) String() string {
	if t.name == "" {
		return ""
	}
	return t.project + "." + t.dataset + "." + t.name
}

// from is the table as a FROM clause names it. The alias is one that no column
// is likely to have.
func (t table) from() string {
	s := quoteName(t.project) + "." + quoteName(t.dataset) + "." + quoteName(t.name) + " AS " + alias
	if !t.at.IsZero() {
		s += " FOR SYSTEM_TIME AS OF TIMESTAMP '" + t.at.UTC().Format("2006-01-02 15:04:05.000") + "+00'"
	}
	return s
}

const alias = "impact_source_"

// quoteName writes an identifier. Inside of backquotes GoogleSQL knows the same
// escapes as inside of quotes.
func quoteName(s string) string {
	return "`" + nameEscapes.Replace(s) + "`"
}

var nameEscapes = strings.NewReplacer("\\", `\\`, "`", "\\`", "\n", `\n`, "\r", `\r`, "\t", `\t`, "\x00", `\x00`)

// A version is what is known of the rows of a table at an instant. rows changes
// with the rows; it is "" where nothing tells that. See plan.SameVersion for the
// meaning of the part behind the @.
type version struct {
	rows string
	at   time.Time
}

const instantForm = "2006-01-02T15:04:05.000Z"

func (v version) String() string {
	if v.at.IsZero() {
		return v.rows
	}
	return v.rows + "@" + v.at.UTC().Format(instantForm)
}

// parseVersion reads what String wrote.
func parseVersion(s string) (version, error) {
	rows, at, ok := strings.Cut(s, "@")
	if !ok {
		return version{rows: s}, nil
	}
	t, err := time.Parse(instantForm, at)
	if err != nil {
		return version{}, fmt.Errorf("bigquery: %q is not a version of a table", s)
	}
	return version{rows: rows, at: t}, nil
}
