package synctest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// Lives runs random groups of loads over random tables through a few runs: with
// parents, children and rows that refer to each other, by lookups and by natural
// keys, keys of two columns and keys that hold a parent, text that the database
// compares regardless of case, decimals, dates and enums, unique values that rows
// take from each other, scopes, marks of deletion, bad rows, tables that are
// exchanged, and an application that writes in between and meanwhile. A plain
// model of what each mode means says what every table has to be afterwards:
//
//   - rows and columns that the loads do not own are never touched, and no
//     generated id ever changes;
//   - where what the models ask for is possible, it is done, without any reject;
//   - a further run changes nothing, or at last what only rejected rows of the
//     same table have kept away;
//   - a row that is rejected stays exactly as it is;
//   - a run that fails, or is cut off at any statement, leaves everything as it
//     was or does everything.
//
// The harness needs Serial and Try.
func Lives(t *testing.T, seeds uint64, open func(t *testing.T) Harness) {
	t.Helper()
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			l := &life{Harness: open(t), t: t, r: rand.New(rand.NewPCG(seed, 11)), src: Source{}}
			l.born()
			l.live()
		})
	}
}

// life is one group of tables with everything that happens to it.
type life struct {
	Harness
	t        *testing.T
	r        *rand.Rand
	src      Source
	parts    []*part
	clean    bool // models hold no bad rows
	fold     bool // text keys are compared regardless of case
	swap     bool // tables of any size may be exchanged
	keys     int
	runs     int
	rejected []run.Reject
	web      int    // rows that the application has added
	arm      func() // before a plan is executed; may be nil
}

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

func (l *life) chance(n int) bool { return l.r.IntN(n) == 0 }

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

// dream draws the models of all loads.
func (l *life) dream() {
	for _, p := range l.parts {
		if p.load == nil {
			continue
		}
		p.model = nil
		codes := l.r.Perm(l.keys * 2)
		for i := range l.keys {
			if l.chance(4) {
				continue
			}
			m := record{key: lifeKey(i), d: p.typ.value(l), v: []string{"", "a", "A", "b ", "看護師", "😀"}[l.r.IntN(6)], n: fmt.Sprint(l.r.IntN(3)), code: "NULL", source: "sf"}
			if p.code && !l.chance(4) {
				m.code = fmt.Sprint(codes[i])
				if p.soft || p.scope || p.chunked || !p.load.Mode.Removes() {
					m.code = fmt.Sprint(i) // rows that stay keep theirs
				}
			}
			var refs []string
			for _, k := range p.links {
				refs = append(refs, l.parent(p, k, i))
			}
			m.refs = strings.Join(refs, ",")
			switch p.kind {
			case pair:
				m.key = fmt.Sprintf("%s/%d", lifeKey(i/2), i%2)
			case byParent:
				m.key = fmt.Sprintf("%s/%d", refs[0], i)
			case plain:
			}
			if !l.clean && l.chance(8) {
				l.spoil(p, &m)
			}
			p.model = append(p.model, m)
		}
		l.tell(p)
	}
}

// parent draws a row of the model to refer to, or NULL.
func (l *life) parent(p *part, k link, i int) string {
	if k.null && l.chance(4) {
		return "NULL"
	}
	if !l.clean && l.chance(12) {
		return "nobody"
	}
	if k.to == p { // any row of the model, also one that comes later
		if len(p.model) == 0 || l.chance(3) {
			return lifeKey(i)
		}
		return p.model[l.r.IntN(len(p.model))].key
	}
	var there []string
	for _, m := range k.to.model {
		if m.key != "NULL" {
			there = append(there, m.key)
		}
	}
	if len(there) == 0 {
		return "nobody"
	}
	return there[l.r.IntN(len(there))]
}

