package synctest

import (
	"fmt"
	"strings"

	"impact/lineage/destination"
	"impact/sync/plan"
)

// part is one table and its load, which an application's own table has not.
type part struct {
	name    string
	kind    keyKind
	typ     lifeType
	id      bool // rows have a generated id beside their natural key
	code    bool // a unique column that may be NULL
	clicks  bool // a column of the application's
	links   []link
	load    *destination.Load
	model   []record
	scope   bool
	soft    bool
	chunked bool
}

// keyKind is what identifies the rows of a part. Only rows with a plain key are
// referred to.
type keyKind int

const (
	plain    keyKind = iota // sf
	pair                    // sf and no: "A000/1"
	byParent                // the first link and no: the parent's key, "/", the number
)

// keyColumns are the columns of the key.
func (p *part) keyColumns() []string {
	switch p.kind {
	case pair:
		return []string{"sf", "no"}
	case byParent:
		return []string{p.links[0].col, "no"}
	default:
		return []string{"sf"}
	}
}

// link is a reference to another table, or to the same one.
type link struct {
	to   *part
	col  string
	null bool
}

// record is a row, its references by natural key. Of a model's row, id and
// clicks mean nothing.
type record struct {
	key, v, n, code string
	d               string // of the part's type, as the database shows it
	refs            string // joined by a comma
	source          string
	gone            bool
	clicks, id      string
}

// world is the state of all tables: by table and natural key.
type world map[string]map[string]record

// lifeKey is a key. Keys are sorted by case first, which few collations do.
func lifeKey(i int) string { return fmt.Sprintf("%c%03d", "Ab"[i%2], i) }

// born makes the tables and their loads.
func (l *life) born() {
	l.clean = !l.chance(3)
	l.fold, l.swap = l.chance(3), l.chance(2)
	if l.fold {
		l.Text = l.Fold
	}
	l.keys = 4 + l.r.IntN(16)
	if l.chance(20) {
		l.keys = 700 // more than a batch
	}
	names := []string{"areas", "companies", "jobs"}[:1+l.r.IntN(3)]
	for i, name := range names {
		p := &part{name: name, id: l.chance(2), code: l.chance(2), clicks: !l.chance(3), scope: l.chance(3), soft: l.chance(4)}
		if i == len(names)-1 && l.chance(2) {
			p.kind = []keyKind{pair, byParent}[l.r.IntN(1+min(i, 1))]
		}
		if p.kind == plain && l.chance(3) {
			p.links = append(p.links, link{to: p, col: "up", null: true})
		}
		for _, q := range l.parts {
			if q == l.parts[i-1] || l.chance(3) {
				p.links = append(p.links, link{to: q, col: "of_" + q.name, null: l.chance(2)})
			}
		}
		if p.kind == byParent {
			p.links[0].null = false
		}
		p.typ = l.lifeType()
		l.parts = append(l.parts, p)
		l.create(p)
		l.adopt(p, len(names) == 1)
	}
	if l.chance(2) { // the application's own table
		if to := l.parts[l.r.IntN(len(l.parts))]; to.kind == plain {
			p := &part{name: "bookmarks", id: true, typ: l.lifeType(), links: []link{{to: to, col: "of_it", null: true}}}
			l.parts = append(l.parts, p)
			l.create(p)
		}
	}
}

