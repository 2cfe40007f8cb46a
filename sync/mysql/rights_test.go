package mysql_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

// rightsCase is a load with what is done as a user who has the rights that are
// printed for it, or all of them but one. do returns an error where anything does
// not come out as it should.
type rightsCase struct {
	ddl    []string
	mode   destination.Mode
	change func(*destination.Load)
	do     func(b *bench) error
	// late makes a trigger while the copy of the table is filled for the first
	// time, so that the old table comes back, and the exchange is tried again.
	late bool
	// known are the rights of another case: here they are only given together.
	known bool
}

func rows(from, to int, v string) []run.Row {
	var out []run.Row
	for k := from; k <= to; k++ {
		out = append(out, synctest.NewRow(k, v))
	}
	return out
}

// steps loads one version of the rows after the other, and demands that each
// takes so many loads to succeed.
func steps(versions ...[]run.Row) func(b *bench) error {
	return func(b *bench) error {
		for i, v := range versions {
			b.src["model.x.jobs"].Rows = v
			for _, l := range b.run().Loads {
				if l.Status != run.StatusDone {
					return fmt.Errorf("step %d: %s: %s (%s)", i, l.Status, l.Error, l.Hint)
				}
			}
			if got := b.rows("SELECT COUNT(*) FROM jobs"); b.loads[0].Mode == destination.Mirror && got[0] != fmt.Sprint(len(v)) {
				return fmt.Errorf("step %d: %s rows, want %d", i, got[0], len(v))
			}
		}
		return nil
	}
}

const jobsTable = "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10), KEY by_v (v)) ENGINE=InnoDB"

// exchanges lets the table be exchanged, while somebody makes a trigger, and after
// that. Where the plan does not let it be exchanged, its rows are compared.
func exchanges(b *bench) error {
	b.opts.SwapRows = 1
	versions := [][]run.Row{rows(1, 30, "a"), rows(1, 60, "b"), rows(2, 59, "b"), rows(1, 1, "b")}
	if l := b.plan(b.open()).Groups[0].Loads[0]; l.Method != plan.Swap && !l.MaySwap {
		if l.Spec.Mode == destination.Replace && !strings.Contains(l.Reason, "the user ") {
			return fmt.Errorf("the plan does not say that the user is the reason: %q", l.Reason)
		}
		return steps(versions...)(b)
	}
	b.exec("CREATE TABLE _impact_new_" + run.Digest(b.name, "jobs") + " (id INT)") // a run that died has left it
	if err := steps(rows(1, 30, "a"))(b); err == nil {
		return errors.New("the table was exchanged although it has a trigger now")
	} else if strings.Contains(err.Error(), "privilege") || !strings.Contains(err.Error(), "a trigger was added to it") && !strings.Contains(err.Error(), "no longer what the plan was made for") {
		return err
	}
	b.exec("DROP TRIGGER IF EXISTS late")
	return steps(versions...)(b)
}

var rightsCases = map[string]rightsCase{
	"mirror":              {ddl: []string{jobsTable}, mode: destination.Mirror, do: exchanges, late: true},
	"replace by exchange": {ddl: []string{jobsTable}, mode: destination.Replace, do: exchanges, late: true, known: true},
	"mirror with soft deletes": {ddl: []string{"CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10), deleted_at DATETIME) ENGINE=InnoDB"}, mode: destination.Upsert,
		change: func(l *destination.Load) {
			l.Mode, l.Delete.Soft, l.AllColumns = destination.Mirror, "deleted_at", false
			l.Columns = []destination.Mapping{{Column: "id", From: "id"}, {Column: "v", From: "v"}}
		}, do: func(b *bench) error {
			b.loads[0].Guard.MaxDelete = destination.Limit{N: 100, Percent: true}
			for _, v := range [][]run.Row{rows(1, 3, "a"), rows(2, 4, "b")} {
				b.src["model.x.jobs"].Rows = v
				if l := b.run().Loads[0]; l.Status != run.StatusDone {
					return fmt.Errorf("%s: %s", l.Status, l.Error)
				}
			}
			return nil
		}},
	"upsert": {ddl: []string{jobsTable}, mode: destination.Upsert, do: steps(rows(1, 3, "a"), rows(2, 4, "b"))},
	"upsert that changes a unique column": {ddl: []string{"CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10) UNIQUE) ENGINE=InnoDB"}, mode: destination.Upsert,
		do: steps(rows(1, 1, "a"), rows(1, 1, "b"))},
	"append": {ddl: []string{jobsTable}, mode: destination.Append, do: steps(rows(1, 3, "a"), rows(4, 6, "b"))},
	"a table that is created, with a lookup": {ddl: []string{"CREATE TABLE companies (id INT PRIMARY KEY, k VARCHAR(10) NOT NULL UNIQUE) ENGINE=InnoDB", "INSERT INTO companies VALUES (7, 'a'), (8, 'b')"},
		mode: destination.Mirror, change: func(l *destination.Load) {
			l.Create, l.AllColumns, l.Columns = true, false, []destination.Mapping{{Column: "id", From: "id"}}
			l.Lookups = []destination.Lookup{{Column: "company_id", Table: "companies", Select: "id", By: "k", From: "v"}}
		}, do: steps(rows(1, 3, "a"), rows(2, 4, "b"))},
}

