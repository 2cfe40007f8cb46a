package mysql

import (
	"context"
	"fmt"
	"strings"

	"impact/sync/run"
)

// resolve turns the natural keys of parents into the values that are written.
// It runs inside of the transaction, so it finds parents that were added just
// now.
func (w *writer) resolve(ctx context.Context, which func(i int) bool) error {
	w.raw = make([]run.Row, len(w.batch))
	for k := range w.batch {
		w.raw[k] = append(run.Row(nil), w.batch[k].Row...)
	}
	for i := range w.load.Columns {
		c := &w.load.Columns[i]
		if c.Lookup == nil || !which(i) {
			continue
		}
		found, err := w.parents(ctx, i)
		if err != nil {
			return err
		}
		for k := range w.raw {
			if w.raw[k] == nil || w.raw[k][i] == nil {
				continue
			}
			v, ok := found[string(w.raw[k][i])]
			if !ok || v == nil {
				w.bad(k, run.Bad{Column: c.Name, Code: "no_parent", Reason: fmt.Sprintf("no row of %s has this %s", c.Lookup.Table, c.Lookup.By)})
				w.raw[k] = nil
				continue
			}
			w.raw[k][i] = v
		}
	}
	return nil
}

// parents reads the parents of a batch: natural key to selected value. A parent
// whose key only looks the same to the collation is no parent.
func (w *writer) parents(ctx context.Context, i int) (map[string][]byte, error) {
	c := &w.load.Columns[i]
	found := map[string][]byte{}
	var keys [][]byte
	for k := range w.raw {
		if w.raw[k] == nil || w.raw[k][i] == nil {
			continue
		}
		if _, ok := found[string(w.raw[k][i])]; !ok {
			found[string(w.raw[k][i])] = nil
			keys = append(keys, w.raw[k][i])
		}
	}
	cd := &w.t.codecs[i]
	one := strings.TrimPrefix(cd.keyEquals(""), " = ")
	for len(keys) > 0 {
		n := size(len(keys), 1)
		args := make([]any, n)
		for k, v := range keys[:n] {
			args[k] = cd.keyParam(v)
		}
		keys = keys[n:]
		q := fmt.Sprintf("SELECT %s, p.%s FROM %s p WHERE p.%s IN (%s)", cd.read("p."+quote(c.Lookup.By)), quote(c.Lookup.Select),
			w.t.parent(c), quote(c.Lookup.By), strings.TrimSuffix(strings.Repeat(one+", ", n), ", "))
		err := w.query(ctx, w.op("look up parents of"), q, args, 2, func(r run.Row) {
			if by := cd.decode(r[0]); by != nil {
				if _, ok := found[string(by)]; ok {
					found[string(by)] = r[1]
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}
