package bind_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// A dataCase is one statement of a file in testdata/cases with what must follow
// from it. A file starts with lines "dialect NAME" and "table NAME column TYPE,
// …"; a line "open NAME column, …" is a table of which only some columns are
// known. Each case then has a heading "-- a sentence --", lines of the same kind
// that start with "@" and hold for it alone, also "@drop table.column", the SQL,
// a line "==" and expectations:
//
//	name <- table.column.field kind, …   every output column, in order; kinds may be left out
//	use KIND table.column [rows] [-> output, output.part, …]  if there are any, these are all uses
//	no uses
//	type name TYPE
//	error CODE column @line:col    every diagnostic that is an error
//	note CODE                      a diagnostic that is none
//	confidence inferred|widened    of the whole; exact is the default
type dataCase struct {
	name    string
	dialect string
	tables  []tableSpec
	dropped []string
	sql     string
	want    []string
}

type tableSpec struct {
	name    string
	columns []string // "name TYPE"
	open    bool
}

var caseHeading = regexp.MustCompile(`(?m)^-- (.+) --\n`)

// readCases reads a file of cases.
func readCases(t testing.TB, name string) []dataCase {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := string(src)
	marks := caseHeading.FindAllStringSubmatchIndex(text, -1)
	if len(marks) == 0 {
		t.Fatalf("%s has no cases", name)
	}
	var base dataCase
	for _, line := range strings.Split(text[:marks[0][0]], "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			base.directive(t, name, line)
		}
	}
	var out []dataCase
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		c := base
		c.tables = append([]tableSpec(nil), base.tables...)
		c.name = text[m[2]:m[3]]
		sql, want, ok := strings.Cut(text[m[1]:end], "\n==\n")
		if !ok {
			t.Fatalf("%s: %s: no line ==", name, c.name)
		}
		for strings.HasPrefix(sql, "@") && !strings.HasPrefix(sql, "@@") {
			line, rest, _ := strings.Cut(sql, "\n")
			c.directive(t, name, line[1:])
			sql = rest
		}
		c.sql = sql
		for _, line := range strings.Split(want, "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				c.want = append(c.want, line)
			}
		}
		out = append(out, c)
	}
	return out
}

func (c *dataCase) directive(t testing.TB, file, line string) {
	t.Helper()
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "dialect":
		c.dialect = rest
	case "table", "open":
		name, cols, _ := strings.Cut(rest, " ")
		c.tables = append(c.tables, tableSpec{name, splitTop(cols), word == "open"})
	case "drop":
		c.dropped = append(c.dropped, rest)
	default:
		t.Fatalf("%s: %q is not known", file, line)
	}
}

// splitTop splits at commas outside of brackets.
func splitTop(text string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range text {
		switch r {
		case '<', '(':
			depth++
		case '>', ')':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, strings.TrimSpace(text[start:i]))
				start = i + 1
			}
		}
	}
	if s := strings.TrimSpace(text[start:]); s != "" {
		out = append(out, s)
	}
	return out
}

// catalog makes the tables of a case, without what is dropped.
func (c *dataCase) catalog(d *syntax.Dialect) *bind.Schema {
	s := &bind.Schema{}
	for _, spec := range c.tables {
		var cols []bind.Column
		var dropped []string
		for _, col := range spec.columns {
			name, typ, _ := strings.Cut(col, " ")
			gone := false
			for _, x := range c.dropped {
				gone = gone || strings.EqualFold(x, spec.name+"."+name)
			}
			if gone {
				dropped = append(dropped, name)
				continue
			}
			cols = append(cols, bind.NewColumn(name, bind.ParseType(typ, d)))
		}
		s.Add(spec.name, cols, spec.open).Dropped = dropped
	}
	return s
}

// place is "line:col" of an offset, both from 1.
func place(text string, pos syntax.Pos) string {
	if pos < 0 {
		return "-"
	}
	before := text[:min(int(pos), len(text))]
	line := strings.Count(before, "\n") + 1
	return fmt.Sprintf("%d:%d", line, len([]rune(before[strings.LastIndexByte(before, '\n')+1:]))+1)
}

func leafName(r *bind.Result, leaf int) string {
	l := r.Leaves[leaf]
	name := r.Inputs[l.Input].Name + "." + l.Column
	if l.Path != "" {
		name += "." + l.Path
	}
	return name
}