// rightsBench is a bench with the load of a case. grant gives a new user what
// Grants prints but for the right that is left out, and works as that user.
func rightsBench(t *testing.T, c *rightsCase) (b *bench, grants []mysql.Grant, grant func(without string)) {
	t.Helper()
	b = newBench(t, c.ddl...)
	b.load("jobs", "jobs", c.mode, []string{"id"}, func(l *destination.Load) {
		if l.Mode == destination.Append {
			l.Key = nil
		}
		if c.change != nil {
			c.change(l)
		}
	})
	b.src["model.x.jobs"] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{1, "a"})
	b.exec(mysql.LedgerDDL(b.name)...)
	root := b.open()
	user := "r_" + run.Digest(t.Name())[:12]
	grants = mysql.Grants(b.plan(root).Groups[0].Loads, "", user)
	return b, grants, func(without string) {
		t.Helper()
		b.exec("CREATE USER " + user)
		t.Cleanup(func() { server.Exec(t, "", "DROP USER "+user) })
		for _, g := range grants {
			if q := minus(g, without); q != "" {
				// For a table that is not there the server wants CREATE among them.
				if err := server.Try(b.name, q); err != nil && !strings.HasPrefix(without, "CREATE ON") {
					t.Fatal(err)
				}
			}
		}
		b.db = mysql.Options{DSN: fmt.Sprintf("%s@tcp(127.0.0.1:%d)/%s", user, server.Port, b.name)}
		if c.late {
			p := synctest.NewProxy(t, server)
			b.db.DSN = strings.Replace(p.DSN(b.name), "root@", user+"@", 1)
			p.Arm(&synctest.Fault{Text: "LOAD DATA", Pass: true, Do: func() {
				b.exec("CREATE TRIGGER late BEFORE DELETE ON jobs FOR EACH ROW SET @x = 1")
			}})
		}
	}
}

// rightsOf lists what a statement gives: "INSERT ON `a`.`b`".
func rightsOf(g mysql.Grant) []string {
	text, _, _ := strings.Cut(strings.TrimPrefix(g.SQL, "GRANT "), " TO ")
	list, on, _ := strings.Cut(text, " ON ")
	var out []string
	for right := range strings.SplitSeq(list, ", ") {
		out = append(out, right+" ON "+on)
	}
	return out
}

// minus leaves a right out of a statement.
func minus(g mysql.Grant, without string) string {
	list := slices.DeleteFunc(rightsOf(g), func(r string) bool { return r == without })
	if len(list) == 0 {
		return ""
	}
	_, on, _ := strings.Cut(g.SQL, " ON ")
	for i := range list {
		list[i], _, _ = strings.Cut(list[i], " ON ")
	}
	return "GRANT " + strings.Join(list, ", ") + " ON " + on
}

// missing are the rights that the doctor misses.
func missingRights(t *testing.T, b *bench) (broken, slow []string) {
	t.Helper()
	db, err := mysql.Open(t.Context(), b.db)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var loads []*plan.Load
	for _, g := range b.plan(db).Groups {
		loads = append(loads, g.Loads...)
	}
	checks, err := db.CheckRights(t.Context(), loads)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		switch c.Health {
		case run.Broken:
			broken = append(broken, rightsOf(mysql.Grant{SQL: c.Remedy})...)
		case run.Slow:
			slow = append(slow, rightsOf(mysql.Grant{SQL: c.Remedy})...)
		case run.Caution:
			t.Errorf("%+v", c)
		}
	}
	return broken, slow
}

