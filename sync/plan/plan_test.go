package plan

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/destination"
	"impact/manifest"
)

func decode(src string) *manifest.Manifest {
	m, err := manifest.Decode(strings.NewReader(src), "manifest.json", manifest.Options{})
	if err != nil {
		panic(err)
	}
	return m
}

// schemaOf reads tables as mysqldump writes them.
func schemaOf(sql string) *destination.Schema {
	s, _ := destination.ReadStructureSQL("structure.sql", []byte(sql))
	return s
}

func loadOf(name, table string, mode destination.Mode, change func(*destination.Load)) *destination.Load {
	l := &destination.Load{Name: name, Exposure: "exposure.p." + name, Destination: "db", Table: table, Model: "model.p." + table, Mode: mode, Key: []string{"id"},
		AllColumns: true, Guard: destination.DefaultGuard()}
	if change != nil {
		change(l)
	}
	return l
}

func modelOf(columns ...string) Model {
	m := Model{Relation: "mart", Rows: 10, Version: "v1"}
	for _, c := range columns {
		m.Fields = append(m.Fields, Field{Name: c, Kind: String})
	}
	return m
}

func build(t *testing.T, in Input) *Plan {
	t.Helper()
	p, err := Build(in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func order(p *Plan) [][]string {
	var out [][]string
	for _, g := range p.Groups {
		var names []string
		for _, l := range g.Loads {
			name := l.Name()
			for _, i := range l.Deferred() {
				name += " later:" + l.Columns[i].Name
			}
			names = append(names, name)
		}
		out = append(out, names)
	}
	return out
}

func TestLoadsAreGroupedAndOrderedByForeignKeys(t *testing.T) {
	t.Parallel()
	table := func(name, rest string) string {
		return "CREATE TABLE `" + name + "` (`id` int NOT NULL, `a` int DEFAULT NULL, `b` int NOT NULL DEFAULT 0, PRIMARY KEY (`id`)" + rest + ") ENGINE=InnoDB;\n"
	}
	fk := func(column, to string) string {
		return ", CONSTRAINT `fk_" + to + "_" + column + "` FOREIGN KEY (`" + column + "`) REFERENCES `" + to + "` (`id`)"
	}
	cases := []struct {
		name, sql string
		loads     []string
		want      [][]string
		refused   []string // ids
	}{
		{"tables without references are groups of their own", table("t1", "") + table("t2", ""), []string{"t2", "t1"}, [][]string{{"t1"}, {"t2"}}, nil},
		{"parents come first, whatever their names", table("t1", fk("a", "t2")) + table("t2", fk("b", "t3")) + table("t3", ""), []string{"t1", "t2", "t3"}, [][]string{{"t3", "t2", "t1"}}, nil},
		{"a parent that is not loaded joins nothing", table("t1", fk("a", "t9")) + table("t2", fk("a", "t9")) + table("t9", ""), []string{"t1", "t2"}, [][]string{{"t1"}, {"t2"}}, nil},
		{"rows that refer to each other are connected later", table("t1", fk("a", "t1")), []string{"t1"}, [][]string{{"t1 later:a"}}, nil},
		{"a self-reference that is NOT NULL is refused", table("t1", fk("b", "t1")), []string{"t1"}, [][]string{{"t1"}}, []string{CircleNotNull}},
		{"a circle is opened where NULL is allowed", table("t1", fk("b", "t2")) + table("t2", fk("a", "t1")), []string{"t1", "t2"}, [][]string{{"t2 later:a", "t1"}}, nil},
		{"a circle without NULL is refused", table("t1", fk("b", "t2")) + table("t2", fk("b", "t1")), []string{"t1", "t2"}, [][]string{{"t1", "t2"}}, []string{CircleNotNull, CircleNotNull}},
		{"what hangs on a circle is not given up", table("t0", fk("a", "t1")) + table("t1", fk("b", "t2")) + table("t2", fk("a", "t1")), []string{"t0", "t1", "t2"}, [][]string{{"t2 later:a", "t1", "t0"}}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := Input{Models: map[string]Model{}, Schemas: map[string]*destination.Schema{"db": schemaOf(c.sql)}}
			for _, name := range c.loads {
				in.Loads = append(in.Loads, loadOf(name, name, destination.Mirror, nil))
				in.Models["model.p."+name] = modelOf("id", "a", "b")
			}
			p := build(t, in)
			if d := cmp.Diff(c.want, order(p)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			var ids []string
			for _, r := range p.Refusals {
				ids = append(ids, r.ID)
			}
			if d := cmp.Diff(c.refused, ids); d != "" {
				t.Errorf("refusals (-want +got)\n%s\n%+v", d, p.Refusals)
			}
		})
	}
}

const jobsSQL = "CREATE TABLE `jobs` (`id` int NOT NULL, `v` varchar(20) DEFAULT NULL, `source` varchar(9) NOT NULL DEFAULT 'web', PRIMARY KEY (`id`)) ENGINE=InnoDB;\n"

func constant(column, text string) []destination.Constant {
	return []destination.Constant{{Column: column, Value: destination.Literal{Kind: destination.String, Text: text}}}
}

func TestTwoLoadsOfOneTableNeedDisjointScopes(t *testing.T) {
	t.Parallel()
	scoped := func(name, source string) *destination.Load {
		return loadOf(name, "jobs", destination.Mirror, func(l *destination.Load) { l.Scope = constant("source", source) })
	}
	numbered := func(name, n string) *destination.Load {
		return loadOf(name, "jobs", destination.Mirror, func(l *destination.Load) {
			l.Scope = []destination.Constant{{Column: "source", Value: destination.Literal{Kind: destination.Number, Text: n}}}
		})
	}
	texted := func(name, n string) *destination.Load {
		return loadOf(name, "jobs", destination.Mirror, func(l *destination.Load) { l.Scope = constant("id", n) })
	}
	cases := []struct {
		name  string
		loads []*destination.Load
		other []*destination.Load
		want  int
	}{
		{"different values of one column", []*destination.Load{scoped("a", "x"), scoped("b", "y")}, nil, 0},
		{"the same value", []*destination.Load{scoped("a", "x"), scoped("b", "x")}, nil, 2},
		{"values that a collation takes for the same", []*destination.Load{scoped("a", "x"), scoped("b", "X")}, nil, 2},
		{"values that differ in spaces at the end", []*destination.Load{scoped("a", "x"), scoped("b", "x ")}, nil, 2},
		{"numbers that are written in two ways", []*destination.Load{numbered("a", "1"), numbered("b", "1.0")}, nil, 2},
		{"texts that are one number", []*destination.Load{numbered("a", "1"), texted("b", "01")}, nil, 2},
		{"texts that are one number in a column of numbers", []*destination.Load{texted("a", "1"), texted("b", "01")}, nil, 2},
		{"texts that are different numbers", []*destination.Load{texted("a", "1"), texted("b", "2")}, nil, 0},
		{"different numbers", []*destination.Load{numbered("a", "1"), numbered("b", "2")}, nil, 0},
		{"a table that is named with its database", []*destination.Load{scoped("a", "x"), loadOf("b", "app.jobs", destination.Mirror, func(l *destination.Load) { l.Model, l.Scope = "model.p.jobs", constant("source", "x") })}, nil, 2},
		{"the whole table", []*destination.Load{scoped("a", "x"), loadOf("b", "jobs", destination.Mirror, nil)}, nil, 2},
		{"a load that was not selected", []*destination.Load{scoped("a", "x")}, []*destination.Load{loadOf("b", "jobs", destination.Append, nil)}, 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := build(t, Input{Loads: c.loads, Others: c.other, Models: map[string]Model{"model.p.jobs": modelOf("id", "v")}, Schemas: map[string]*destination.Schema{"db": schemaOf(jobsSQL)}})
			n := 0
			for _, r := range p.Refusals {
				if r.ID == ScopeOverlap {
					n++
				}
			}
			if n != c.want {
				t.Fatalf("%d refusals, want %d: %+v", n, c.want, p.Refusals)
			}
		})
	}
}

func TestTwoDestinationsMayBeOneDatabase(t *testing.T) {
	t.Parallel()
	to := func(name, dest, table string) *destination.Load {
		return loadOf(name, table, destination.Mirror, func(l *destination.Load) {
			l.Model, l.Destination, l.Scope = "model.p.jobs", dest, constant("source", "x")
		})
	}
	at := func(database string, servers ...string) Address { return Address{Servers: servers, Database: database} }
	cases := []struct {
		name    string
		there   Address
		table   string
		unread  bool // the other load was not selected, and its schema not read
		refused int
	}{
		{"one server, one database", at("app", "s", "t"), "jobs", false, 2},
		{"one of the names of the server", at("app", "t"), "jobs", false, 2},
		{"another server", at("app", "u"), "jobs", false, 0},
		{"a server that nobody knows", at("app"), "jobs", false, 0},
		{"an unread database of one name", at("app", "s"), "Jobs", true, 1},
		{"an unread database of another name", at("other", "s"), "jobs", true, 0},
		{"an unread table that names the database", at("other", "s"), "app.jobs", true, 1},
		{"another table", at("app", "s"), "posts", true, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := Input{Loads: []*destination.Load{to("a", "db", "jobs")}, Models: map[string]Model{"model.p.jobs": modelOf("id", "v")},
				Schemas:   map[string]*destination.Schema{"db": schemaOf(jobsSQL)},
				Addresses: map[string]Address{"db": at("app", "s", "t"), "replica": c.there}}
			other := to("b", "replica", c.table)
			if c.unread {
				in.Others = append(in.Others, other)
			} else {
				in.Loads, in.Schemas["replica"] = append(in.Loads, other), schemaOf(jobsSQL)
			}
			var messages []string
			for _, r := range build(t, in).Refusals {
				if r.ID == ScopeOverlap {
					messages = append(messages, r.Message)
				}
			}
			if len(messages) != c.refused {
				t.Fatalf("refusals %q, want %d", messages, c.refused)
			}
			if c.refused > 0 && !strings.Contains(messages[0], "destinations db and replica are the same database") {
				t.Fatal(messages[0])
			}
		})
	}
}

