package sqlite

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// target is a load with everything that its statements are made of. The table
// has the alias t in all of them.
type target struct {
	load   *plan.Load
	table  string  // quoted
	codecs []codec // of what travels: of a looked-up column the parent's key
	raw    []codec // of the table's own columns
	scope  string  // condition, or "TRUE"
	soft   string  // column, unquoted; "" for hard deletes
	now    map[string]any
	stamps []string // columns that an insert stamps
}

func newTarget(l *plan.Load, zone *time.Location, now time.Time) (*target, error) {
	t := &target{load: l, table: quote(l.Table.Name), scope: "TRUE", now: map[string]any{}}
	for i := range l.Columns {
		c := &l.Columns[i]
		raw, err := newCodec(c.Kind, c.Type, zone)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.Name(), err)
		}
		cd := raw
		if c.Origin == destination.LookedUp {
			raw.kind = plan.Unknown
			if cd, err = newCodec(c.Kind, c.By, zone); err != nil {
				return nil, fmt.Errorf("%s: %w", l.Name(), err)
			}
			cd.notNull = c.Type.NotNull
		}
		if i < l.Keys && cd.family == famDecimal && cd.scale < 0 {
			return nil, fmt.Errorf("%s: key column %s is of type %s, which does not say how many decimal places it has", l.Name(), c.Name, c.Type.Type)
		}
		t.codecs, t.raw = append(t.codecs, cd), append(t.raw, raw)
	}
	var conditions []string
	for _, s := range l.Spec.Scope {
		cond, err := scopeOf(l, s, zone)
		if err != nil {
			return nil, fmt.Errorf("%s: scope of %s: %w", l.Name(), s.Column, err)
		}
		conditions = append(conditions, cond)
	}
	if len(conditions) > 0 {
		t.scope = "(" + strings.Join(conditions, " AND ") + ")"
	}
	if l.Spec.Mode.Removes() {
		t.soft = l.Spec.Delete.Soft
	}
	return t, t.times(zone, now)
}

// times brings the time of the run into the form of each column that gets it.
func (t *target) times(zone *time.Location, now time.Time) error {
	spec := t.load.Spec
	for _, name := range []string{t.soft, spec.Stamp.Insert, spec.Stamp.Write} {
		if name == "" || t.now[strings.ToLower(name)] != nil {
			continue
		}
		cd, err := newCodec(plan.Timestamp, t.load.Table.Column(name), zone)
		if err != nil {
			return fmt.Errorf("%s: %w", t.load.Name(), err)
		}
		at := run.LedgerTime(now)
		if cd.family == famDate {
			at = now.In(zone).Format("2006-01-02")
		}
		v, err := cd.encode([]byte(at))
		if err != nil {
			return fmt.Errorf("%s: time of the run in %s: %w", t.load.Name(), name, err)
		}
		t.now[strings.ToLower(name)] = cd.param(v)
		if name != t.soft {
			t.stamps = append(t.stamps, name)
		}
	}
	return nil
}

// scopeOf is the condition that a row has exactly the value of the scope that
// the load writes.
func scopeOf(l *plan.Load, c destination.Constant, zone *time.Location) (string, error) {
	col := l.Table.Column(c.Column)
	if col == nil {
		return "", fmt.Errorf("table %s has no such column", l.Spec.Table)
	}
	cd, v, err := constant(c.Value, col, zone)
	if err != nil {
		return "", err
	}
	expr := "t." + quote(col.Name)
	switch x := cd.param(v).(type) {
	case nil:
		return expr + " IS NULL", nil
	case int64:
		return expr + " = " + strconv.FormatInt(x, 10), nil
	case float64:
		return expr + " = " + strconv.FormatFloat(x, 'e', -1, 64), nil
	case []byte:
		return expr + " = x'" + hex.EncodeToString(x) + "'", nil
	case string:
		return expr + " = " + text(x) + " COLLATE BINARY", nil
	default:
		return "", fmt.Errorf("type %s cannot be a scope", cd.base)
	}
}