func TestTheGrantsThatArePrintedAreEnoughAndNoneTooMuch(t *testing.T) {
	t.Parallel()
	for name, c := range rightsCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, grants, _ := rightsBench(t, &c)
			var all []string
			optional := map[string]bool{}
			for _, g := range grants {
				for _, r := range rightsOf(g) {
					all, optional[r] = append(all, r), g.Optional
				}
			}
			if c.known {
				all = nil
			}
			for i, without := range append([]string{"nothing"}, all...) {
				t.Run(fmt.Sprint(i), func(t *testing.T) {
					b, again, grant := rightsBench(t, &c)
					if i > 0 { // the database has another name here
						without = rightsAt(again, i-1)
					}
					grant(without)
					broken, slow := missingRights(t, b)
					err := c.do(b)
					right, _, _ := strings.Cut(without, " ON ")
					switch {
					case i == 0:
						if err != nil || broken != nil || slow != nil {
							t.Fatalf("the printed rights do not do: %v; missing: %v %v", err, broken, slow)
						}
					case right == "TRIGGER" && !server.MySQL56(): // MariaDB shows triggers anyway
						if err != nil || broken != nil || slow != nil {
							t.Fatalf("without %s: %v; missing: %v %v", without, err, broken, slow)
						}
					case optional[all[i-1]]:
						if err != nil {
							t.Errorf("without %s: %v", without, err)
						}
						diff(t, []string(nil), broken)
						if right == "CREATE" { // nothing else could be given either
							slow = slices.DeleteFunc(slow, func(r string) bool { return r != without })
						}
						diff(t, []string{without}, slow)
						if right != "CREATE TEMPORARY TABLES" && right != "TRIGGER" {
							t.Run("all the same", func(t *testing.T) { failsIfItTries(t, &c, i-1) })
						}
					default:
						if err == nil {
							t.Errorf("nothing fails without %s", without)
						}
						if right == "CREATE" {
							// Nothing else could be given either.
							if !slices.Contains(broken, without) {
								t.Errorf("%s is not among %v", without, broken)
							}
							return
						}
						diff(t, []string{without}, broken)
						diff(t, []string(nil), slow)
					}
				})
			}
		})
	}
}

// failsIfItTries makes sure that a right is not asked for in vain: who exchanges
// tables without it fails.
func failsIfItTries(t *testing.T, c *rightsCase, i int) {
	t.Helper()
	b, grants, grant := rightsBench(t, c)
	without := rightsAt(grants, i)
	grant(without)
	b.see = func(s *destination.Schema) {
		for _, table := range s.Tables {
			table.ExchangeDenied = ""
		}
	}
	if err := c.do(b); err == nil {
		t.Errorf("nothing fails without %s", without)
	}
}

func rightsAt(grants []mysql.Grant, i int) string {
	var all []string
	for _, g := range grants {
		all = append(all, rightsOf(g)...)
	}
	return all[i]
}

// The key is never updated, so a right on the other columns is enough.
func TestARightToUpdateNeedNotCoverTheKey(t *testing.T) {
	t.Parallel()
	b := newBench(t, jobsTable, "INSERT INTO jobs VALUES (1, 'a')")
	b.exec(mysql.LedgerDDL(b.name)...)
	l := b.load("jobs", "jobs", destination.Upsert, []string{"id"}, nil)
	b.src[l.Model] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{1, "b"})
	user := "column_" + short(b)
	b.exec("CREATE USER "+user, "GRANT SELECT, INSERT, UPDATE (v) ON jobs TO "+user, "GRANT ALL ON _impact_runs TO "+user, "GRANT ALL ON _impact_loads TO "+user)
	t.Cleanup(func() { server.Exec(t, "", "DROP USER "+user) })
	b.db = mysql.Options{DSN: fmt.Sprintf("%s@tcp(127.0.0.1:%d)/%s", user, server.Port, b.name)}
	broken, _ := missingRights(t, b)
	diff(t, []string(nil), broken)
	b.done()
	diff(t, []string{"b"}, b.rows("SELECT v FROM jobs"))
}

