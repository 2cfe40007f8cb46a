package mysql

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// quote quotes a name. Names come from files: nothing else makes them safe.
func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func qualified(database, table string) string {
	if database == "" {
		return quote(table)
	}
	return quote(database) + "." + quote(table)
}

// text writes a string literal that no sql_mode reads differently.
func text(s string) string {
	if s == "" {
		return "''"
	}
	return "_utf8mb4 0x" + hex.EncodeToString([]byte(s))
}

// target is a load with everything that its statements are made of.
type target struct {
	load   *plan.Load
	table  string  // qualified and quoted
	codecs []codec // of what travels: of a looked-up column the parent's key
	raw    []codec // of the table's own columns
	scope  string  // condition over alias t, or "TRUE"
	soft   string  // column, unquoted; "" for hard deletes
	now    map[string]string
	stamps []string // columns that an insert stamps
}

func newTarget(l *plan.Load, zone *time.Location, now time.Time) (*target, error) {
	t := &target{load: l, table: qualified(l.Table.Database, l.Table.Name), scope: "TRUE", now: map[string]string{}}
	for i := range l.Columns {
		c := &l.Columns[i]
		col := c.Type
		if c.Origin == destination.LookedUp {
			col = c.By
		}
		cd, err := newCodec(c.Kind, col, zone)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.Name(), err)
		}
		cd.notNull = c.Type.NotNull
		raw := cd
		if c.Origin == destination.LookedUp {
			if raw, err = newCodec(plan.Unknown, c.Type, zone); err != nil {
				return nil, fmt.Errorf("%s: %w", l.Name(), err)
			}
		}
		t.codecs, t.raw = append(t.codecs, cd), append(t.raw, raw)
	}
	var err error
	if t.scope, err = scopeOf(l, zone); err != nil {
		return nil, err
	}
	if l.Spec.Mode.Removes() {
		t.soft = l.Spec.Delete.Soft
	}
	for _, name := range []string{t.soft, l.Spec.Stamp.Insert, l.Spec.Stamp.Write} {
		if name == "" || t.now[strings.ToLower(name)] != "" {
			continue
		}
		col := l.Table.Column(name)
		cd, err := newCodec(plan.Timestamp, col, zone)
		if err != nil {
			return nil, err
		}
		if cd.family == famDate {
			cd.kind = plan.Date
			now = now.In(zone)
		}
		layout := "2006-01-02 15:04:05.000000"
		if cd.family == famDate {
			layout = "2006-01-02"
		}
		v, err := cd.encode([]byte(now.UTC().Format(layout)))
		if err != nil {
			return nil, fmt.Errorf("%s: time of the run in %s: %w", l.Name(), name, err)
		}
		t.now[strings.ToLower(name)] = string(v)
		if name != t.soft {
			t.stamps = append(t.stamps, name)
		}
	}
	return t, nil
}

// Encode implements run.Encoder.
func (t *target) Encode(i int, v []byte) ([]byte, error) { return t.codecs[i].encode(v) }

// Numeric implements run.Encoder.
func (t *target) Numeric(i int) bool { return t.codecs[i].numeric() }

// Idempotent implements run.Encoder.
func (t *target) Idempotent(i int) bool { return t.codecs[i].idempotent() }

// read is the expression that reads a column so that nothing of its value is
// lost on the way.
func (c *codec) read(expr string) string {
	switch c.family {
	case famFloat:
		return "(" + expr + " + 0E0)" // FLOAT alone is sent with six digits
	case famBit:
		return "(" + expr + " + 0)"
	}
	return expr
}

// orphan stands for a parent that has no natural key. No real value can be
// equal to it: it is longer than any key column.
var orphan = strings.Repeat("\x00impact: parent without key", 40)