// Encode implements run.Encoder.
func (t *target) Encode(i int, v []byte) ([]byte, error) { return t.codecs[i].encode(v) }

// Numeric implements run.Encoder.
func (t *target) Numeric(i int) bool { return t.codecs[i].numeric() }

// Idempotent implements run.Encoder. A value of another storage class than its
// column's is read in a form that no encoded value has, but a raw one may.
func (t *target) Idempotent(int) bool { return false }

// read is the expression that reads a column as SQLite keeps it: of a column
// with a declared type the driver would make a time of some texts.
func read(expr string) string { return "+" + expr }

// orphan stands for a parent that has no natural key: no key has its storage
// class, or its form.
const orphan = "x'00'"

// selectRows reads the owned rows in key order.
func (t *target) selectRows() string {
	l := t.load
	var exprs, joins, order []string
	where := t.scope
	for i := range l.Columns {
		c := &l.Columns[i]
		own := "t." + quote(c.Name)
		if c.Origin != destination.LookedUp {
			exprs = append(exprs, read(own))
			continue
		}
		p := "p" + strconv.Itoa(i)
		joins = append(joins, fmt.Sprintf(" LEFT JOIN %s %s ON %s.%s = %s", parent(c), p, p, quote(c.Lookup.Select), own))
		exprs = append(exprs, fmt.Sprintf("CASE WHEN %s IS NULL THEN NULL ELSE COALESCE(%s.%s, %s) END", own, p, quote(c.Lookup.By), orphan))
	}
	if t.soft != "" {
		exprs = append(exprs, read("t."+quote(t.soft)))
	}
	for i := range l.Keys {
		name := "t." + quote(l.Columns[i].Name)
		if c := &l.Columns[i]; c.Origin == destination.LookedUp {
			name = "p" + strconv.Itoa(i) + "." + quote(c.Lookup.By)
			where += " AND " + name + " IS NOT NULL" // else nothing identifies the row
		}
		order = append(order, name+" COLLATE BINARY")
	}
	q := "SELECT " + strings.Join(exprs, ", ") + " FROM " + t.table + " t" + strings.Join(joins, "") + " WHERE " + where
	if len(order) > 0 {
		q += " ORDER BY " + strings.Join(order, ", ")
	}
	return q
}

// parent is the table of a lookup.
func parent(c *plan.Column) string { return quote(c.Parent.Name) }

// key is the condition for one row, byte by byte. Where the index sorts in
// another way it finds the rows, and the bytes decide among them.
func (t *target) key() string { return t.keyOf("t.") }

func (t *target) keyOf(alias string) string {
	var parts []string
	for i := range t.load.Keys {
		name := alias + quote(t.load.Columns[i].Name)
		parts = append(parts, name+" = ? COLLATE BINARY")
		if coll := t.load.Columns[i].Type.Collation; coll != "" {
			parts = append(parts, name+" = ? COLLATE "+quote(coll))
		}
	}
	return strings.Join(parts, " AND ")
}

func (t *target) keyArgs(args []any, r run.Row) []any {
	for i := range t.load.Keys {
		p := t.raw[i].param(r[i])
		args = append(args, p)
		if t.load.Columns[i].Type.Collation != "" {
			args = append(args, p)
		}
	}
	return args
}

// alike is the condition for one row and those whose key a unique index takes
// for the same.
func (t *target) alike() string {
	var parts []string
	for i := range t.load.Keys {
		coll := t.load.Columns[i].Type.Collation
		if coll == "" {
			coll = "BINARY"
		}
		parts = append(parts, "t."+quote(t.load.Columns[i].Name)+" = ? COLLATE "+quote(coll))
	}
	return strings.Join(parts, " AND ")
}

func (t *target) alikeArgs(r run.Row) []any {
	args := make([]any, t.load.Keys)
	for i := range args {
		args[i] = t.raw[i].param(r[i])
	}
	return args
}

