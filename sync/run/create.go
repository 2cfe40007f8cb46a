package run

import (
	"context"
	"fmt"
	"io"

	"impact/sync/plan"
)

// count counts the rows of a load. A table that is not there yet has none.
func (w *work) count(ctx context.Context, s Session) (int64, error) {
	if w.missing {
		return 0, nil
	}
	return s.Count(ctx, w.load)
}

// rows reads the rows of a load. A table that is not there yet has none.
func (w *work) rows(ctx context.Context, s Session) (Stream, error) {
	if w.missing {
		return nothing{}, nil
	}
	return s.Rows(ctx, w.load)
}

// nothing is a stream without rows.
type nothing struct{}

// Next implements Stream.
func (nothing) Next(ctx context.Context) (Row, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return nil, io.EOF
}

// Sorted implements Stream.
func (nothing) Sorted() bool { return true }

// Close implements Stream.
func (nothing) Close() error { return nil }

// create creates the tables that are missing, parents first, once guards have
// let the rows pass: a run that is refused leaves no table behind. What they
// are then is what the ledger will say.
func (u *unit) create(ctx context.Context, s Session) error {
	made := map[*plan.Load]bool{}
	tables := map[string]bool{}
	for _, w := range u.works {
		if !w.missing || w.settled {
			continue
		}
		if name := w.load.Table.QualifiedName(); !tables[name] {
			c, ok := s.(Creator)
			if !ok {
				return fmt.Errorf("%s: destination %s cannot create tables", w.load.Name(), u.group.Destination)
			}
			u.creating = true
			if err := c.Create(ctx, w.load); err != nil {
				return err
			}
			tables[name] = true
		}
		made[w.load] = true
	}
	if len(made) == 0 {
		return nil
	}
	schema, err := s.Schema(ctx)
	if err != nil {
		return err
	}
	u.creating = false
	for _, w := range u.works {
		w.ddl = plan.TableHash(w.load, schema)
		w.missing = w.missing && !made[w.load]
	}
	return nil
}
