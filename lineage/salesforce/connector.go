package salesforce

import (
	"slices"
	"strings"
	"unicode"
)

// Connector names the rule by which a tool that copies Salesforce into a
// warehouse names tables and columns. The empty connector keeps API names.
type Connector string

// The connectors of impact.yml.
const (
	Trocco    Connector = "trocco"     // API names unless a job renames them
	Fivetran  Connector = "fivetran"   // its own snake_case, or API names
	Airbyte   Connector = "airbyte"    // API names
	APINames  Connector = "api_names"  // API names
	SnakeCase Connector = "snake_case" // what dlt, Stitch, Hevo and others make
)

// Columns returns the column names that the connector may give a field, the
// likeliest first, each once. The rules cannot be turned around: go forward
// from a field's name, never back from a column's.
func (c Connector) Columns(field string) []string { return c.names(field) }

// Tables returns the table names that the connector may give an object, the
// likeliest first, each once. TROCCO's tables are named by people: what it
// returns for them is only what the object itself suggests.
func (c Connector) Tables(object string) []string { return c.names(object) }

func (c Connector) names(name string) []string {
	// A path over a relationship becomes one name: Account.Name, account_name.
	flat := strings.ReplaceAll(name, ".", "_")
	var names []string
	add := func(more ...string) {
		for _, n := range more {
			if n != "" && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	switch c {
	case Fivetran:
		add(fivetran(flat), flat)
	case Trocco:
		add(flat, snake(flat), squeeze(snake(flat)), strings.ToLower(flat), sanitized(flat))
	case SnakeCase:
		add(squeeze(snake(flat)), snake(flat), fivetran(flat), squeeze(strings.ToLower(flat)), strings.ToLower(flat))
	default:
		add(flat)
	}
	return names
}

// fivetran splits between a small and a capital letter and between a letter and
// a digit, and squeezes underscores. A run of capitals stays whole, even where
// its last letter begins a word: LastCURequestDate, last_curequest_date.
func fivetran(name string) string {
	var b strings.Builder
	var before rune
	for _, r := range name {
		if unicode.IsLower(before) && unicode.IsUpper(r) ||
			unicode.IsLetter(before) && unicode.IsDigit(r) || unicode.IsDigit(before) && unicode.IsLetter(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		before = r
	}
	return squeeze(b.String())
}

// snake is the usual snake_case: it also splits before the last capital of a
// run that begins a word, and not at digits.
func snake(name string) string {
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) {
			before := runes[i-1]
			starts := i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(before)
			if unicode.IsLower(before) || unicode.IsDigit(before) || starts {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// squeeze makes one underscore of several.
func squeeze(name string) string {
	var b strings.Builder
	under := false
	for _, r := range name {
		if r == '_' && under {
			continue
		}
		under = r == '_'
		b.WriteRune(r)
	}
	return b.String()
}

// sanitized replaces what a column's name may not hold by underscores.
func sanitized(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return '_'
	}, name)
}
