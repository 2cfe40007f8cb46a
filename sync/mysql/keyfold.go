package mysql

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"strings"

	"impact/sync/plan"
	"impact/sync/run"
)

// foldRows is how many keys the server is asked to fold with one statement.
const foldRows = 100

// Alike implements run.KeyFolder.
func (s *session) Alike(ctx context.Context, l *plan.Load, rows []run.Row) ([]run.Current, error) {
	t := s.targets[l]
	w := &writer{tx: &tx{s: s}, t: t, load: l}
	var out []run.Current
	for len(rows) > 0 {
		n := max(w.Take(rows), 1)
		found, err := s.alike(ctx, t, rows[:n])
		if err != nil {
			return nil, err
		}
		out, rows = append(out, found...), rows[n:]
	}
	return out, nil
}

func (s *session) alike(ctx context.Context, t *target, rows []run.Row) (out []run.Current, err error) {
	op := "read " + t.load.Spec.Table
	q := strings.TrimSuffix(t.selectRaw(len(rows)), " FOR UPDATE")
	found, err := s.c.QueryContext(ctx, q, t.keyArgs(nil, rows)...)
	if err != nil {
		return nil, s.check(op, err)
	}
	names, err := found.Columns()
	if err != nil {
		return nil, s.check(op, err)
	}
	err = eachRow(op, found, func() error {
		v, ptr := make([][]byte, len(names)), make([]any, len(names))
		for i := range v {
			ptr[i] = &v[i]
		}
		if err := found.Scan(ptr...); err != nil {
			return err
		}
		for i := range t.codecs {
			v[i] = t.rawCodec(i).decode(v[i])
		}
		out = append(out, run.Current{Row: v[:len(v)-1], Owned: string(v[len(v)-1]) == "1"})
		return nil
	})
	return out, err
}

// Folds implements run.KeyFolder. Binary collations fold nothing but spaces at
// the end.
func (s *session) Folds(l *plan.Load, row run.Row) bool {
	for i := range l.Keys {
		if !isText(s.targets[l].rawCodec(i)) {
			continue
		}
		if c := l.Columns[i].Type.Collation; !strings.HasSuffix(c, "_bin") || (pads(c) && (row == nil || bytes.HasSuffix(row[i], []byte(" ")))) {
			return true
		}
	}
	return false
}

func isText(c *codec) bool { return c.family == famText || c.family == famEnum }

// pads reports whether a collation ignores spaces at the end.
func pads(collation string) bool {
	return !strings.Contains(collation, "nopad") && !strings.Contains(collation, "_0900_")
}

// Fold implements run.KeyFolder: the server says by which weights it compares.
func (s *session) Fold(ctx context.Context, l *plan.Load, rows []run.Row) ([][]byte, error) {
	out := make([][]byte, 0, len(rows))
	for len(rows) > 0 {
		n := min(len(rows), foldRows)
		part, err := s.fold(ctx, l, rows[:n])
		if err != nil {
			return nil, err
		}
		out, rows = append(out, part...), rows[n:]
	}
	return out, nil
}

func (s *session) fold(ctx context.Context, l *plan.Load, rows []run.Row) ([][]byte, error) {
	var exprs []string
	var args []any
	for _, r := range rows {
		for i := range l.Keys {
			c := l.Columns[i].Type
			if cd := s.targets[l].rawCodec(i); isText(cd) && c.Collation != "" {
				e := "CONVERT(? USING " + quote(c.Charset) + ") COLLATE " + quote(c.Collation)
				if pads(c.Collation) {
					e += fmt.Sprintf(" AS CHAR(%d)", 4*max(cd.length, len(r[i]), 1)) // a character may have several weights
				}
				exprs = append(exprs, "WEIGHT_STRING("+e+")")
			} else {
				exprs = append(exprs, "?")
			}
			args = append(args, r[i])
		}
	}
	v, ptr := make([][]byte, len(exprs)), make([]any, len(exprs))
	for i := range v {
		ptr[i] = &v[i]
	}
	if err := s.c.QueryRowContext(ctx, "SELECT "+strings.Join(exprs, ", "), args...).Scan(ptr...); err != nil {
		return nil, s.check("compare the keys of "+l.Spec.Table, err)
	}
	out := make([][]byte, len(rows))
	for i, w := range v {
		k := i / l.Keys
		out[k] = append(binary.AppendUvarint(out[k], uint64(len(w))), w...)
	}
	return out, nil
}

var _ run.KeyFolder = (*session)(nil)
