package layout_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"impact/lineage"
	"impact/lineage/layout"
	"impact/manifest"
)

// models are models of the dataset p.s by pairs of name and SQL.
func models(pairs ...string) []*manifest.Node {
	var out []*manifest.Node
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, &manifest.Node{
			UniqueID: "model.p." + pairs[i], Kind: manifest.KindModel, Name: pairs[i], PackageName: "p", Language: "sql",
			Database: "p", Schema: "s", Alias: pairs[i], Materialized: "table", Compiled: pairs[i+1],
		})
	}
	return out
}

func build(t testing.TB, nodes []*manifest.Node) *lineage.Graph {
	t.Helper()
	g, err := lineage.Build(context.Background(), lineage.Input{Manifest: &manifest.Manifest{
		Metadata: manifest.Metadata{AdapterType: "bigquery"}, Nodes: nodes,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// randomModels are n models of which each has a column for every earlier one
// that it reads, so that steps between columns are steps between relations.
// dist[i][j] is how many steps j is behind i, or -1.
func randomModels(rnd *rand.Rand, n int) (nodes []*manifest.Node, dist [][]int) {
	dist = make([][]int, n)
	for i := range dist {
		dist[i] = make([]int, n)
		for j := range dist[i] {
			dist[i][j] = -1
		}
		dist[i][i] = 0
	}
	for j := range n {
		from, sum := []string(nil), []string{"1"}
		for i := range j {
			if rnd.IntN(4) != 0 {
				continue
			}
			from = append(from, fmt.Sprintf("p.s.m%d", i))
			sum = append(sum, fmt.Sprintf("m%d.x", i))
			for k := range j {
				if d := dist[k][i]; d >= 0 && (dist[k][j] < 0 || d+1 < dist[k][j]) {
					dist[k][j] = d + 1
				}
			}
		}
		sql := "select " + strings.Join(sum, " + ") + " as x"
		if len(from) > 0 {
			sql += " from " + strings.Join(from, ", ")
		}
		nodes = append(nodes, models(fmt.Sprintf("m%d", j), sql)...)
	}
	rnd.Shuffle(n, func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
	return nodes, dist
}

func TestStepsInRandomGraphsAreShortestWays(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		n := 2 + rnd.IntN(14)
		nodes, dist := randomModels(rnd, n)
		g := build(t, nodes)
		for range 20 {
			at, up, down := rnd.IntN(n), rnd.IntN(5)-1, rnd.IntN(5)-1
			for _, suffix := range []string{"", ".x"} {
				selector := plus(up, true) + fmt.Sprintf("m%d", at) + suffix + plus(down, false)
				doc := extract(t, g, selector, layout.Options{})
				got := map[string]bool{}
				for _, r := range doc.Relations {
					got[r.Name] = true
				}
				for i := range n {
					want := within(dist[i][at], up) || within(dist[at][i], down)
					if name := fmt.Sprintf("m%d", i); got[name] != want {
						t.Errorf("seed %d, %s: %s is in it: %t, want %t", seed, selector, name, got[name], want)
					}
				}
				for _, e := range doc.Edges {
					if e.Kind != layout.KindValue || !got[strings.TrimPrefix(e.From.Relation, "model.p.")] {
						t.Errorf("seed %d, %s: %+v", seed, selector, e)
					}
				}
			}
		}
	}
}

func within(dist, limit int) bool { return dist >= 0 && (limit < 0 || dist <= limit) }

// plus writes steps as selectors do; below 0 is without a limit.
func plus(steps int, before bool) string {
	switch {
	case steps < 0:
		return "+"
	case before:
		return fmt.Sprintf("%d+", steps)
	}
	return fmt.Sprintf("+%d", steps)
}

func TestIntersectionsAndUnionsAreThoseOfSets(t *testing.T) {
	t.Parallel()
	set := func(t *testing.T, g *lineage.Graph, selector string) map[string]bool {
		t.Helper()
		out := map[string]bool{}
		for _, n := range names(extract(t, g, selector, layout.Options{Columns: true})) {
			out[n] = true
		}
		return out
	}
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		n := 2 + rnd.IntN(12)
		nodes, _ := randomModels(rnd, n)
		g := build(t, nodes)
		term := func() string {
			return plus(rnd.IntN(4)-1, true) + fmt.Sprintf("m%d", rnd.IntN(n)) + []string{"", ".x"}[rnd.IntN(2)] + plus(rnd.IntN(4)-1, false)
		}
		for range 10 {
			a, b := term(), term()
			inA, inB := set(t, g, a), set(t, g, b)
			both, either := set(t, g, a+","+b), set(t, g, a+" "+b)
			for i := range n {
				name := fmt.Sprintf("m%d.x", i)
				if both[name] != (inA[name] && inB[name]) || either[name] != (inA[name] || inB[name]) {
					t.Errorf("seed %d: %s and %s: %s", seed, a, b, name)
				}
			}
		}
	}
}
