package mysql

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"golang.org/x/sync/errgroup"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// copyNames are the names of a table's copy and of the old table on its way
// out. They depend on the table only, so that whoever holds its lock can tell
// what a run that died has left.
func copyNames(l *plan.Load) (fresh, old string) {
	h := run.Digest(l.Table.Database, l.Table.Name)
	return "_impact_new_" + h, "_impact_old_" + h
}

// runMark is what the comment of a copy says of the run that made it. After the
// exchange the table carries it, which settles whether it took place.
const runMark = " impact:run="

func markOf(comment string) (plain, runID string) {
	plain, runID, _ = strings.Cut(comment, runMark)
	return plain, runID
}

// Swap implements run.Swapper.
func (s *session) Swap(ctx context.Context, l *plan.Load, rows run.RowReader, e run.Entry) (done run.Applied, err error) {
	x := &exchange{s: s, t: s.targets[l], load: l, db: s.d.workSchema(l), strict: !s.infile || l.Spec.OnBadRow == destination.RejectBadRow}
	x.fresh, x.old = copyNames(l)
	defer func() {
		if err != nil && !x.exchanged && !s.lost {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
			defer cancel()
			err = errors.Join(err, x.drop(ctx, x.fresh))
		}
	}()
	if err := x.create(ctx); err != nil {
		return done, err
	}
	done, err = x.fill(ctx, rows)
	if err != nil || (len(done.Bad) > 0 && l.Spec.OnBadRow == destination.FailOnBadRow) {
		if err == nil {
			err = x.drop(ctx, x.fresh)
		}
		return done, err
	}
	if err := x.finish(ctx, e.RunID); err != nil {
		return done, err
	}
	if err := x.verify(ctx, done.Inserted, e.Deleted); err != nil {
		return done, err
	}
	e.Inserted, e.Read, e.Rejected, e.Finished = done.Inserted, done.Inserted+int64(len(done.Bad)), int64(len(done.Bad)), time.Now()
	return done, x.exchange(ctx, e)
}

// exchange is one swap.
type exchange struct {
	s          *session
	t          *target
	load       *plan.Load
	db         string // of the copy
	fresh, old string
	strict     bool // INSERT with exact errors instead of LOAD DATA
	keys       []string
	was        string // definition of the table when it was copied
	exchanged  bool
}

func (x *exchange) exec(ctx context.Context, op, q string, args ...any) error {
	_, err := x.s.c.ExecContext(ctx, q, args...)
	return x.s.check(op, err)
}

func (x *exchange) drop(ctx context.Context, name string) error {
	return x.exec(ctx, "drop "+name, "DROP TABLE IF EXISTS "+qualified(x.db, name))
}

// secondary finds the keys that can be added after the rows: the lines of SHOW
// CREATE TABLE say exactly what they are.
var secondary = regexp.MustCompile("^\\s*((?:UNIQUE |FULLTEXT |SPATIAL )?KEY (`(?:[^`]|``)+`) .*?),?$")

// create makes the copy, without the indexes that are cheaper to add later.
func (x *exchange) create(ctx context.Context) error {
	if err := x.drop(ctx, x.fresh); err != nil {
		return err
	}
	var err error
	if x.was, err = x.asItWas(ctx, x.load.Table.Database, x.load.Table.Name); err != nil {
		return err
	}
	schema, err := x.s.Schema(ctx)
	if err != nil {
		return err
	}
	if plan.TableHash(x.load, schema) != x.load.DDL {
		// The next attempt says what that means.
		return run.Transient(fmt.Errorf("%s: %s was changed after it was looked at", x.load.Name(), x.load.Spec.Table))
	}
	if err := x.exec(ctx, "copy "+x.load.Spec.Table, "CREATE TABLE "+qualified(x.db, x.fresh)+" LIKE "+x.t.table); err != nil {
		return err
	}
	if len(x.load.Table.PrimaryKey) == 0 || x.load.Spec.OnBadRow == destination.RejectBadRow {
		return nil // one of the indexes orders the table, or finds the rows to reject
	}
	auto := ""
	for i := range x.load.Table.Columns {
		if c := &x.load.Table.Columns[i]; c.AutoIncrement && !strings.EqualFold(c.Name, x.load.Table.PrimaryKey[0]) {
			auto = c.Name // needs the index that it has
		}
	}
	if auto != "" {
		return nil
	}
	var name, ddl string
	if err := x.s.c.QueryRowContext(ctx, "SHOW CREATE TABLE "+qualified(x.db, x.fresh)).Scan(&name, &ddl); err != nil {
		return x.s.check("copy "+x.load.Spec.Table, err)
	}
	var drops []string
	for _, line := range strings.Split(ddl, "\n") {
		if m := secondary.FindStringSubmatch(line); m != nil {
			x.keys = append(x.keys, m[1])
			drops = append(drops, "DROP KEY "+m[2])
		}
	}
	if len(drops) == 0 {
		return nil
	}
	return x.exec(ctx, "copy "+x.load.Spec.Table, "ALTER TABLE "+qualified(x.db, x.fresh)+" "+strings.Join(drops, ", "))
}

