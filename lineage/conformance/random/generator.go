package random

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"impact/lineage/conformance/oracle"
)

// A Generator makes one statement.
type Generator struct {
	r         *rand.Rand
	tables    []relation
	with      []relation // the queries of WITH that can be named here
	room      int        // how many more pieces the statement may get
	fresh     int
	unordered bool // the next SELECT is followed by a set operation
	unlike    bool // no column is selected twice as it is
	simple    bool // only what the second part of a recursive query may be
	// Of a script: what its statement may read and call, and above zero where it
	// may do neither.
	constants []ref
	functions []routine
	beside    []string // see Made.Parts
	parameter string   // of the query, "" for none
	plain     int
	top       bool // the pipe that follows may send rows aside
}

// Made is a statement or a script.
type Made struct {
	SQL string
	// Judged says the same to the analyzer, which knows no scripts: most often it is
	// the statement itself. Parts are those of a script that Judged may not hold:
	// where the analyzer refuses one of them, there is nothing to compare.
	Judged string
	Parts  []string
}

// Statement returns the n-th statement of a seed over the tables.
func Statement(seed, n uint64, tables []*oracle.Table) Made {
	g := &Generator{r: rand.New(rand.NewPCG(seed, n))}
	for _, t := range tables {
		rel := relation{name: t.Name}
		for _, c := range t.Columns {
			rel.cols = append(rel.cols, column{c.Name, parseType(c.Type)})
		}
		g.tables = append(g.tables, rel)
	}
	g.room = 4 + g.n(50)
	if g.chance(15) {
		return g.scriptStatement()
	}
	sql := g.statement()
	if g.chance(10) {
		sql = g.spoil(sql)
	}
	return Made{SQL: sql, Judged: sql}
}

func (g *Generator) statement() string {
	if g.chance(12) {
		return g.write()
	}
	sql, _ := g.query(nil, nil, 4)
	return sql
}

// n returns a number below k.
func (g *Generator) n(k int) int { return g.r.IntN(k) }

// chance is true in so many of a hundred cases.
func (g *Generator) chance(percent int) bool { return g.n(100) < percent }

func (g *Generator) one(list ...string) string { return list[g.n(len(list))] }

// more is chance while there is room, and takes some of it.
func (g *Generator) more(percent int) bool {
	if g.room <= 0 || !g.chance(percent) {
		return false
	}
	g.room--
	return true
}

// ident spells a name: now and then in another case or quoted.
func (g *Generator) ident(name string) string {
	switch g.n(40) {
	case 0:
		return strings.ToUpper(name)
	case 1:
		return "`" + name + "`"
	}
	return name
}

// outputName returns a name for a column. There are few, so that they collide
// with those of tables, aliases and one another.
func (g *Generator) outputName(taken []column) string {
	for range 20 {
		name := g.one("a", "b", "k", "v", "n", "id", "s", "status", "x", "l", "name", "amount", "day", "m", "orders", "items", "q")
		if named(taken, name) == 0 || g.chance(2) {
			return name
		}
	}
	g.fresh++
	return "c" + strconv.Itoa(g.fresh)
}

// alias returns a name for an item of FROM.
func (g *Generator) alias(s *scope) string {
	for range 20 {
		name := g.one("o", "x", "y", "t", "u", "s", "l", "id", "orders", "e", "k", "addr")
		if !s.has(name) || g.chance(1) {
			return name
		}
	}
	g.fresh++
	return "t" + strconv.Itoa(g.fresh)
}

// anyType returns a type for a column.
func (g *Generator) anyType(depth int) *typ {
	switch {
	case depth > 0 && g.chance(12):
		if e := g.anyType(depth - 1); !e.isArray() {
			return arrayOf(e)
		}
	case depth > 0 && g.chance(14):
		t := &typ{}
		for range 1 + g.n(3) {
			t.fields = append(t.fields, column{g.outputName(t.fields), g.anyType(depth - 1)})
		}
		return t
	}
	if g.chance(75) {
		return scalars[g.n(10)]
	}
	return scalars[g.n(len(scalars))]
}

// readable returns the type of something that the scope has, or any type.
func (g *Generator) readable(s *scope) *typ {
	if g.chance(65) {
		if r, ok := g.find(s, func(*typ) bool { return true }); ok {
			return r.typ
		}
	}
	return g.anyType(2)
}