// selectRows reads the owned rows in key order.
func (t *target) selectRows() string {
	l := t.load
	var exprs, joins, order []string
	where := t.scope
	for i := range l.Columns {
		c := &l.Columns[i]
		own := "t." + quote(c.Name)
		if c.Origin != destination.LookedUp {
			exprs = append(exprs, t.codecs[i].read(own))
			continue
		}
		p := "p" + strconv.Itoa(i)
		by := t.codecs[i].read(p + "." + quote(c.Lookup.By))
		joins = append(joins, fmt.Sprintf(" LEFT JOIN %s %s ON %s.%s = %s", t.parent(c), p, p, quote(c.Lookup.Select), as(own, c.Type, c.Parent.Column(c.Lookup.Select))))
		none := text(orphan)
		if t.codecs[i].family == famBinary {
			none = hexed0x([]byte(orphan))
		} else {
			by = "CAST(" + by + " AS CHAR CHARACTER SET utf8mb4)"
		}
		exprs = append(exprs, fmt.Sprintf("IF(%s IS NULL, NULL, COALESCE(%s, %s))", own, by, none))
	}
	if t.soft != "" {
		exprs = append(exprs, "t."+quote(t.soft))
	}
	for i := range l.Keys {
		name := "t." + quote(l.Columns[i].Name)
		if c := &l.Columns[i]; c.Origin == destination.LookedUp {
			name = "p" + strconv.Itoa(i) + "." + quote(c.Lookup.By)
			where += " AND " + name + " IS NOT NULL" // else nothing identifies the row
		}
		order = append(order, t.codecs[i].order(name))
	}
	q := "SELECT " + strings.Join(exprs, ", ") + " FROM " + t.table + " t" + strings.Join(joins, "") + " WHERE " + where
	if len(order) > 0 {
		q += " ORDER BY " + strings.Join(order, ", ")
	}
	return q
}

func (t *target) parent(c *plan.Column) string { return qualified(c.Parent.Database, c.Parent.Name) }

// as is the expression of a column that is compared with another one, by that
// one's collation and so through its index: the server does not choose between
// two.
func as(expr string, col, other *destination.Column) string {
	if col.Collation == "" || other == nil || other.Collation == "" || strings.EqualFold(col.Collation, other.Collation) {
		return expr
	}
	if !strings.EqualFold(col.Charset, other.Charset) {
		expr = "CONVERT(" + expr + " USING " + quote(other.Charset) + ")"
	}
	return expr + " COLLATE " + quote(other.Collation)
}

// order is the expression that sorts a column as its canonical values are
// sorted: numbers by value, everything else by bytes.
func (c *codec) order(expr string) string {
	switch c.family {
	case famText, famEnum:
		return "CAST(CONVERT(" + expr + " USING utf8mb4) AS BINARY)"
	case famTime: // may be negative, or longer than a day
		return "CAST(CAST(" + expr + " AS CHAR) AS BINARY)"
	}
	return expr
}

// placeholder stands for a value in INSERT and UPDATE.
func (c *codec) placeholder() string {
	if c.family == famBit {
		return "CAST(? AS UNSIGNED)" // text would be taken as bits
	}
	return "?"
}

// param is the argument for a canonical value that is written.
func param(v []byte) any {
	if v == nil {
		return nil
	}
	return v
}

// keyEquals compares a key column with a placeholder, by value and through the
// index.
func (c *codec) keyEquals(expr string) string {
	if c.family == famDecimal {
		// A text would be compared as a double.
		return fmt.Sprintf("%s = CAST(? AS DECIMAL(%d,%d))", expr, c.digits, c.scale)
	}
	return expr + " = ?"
}

// keyParam is the argument for a value of a key column.
func (c *codec) keyParam(v []byte) any {
	if (c.family == famInt || c.family == famYear) && v != nil {
		if n, err := strconv.ParseInt(string(v), 10, 64); err == nil {
			return n
		}
		if n, err := strconv.ParseUint(string(v), 10, 64); err == nil {
			return n
		}
	}
	return param(v)
}

// keys is the condition that picks n rows by key.
func (t *target) keys(n int) string { return t.keysOf("t.", n) }