// told says what a result is, in the words of the expectations. Kinds are told
// only of the columns in withKind.
func told(c *dataCase, r *bind.Result, withKind map[string]bool, withUses, withTypes bool) []string {
	var out []string
	for i := range r.Outputs {
		o := &r.Outputs[i]
		seen := map[string]bool{}
		var srcs []string
		for _, s := range o.Sources {
			name := leafName(r, s.Leaf)
			if withKind[o.Name] {
				name += " " + s.Kind.String()
			}
			if !seen[name] {
				seen[name] = true
				srcs = append(srcs, name)
			}
		}
		sort.Strings(srcs)
		out = append(out, strings.TrimSpace(o.Name+" <- "+strings.Join(srcs, ", ")))
	}
	var rest []string
	if withUses {
		for _, u := range r.Uses {
			line := "use " + u.Kind.String() + " " + leafName(r, u.Leaf)
			if u.Rows {
				line += " rows"
			}
			var names []string
			for _, o := range u.Outputs {
				narrowed := false
				for _, p := range u.Parts {
					if p.Output == o {
						narrowed = true
						names = append(names, r.Outputs[o].Name+"."+p.Path)
					}
				}
				if !narrowed {
					names = append(names, r.Outputs[o].Name)
				}
			}
			if len(names) > 0 {
				line += " -> " + strings.Join(names, ", ")
			}
			rest = append(rest, line)
		}
		if len(r.Uses) == 0 {
			rest = append(rest, "no uses")
		}
	}
	if withTypes {
		for i := range r.Outputs {
			if t := r.Outputs[i].Type; t != nil {
				rest = append(rest, "type "+r.Outputs[i].Name+" "+t.String())
			}
		}
	}
	for _, d := range r.Diagnostics {
		if d.Error {
			rest = append(rest, strings.Join(strings.Fields(fmt.Sprintf("error %s %s @%s", d.Code, d.Column, place(c.sql, d.Span.Pos))), " "))
		}
	}
	if r.Confidence != bind.Exact {
		rest = append(rest, "confidence "+r.Confidence.String())
	}
	sort.Strings(rest)
	return append(out, rest...)
}

// expected brings the expectations into the order of told.
func (c *dataCase) expected() (want, notes []string, withKind map[string]bool, withUses, withTypes bool) {
	withKind = map[string]bool{}
	var rest []string
	for _, line := range c.want {
		if name, srcs, ok := strings.Cut(line+" ", " <-"); ok && !strings.HasPrefix(line, "use ") {
			list := splitTop(strings.TrimSpace(srcs))
			sort.Strings(list)
			for _, s := range list {
				if strings.Contains(s, " ") {
					withKind[name] = true
				}
			}
			want = append(want, strings.TrimSpace(name+" <- "+strings.Join(list, ", ")))
			continue
		}
		switch {
		case strings.HasPrefix(line, "note "):
			notes = append(notes, line[5:])
			continue
		case strings.HasPrefix(line, "use "), line == "no uses":
			withUses = true
		case strings.HasPrefix(line, "type "):
			withTypes = true
		}
		rest = append(rest, line)
	}
	sort.Strings(rest)
	return append(want, rest...), notes, withKind, withUses, withTypes
}

// TestCases holds the binder to expectations that follow from the rules of each
// dialect.
func TestCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "cases", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files of cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			names := map[string]bool{}
			for _, c := range readCases(t, file) {
				if names[c.name] {
					t.Errorf("%s stands there twice", c.name)
				}
				names[c.name] = true
				t.Run(c.name, func(t *testing.T) { c.run(t) })
			}
		})
	}
}

func (c *dataCase) run(t *testing.T) {
	t.Helper()
	d := dialect(t, c.dialect)
	r := bind.Bind(syntax.Parse(c.sql, d), c.catalog(d))
	want, notes, withKind, withUses, withTypes := c.expected()
	got := told(c, r, withKind, withUses, withTypes)
	if withTypes { // only those that the case names
		kept := got[:0:0]
		for _, line := range got {
			if f := strings.Fields(line); f[0] != "type" || strings.Contains("\n"+strings.Join(want, "\n"), "\ntype "+f[1]+" ") {
				kept = append(kept, line)
			}
		}
		got = kept
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s\nwant (-), got (+):\n%s\n%v", c.sql, diff, r.Diagnostics)
	}
	for _, n := range notes {
		found := false
		for _, d := range r.Diagnostics {
			found = found || string(d.Code) == n && !d.Error
		}
		if !found {
			t.Errorf("%s\nno note %s: %v", c.sql, n, r.Diagnostics)
		}
	}
}