// finish adds the indexes, the mark of the run, and the next generated id.
func (x *exchange) finish(ctx context.Context, runID string) error {
	var next sql.NullInt64
	var comment string
	err := x.s.c.QueryRowContext(ctx, "SELECT AUTO_INCREMENT, TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
		x.load.Table.Database, x.load.Table.Name).Scan(&next, &comment)
	if err != nil {
		return x.s.check("copy "+x.load.Spec.Table, err)
	}
	plain, _ := markOf(comment)
	var alter []string
	for _, k := range x.keys {
		alter = append(alter, "ADD "+k)
	}
	if next.Valid {
		alter = append(alter, "AUTO_INCREMENT = "+strconv.FormatInt(next.Int64, 10))
	}
	alter = append(alter, "COMMENT = "+literal(plain+runMark+runID))
	err = x.exec(ctx, "index the copy of "+x.load.Spec.Table, "ALTER TABLE "+qualified(x.db, x.fresh)+" "+strings.Join(alter, ", "))
	if b, ok := badRow(err); ok && b.Code == "duplicate" {
		return &run.BadRowsError{Load: x.load.Name(), Count: 1, First: b.Reason}
	}
	return err
}

// literal quotes a text for the places where a grammar takes no expression. Our
// sql_mode has backslash escapes.
func literal(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(s) + "'"
}

// verify counts once more before anything is exchanged.
func (x *exchange) verify(ctx context.Context, want, owned int64) error {
	var n int64
	if err := x.s.c.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+qualified(x.db, x.fresh)).Scan(&n); err != nil {
		return x.s.check("count the copy of "+x.load.Spec.Table, err)
	}
	if n != want {
		return fmt.Errorf("%s: %d rows were sent to the copy of %s, but it has %d", x.load.Name(), want, x.load.Spec.Table, n)
	}
	if owned > 0 {
		return nil
	}
	return x.stillEmpty(ctx, x.t.table)
}

// stillEmpty makes sure that a table that was empty has no rows that nobody
// has looked at.
func (x *exchange) stillEmpty(ctx context.Context, table string) error {
	var one int
	err := x.s.c.QueryRowContext(ctx, "SELECT 1 FROM "+table+" LIMIT 1").Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return x.s.check("read "+x.load.Spec.Table, err)
	}
	return run.Transient(fmt.Errorf("%s: somebody added rows to %s, which was empty", x.load.Name(), x.load.Spec.Table))
}

// exchange writes the intent, renames, and settles it.
func (x *exchange) exchange(ctx context.Context, e run.Entry) error {
	if err := x.s.book().Record(ctx, x.s.c, x.s.group, entrySwapping, []run.Entry{e}); err != nil {
		return x.s.check("write the ledger", err)
	}
	if err := x.rename(ctx, x.t.table, qualified(x.db, x.old), qualified(x.db, x.fresh), x.t.table); err != nil {
		return errors.Join(err, x.s.settleEntry(ctx, e.RunID, x.load, entryDropped))
	}
	x.exchanged = true
	if e.Deleted == 0 {
		if err := x.stillEmpty(ctx, qualified(x.db, x.old)); err != nil {
			return errors.Join(err, x.back(ctx), x.s.settleEntry(ctx, e.RunID, x.load, entryDropped))
		}
	}
	why, err := x.lost(ctx, x.was)
	if err != nil {
		return err // whoever comes next settles it
	}
	if why != "" {
		err := run.Transient(fmt.Errorf("%s: while %s was loaded %s: it is as it was", x.load.Name(), x.load.Spec.Table, why))
		return errors.Join(err, x.back(ctx), x.s.settleEntry(ctx, e.RunID, x.load, entryDropped))
	}
	if err := x.s.settleEntry(ctx, e.RunID, x.load, run.EntryDone); err != nil {
		return err
	}
	return x.tidy(ctx)
}

