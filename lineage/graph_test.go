package lineage_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	dgraph "github.com/dominikbraun/graph"
	"github.com/google/go-cmp/cmp"

	"impact/internal/generate"
	"impact/lineage"
)

func TestGraphIsTheSameForAnyNumberOfWorkers(t *testing.T) {
	t.Parallel()
	in := artifacts(t, generate.New(generate.Options{Models: 80, Columns: 12, Seed: 5}))
	want := ""
	for _, workers := range []int{1, 2, 8, 8, 1} {
		in.Workers = workers
		got := dump(build(t, in))
		if want == "" {
			want = got
		}
		if got != want {
			t.Fatalf("%d workers:\n%s", workers, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
		}
	}
}

func TestGraphOfARealProjectIsTheSameForAnyNumberOfWorkers(t *testing.T) {
	t.Parallel()
	for i, dir := range corpusDirs(t) {
		if i%9 != 0 {
			continue
		}
		m, _ := readProject(t, dir)
		one := dump(build(t, lineage.Input{Manifest: m, Workers: 1}))
		many := dump(build(t, lineage.Input{Manifest: m, Workers: 8}))
		if one != many {
			t.Errorf("%s: one worker and eight give different graphs", shortName(dir))
		}
	}
}

func TestBuildStopsWithItsContext(t *testing.T) {
	t.Parallel()
	in := artifacts(t, generate.New(generate.Options{Models: 50, Seed: 1}))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := lineage.Build(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

// randomProject is a project of models that read each other's columns at random,
// and the edges between the columns.
func randomProject(seed uint64) (text string, edges [][2]string) {
	rnd := rand.New(rand.NewPCG(seed, 2))
	var sb strings.Builder
	type table struct {
		name, ref string
		cols      []string
	}
	var tables []table
	for i := range 2 {
		name := fmt.Sprintf("raw.s%d", i)
		fmt.Fprintf(&sb, "-- source %s --\nc0 INT64\nc1 INT64\nc2 INT64\n", name)
		tables = append(tables, table{name, fmt.Sprintf("{{ source('raw', 's%d') }}", i), []string{"c0", "c1", "c2"}})
	}
	for i := range 3 + rnd.IntN(8) {
		l, r := tables[rnd.IntN(len(tables))], tables[rnd.IntN(len(tables))]
		name := fmt.Sprintf("m%d", i)
		fmt.Fprintf(&sb, "-- model %s --\nselect\n", name)
		made := table{name: name, ref: fmt.Sprintf("{{ ref('%s') }}", name)}
		for c := range 1 + rnd.IntN(4) {
			col := fmt.Sprintf("c%d", c)
			var terms []string
			for range rnd.IntN(3) {
				side, from := "l", l
				if rnd.IntN(2) == 0 {
					side, from = "r", r
				}
				source := from.cols[rnd.IntN(len(from.cols))]
				terms = append(terms, side+"."+source)
				edges = append(edges, [2]string{from.name + ":" + source, name + ":" + col})
			}
			if len(terms) == 0 {
				terms = []string{"1"}
			}
			fmt.Fprintf(&sb, "  %s as %s,\n", strings.Join(terms, " + "), col)
			made.cols = append(made.cols, col)
		}
		fmt.Fprintf(&sb, "from %s as l cross join %s as r\n", l.ref, r.ref)
		tables = append(tables, made)
	}
	return sb.String(), edges
}

func TestReachIsThatOfAGraphLibrary(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		text, edges := randomProject(seed)
		g := project(t, text)
		oracle := dgraph.New(dgraph.StringHash, dgraph.Directed())
		reverse := dgraph.New(dgraph.StringHash, dgraph.Directed())
		var all []string
		for c := range g.Columns {
			name := columnName(g, lineage.ColID(c))
			all = append(all, name)
			if err := errors.Join(oracle.AddVertex(name), reverse.AddVertex(name)); err != nil {
				t.Fatal(err)
			}
		}
		for _, e := range edges {
			// The same edge may stand there twice.
			if err := oracle.AddEdge(e[0], e[1]); err != nil && !errors.Is(err, dgraph.ErrEdgeAlreadyExists) {
				t.Fatal(err)
			}
			if err := reverse.AddEdge(e[1], e[0]); err != nil && !errors.Is(err, dgraph.ErrEdgeAlreadyExists) {
				t.Fatal(err)
			}
		}
		for _, name := range all {
			start := column(t, g, name)
			down := g.Downstream(start)
			compareReach(t, g, oracle, name, down)
			compareReach(t, g, reverse, name, g.Upstream(-1, start))
			for _, c := range down.Cols {
				checkPath(t, g, down, start, c)
			}
		}
	}
}

func compareReach(t *testing.T, g *lineage.Graph, oracle dgraph.Graph[string, string], name string, r *lineage.Reach) {
	t.Helper()
	var want, got []string
	if err := dgraph.DFS(oracle, name, func(v string) bool { want = append(want, v); return false }); err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Cols {
		got = append(got, columnName(g, c))
		if !r.Has(c) {
			t.Errorf("%s is in Cols and not in Has", columnName(g, c))
		}
		path, err := dgraph.ShortestPath(oracle, name, columnName(g, c))
		if err != nil {
			t.Errorf("%s to %s: %v", name, columnName(g, c), err)
		} else if len(path)-1 != r.Dist[c] {
			t.Errorf("%s to %s: distance %d, want %d", name, columnName(g, c), r.Dist[c], len(path)-1)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reach of %s, library (-), graph (+):\n%s", name, diff)
	}
}

func checkPath(t *testing.T, g *lineage.Graph, r *lineage.Reach, start, to lineage.ColID) {
	t.Helper()
	at := start
	path := r.Path(to)
	for _, e := range path {
		if e.From != at {
			t.Errorf("the path to %s breaks at %s", columnName(g, to), columnName(g, at))
		}
		at = e.To
	}
	if at != to || len(path) != r.Dist[to] {
		t.Errorf("the path to %s ends at %s after %d steps, want %d", columnName(g, to), columnName(g, at), len(path), r.Dist[to])
	}
}

func TestUpstreamStopsAtItsDepth(t *testing.T) {
	t.Parallel()
	g := project(t, `
-- source raw.t --
x INT64
-- model a --
select x from {{ source('raw', 't') }}
-- model b --
select x from {{ ref('a') }}
-- model c --
select x from {{ ref('b') }}
`)
	for depth, want := range map[int]int{0: 1, 1: 2, 2: 3, 3: 4, 9: 4, -1: 4} {
		if got := len(g.Upstream(depth, column(t, g, "c:x")).Cols); got != want {
			t.Errorf("depth %d reaches %d columns, want %d", depth, got, want)
		}
	}
	if diff := cmp.Diff([]string{"b", "c"}, names(g, g.Descendants(relation(t, g, "b")))); diff != "" {
		t.Error(diff)
	}
}

// TestYmlMayBeAheadOfTheCatalog has a field that is new in Salesforce: documented
// and selected, but not in the warehouse when the catalog was made.
func TestYmlMayBeAheadOfTheCatalog(t *testing.T) {
	t.Parallel()
	g := project(t, `
-- source sf.account {"columns": {"id": {"name": "id"}, "New__c": {"name": "New__c", "data_type": "int64"}, "owner_id": {"name": "owner_id"}}} --
id STRING
-- source sf.owner --
owner_id STRING
-- model named --
select a.id, new__c + 1 as n, owner_id from {{ source('sf', 'account') }} a join {{ source('sf', 'owner') }} o on a.id = o.owner_id
-- model starred --
select * from {{ source('sf', 'account') }}
`)
	if gaps := g.Coverage().Gaps; len(gaps) > 0 {
		t.Errorf("gaps: %+v", gaps)
	}
	if got := ups(t, g, "named:n"); !slices.Equal(got, []string{"sf.account:New__c transform"}) {
		t.Errorf("n comes from %v, want the new field", got)
	}
	if got := ups(t, g, "named:owner_id"); !slices.Equal(got, []string{"sf.owner:owner_id"}) {
		t.Errorf("owner_id comes from %v: a column of the catalog goes before one that only yml has", got)
	}
	if _, ok := g.Column(relation(t, g, "starred"), "new__c"); ok {
		t.Error("a star gives a column that the catalog lacks")
	}
	if w := strings.Join(g.Warnings(), "\n"); !strings.Contains(w, "catalog lacks: 2 (the first is sf.account.New__c)") {
		t.Errorf("warnings: %s", w)
	}
}
