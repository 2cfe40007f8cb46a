package sqlite

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"

	"impact/sync/plan"
	"impact/sync/run"
)

// Alike implements run.KeyFolder.
func (s *session) Alike(ctx context.Context, l *plan.Load, rows []run.Row) ([]run.Current, error) {
	t := s.targets[l]
	return currentRows(ctx, s.c, t, "read "+l.Spec.Table, rows)
}

// Folds implements run.KeyFolder.
func (s *session) Folds(l *plan.Load, _ run.Row) bool {
	for i := range l.Keys {
		switch strings.ToUpper(l.Columns[i].Type.Collation) {
		case "NOCASE", "RTRIM":
			return true
		}
	}
	return false
}

// Fold implements run.KeyFolder, for the collations that every SQLite has.
func (s *session) Fold(_ context.Context, l *plan.Load, rows []run.Row) ([][]byte, error) {
	out := make([][]byte, len(rows))
	for k, r := range rows {
		for i := range l.Keys {
			v := r[i]
			switch strings.ToUpper(l.Columns[i].Type.Collation) {
			case "NOCASE":
				v = lower(v)
			case "RTRIM":
				v = bytes.TrimRight(v, " ")
			}
			out[k] = append(binary.AppendUvarint(out[k], uint64(len(v))), v...)
		}
	}
	return out, nil
}

// lower is what NOCASE makes of a text: only A to Z count.
func lower(v []byte) []byte {
	out := bytes.Clone(v)
	for i, ch := range out {
		if 'A' <= ch && ch <= 'Z' {
			out[i] = ch + 'a' - 'A'
		}
	}
	return out
}

var _ run.KeyFolder = (*session)(nil)