// rename exchanges two tables in one statement. It waits behind readers that are
// open, and new readers queue behind it: so it gives up after two seconds, lets
// them pass, and tries again.
func (x *exchange) rename(ctx context.Context, a, aTo, b, bTo string) error {
	q := "RENAME TABLE " + a + " TO " + aTo + ", " + b + " TO " + bTo
	for try := 1; ; try++ {
		err := x.exec(ctx, "exchange "+x.load.Spec.Table, q)
		if number(err) != 1205 || try == renameTries {
			return err
		}
		select {
		case <-time.After(time.Duration(try) * 300 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

const renameTries = 6

// tidy takes the mark off the new table.
func (x *exchange) tidy(ctx context.Context) error {
	var comment string
	err := x.s.c.QueryRowContext(ctx, "SELECT TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
		x.load.Table.Database, x.load.Table.Name).Scan(&comment)
	if err != nil {
		return x.s.check("read "+x.load.Spec.Table, err)
	}
	plain, runID := markOf(comment)
	if runID == "" {
		return nil
	}
	err = x.exec(ctx, "tidy "+x.load.Spec.Table, "ALTER TABLE "+x.t.table+" COMMENT = "+literal(plain))
	if number(err) == 1205 {
		return nil // a reader is in the way; the next run does it
	}
	return err
}

// settleEntry turns an intent into what came of it.
func (s *session) settleEntry(ctx context.Context, runID string, l *plan.Load, status string) error {
	loads := s.book().Loads
	if status == entryDropped {
		_, err := s.c.ExecContext(ctx, "DELETE FROM "+loads+" WHERE run_id = ? AND load_id = ? AND status = ?", runID, run.LoadID(l), entrySwapping)
		return s.check("write the ledger", err)
	}
	now := time.Now().UTC()
	res, err := s.c.ExecContext(ctx, "UPDATE "+loads+" SET status = ?, finished_at = ? WHERE run_id = ? AND load_id = ? AND status = ?",
		status, run.LedgerTime(now), runID, run.LoadID(l), entrySwapping)
	if err != nil {
		return s.check("write the ledger", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return s.check("write the ledger", err)
	}
	return s.check("write the ledger", s.book().RecordRun(ctx, s.c, run.Entry{RunID: runID, Started: s.settings.Now, Finished: now}, 1))
}

// settle finishes what a run that died has left of a table: an exchange that
// took place is recorded, a copy that nobody will use is dropped. The lock of
// the table is held.
func (s *session) settle(ctx context.Context, l *plan.Load) error {
	x := &exchange{s: s, t: s.targets[l], load: l, db: s.d.workSchema(l)}
	x.fresh, x.old = copyNames(l)
	_, runID := markOf(l.Table.Comment)
	live := map[string]string{}
	rows, err := s.c.QueryContext(ctx, "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_COMMENT FROM information_schema.TABLES WHERE (TABLE_SCHEMA = ? AND TABLE_NAME IN (?, ?)) OR (TABLE_SCHEMA = ? AND TABLE_NAME = ?)", //nolint:sqlclosecheck // eachRow does
		x.db, x.fresh, x.old, l.Table.Database, l.Table.Name)
	if err != nil {
		return s.check("look for what is left of earlier runs", err)
	}
	err = eachRow("look for what is left of earlier runs", rows, func() error {
		var db, name, comment string
		err := rows.Scan(&db, &name, &comment)
		live[name] = comment
		return err
	})
	if err != nil {
		s.lost = s.lost || errors.Is(err, run.ErrTransient)
		return err
	}
	if comment, ok := live[l.Table.Name]; ok {
		_, runID = markOf(comment)
	}
	_, freshLeft := live[x.fresh]
	_, oldLeft := live[x.old]
	if runID == "" && !freshLeft && !oldLeft {
		return nil
	}
	if runID != "" && oldLeft {
		why, err := x.lost(ctx, "")
		if err != nil {
			return err
		}
		if why != "" {
			if err := x.back(ctx); err != nil {
				return err
			}
			runID, freshLeft = "", true
		}
	}
	if runID != "" {
		if err := s.settleEntry(ctx, runID, l, run.EntryDone); err != nil {
			return err
		}
		if err := x.tidy(ctx); err != nil {
			return err
		}
	}
	if freshLeft {
		if err := x.drop(ctx, x.fresh); err != nil {
			return err
		}
	}
	// An intent that is left now did not take place.
	_, err = s.c.ExecContext(ctx, "DELETE FROM "+s.book().Loads+" WHERE load_id = ? AND status = ?", run.LoadID(l), entrySwapping)
	return s.check("write the ledger", err)
}

// chunk is a part of the rows on its way to one connection. Its memory is used
// again.
type chunk struct {
	data   []byte    // the lines of LOAD DATA, or the values of rows
	rows   []run.Row // for INSERT
	values [][]byte  // of rows
	n      int64
}

// chunkBytes bounds the memory of a copy: a chunk is filled while one per
// connection is sent. INSERT needs some more for each row than its bytes, so
// its chunks are smaller.
const (
	chunkBytes  = 4 << 20
	strictBytes = 512 << 10
	strictRows  = 500 // of one step: it keeps notes for each row
)

// fill sends the rows to the copy over several connections, each with a part
// that is contiguous in key order.
func (x *exchange) fill(ctx context.Context, rows run.RowReader) (run.Applied, error) {
	g, gctx := errgroup.WithContext(ctx)
	streams := x.s.d.opts.Streams
	full, free := make(chan *chunk), make(chan *chunk, streams+1)
	for range streams + 1 {
		free <- &chunk{}
	}
	results := make([]run.Applied, streams)
	for i := range results {
		g.Go(func() error { return x.send(gctx, full, free, &results[i]) })
	}
	g.Go(func() error {
		defer close(full)
		return x.chunks(gctx, rows, full, free)
	})
	err := g.Wait()
	var done run.Applied
	for _, r := range results {
		done.Inserted += r.Inserted
		done.Bad = append(done.Bad, r.Bad...)
	}
	return done, err
}

func (x *exchange) chunks(ctx context.Context, rows run.RowReader, full chan<- *chunk, free <-chan *chunk) error {
	var cur *chunk
	flush := func() error {
		if cur == nil {
			return nil
		}
		select {
		case full <- cur:
			cur = nil
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	forms := make([]form, len(x.load.Columns))
	for i := range forms {
		forms[i] = x.t.rawCodec(i).form()
	}
	limit := chunkBytes
	if x.strict {
		limit = strictBytes
	}
	for {
		r, err := rows.Next(ctx)
		if errors.Is(err, io.EOF) {
			return flush()
		}
		if err != nil {
			return err
		}
		if cur == nil {
			select {
			case cur = <-free:
				cur.reset(limit)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if x.strict {
			cur.addRow(r)
		} else {
			cur.data = appendLine(cur.data, r, forms)
		}
		cur.n++
		if len(cur.data) >= limit {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}

// reset empties a chunk. Memory that a rare large row needed is given up.
func (c *chunk) reset(limit int) {
	if room := limit + limit/16; cap(c.data) < room || cap(c.data) > 2*room {
		c.data = make([]byte, 0, room)
	}
	c.data, c.rows, c.values, c.n = c.data[:0], c.rows[:0], c.values[:0], 0
}

// addRow copies a row. Values that were added before stay where they are: where
// the memory is too small they keep the old one.
func (c *chunk) addRow(r run.Row) {
	first := len(c.values)
	for _, v := range r {
		if v == nil {
			c.values = append(c.values, nil)
			continue
		}
		at := len(c.data)
		c.data = append(c.data, v...)
		c.values = append(c.values, c.data[at:len(c.data):len(c.data)])
	}
	c.rows = append(c.rows, run.Row(c.values[first:len(c.values):len(c.values)]))
}

// form is how LOAD DATA is sent the values of a column.
type form uint8

const (
	escaped form = iota
	asTheyAre
	hexed // as hexadecimal digits
)

func (c *codec) form() form {
	switch c.family {
	case famBinary:
		return hexed
	case famText, famEnum, famJSON:
		return escaped
	}
	return asTheyAre // digits and punctuation
}

// appendLine writes a row as LOAD DATA reads it.
func appendLine(dst []byte, r run.Row, forms []form) []byte {
	for i, v := range r {
		if i > 0 {
			dst = append(dst, '\t')
		}
		switch {
		case v == nil:
			dst = append(dst, '\\', 'N')
		case forms[i] == hexed:
			dst = hex.AppendEncode(dst, v)
		case forms[i] == escaped && needsEscape(v):
			dst = appendEscaped(dst, v)
		default:
			dst = append(dst, v...)
		}
	}
	return append(dst, '\n')
}

// needsEscape looks for the bytes that LOAD DATA reads as something else.
func needsEscape(v []byte) bool {
	return bytes.IndexByte(v, '\\') >= 0 || bytes.IndexByte(v, '\t') >= 0 || bytes.IndexByte(v, '\n') >= 0 || bytes.IndexByte(v, 0) >= 0
}

func appendEscaped(dst, v []byte) []byte {
	for _, ch := range v {
		switch ch {
		case '\\':
			dst = append(dst, '\\', '\\')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\n':
			dst = append(dst, '\\', 'n')
		case 0:
			dst = append(dst, '\\', '0')
		default:
			dst = append(dst, ch)
		}
	}
	return dst
}

// loadStatement reads a chunk into the copy.
func (x *exchange) loadStatement(reader string) string {
	var cols, sets []string
	for i := range x.load.Columns {
		name := quote(x.load.Columns[i].Name)
		switch cd := x.t.rawCodec(i); cd.family {
		case famBinary:
			cols = append(cols, "@v"+strconv.Itoa(i))
			sets = append(sets, name+" = UNHEX(@v"+strconv.Itoa(i)+")")
		case famBit:
			cols = append(cols, "@v"+strconv.Itoa(i))
			sets = append(sets, name+" = CAST(@v"+strconv.Itoa(i)+" AS UNSIGNED)")
		default:
			cols = append(cols, name)
		}
	}
	for _, s := range x.t.stamps {
		sets = append(sets, quote(s)+" = '"+x.t.now[strings.ToLower(s)]+"'")
	}
	q := "LOAD DATA LOCAL INFILE 'Reader::" + reader + "' INTO TABLE " + qualified(x.db, x.fresh) +
		" CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' (" + strings.Join(cols, ", ") + ")"
	if len(sets) > 0 {
		q += " SET " + strings.Join(sets, ", ")
	}
	return q
}

func cloneRow(r run.Row) run.Row {
	out := make(run.Row, len(r))
	for i, v := range r {
		if v != nil {
			out[i] = append([]byte{}, v...)
		}
	}
	return out
}

// send writes chunks through a connection of its own.
func (x *exchange) send(ctx context.Context, full <-chan *chunk, free chan<- *chunk, done *run.Applied) (err error) {
	c, err := x.s.d.conn(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if e := c.Close(); e != nil && err == nil && !isConnectionError(e) {
			err = classify("close", e)
		}
	}()
	for ch := range full {
		if x.strict {
			err = x.sendRows(ctx, c, ch, done)
		} else {
			err = x.sendData(ctx, c, ch, done)
		}
		if err != nil {
			return err
		}
		free <- ch // never blocks: there is room for all
	}
	return nil
}

// sendData loads a chunk. The server takes LOAD DATA LOCAL as IGNORE: it cuts,
// drops and invents values and calls that a warning. For us it is an error.
func (x *exchange) sendData(ctx context.Context, c *sql.Conn, ch *chunk, done *run.Applied) error {
	name := fmt.Sprintf("impact_%p", ch)
	driver.RegisterReaderHandler(name, func() io.Reader { return bytes.NewReader(ch.data) })
	defer driver.DeregisterReaderHandler(name)
	res, err := c.ExecContext(ctx, x.loadStatement(name))
	if err != nil {
		return classify("load the copy of "+x.load.Spec.Table, err)
	}
	var warnings int64
	if err := c.QueryRowContext(ctx, "SELECT @@warning_count").Scan(&warnings); err != nil {
		return classify("load the copy of "+x.load.Spec.Table, err)
	}
	if warnings > 0 {
		return x.warnings(ctx, c, ch, done)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return classify("load the copy of "+x.load.Spec.Table, err)
	}
	if n < ch.n { // some servers drop duplicates without a warning
		return &run.BadRowsError{Load: x.load.Name(), Count: ch.n - n, First: "duplicate: " + serverErrors[1062] + " (on_bad_row: reject names the rows)"}
	}
	if n != ch.n {
		return fmt.Errorf("%s: %d rows were sent to the copy of %s, but %d were taken", x.load.Name(), ch.n, x.load.Spec.Table, n)
	}
	done.Inserted += n
	return nil
}

var atRow = regexp.MustCompile(`at row (\d+)`)

// warnings names the rows that the server warned about.
func (x *exchange) warnings(ctx context.Context, c *sql.Conn, ch *chunk, done *run.Applied) error {
	rows, err := c.QueryContext(ctx, "SHOW WARNINGS")
	if err != nil {
		return classify("read warnings", err)
	}
	seen := map[int]bool{}
	err = eachRow("read warnings", rows, func() error {
		var level, message string
		var code uint16
		if err := rows.Scan(&level, &code, &message); err != nil {
			return err
		}
		bad, ok := badRow(classify("load", &driver.MySQLError{Number: code, Message: message}))
		if !ok {
			bad = run.Bad{Code: "value", Reason: fmt.Sprintf("the server warned (%d)", code)}
		}
		at := -1
		if m := atRow.FindStringSubmatch(message); m != nil {
			at, _ = strconv.Atoi(m[1])
		}
		if at < 0 || !seen[at] {
			seen[at] = true
			bad.Key = lineKey(ch.data, at, x.load.Keys)
			done.Bad = append(done.Bad, bad)
		}
		return nil
	})
	if err != nil {
		return err
	}
	first := "the server warned"
	if len(done.Bad) > 0 {
		first = done.Bad[0].Code + ": " + done.Bad[0].Reason
	}
	return &run.BadRowsError{Load: x.load.Name(), Count: int64(max(len(seen), 1)), First: first}
}

// lineKey reads the key of a line, counted from 1.
func lineKey(data []byte, line, keys int) run.Row {
	if line < 1 {
		return nil
	}
	for range line - 1 {
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			return nil
		}
		data = data[i+1:]
	}
	data, _, _ = bytes.Cut(data, []byte("\n"))
	parts := bytes.SplitN(data, []byte("\t"), keys+1)
	if len(parts) < keys {
		return nil
	}
	return run.Row(parts[:keys])
}

// sendRows inserts a chunk with exact errors, in one transaction.
func (x *exchange) sendRows(ctx context.Context, c *sql.Conn, ch *chunk, done *run.Applied) error {
	st, err := c.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return classify("load the copy of "+x.load.Spec.Table, err)
	}
	t := &tx{s: &session{d: x.s.d, c: c, packet: x.s.packet}, tx: st, stmts: map[string]*sql.Stmt{}}
	w := &writer{tx: t, t: x.t.into(qualified(x.db, x.fresh)), load: x.load}
	for part := range slices.Chunk(ch.rows, strictRows) {
		batch := make([]run.Change, len(part))
		for i, r := range part {
			batch[i] = run.Change{Op: run.OpInsert, Row: r}
		}
		applied, err := run.Write(ctx, w, x.load, run.StepInsert, batch)
		if err != nil {
			return errors.Join(err, t.Rollback())
		}
		for _, b := range applied.Bad {
			b.Key = cloneRow(part[b.Index][:x.load.Keys]) // the chunk is used again
			done.Bad = append(done.Bad, b)
		}
		done.Inserted += applied.Inserted
	}
	t.closeStatements()
	return classify("load the copy of "+x.load.Spec.Table, st.Commit())
}

// into is the target with another table.
func (t *target) into(table string) *target {
	c := *t
	c.table = table
	return &c
}

// rollbackTimeout bounds the clean-up after a failure.
const rollbackTimeout = 10 * time.Second
