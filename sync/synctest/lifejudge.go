package synctest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"impact/lineage/destination"
)

// look reads all tables. It fails where a row refers to nothing or is there twice.
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
			if _, ok := w[p.name][f[0]]; ok {
				l.t.Fatalf("%s has two rows %s", p.name, f[0])
			}
			w[p.name][f[0]] = record{key: f[0], d: p.typ.show(f[8]), v: f[1], n: f[2], code: f[3], source: f[4], gone: f[5] != "1" && f[5] != "true", clicks: f[6], id: f[7], refs: strings.Join(refs, ",")}
		}
	}
	return w
}

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

// judge compares the tables with what they have to be.
func (l *life) judge(what string, before world, done bool) {
	l.t.Helper()
	got := l.look()
	if !done {
		if l.chunked() { // what was committed stays
			l.between(what+": a run that failed", before, got)
		} else {
			l.same(what+": a run that failed", before, got)
		}
		if l.possible(before, l.expect(before, nil)) {
			l.t.Fatalf("%s: a run failed although all could be done\n%s", what, l.describe())
		}
		return
	}
	ideal := l.expect(before, nil)
	if ok := l.possible(before, ideal); ok != (len(l.rejected) == 0) {
		l.t.Errorf("%s: possible %v, rejected %+v\n%s", what, ok, l.rejected, l.describe())
	}
	l.same(what, l.expect(before, l.aside()), got)
}

// aside are the keys that the last run rejected, by table.
func (l *life) aside() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for _, r := range l.rejected {
		if out[r.Load] == nil {
			out[r.Load] = map[string]bool{}
		}
		out[r.Load][strings.Join(r.Key, "/")] = true
	}
	return out
}

// between fails where a row is neither as it was nor as it has to be. What was
// rejected is as it was.
func (l *life) between(what string, before, got world) {
	l.t.Helper()
	want := l.expect(before, l.aside())
	for _, p := range l.parts {
		keys := map[string]bool{}
		for _, rows := range []map[string]record{before[p.name], got[p.name]} {
			for key := range rows {
				keys[key] = true
			}
		}
		for key := range keys {
			old, was := before[p.name][key]
			now, is := got[p.name][key]
			next, will := want[p.name][key]
			if next.id == "new" {
				next.id = now.id
			}
			if (is == was && now == old) || (is == will && now == next) {
				continue
			}
			l.t.Errorf("%s: %s %s was %v %+v, is %v %+v, has to be %v %+v\n%s\nrejected %+v", what, p.name, key, was, old, is, now, will, next, l.describe(), l.rejected)
		}
	}
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

// chunked reports whether loads write in several transactions.
func (l *life) chunked() bool {
	return slices.ContainsFunc(l.parts, func(p *part) bool { return p.chunked })
}