func (t *target) keysOf(alias string, n int) string {
	l := t.load
	if l.Keys == 1 {
		c := t.rawCodec(0)
		one := strings.TrimPrefix(c.keyEquals(""), " = ")
		return alias + quote(l.Columns[0].Name) + " IN (" + strings.TrimSuffix(strings.Repeat(one+", ", n), ", ") + ")"
	}
	// Not (a, b) IN (…): some servers read the whole table for that.
	var parts []string
	for i := range l.Keys {
		parts = append(parts, t.rawCodec(i).keyEquals(alias+quote(l.Columns[i].Name)))
	}
	one := "(" + strings.Join(parts, " AND ") + ")"
	return "(" + strings.TrimSuffix(strings.Repeat(one+" OR ", n), " OR ") + ")"
}

func (t *target) keyArgs(args []any, rows []run.Row) []any {
	for _, r := range rows {
		for i := range t.load.Keys {
			args = append(args, t.rawCodec(i).keyParam(r[i]))
		}
	}
	return args
}

// selectRaw reads rows by key under a lock, with the columns as the table has
// them: foreign keys are not turned into the parent's natural keys.
func (t *target) selectRaw(n int) string {
	var exprs []string
	for i := range t.load.Columns {
		exprs = append(exprs, t.rawCodec(i).read("t."+quote(t.load.Columns[i].Name)))
	}
	if t.soft != "" {
		exprs = append(exprs, "t."+quote(t.soft))
	}
	exprs = append(exprs, "("+t.scope+")")
	return "SELECT " + strings.Join(exprs, ", ") + " FROM " + t.table + " t WHERE " + t.keys(n) + " FOR UPDATE"
}

// rawCodec is the codec of the table's own column.
func (t *target) rawCodec(i int) *codec { return &t.raw[i] }

// insert adds n rows to a table.
func (t *target) insert(table string, n int) string {
	var cols, values []string
	for i := range t.load.Columns {
		cols = append(cols, quote(t.load.Columns[i].Name))
		values = append(values, t.rawCodec(i).placeholder())
	}
	for _, s := range t.stamps {
		cols = append(cols, quote(s))
		values = append(values, "?")
	}
	one := "(" + strings.Join(values, ",") + ")"
	return "INSERT INTO " + table + " (" + strings.Join(cols, ",") + ") VALUES " + strings.TrimSuffix(strings.Repeat(one+",", n), ",")
}

func (t *target) insertArgs(args []any, r run.Row) []any {
	for i := range t.load.Columns {
		if t.load.Columns[i].Deferred {
			args = append(args, nil)
			continue
		}
		args = append(args, param(r[i]))
	}
	for _, s := range t.stamps {
		args = append(args, t.now[strings.ToLower(s)])
	}
	return args
}

// update changes one row by key.
func (t *target) update(which func(i int) bool) (string, bool) {
	sets := t.sets(which, func(i int, _ string) string { return t.rawCodec(i).placeholder() })
	if len(sets) == 0 {
		return "", false
	}
	return "UPDATE " + t.table + " t SET " + strings.Join(sets, ", ") + " WHERE " + t.keys(1), true
}

// sets are the assignments of an update.
func (t *target) sets(which func(i int) bool, value func(i int, name string) string) []string {
	var sets []string
	for i := t.load.Keys; i < len(t.load.Columns); i++ {
		if name := quote(t.load.Columns[i].Name); which(i) {
			sets = append(sets, "t."+name+" = "+value(i, name))
		}
	}
	if t.soft != "" {
		sets = append(sets, "t."+quote(t.soft)+" = NULL")
	}
	if w := t.load.Spec.Stamp.Write; w != "" {
		sets = append(sets, "t."+quote(w)+" = '"+t.now[strings.ToLower(w)]+"'")
	}
	return sets
}