// spoil makes a row of a model bad.
func (l *life) spoil(p *part, m *record) {
	switch l.r.IntN(5) {
	case 0:
		m.key = "NULL"
	case 1:
		m.v = "longer than ten"
	case 2:
		m.code = fmt.Sprint(l.r.IntN(3))
	case 3:
		if len(p.model) > 0 {
			first := p.model[0]
			m.key = first.key
			if p.kind == byParent {
				m.refs = first.refs
			}
		}
	case 4:
		m.d = p.typ.bad
	}
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

// tell gives the model of a part to the source.
func (l *life) tell(p *part) {
	f := p.fields()
	for i := range p.links {
		f = append(f, plan.Field{Name: fmt.Sprint("r", i), Kind: plan.String})
	}
	t := NewTable(f)
	for _, m := range p.model {
		key, no, _ := strings.Cut(m.key, "/")
		parents := m.parents()
		var values []any
		if p.kind == byParent {
			parents[0] = key // NULL where the key is
		} else {
			values = append(values, null(key))
		}
		if p.kind != plain {
			values = append(values, null(no))
		}
		values = append(values, m.v, m.n, null(m.code), null(m.d))
		for _, r := range parents {
			values = append(values, null(r))
		}
		t.Rows = append(t.Rows, NewRow(values...))
	}
	l.r.Shuffle(len(t.Rows), func(i, j int) { t.Rows[i], t.Rows[j] = t.Rows[j], t.Rows[i] })
	t.Unsort = l.chance(2)
	l.src[p.load.Model] = t
}

func null(s string) any {
	if s == "NULL" || s == "" {
		return nil
	}
	return s
}

func (m *record) parents() []string {
	if m.refs == "" {
		return nil
	}
	return strings.Split(m.refs, ",")
}

// look reads all tables. It fails where a row refers to nothing.
func (l *life) look() world {
	l.t.Helper()
	w := world{}
	for _, p := range l.parts {
		cols := []string{"t.sf", "t.v", "t.n", "t.code", "t.source", "t.gone IS NULL", "0", "0", "t.d", "0"}
		if p.kind == byParent {
			cols[0] = "p0.sf"
		}
		if p.kind != plain {
			cols[9] = "t.no"
		}
		if p.clicks {
			cols[6] = "t.clicks"
		}
		if p.id {
			cols[7] = "t.id"
		}
		from := p.name + " t"
		for i, k := range p.links {
			target := "sf"
			if k.to.id {
				target = "id"
			}
			from += fmt.Sprintf(" LEFT JOIN %s p%d ON p%d.%s = t.%s", k.to.name, i, i, target, k.col)
			cols = append(cols, fmt.Sprintf("p%d.sf", i), "t."+k.col+" IS NULL")
		}
		w[p.name] = map[string]record{}
		for _, line := range l.Rows(l.t, "SELECT "+strings.Join(cols, ", ")+" FROM "+from) {
			f := strings.Split(line, "|")
			var refs []string
			for i, k := range p.links {
				if f[10+2*i] == "NULL" && f[11+2*i] != "1" && f[11+2*i] != "true" {
					l.t.Fatalf("%s %s refers by %s to a row that is not there", p.name, f[0], k.col)
				}
				refs = append(refs, f[10+2*i])
			}
			if p.kind != plain {
				f[0] += "/" + f[9]
			}
			w[p.name][f[0]] = record{key: f[0], d: p.typ.show(f[8]), v: f[1], n: f[2], code: f[3], source: f[4], gone: f[5] != "1" && f[5] != "true", clicks: f[6], id: f[7], refs: strings.Join(refs, ",")}
		}
	}
	return w
}

// owns reports whether the load of a part owns a row.
func (p *part) owns(r record) bool { return p.load != nil && (!p.scope || r.source == "sf") }

// expect is the state after a run that rejected some keys of each table.
func (l *life) expect(before world, rejected map[string]map[string]bool) world {
	after := world{}
	for _, p := range l.parts {
		rows := map[string]record{}
		wanted := map[string]bool{}
		for _, m := range p.model {
			wanted[m.key] = true
		}
		for key, r := range before[p.name] {
			switch {
			case !p.owns(r), wanted[key], rejected[p.name][key], !p.load.Mode.Removes():
			case p.soft:
				r.gone = true
			default:
				continue
			}
			rows[key] = r
		}
		for _, m := range p.model {
			if rejected[p.name][m.key] || m.key == "NULL" {
				continue
			}
			m.d = p.typ.show(m.d)
			if old, ok := before[p.name][m.key]; ok {
				m.clicks, m.id = old.clicks, old.id
				m.gone = old.gone && !p.soft && p.load.Mode != destination.Replace
			} else {
				m.clicks, m.id = "0", "new"
				if !p.id {
					m.id = "0"
				}
			}
			rows[m.key] = m
		}
		after[p.name] = rows
	}
	return after
}

// possible reports whether what the models ask for can be done to the last row.
func (l *life) possible(before, after world) bool {
	for _, p := range l.parts {
		seen, codes := map[string]bool{}, map[string]bool{}
		for _, m := range p.model {
			old, ok := before[p.name][m.key]
			if m.key == "NULL" || seen[m.key] || len(m.v) > 12 || m.d == p.typ.bad || (ok && (!p.owns(old) || p.load.Mode == destination.Append)) {
				return false
			}
			seen[m.key] = true
		}
		for _, r := range after[p.name] {
			if r.code != "NULL" && codes[r.code] {
				return false
			}
			codes[r.code] = true
			for i, ref := range r.parents() {
				_, ok := after[p.links[i].to.name][ref]
				if (ref == "NULL" && !p.links[i].null) || (ref != "NULL" && !ok) {
					return false
				}
			}
		}
	}
	return true
}

// live is the life of the tables.
func (l *life) live() {
	l.dream()
	l.step("first")
	for range 2 {
		l.meddle(3)
		l.dream()
		if l.chance(2) {
			l.cut()
		}
		if l.chance(2) { // the application writes during the run
			phase := run.PhaseApply
			if l.Busy || l.chance(2) {
				phase = run.PhaseCompare
			}
			l.run(run.Options{}, func(e run.Event) bool {
				if e.Phase != phase { // the first: later the run may have locked what is written
					return false
				}
				l.meddle(3)
				return true
			})
			l.look()
		}
		l.step("next")
	}
}

// step is a run that nobody disturbs, and a further one.
func (l *life) step(what string) {
	l.t.Helper()
	before := l.look()
	planned := l.plan()
	done, changed := l.run(run.Options{}, nil)
	l.judge(what, before, done)
	if done && len(l.rejected) == 0 && planned != changed {
		l.t.Fatalf("%s: %d rows were to be changed, and %d were\n%s", what, planned, changed, l.describe())
	}
	if !done {
		return
	}
	for try := 1; ; try++ {
		first, more := l.rejected, try < 4 && l.chained()
		before = l.look()
		if done, changed = l.run(run.Options{}, nil); !done || (changed != 0 && !more) {
			l.t.Errorf("%s: a further run: done %v, changed %d rows\n%s\nrejected %+v\nthen %+v", what, done, changed, l.describe(), first, l.rejected)
		}
		if l.judge(what+", again", before, done); changed == 0 || !more {
			return
		}
	}
}

// chained reports whether a row was set aside because another one lacked its
// value of a unique index when rows that refer to each other were connected, and
// then got it, because the row that had it was set aside later. The next run adds
// what refers to it.
func (l *life) chained() bool {
	for _, p := range l.parts {
		codes := map[string]bool{}
		for _, r := range l.rejected {
			codes[r.Code] = codes[r.Code] || r.Load == p.name
		}
		if codes["no_parent"] && p.code && slices.ContainsFunc(p.links, func(k link) bool { return k.to == p }) {
			return true
		}
	}
	return false
}

// judge compares the tables with what they have to be.
func (l *life) judge(what string, before world, done bool) {
	l.t.Helper()
	got := l.look()
	if !done {
		if !l.chunked() { // what was committed stays
			l.same(what+": a run that failed", before, got)
		}
		if l.possible(before, l.expect(before, nil)) {
			l.t.Fatalf("%s: a run failed although all could be done\n%s", what, l.describe())
		}
		return
	}
	rejected := map[string]map[string]bool{}
	for _, r := range l.rejected {
		if rejected[r.Load] == nil {
			rejected[r.Load] = map[string]bool{}
		}
		rejected[r.Load][strings.Join(r.Key, "/")] = true
	}
	ideal := l.expect(before, nil)
	if ok := l.possible(before, ideal); ok != (len(l.rejected) == 0) {
		l.t.Errorf("%s: possible %v, rejected %+v\n%s", what, ok, l.rejected, l.describe())
	}
	l.same(what, l.expect(before, rejected), got)
}

func (l *life) same(what string, want, got world) {
	l.t.Helper()
	for _, p := range l.parts {
		for key, r := range got[p.name] {
			if w, ok := want[p.name][key]; ok && w.id == "new" {
				w.id = r.id
				want[p.name][key] = w
			}
		}
	}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(record{})); d != "" {
		l.t.Fatalf("%s: (-want +got)\n%s\n%s\nrejected %+v", what, d, l.describe(), l.rejected)
	}
}

