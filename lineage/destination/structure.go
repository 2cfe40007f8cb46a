package destination

import (
	"fmt"
	"strings"
)

// maxStatementTokens bounds what is kept of one statement. The largest real
// CREATE TABLE has some thousand columns of about ten tokens each; INSERTs are
// longer and not needed.
const maxStatementTokens = 200_000

// ReadStructureSQL reads the DDL that mysqldump writes, which is also Rails'
// db/structure.sql: CREATE TABLE, CREATE VIEW, CREATE INDEX, CREATE TRIGGER and
// the ALTER TABLE forms that add keys. Text in versioned comments
// ("/*!50001 … */") counts as if its version had been reached. Statements that
// make no table (INSERT, SET, LOCK …) are passed over; what is not understood
// in one that does is a warning. file is used in messages.
func ReadStructureSQL(file string, src []byte) (*Schema, []Warning) {
	r := &structureReader{
		file:   file,
		lex:    &ddlLexer{src: strings.ToValidUTF8(string(src), "\ufffd"), line: 1, delimiter: ";"},
		schema: &Schema{File: file},
	}
	for {
		toks, cut, ok := r.lex.statement(maxStatementTokens)
		if !ok {
			break
		}
		d := &ddlParser{toks: toks, r: r}
		if cut && d.at(0).word("create") {
			r.warn(toks[0].line, "a statement longer than %d words is read in part", maxStatementTokens)
		}
		d.statement()
	}
	r.attachTriggers()
	r.schema.normalize()
	sortWarnings(r.warnings)
	return r.schema, r.warnings
}

type structureReader struct {
	file     string
	lex      *ddlLexer
	schema   *Schema
	warnings []Warning
	database string // of the last USE
	triggers []structureTrigger
}

type structureTrigger struct {
	name  string
	table qualified
	line  int
}

// qualified is a name with the database it was written with, if any.
type qualified struct{ db, name string }

func (r *structureReader) warn(line int, format string, args ...any) {
	r.warnings = append(r.warnings, Warning{File: r.file, Line: line, Message: fmt.Sprintf(format, args...)})
}

func (r *structureReader) table(q qualified) *Table {
	for _, t := range r.schema.Tables {
		if t.Name == q.name && (q.db == t.Database || q.db == "") {
			return t
		}
	}
	return nil
}

// drop forgets a table or view of that name: a dump first makes a stand-in for
// each view, then drops it and makes the view.
func (r *structureReader) drop(q qualified) {
	tables := r.schema.Tables[:0]
	for _, t := range r.schema.Tables {
		if t.Name != q.name || t.Database != q.db {
			tables = append(tables, t)
		}
	}
	r.schema.Tables = tables
	views := r.schema.Views[:0]
	for _, v := range r.schema.Views {
		if v.Name != q.name || v.Database != q.db {
			views = append(views, v)
		}
	}
	r.schema.Views = views
}

func (r *structureReader) attachTriggers() {
	for _, tr := range r.triggers {
		if t := r.table(tr.table); t != nil {
			t.Triggers = append(t.Triggers, tr.name)
			continue
		}
		r.warn(tr.line, "trigger %s is on %s, which is not in the file", tr.name, tr.table.name)
	}
}

// ddlParser reads the tokens of one statement.
type ddlParser struct {
	toks []ddlToken
	pos  int
	r    *structureReader
}

func (d *ddlParser) at(n int) ddlToken {
	if i := d.pos + n; i >= 0 && i < len(d.toks) {
		return d.toks[i]
	}
	line := 0
	if len(d.toks) > 0 {
		line = d.toks[len(d.toks)-1].line
	}
	return ddlToken{kind: ddlPunct, line: line}
}

func (d *ddlParser) done() bool { return d.pos >= len(d.toks) }

func (d *ddlParser) accept(words ...string) bool {
	for i, w := range words {
		if !d.at(i).word(w) {
			return false
		}
	}
	d.pos += len(words)
	return true
}

func (d *ddlParser) punct(p string) bool {
	if t := d.at(0); t.kind == ddlPunct && t.text == p {
		d.pos++
		return true
	}
	return false
}

// qualified reads name or db.name; ok is false where there is none.
func (d *ddlParser) qualified() (q qualified, ok bool) {
	if !d.at(0).name() {
		return q, false
	}
	q = qualified{d.r.database, d.at(0).text}
	d.pos++
	for d.at(0).kind == ddlPunct && d.at(0).text == "." && d.at(1).name() {
		q = qualified{q.name, d.at(1).text}
		d.pos += 2
	}
	return q, q.name != ""
}