// keep are assignments for a statement that changes a row of which an earlier one
// has set the other columns: where the server would fill in its clock (ON UPDATE
// CURRENT_TIMESTAMP), what the load has written stays. set are the columns that
// the statement sets itself.
func (t *target) keep(set ...string) []string {
	var out []string
	for i := range t.load.Table.Columns {
		c := &t.load.Table.Columns[i]
		same := func(name string) bool { return strings.EqualFold(name, c.Name) }
		if c.OnUpdate != "" && !slices.ContainsFunc(set, same) && slices.ContainsFunc(written(t.load), same) {
			out = append(out, "t."+quote(c.Name)+" = t."+quote(c.Name))
		}
	}
	return out
}

// connect changes the deferred columns of one row by key.
func (t *target) connect() string {
	var names, sets []string
	for _, i := range t.load.Deferred() {
		name := t.load.Columns[i].Name
		names, sets = append(names, name), append(sets, "t."+quote(name)+" = "+t.rawCodec(i).placeholder())
	}
	return "UPDATE " + t.table + " t SET " + strings.Join(append(sets, t.keep(names...)...), ", ") + " WHERE " + t.keys(1)
}

// createStage makes a temporary table for wanted rows, with the types of the
// table itself. A connection has one; what an earlier transaction left is empty.
func (t *target) createStage(name string) string {
	var cols, keys []string
	for i := range t.load.Columns {
		cols = append(cols, "t."+quote(t.load.Columns[i].Name))
		if i < t.load.Keys {
			keys = append(keys, quote(t.load.Columns[i].Name))
		}
	}
	return "CREATE TEMPORARY TABLE IF NOT EXISTS " + name + " (PRIMARY KEY (" + strings.Join(keys, ", ") + ")) ENGINE=InnoDB SELECT " +
		strings.Join(cols, ", ") + " FROM " + t.table + " t WHERE FALSE"
}

func (t *target) insertStage(stage string, n int) string {
	var cols, values []string
	for i := range t.load.Columns {
		cols = append(cols, quote(t.load.Columns[i].Name))
		values = append(values, t.rawCodec(i).placeholder())
	}
	one := "(" + strings.Join(values, ",") + ")"
	return "INSERT INTO " + stage + " (" + strings.Join(cols, ",") + ") VALUES " + strings.TrimSuffix(strings.Repeat(one+",", n), ",")
}

// updateFrom changes the rows of the table that the stage has.
func (t *target) updateFrom(stage string, which func(i int) bool) string {
	var on []string
	for i := range t.load.Keys {
		name := quote(t.load.Columns[i].Name)
		on = append(on, "t."+name+" = s."+name)
	}
	return "UPDATE " + stage + " s STRAIGHT_JOIN " + t.table + " t ON " + strings.Join(on, " AND ") + " SET " +
		strings.Join(t.sets(which, func(i int, name string) string { return "s." + name }), ", ")
}

func (t *target) updateArgs(which func(i int) bool, r run.Row) []any {
	var args []any
	for i := t.load.Keys; i < len(t.load.Columns); i++ {
		if which(i) {
			args = append(args, param(r[i]))
		}
	}
	return t.keyArgs(args, []run.Row{r})
}

// remove deletes n rows by key, or marks them as deleted.
func (t *target) remove(n int) string {
	where := " WHERE " + t.keys(n) + " AND " + t.scope
	if t.soft == "" {
		return "DELETE t FROM " + t.table + " t" + where
	}
	sets := "t." + quote(t.soft) + " = '" + t.now[strings.ToLower(t.soft)] + "'"
	if w := t.load.Spec.Stamp.Write; w != "" && !strings.EqualFold(w, t.soft) {
		sets += ", t." + quote(w) + " = '" + t.now[strings.ToLower(w)] + "'"
	}
	for _, same := range t.keep(t.soft, t.load.Spec.Stamp.Write) {
		sets += ", " + same
	}
	return "UPDATE " + t.table + " t SET " + sets + where + " AND t." + quote(t.soft) + " IS NULL"
}
