package mysql_test

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// TestAPlanShowsTheKeysThatTheRunWouldRefuse compares what a plan foresees with
// what the run then does, for random keys under many collations.
func TestAPlanShowsTheKeysThatTheRunWouldRefuse(t *testing.T) {
	t.Parallel()
	collations := []string{"utf8mb4_unicode_ci", "utf8mb4_general_ci", "utf8mb4_bin", "utf8mb4_unicode_520_ci", "utf8mb3_general_ci", "latin1_swedish_ci", "utf8mb4_swedish_ci", "ascii_general_ci"}
	if server.MySQL56() {
		collations[4] = "utf8_general_ci"
	} else {
		collations = append(collations, "utf8mb4_nopad_bin", "utf8mb4_unicode_nopad_ci", "utf8mb4_general_nopad_ci")
	}
	words := []string{"a", "A", "á", "ss", "ß", "SS", "x", "x ", "x  ", "é", "E", "e", "ñ", "n", "は", "ハ", "ﾊ", "ば", "😀", "😁", "", " ", "\t", "Ångström", "angstrom", "æ", "ae", "ö", "o", "oe"}
	for seed, collation := range append(collations, collations...) {
		t.Run(fmt.Sprint(collation, " ", seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(uint64(seed), 3))
			charset, _, _ := strings.Cut(collation, "_")
			b := newBench(t, "CREATE TABLE jobs (k VARCHAR(12) CHARACTER SET "+charset+" COLLATE "+collation+" NOT NULL, n INT NOT NULL, v INT, source VARCHAR(3) NOT NULL DEFAULT 'web', PRIMARY KEY (k, n))")
			b.load("jobs", "jobs", []destination.Mode{destination.Mirror, destination.Upsert}[r.IntN(2)], []string{"k", "n"}, func(l *destination.Load) {
				l.OnBadRow = destination.RejectBadRow
				if seed%2 == 0 {
					l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "sf"}}}
				}
			})
			model := func() {
				m := synctest.NewTable(fields("k", plan.String, "n", plan.Int, "v", plan.Int))
				seen := map[string]bool{}
				for range 25 {
					k, n := words[r.IntN(len(words))], r.IntN(2)
					if id := fmt.Sprint(k, n); !seen[id] {
						seen[id] = true
						m.Rows = append(m.Rows, synctest.NewRow(k, n, r.IntN(3)))
					}
				}
				b.src["model.x.jobs"] = m
			}
			for range 3 {
				model()
				_ = server.Try(b.name, fmt.Sprintf("INSERT INTO jobs (k, n) VALUES ('%s', 1)", words[r.IntN(6)]))
				var foreseen []string
				db := b.open()
				p := b.plan(db)
				o := b.opts
				o.RunID, o.Approve = "look", p.Hash
				o.Rejects = func(r run.Reject) { foreseen = append(foreseen, fmt.Sprintf("%q %s", r.Key, r.Code)) }
				c := run.Compare(t.Context(), p, b.src, map[string]run.Destination{"db": db}, o, nil).Loads[0]
				if c.Status != run.StatusCompared {
					t.Fatalf("%s: %s", c.Status, c.Error)
				}
				done := b.done()[0]
				var refused []string
				for _, r := range b.rejected {
					refused = append(refused, fmt.Sprintf("%q %s", r.Key, r.Code))
				}
				sort.Strings(foreseen)
				sort.Strings(refused)
				diff(t, refused, foreseen)
				diff(t, counts(done), counts(c))
			}
		})
	}
}