func (d *ddlParser) statement() {
	switch {
	case d.accept("use"):
		if d.at(0).name() {
			d.r.database = d.at(0).text
		}
	case d.accept("drop", "table"), d.accept("drop", "view"):
		d.accept("if", "exists")
		for {
			q, ok := d.qualified()
			if !ok {
				return
			}
			d.r.drop(q)
			if !d.punct(",") {
				return
			}
		}
	case d.accept("alter", "table"):
		d.accept("only") // PostgreSQL's dump
		if q, ok := d.qualified(); ok {
			d.alterTable(q)
		}
	case d.at(0).word("create"), d.at(0).word("alter"):
		d.create()
	}
}

// create finds what is created behind OR REPLACE, ALGORITHM, DEFINER and so on.
func (d *ddlParser) create() {
	line := d.at(0).line
	d.pos++
	for n := 0; n < 24 && !d.done(); n++ {
		switch {
		case d.accept("temporary"):
			return
		case d.accept("table"):
			d.accept("if", "not", "exists")
			if q, ok := d.qualified(); ok {
				d.createTable(q, line)
			}
			return
		case d.accept("view"):
			d.accept("if", "not", "exists")
			if q, ok := d.qualified(); ok {
				d.createView(q, line)
			}
			return
		case d.accept("trigger"):
			d.accept("if", "not", "exists")
			d.createTrigger(line)
			return
		case d.at(0).word("index"):
			unique, kind := d.at(-1).word("unique"), strings.ToLower(d.at(-1).text)
			d.pos++
			d.createIndex(unique, kind)
			return
		case d.at(0).word("procedure"), d.at(0).word("function"), d.at(0).word("event"), d.at(0).word("database"), d.at(0).word("schema"):
			return
		}
		d.pos++
	}
}

func (d *ddlParser) createView(q qualified, line int) {
	if d.punct("(") { // view (a, b) AS: the names are part of the text
		d.pos--
		d.skipGroup()
	}
	for !d.done() && !d.at(0).word("as") {
		d.pos++
	}
	d.pos++
	if d.done() {
		d.r.warn(line, "view %s has no query", q.name)
		return
	}
	d.r.drop(q)
	sql := d.r.lex.text(d.at(0).start, d.toks[len(d.toks)-1].end)
	d.r.schema.Views = append(d.r.schema.Views, View{Database: q.db, Name: q.name, Line: line, SQL: sql})
}

func (d *ddlParser) createTrigger(line int) {
	name, ok := d.qualified()
	if !ok {
		return
	}
	for n := 0; n < 8 && !d.done(); n++ {
		if d.accept("on") {
			if table, ok := d.qualified(); ok {
				d.r.triggers = append(d.r.triggers, structureTrigger{name.name, table, line})
				return
			}
		}
		d.pos++
	}
	d.r.warn(line, "trigger %s: its table is not understood", name.name)
}

func (d *ddlParser) createIndex(unique bool, kind string) {
	d.accept("if", "not", "exists")
	name, ok := d.qualified()
	if !ok {
		return
	}
	for !d.done() && !d.accept("on") {
		d.pos++
	}
	table, ok := d.qualified()
	t := d.r.table(table)
	if !ok || t == nil {
		d.r.warn(d.at(0).line, "index %s is on a table that is not in the file", name.name)
		return
	}
	ix := Index{Name: name.name, Unique: unique, Kind: indexKind(kind)}
	if d.accept("using") {
		d.pos++
	}
	ix.Parts = d.indexParts()
	for ; !d.done(); d.pos++ {
		if d.at(0).word("where") { // a partial index is unique only among some rows
			ix.Unique = false
		}
	}
	t.Indexes = append(t.Indexes, ix)
}

func indexKind(word string) string {
	if word == "fulltext" || word == "spatial" {
		return word
	}
	return ""
}

// skipGroup goes past a bracketed group and returns its inside.
func (d *ddlParser) skipGroup() []ddlToken {
	if !d.punct("(") {
		return nil
	}
	start := d.pos
	for depth := 1; !d.done(); d.pos++ {
		t := d.at(0)
		if t.kind != ddlPunct {
			continue
		}
		switch t.text {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				d.pos++
				return d.toks[start : d.pos-1]
			}
		}
	}
	return d.toks[start:]
}

// groupText is the source text of a bracketed group, without the brackets.
func (d *ddlParser) groupText() string {
	in := d.skipGroup()
	if len(in) == 0 {
		return ""
	}
	return d.r.lex.text(in[0].start, in[len(in)-1].end)
}
