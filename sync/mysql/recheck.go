package mysql

import (
	"context"
	"regexp"
	"strings"
)

// What somebody does to a table while its copy is filled is lost with the old
// table, unless it is looked for right after the exchange, when nobody reaches
// the old table any more: a migration, a trigger, or a foreign key that now
// points to the old table. Then the old table comes back.

// asItWas returns the definition of a table without what an exchange changes.
func (x *exchange) asItWas(ctx context.Context, db, table string) (string, error) {
	var name, ddl string
	if err := x.s.c.QueryRowContext(ctx, "SHOW CREATE TABLE "+qualified(db, table)).Scan(&name, &ddl); err != nil {
		return "", x.s.check("read "+x.load.Spec.Table, err)
	}
	_, ddl, _ = strings.Cut(ddl, "\n")
	// Some servers rename the checks that they named after the table.
	ddl = strings.ReplaceAll(ddl, "`"+table+"_chk_", "`_chk_")
	return nextID.ReplaceAllString(ddl, ""), nil
}

var nextID = regexp.MustCompile(` AUTO_INCREMENT=\d+`)

// lost drops the old table, and says why it must come back instead; "" if
// nothing is lost with it. was is the definition before, "" if it is not known.
func (x *exchange) lost(ctx context.Context, was string) (why string, err error) {
	if was != "" {
		is, err := x.asItWas(ctx, x.db, x.old)
		if err != nil {
			return "", err
		}
		if is != was {
			return "its definition was changed", nil
		}
	}
	var triggers int
	if err := x.s.c.QueryRowContext(ctx, "SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ?", x.db, x.old).Scan(&triggers); err != nil {
		return "", x.s.check("read "+x.load.Spec.Table, err)
	}
	if triggers > 0 {
		return "a trigger was added to it", nil
	}
	// The server knows best whether a foreign key refers to it.
	switch err := x.drop(ctx, x.old); number(err) {
	case 1217, 1451, 3730:
		return "a foreign key to it was added", nil
	default:
		return "", err
	}
}

// back undoes an exchange.
func (x *exchange) back(ctx context.Context) error {
	err := x.rename(ctx, x.t.table, qualified(x.db, x.fresh), qualified(x.db, x.old), x.t.table)
	x.exchanged = err != nil
	return err
}