func (l *life) create(p *part) {
	var cols []string
	unique := "PRIMARY KEY"
	if p.id {
		cols, unique = append(cols, "id "+l.Serial), "UNIQUE"
	}
	if p.kind != byParent {
		cols = append(cols, "sf "+l.Text+" NOT NULL")
	}
	if p.kind != plain {
		cols = append(cols, "no INTEGER NOT NULL")
	}
	cols = append(cols, "v VARCHAR(10)", "n INTEGER", "code INTEGER UNIQUE", "d "+p.typ.sql, "source VARCHAR(5) NOT NULL DEFAULT 'web'", "gone DATETIME")
	if p.clicks {
		cols = append(cols, "clicks INTEGER NOT NULL DEFAULT 0")
	}
	keys := []string{unique + " (" + strings.Join(p.keyColumns(), ", ") + ")"}
	for _, k := range p.links {
		typ, target := l.Text, "sf"
		if k.to.id {
			typ, target = "INTEGER", "id"
			if strings.Contains(l.Serial, "BIGINT") {
				typ = "BIGINT"
			}
		}
		if !k.null {
			typ += " NOT NULL"
		}
		rule := []string{"", "", " ON DELETE CASCADE", " ON DELETE SET NULL"}[l.r.IntN(4)]
		if p.name == "bookmarks" || (!k.null && strings.HasSuffix(rule, "NULL")) {
			rule = "" // what a load would not be allowed to do to an application's table
		}
		cols = append(cols, k.col+" "+typ)
		keys = append(keys, "FOREIGN KEY ("+k.col+") REFERENCES "+k.to.name+" ("+target+")"+rule)
	}
	l.Exec(l.t, "CREATE TABLE "+p.name+" ("+strings.Join(append(cols, keys...), ", ")+")")
}

// adopt makes the load of a table.
func (l *life) adopt(p *part, alone bool) {
	mode := []destination.Mode{destination.Mirror, destination.Mirror, destination.Mirror, destination.Upsert, destination.Upsert, destination.Replace, destination.Append}[l.r.IntN(7)]
	if mode == destination.Replace && (p.id || p.clicks) {
		mode = destination.Mirror // replace refuses columns that it does not supply
	}
	all := destination.Limit{N: 100, Percent: true}
	d := &destination.Load{Name: p.name, Exposure: "exposure.x." + p.name, Destination: "db", Table: p.name, Model: "model.x." + p.name, Mode: mode,
		Key: p.keyColumns(), Guard: destination.Guard{MaxDelete: all, MaxChange: all}}
	for _, f := range p.fields() {
		name := f.Name
		d.Columns = append(d.Columns, destination.Mapping{Column: name, From: name})
	}
	for i, k := range p.links {
		from := fmt.Sprint("r", i)
		if k.to.id {
			d.Lookups = append(d.Lookups, destination.Lookup{Column: k.col, Table: k.to.name, Select: "id", By: "sf", From: from})
		} else {
			d.Columns = append(d.Columns, destination.Mapping{Column: k.col, From: from})
		}
	}
	owner := []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "sf"}}}
	if p.scope {
		d.Scope = owner
	} else {
		d.Values = owner
	}
	p.soft = p.soft && mode.Removes()
	switch {
	case p.soft:
		d.Delete.Soft = "gone"
	case mode == destination.Replace:
		d.Values = append(d.Values, destination.Constant{Column: "gone"})
	}
	if l.chance(2) || mode == destination.Append { // which finds its rows in the table the next time
		d.OnBadRow = destination.RejectBadRow
	}
	if self := len(p.links) > 0; alone && !self && mode != destination.Append && l.chance(2) {
		p.chunked, d.Chunked, d.MaxTransactionRows = true, true, int64(1+l.r.IntN(4))
	}
	p.load = d
}

// fields are the columns that a model has for its table, but for references.
func (p *part) fields() (out []plan.Field) {
	if p.kind != byParent {
		out = append(out, plan.Field{Name: "sf", Kind: plan.String})
	}
	if p.kind != plain {
		out = append(out, plan.Field{Name: "no", Kind: plan.Int})
	}
	return append(out, plan.Field{Name: "v", Kind: plan.String}, plan.Field{Name: "n", Kind: plan.Int}, plan.Field{Name: "code", Kind: plan.Int},
		plan.Field{Name: "d", Kind: p.typ.kind})
}

func (m *record) parents() []string {
	if m.refs == "" {
		return nil
	}
	return strings.Split(m.refs, ",")
}

// owns reports whether the load of a part owns a row.
func (p *part) owns(r record) bool { return p.load != nil && (!p.scope || r.source == "sf") }
