package bind_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// rounds is how often a loop is written out: more often than a value may need to
// go through all variables and tables of a script.
const rounds = 14

// A scriptMaker makes statements by chance, with loops as they are and written
// out: WHILE c DO s END is IF c THEN s; IF c THEN s; … END IF; END IF.
type scriptMaker struct {
	rnd   *rand.Rand
	loops int // how many more there may be
}

func (m *scriptMaker) variable() string { return fmt.Sprintf("v%d", m.rnd.IntN(4)) }
func (m *scriptMaker) table() string    { return fmt.Sprintf("t%d", m.rnd.IntN(3)) }

// value is an expression that is read, or a constant.
func (m *scriptMaker) value() string {
	switch m.rnd.IntN(6) {
	case 0:
		return "1"
	case 1:
		return "(SELECT MAX(" + pick(m.rnd, "x", "y", "z") + ") FROM d.u)"
	case 2:
		return "(SELECT MAX(" + pick(m.rnd, "a", "b") + ") FROM " + m.table() + ")"
	case 3:
		return m.variable() + " + " + pick(m.rnd, m.variable(), "1")
	}
	return m.variable()
}

func pick(rnd *rand.Rand, of ...string) string { return of[rnd.IntN(len(of))] }

// block is a list of statements, with its loops written out as well.
func (m *scriptMaker) block(n, depth int) (loops, flat string) {
	var x, y strings.Builder
	for range n {
		l, f := m.stmt(depth)
		x.WriteString(l)
		y.WriteString(f)
	}
	return x.String(), y.String()
}

func (m *scriptMaker) stmt(depth int) (loops, flat string) {
	one := func(s string) (string, string) { return s + ";\n", s + ";\n" }
	k := m.rnd.IntN(14)
	if depth > 2 {
		k %= 10
	}
	switch k {
	case 0, 1, 2, 3:
		return one("SET " + m.variable() + " = " + m.value())
	case 4, 5:
		return one("INSERT INTO " + m.table() + " (a, b) SELECT " + pick(m.rnd, "a, b", "b, a", m.variable()+", b") + " FROM " + m.table())
	case 6:
		return one("INSERT INTO " + m.table() + " (" + pick(m.rnd, "a", "b") + ") SELECT " + pick(m.rnd, "x", "y", "z") + " FROM d.u")
	case 7:
		return one("UPDATE " + m.table() + " SET " + pick(m.rnd, "a", "b") + " = " + m.value() + " WHERE true")
	case 8:
		return one("CREATE OR REPLACE TABLE " + m.table() + " AS SELECT " + pick(m.rnd, "b AS a, a AS b", "a + 1 AS a, b", "a, a + b AS b", m.variable()+" AS a, b") + " FROM " + m.table())
	case 9:
		return one("DELETE FROM " + m.table() + " WHERE a = " + m.value())
	case 10, 11:
		l, f := m.block(1+m.rnd.IntN(3), depth+1)
		l2, f2 := m.block(1+m.rnd.IntN(2), depth+1)
		c := m.variable() + " > 1"
		return "IF " + c + " THEN\n" + l + "ELSE\n" + l2 + "END IF;\n", "IF " + c + " THEN\n" + f + "ELSE\n" + f2 + "END IF;\n"
	}
	if m.loops == 0 {
		return one("SET " + m.variable() + " = " + m.value())
	}
	m.loops--
	l, f := m.block(1+m.rnd.IntN(5), depth+1)
	c := m.variable() + " > 2"
	return "WHILE " + c + " DO\n" + l + "END WHILE;\n", strings.Repeat("IF "+c+" THEN\n"+f, rounds) + strings.Repeat("END IF;\n", rounds)
}

// lineage is what a script's last query comes from, by names.
func lineage(t *testing.T, sql string) []string {
	t.Helper()
	r := bind.Bind(syntax.Parse(sql, dialect(t, "bigquery")), loopTables)
	var out []string
	for i := range r.Outputs {
		for _, s := range r.Outputs[i].Sources {
			out = append(out, fmt.Sprintf("%s <- %s %s", r.Outputs[i].Name, leafName(r, s.Leaf), s.Kind))
		}
	}
	for _, u := range r.Uses {
		out = append(out, fmt.Sprintf("use %s %s %v %v", u.Kind, leafName(r, u.Leaf), u.Rows, u.Outputs))
	}
	for _, d := range r.Diagnostics {
		if d.Error {
			out = append(out, string(d.Code)+" "+d.Message)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var loopTables = oneRelation{&bind.Relation{Name: "d.u", Columns: []bind.Column{
	bind.NewColumn("x", nil), bind.NewColumn("y", nil), bind.NewColumn("z", nil),
}}}

// TestLoopsAreTheirRounds compares loops with the same statements written out.
func TestLoopsAreTheirRounds(t *testing.T) {
	t.Parallel()
	n := 150
	if testing.Short() {
		n = 50
	}
	for seed := range n {
		m := &scriptMaker{rnd: rand.New(rand.NewPCG(uint64(seed), 7)), loops: 2}
		loops, flat := m.block(6, 0)
		head := "DECLARE v0, v1, v2, v3 INT64;\n"
		for i := range 3 {
			head += fmt.Sprintf("CREATE TEMP TABLE t%d (a INT64, b INT64);\n", i)
		}
		tail := "SELECT v0, v1, v2, v3, t0.a, t0.b, t1.a AS a1, t1.b AS b1, t2.a AS a2, t2.b AS b2 FROM t0, t1, t2"
		if diff := cmp.Diff(lineage(t, head+flat+tail), lineage(t, head+loops+tail)); diff != "" {
			t.Fatalf("seed %d: written out (-), as loops (+):\n%s\n%s", seed, diff, head+loops+tail)
		}
	}
}
