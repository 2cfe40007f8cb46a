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

	driver "github.com/go-sql-driver/mysql"
	"golang.org/x/sync/errgroup"

	"impact/sync/run"
)

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