func (l *life) describe() string {
	out := []string{fmt.Sprintf("fold %v swap %v", l.fold, l.swap)}
	for _, p := range l.parts {
		s := fmt.Sprintf("%s: key %v id %v code %v scope %v soft %v chunked %v %s", p.name, p.keyColumns(), p.id, p.code, p.scope, p.soft, p.chunked, p.typ.sql)
		if p.load != nil {
			s += fmt.Sprintf(" mode %s on_bad_row %s", p.load.Mode, p.load.OnBadRow)
		}
		for _, k := range p.links {
			s += fmt.Sprintf(" %s→%s null %v", k.col, k.to.name, k.null)
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

// run runs all loads. hook may disturb, and is called until it has.
func (l *life) run(o run.Options, hook func(run.Event) bool) (done bool, changed int64) {
	l.t.Helper()
	return l.runWith(l.t.Context(), o, hook)
}

// plan says how many rows a run would change, and changes none.
func (l *life) plan() (changed int64) {
	l.t.Helper()
	s := l.suite()
	p := s.plan()
	for _, r := range run.Compare(l.t.Context(), p, l.src, map[string]run.Destination{"db": l.Destination}, run.Options{RunID: "plan", Approve: p.Hash, SwapRows: l.swapRows()}, nil).Loads {
		changed += r.Counts.Changed()
	}
	return changed
}

// swapRows is the number of rows from which on a table may be exchanged; 0: the
// one that runs have.
func (l *life) swapRows() int64 {
	if l.swap {
		return 1
	}
	return 0
}

func (l *life) suite() *suite {
	s := &suite{Harness: l.Harness, t: l.t, src: l.src}
	for _, p := range l.parts {
		if p.load != nil {
			s.loads = append(s.loads, p.load)
		}
	}
	return s
}

func (l *life) runWith(ctx context.Context, o run.Options, hook func(run.Event) bool) (done bool, changed int64) {
	l.t.Helper()
	p := l.suite().plan()
	if len(p.Refusals) > 0 {
		l.t.Fatalf("refused: %+v\n%s", p.Refusals, l.describe())
	}
	l.runs++
	o.RunID, o.Approve, o.SwapRows = fmt.Sprint("life-", l.runs), p.Hash, l.swapRows()
	o.Sleep = func(context.Context, time.Duration) error { return nil }
	o.Events = func(e run.Event) {
		if hook != nil && hook(e) {
			hook = nil
		}
	}
	if l.arm != nil {
		l.arm()
	}
	l.rejected = nil
	o.Rejects = func(r run.Reject) { l.rejected = append(l.rejected, r) }
	done = true
	for _, r := range run.Execute(ctx, p, l.src, map[string]run.Destination{"db": l.Destination}, o).Loads {
		changed += r.Counts.Changed()
		if r.Status != run.StatusDone {
			done = false
			l.t.Logf("run %d: %s: %s: %s", l.runs, r.Load, r.Status, r.Error)
		}
	}
	return done, changed
}

// chunked reports whether loads write in several transactions.
func (l *life) chunked() bool {
	return slices.ContainsFunc(l.parts, func(p *part) bool { return p.chunked })
}

// cut cuts a run off at a random moment. It has happened or it has not.
func (l *life) cut() {
	l.t.Helper()
	before := l.look()
	ctx, cancel := context.WithCancel(l.t.Context())
	defer cancel()
	var hook func(run.Event) bool
	if l.Crash != nil && !l.chance(4) {
		l.arm = func() { l.Crash(l.r.IntN(80)) }
	} else {
		n := l.r.IntN(6)
		hook = func(run.Event) bool {
			if n--; n < 0 {
				cancel()
			}
			return n < 0
		}
	}
	done, _ := l.runWith(ctx, run.Options{Attempts: 1}, hook)
	if l.arm = nil; l.Crash != nil {
		l.Crash(-1)
	}
	if done {
		l.judge("a run that was not cut off", before, done)
		return
	}
	got := l.look()
	if !l.chunked() && !cmp.Equal(before, got, cmp.AllowUnexported(record{})) {
		rejected := l.rejected
		if done, _ := l.run(run.Options{}, nil); done { // what it says now is what it said then
			l.rejected = append(rejected, l.rejected...)
			l.judge("a run whose answer was lost", before, done)
		}
	}
}

// meddle writes what an application might. What its constraints forbid does not
// happen.
func (l *life) meddle(n int) {
	for range n {
		p := l.parts[l.r.IntN(len(l.parts))]
		i := l.r.IntN(l.keys)
		key := lifeKey(i)
		where := " WHERE sf = '" + key + "'"
		if p.kind == byParent {
			where = fmt.Sprint(" WHERE no = ", i)
		}
		switch l.r.IntN(8) {
		case 0:
			_ = l.Try("UPDATE " + p.name + " SET v = 'app'" + where)
		case 1:
			_ = l.Try("DELETE FROM " + p.name + where)
		case 2:
			_ = l.Try("UPDATE " + p.name + " SET n = 9, code = NULL" + where)
		case 3:
			if p.soft {
				_ = l.Try("UPDATE " + p.name + " SET gone = '2020-01-01 00:00:00'" + where)
			}
		case 4:
			if p.clicks {
				_ = l.Try("UPDATE " + p.name + " SET clicks = clicks + 1" + where)
			}
		case 5:
			for _, k := range p.links {
				_ = l.Try("UPDATE " + p.name + " SET " + k.col + " = NULL" + where)
			}
		default:
			if p.load == nil || p.scope || !p.load.Mode.Removes() {
				l.insert(p, key, i)
			}
		}
	}
}

// insert adds a row of the application's that refers to what is there.
func (l *life) insert(p *part, key string, no int) {
	l.web++
	sf := fmt.Sprintf("w%d", l.web)
	if !l.clean && l.chance(3) {
		sf = key // where a row of the load's wants to be
	} else if p.kind == byParent {
		no = 1000 + l.web
	}
	cols, values := []string{"v"}, []string{"'web'"}
	if p.kind != byParent {
		cols, values = append(cols, "sf"), append(values, "'"+sf+"'")
	}
	switch p.kind {
	case pair:
		cols, values = append(cols, "no"), append(values, fmt.Sprint(no%2))
	case byParent:
		cols, values = append(cols, "no"), append(values, fmt.Sprint(no))
	case plain:
	}
	if l.chance(3) && (!p.code || !l.clean) {
		cols, values = append(cols, "code"), append(values, fmt.Sprint(l.r.IntN(l.keys)))
	}
	from := ""
	for i, k := range p.links {
		if k.null && l.chance(2) {
			continue
		}
		target := "sf"
		if k.to.id {
			target = "id"
		}
		cols, values = append(cols, k.col), append(values, fmt.Sprintf("p%d.%s", i, target))
		if from != "" {
			from += ", "
		}
		from += fmt.Sprintf("(SELECT MIN(%s) AS %s FROM %s WHERE sf >= '%s') p%d", target, target, k.to.name, key, i)
	}
	q := "INSERT INTO " + p.name + " (" + strings.Join(cols, ", ") + ") SELECT " + strings.Join(values, ", ")
	if from != "" {
		q += " FROM " + from
	}
	_ = l.Try(q)
}