func TestAChildOfALoadThatIsHeldBackIsHeldBack(t *testing.T) {
	t.Parallel()
	sql := "CREATE TABLE `p` (`id` int NOT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB;\nCREATE TABLE `c` (`id` int NOT NULL, `p_id` int NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `f1` FOREIGN KEY (`p_id`) REFERENCES `p` (`id`)) ENGINE=InnoDB;\n" +
		"CREATE TABLE `g` (`id` int NOT NULL, `c_id` int NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `f2` FOREIGN KEY (`c_id`) REFERENCES `c` (`id`)) ENGINE=InnoDB;\n" + jobsSQL
	in := Input{Schemas: map[string]*destination.Schema{"db": schemaOf(sql)}, Held: map[string][]Reason{"p": {{ID: ReasonFailed}}},
		Models: map[string]Model{"model.p.p": modelOf("id"), "model.p.c": modelOf("id", "p_id"), "model.p.g": modelOf("id", "c_id"), "model.p.jobs": modelOf("id", "v")}}
	for _, name := range []string{"g", "p", "jobs", "c"} {
		in.Loads = append(in.Loads, loadOf(name, name, destination.Mirror, nil))
	}
	p := build(t, in)
	if d := cmp.Diff([][]string{{"jobs"}}, order(p)); d != "" {
		t.Fatal(d)
	}
	var held []string
	for _, h := range p.Held {
		held = append(held, h.Load+" "+string(h.Reasons[0].ID))
	}
	if d := cmp.Diff([]string{"p gate.failed", "c gate.parent_held", "g gate.parent_held"}, held); d != "" {
		t.Fatal(d)
	}
}

