package synctest

import (
	"fmt"
	"strings"

	"impact/sync/plan"
)

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