// Rights on some columns have to cover those of every load of the table.
func TestRightsOfTwoLoadsIntoOneTableAddUp(t *testing.T) {
	t.Parallel()
	b := newBench(t, "CREATE TABLE jobs (id INT PRIMARY KEY, v VARCHAR(10), w VARCHAR(10), kind VARCHAR(10) NOT NULL) ENGINE=InnoDB")
	b.exec(mysql.LedgerDDL(b.name)...)
	for _, name := range []string{"v", "w"} {
		b.load("jobs_"+name, "jobs", destination.Upsert, []string{"id"}, func(l *destination.Load) {
			l.Scope = []destination.Constant{{Column: "kind", Value: destination.Literal{Kind: destination.String, Text: name}}}
		})
		b.src["model.x.jobs_"+name] = synctest.NewTable(fields("id", plan.Int, name, plan.String), []any{1, "a"})
	}
	user := "two_" + short(b)
	b.exec("CREATE USER "+user, "GRANT SELECT, INSERT (id, v, kind), UPDATE (v, kind) ON jobs TO "+user, "GRANT ALL ON _impact_runs TO "+user, "GRANT ALL ON _impact_loads TO "+user)
	t.Cleanup(func() { server.Exec(t, "", "DROP USER "+user) })
	b.db = mysql.Options{DSN: fmt.Sprintf("%s@tcp(127.0.0.1:%d)/%s", user, server.Port, b.name)}
	broken, _ := missingRights(t, b)
	diff(t, []string{"INSERT ON `" + b.name + "`.`jobs`", "UPDATE ON `" + b.name + "`.`jobs`"}, broken)
	b.exec("GRANT INSERT (w), UPDATE (w) ON jobs TO " + user)
	broken, _ = missingRights(t, b)
	diff(t, []string(nil), broken)
}

// A user with rights on one table sees neither the tables that refer to it nor,
// on MySQL, its triggers. Both would be harmed unseen.
func TestWhatTheUserMayNotSeeIsNotHarmed(t *testing.T) {
	t.Parallel()
	b := newBench(t, jobsTable, "CREATE TABLE kids (id INT PRIMARY KEY, job INT, FOREIGN KEY (job) REFERENCES jobs (id) ON DELETE CASCADE) ENGINE=InnoDB",
		"INSERT INTO jobs VALUES (1, 'a'), (2, 'b')", "INSERT INTO kids VALUES (1, 1), (2, 2)")
	b.exec(mysql.LedgerDDL(b.name)...)
	l := b.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	b.src[l.Model] = synctest.NewTable(fields("id", plan.Int, "v", plan.String), []any{1, "a"})
	user := "unseeing_" + short(b)
	b.exec("CREATE USER "+user, "GRANT ALL ON jobs TO "+user, "GRANT ALL ON _impact_runs TO "+user, "GRANT ALL ON _impact_loads TO "+user)
	t.Cleanup(func() { server.Exec(t, "", "DROP USER "+user) })
	b.db = mysql.Options{DSN: fmt.Sprintf("%s@tcp(127.0.0.1:%d)/%s", user, server.Port, b.name)}
	refused := func(id string) {
		t.Helper()
		p := b.plan(b.open())
		if len(p.Refusals) != 1 || p.Refusals[0].ID != id {
			t.Fatalf("%+v", p.Refusals)
		}
		if r := b.run().Loads[0]; r.Status != run.StatusRefused {
			t.Fatal(r.Status)
		}
		diff(t, []string{"1", "2"}, b.rows("SELECT id FROM kids ORDER BY id"))
	}
	refused(plan.ChildrenHidden)
	l.Mode = destination.Replace
	refused(plan.ChildrenHidden)
	l.Mode = destination.Upsert
	b.done()
	l.Mode = destination.Mirror
	b.exec(fmt.Sprintf("GRANT REFERENCES ON %s.* TO %s", b.name, user)) // shows what refers to it
	refused(plan.DeletesChildren)

	b.exec("DROP TABLE kids", "CREATE TRIGGER tr BEFORE DELETE ON jobs FOR EACH ROW SET @x = 1", fmt.Sprintf("REVOKE ALL PRIVILEGES ON jobs FROM %s", user),
		fmt.Sprintf("GRANT SELECT, INSERT, UPDATE, DELETE, ALTER, DROP, CREATE ON jobs TO %s", user), fmt.Sprintf("GRANT CREATE, SELECT, INSERT, ALTER, DROP ON %s.* TO %s", b.name, user))
	b.opts.SwapRows = 1
	l.Mode = destination.Replace
	b.src[l.Model].Rows = rows(1, 50, "z")
	b.done()
	diff(t, []string{"jobs"}, b.rows("SELECT EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()"))
	diff(t, []string{"50"}, b.rows("SELECT COUNT(*) FROM jobs WHERE v = 'z'"))
}
