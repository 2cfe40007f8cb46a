package mysql_test

import (
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// everything is a model with a column of every kind.
func everything() *synctest.Table {
	f := []plan.Field{{Name: "id", Kind: plan.String}, {Name: "n", Kind: plan.Int}, {Name: "money", Kind: plan.Decimal, Precision: 38, Scale: 9},
		{Name: "big", Kind: plan.Decimal, Precision: 76, Scale: 38}, {Name: "ratio", Kind: plan.Float}, {Name: "yes", Kind: plan.Bool},
		{Name: "title", Kind: plan.String, Length: 50}, {Name: "body", Kind: plan.String}, {Name: "raw", Kind: plan.Bytes}, {Name: "day", Kind: plan.Date},
		{Name: "wall", Kind: plan.DateTime}, {Name: "at", Kind: plan.Timestamp}, {Name: "hour", Kind: plan.Time}, {Name: "doc", Kind: plan.JSON}}
	return synctest.NewTable(f,
		[]any{"001a", 7, "1.5", "0.000000000000000000000000000001", "0.1", 1, "看護師😀", "long", []byte{0, 255}, "2026-01-31", "2026-01-31 10:00:00.5", "2026-01-31 10:00:00", "10:00:00", `{"b":1,"a":[2]}`},
		[]any{"001A", nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil})
}

func TestAMissingTableIsCreatedAndItsDDLIsInThePlan(t *testing.T) {
	t.Parallel()
	for _, mode := range []destination.Mode{destination.Mirror, destination.Replace, destination.Upsert, destination.Append} {
		b := newBench(t)
		b.opts.SwapRows = 1
		l := b.load("jobs", "jobs", mode, []string{"id"}, func(l *destination.Load) {
			l.Create = true
			l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.String, Text: "sf"}}}
			l.Stamp = destination.Stamp{Insert: "created_at", Write: "updated_at"}
			if mode == destination.Mirror {
				l.Delete.Soft = "deleted_at"
			}
		})
		b.src[l.Model] = everything()
		b.src[l.Model].Version = "v1"
		db := b.open()
		p := b.plan(db)
		if len(p.Refusals) > 0 {
			t.Fatalf("%+v", p.Refusals)
		}
		f := p.File().Groups[0].Loads[0]
		if len(f.Create) != 1 || !strings.Contains(f.Create[0], "`id` varchar(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL") {
			t.Fatalf("%q", f.Create)
		}
		c := run.Compare(t.Context(), p, b.src, map[string]run.Destination{"db": db}, run.Options{RunID: "c", Approve: p.Hash}, nil).Loads[0]
		diff(t, "compared +2 ~0 -0", string(c.Status)+" "+counts(c))
		diff(t, []string(nil), b.rows("SHOW TABLES LIKE 'jobs'"))
		r := b.execute(db, p, "").Loads[0] // into a table that is not there: nothing to approve
		if r.Status != run.StatusDone {
			t.Fatalf("%s: %s: %s", mode, r.Status, r.Error)
		}
		diff(t, []string{"001A|NULL|sf", "001a|看護師😀|sf"}, b.rows("SELECT id, title, source FROM jobs ORDER BY id"))
		// The ledger knows the table as it is: nothing is read again.
		if r := b.run().Loads[0]; r.Status != run.StatusUnchanged {
			t.Fatalf("%s: %s: %s", mode, r.Status, r.Error)
		}
		if mode != destination.Append {
			b.opts.Full = true
			diff(t, "+0 ~0 -0", counts(b.done()[0]))
		}
	}
}

func TestAMissingTableIsRefusedWithTheDDLToUse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	l := b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	b.src[l.Model] = everything()
	r := b.run().Loads[0]
	if r.Status != run.StatusRefused || !strings.Contains(r.Hint, "create: true") || !strings.Contains(r.Hint, "CREATE TABLE `"+b.name+"`.`jobs`") {
		t.Fatalf("%s: %s", r.Status, r.Hint)
	}
	diff(t, []string(nil), b.rows("SHOW TABLES LIKE 'jobs'"))
	// The statement does what it says.
	_, ddl, _ := strings.Cut(r.Hint, "\n")
	b.exec(strings.TrimSuffix(ddl, ";"))
	diff(t, "+2 ~0 -0", counts(b.done()[0]))
	diff(t, "+0 ~0 -0", counts(b.done()[0]))
}

func TestTablesThatReferToEachOtherAreCreatedParentsFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.load("a_jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) {
		l.Create, l.AllColumns, l.Columns = true, false, []destination.Mapping{{Column: "id", From: "id"}}
		l.Lookups = []destination.Lookup{{Column: "company_id", Table: "companies", Select: "id", By: "id", From: "company"}}
	})
	b.load("b_companies", "companies", destination.Mirror, []string{"id"}, func(l *destination.Load) { l.Create = true })
	b.src["model.x.a_jobs"] = synctest.NewTable(fields("id", plan.String, "company", plan.String), []any{"j1", "A"}, []any{"j2", nil})
	b.src["model.x.b_companies"] = synctest.NewTable(fields("id", plan.String, "name", plan.String), []any{"A", "Alpha"})
	b.done()
	diff(t, []string{"j1|A", "j2|NULL"}, b.rows("SELECT * FROM jobs ORDER BY id"))
	if err := server.Try(b.name, "DELETE FROM companies"); err == nil {
		t.Fatal("the created table has no foreign key")
	}
	for _, l := range b.done() {
		diff(t, "+0 ~0 -0", counts(l))
	}
}

func TestARunThatIsRefusedCreatesNoTable(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	l := b.load("jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) { l.Create = true })
	b.src[l.Model] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{1, "a"}, []any{nil, "b"})
	if r := b.run().Loads[0]; r.Status != run.StatusFailed {
		t.Fatal(r.Status)
	}
	b.src[l.Model].Rows = nil
	l.Guard.MinRows = 1
	db := b.open()
	if r := b.execute(db, b.plan(db), "").Loads[0]; r.Status != run.StatusRefused {
		t.Fatal(r.Status)
	}
	diff(t, []string(nil), b.rows("SHOW TABLES LIKE 'jobs'"))
}

func TestACreationWhoseAnswerIsLostIsFinished(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{true, false} {
		b := newBench(t)
		p := synctest.NewProxy(t, server)
		b.db.DSN = p.DSN(b.name)
		l := b.load("jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) { l.Create = true })
		b.src[l.Model] = everything()
		db := b.open()
		pl := b.plan(db)
		p.Arm(&synctest.Fault{Text: "CREATE TABLE `" + b.name + "`.`jobs`", Before: before})
		r := b.execute(db, pl, pl.Hash).Loads[0]
		if r.Status != run.StatusDone || p.Fired() != 1 {
			t.Fatalf("%s: %s", r.Status, r.Error)
		}
		diff(t, []string{"2"}, b.rows("SELECT COUNT(*) FROM jobs"))
	}
}

func TestATableThatIsCreatedMeanwhileMakesThePlanStale(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	l := b.load("jobs", "jobs", destination.Mirror, []string{"id"}, func(l *destination.Load) { l.Create = true })
	b.src[l.Model] = synctest.NewTable(fields("id", plan.Int), []any{1})
	db := b.open()
	p := b.plan(db)
	b.exec("CREATE TABLE jobs (id BIGINT PRIMARY KEY)", "INSERT INTO jobs VALUES (9)")
	if r := b.execute(db, p, p.Hash).Loads[0]; r.Status != run.StatusRefused {
		t.Fatalf("%s: %s", r.Status, r.Error)
	}
	diff(t, []string{"9"}, b.rows("SELECT id FROM jobs"))
}