func TestWhatTheCallerRefusesIsRefusedWithItsReason(t *testing.T) {
	t.Parallel()
	want := Refusal{ID: "environment.dataset", Load: "jobs", Message: "not here"}
	p := build(t, Input{Loads: []*destination.Load{loadOf("jobs", "jobs", destination.Mirror, nil)}, Schemas: map[string]*destination.Schema{"db": schemaOf(jobsSQL)},
		Models: map[string]Model{"model.p.jobs": modelOf("id", "v")}, Refused: map[string][]Refusal{"jobs": {want}}})
	if d := cmp.Diff([]Refusal{want}, p.Refusals); d != "" || !p.Groups[0].Refused() {
		t.Fatal(d)
	}
}

func TestAPlanFileIsStaleOnceAnythingDiffers(t *testing.T) {
	t.Parallel()
	input := func() Input {
		return Input{Loads: []*destination.Load{loadOf("jobs", "jobs", destination.Mirror, func(l *destination.Load) { l.Scope = constant("source", "sf") })},
			Models: map[string]Model{"model.p.jobs": modelOf("id", "v")}, Schemas: map[string]*destination.Schema{"db": schemaOf(jobsSQL)}}
	}
	var kept bytes.Buffer
	if err := build(t, input()).File().Write(&kept); err != nil {
		t.Fatal(err)
	}
	f, err := ReadFile("plan.json", kept.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if d := f.Stale(build(t, input())); len(d) > 0 {
		t.Fatalf("the same plan is stale: %+v", d)
	}
	if d := cmp.Diff(map[string]string{"model.p.jobs": "v1"}, f.Versions()); d != "" {
		t.Fatal(d)
	}
	cases := []struct {
		what   string
		change func(*Input)
	}{
		{"mapping", func(in *Input) { in.Loads[0].Scope = constant("source", "other") }},
		{"table", func(in *Input) {
			in.Schemas["db"] = schemaOf(strings.Replace(jobsSQL, "varchar(20)", "varchar(21)", 1))
		}},
		{"rows of the model", func(in *Input) { m := in.Models["model.p.jobs"]; m.Version = "v2"; in.Models["model.p.jobs"] = m }},
		{"environment", func(in *Input) { in.Environment = "production" }},
		{"no longer planned", func(in *Input) { in.Loads = nil }},
		{"not in the plan", func(in *Input) {
			in.Loads = append(in.Loads, loadOf("more", "jobs", destination.Mirror, func(l *destination.Load) { l.Scope = constant("source", "web") }))
		}},
	}
	for _, c := range cases {
		in := input()
		c.change(&in)
		now := build(t, in)
		d := f.Stale(now)
		if len(d) != 1 || d[0].What != c.what || now.Hash == f.Hash {
			t.Errorf("%s: %+v", c.what, d)
		}
	}
	if _, err := ReadFile("plan.json", bytes.Replace(kept.Bytes(), []byte(`"hash"`), []byte(`"hsah"`), 1)); err == nil {
		t.Error("an unknown key was accepted")
	}
	if _, err := ReadFile("plan.json", bytes.Replace(kept.Bytes(), []byte(FileFormat), []byte("impact.plan/9"), 1)); err == nil {
		t.Error("a newer format was accepted")
	}
}

func TestKeysComeFirstAndConstantsAreColumns(t *testing.T) {
	t.Parallel()
	p := build(t, Input{Loads: []*destination.Load{loadOf("jobs", "jobs", destination.Mirror, func(l *destination.Load) {
		l.AllColumns, l.Columns = false, []destination.Mapping{{Column: "v", From: "title"}, {Column: "ID", From: "job_id"}}
		l.Scope = constant("source", "sf")
	})}, Models: map[string]Model{"model.p.jobs": modelOf("title", "JOB_ID")}, Schemas: map[string]*destination.Schema{"db": schemaOf(jobsSQL)}})
	var got []string
	for _, c := range p.Groups[0].Loads[0].Columns {
		got = append(got, c.Name+"<"+c.From+c.Value.Text)
	}
	if d := cmp.Diff([]string{"id<job_id", "v<title", "source<sf"}, got); d != "" {
		t.Fatal(d, p.Refusals)
	}
}

func TestVersionsAreOfTheSameRowsWhateverTheInstant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"5", "5", true},
		{"5", "6", false},
		{"5@noon", "5@one", true},
		{"5@noon", "6@noon", false},
		{"@noon", "@noon", true},
		{"@noon", "@one", false},
		{"", "@noon", false},
		{"sha256:ab", "sha256:ab", true},
	} {
		if got := SameVersion(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}

// willing is a destination whose columns hold everything.
type willing struct{}

func (willing) Fit(Kind, *destination.Column) error { return nil }

func (willing) Accept(destination.Literal, *destination.Column) error { return nil }

func TestColumnsThatAreNarrowerThanTheModelAreNoted(t *testing.T) {
	t.Parallel()
	sql := "CREATE TABLE `jobs` (`id` int NOT NULL, `title` varchar(20), `code` varchar(20), `body` text, `pay` decimal(10,2), `cents` decimal(12,2), `big` decimal(8,2), `level` tinyint, `raw` varbinary(4), PRIMARY KEY (`id`)) ENGINE=InnoDB;\n"
	m := Model{Relation: "mart", Fields: []Field{{Name: "id", Kind: Int}, {Name: "title", Kind: String, Length: 50}, {Name: "code", Kind: String, Length: 20},
		{Name: "body", Kind: String, Length: 500}, {Name: "pay", Kind: Decimal, Precision: 12, Scale: 4}, {Name: "cents", Kind: Decimal, Precision: 12, Scale: 2},
		{Name: "big", Kind: Decimal, Precision: 12, Scale: 2}, {Name: "level", Kind: Int}, {Name: "raw", Kind: Bytes, Length: 5}}}
	p := build(t, Input{Loads: []*destination.Load{loadOf("jobs", "jobs", destination.Mirror, nil)}, Models: map[string]Model{"model.p.jobs": m},
		Schemas: map[string]*destination.Schema{"db": schemaOf(sql)}, Destinations: map[string]Destination{"db": willing{}}})
	var got []string
	for _, n := range p.Notes {
		got = append(got, n.ID+" "+strings.Fields(n.Message)[1])
	}
	want := []string{NoteNarrow + " title", NoteNarrow + " pay", NoteNarrow + " big", NoteNarrow + " level", NoteNarrow + " raw"}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatal(d, p.Notes, p.Refusals)
	}
}