// selectRaw reads a row by key, with the columns as the table has them: foreign
// keys are not turned into the parent's natural keys.
func (t *target) selectRaw() string {
	var exprs []string
	for i := range t.load.Columns {
		exprs = append(exprs, read("t."+quote(t.load.Columns[i].Name)))
	}
	if t.soft != "" {
		exprs = append(exprs, read("t."+quote(t.soft)))
	}
	exprs = append(exprs, t.scope+" IS TRUE")
	return "SELECT " + strings.Join(exprs, ", ") + " FROM " + t.table + " t WHERE " + t.alike()
}

// columns that an insert sets, quoted.
func (t *target) columns() []string {
	var cols []string
	for i := range t.load.Columns {
		cols = append(cols, quote(t.load.Columns[i].Name))
	}
	for _, s := range t.stamps {
		cols = append(cols, quote(s))
	}
	return cols
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// insert adds a row. OR ABORT takes the place of whatever the schema says about
// conflicts.
func (t *target) insert() string {
	cols := t.columns()
	return "INSERT OR ABORT INTO " + t.table + " (" + strings.Join(cols, ", ") + ") VALUES (" + marks(len(cols)) + ")"
}

func (t *target) insertArgs(args []any, r run.Row) []any {
	for i := range t.load.Columns {
		if t.load.Columns[i].Deferred {
			args = append(args, nil)
			continue
		}
		args = append(args, t.raw[i].param(r[i]))
	}
	for _, s := range t.stamps {
		args = append(args, t.now[strings.ToLower(s)])
	}
	return args
}

// update changes a row: its deferred columns, or all others together with the
// stamps. It is "" if there is nothing to set.
func (t *target) update(deferred bool) string {
	var sets []string
	for i := t.load.Keys; i < len(t.load.Columns); i++ {
		if t.load.Columns[i].Deferred == deferred {
			sets = append(sets, quote(t.load.Columns[i].Name)+" = ?")
		}
	}
	if !deferred {
		if t.soft != "" {
			sets = append(sets, quote(t.soft)+" = NULL")
		}
		if w := t.load.Spec.Stamp.Write; w != "" {
			sets = append(sets, quote(w)+" = ?")
		}
	}
	if len(sets) == 0 {
		return ""
	}
	return "UPDATE OR ABORT " + t.table + " AS t SET " + strings.Join(sets, ", ") + " WHERE " + t.key()
}

func (t *target) updateArgs(args []any, deferred bool, r run.Row) []any {
	for i := t.load.Keys; i < len(t.load.Columns); i++ {
		if t.load.Columns[i].Deferred == deferred {
			args = append(args, t.raw[i].param(r[i]))
		}
	}
	if w := t.load.Spec.Stamp.Write; w != "" && !deferred {
		args = append(args, t.now[strings.ToLower(w)])
	}
	return t.keyArgs(args, r)
}

// remove deletes a row, or marks it as deleted.
func (t *target) remove() string {
	where := " WHERE " + t.key() + " AND " + t.scope
	if t.soft == "" {
		return "DELETE FROM " + t.table + " AS t" + where
	}
	sets := quote(t.soft) + " = ?"
	if w := t.load.Spec.Stamp.Write; w != "" && !strings.EqualFold(w, t.soft) {
		sets += ", " + quote(w) + " = ?"
	}
	return "UPDATE OR ABORT " + t.table + " AS t SET " + sets + where + " AND t." + quote(t.soft) + " IS NULL"
}

func (t *target) removeArgs(args []any, r run.Row) []any {
	if t.soft != "" {
		args = append(args, t.now[strings.ToLower(t.soft)])
		if w := t.load.Spec.Stamp.Write; w != "" && !strings.EqualFold(w, t.soft) {
			args = append(args, t.now[strings.ToLower(w)])
		}
	}
	return t.keyArgs(args, r)
}

// release sets the deferred columns of a row to NULL.
func (t *target) release(columns []int) string {
	var sets []string
	for _, i := range columns {
		sets = append(sets, quote(t.load.Columns[i].Name)+" = NULL")
	}
	return "UPDATE OR ABORT " + t.table + " AS t SET " + strings.Join(sets, ", ") + " WHERE " + t.key() + " AND " + t.scope
}
