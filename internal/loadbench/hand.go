package loadbench

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"impact/sync/run"
)

// writeFile writes the rows as LOAD DATA reads them. None needs an escape.
func writeFile(ctx context.Context, name string, src *Source) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	err = eachRow(ctx, src, func(r run.Row) error {
		for i, v := range r {
			end := byte('\t')
			if i == len(r)-1 {
				end = '\n'
			}
			if _, err := w.Write(v); err != nil {
				return err
			}
			if err := w.WriteByte(end); err != nil {
				return err
			}
		}
		return nil
	})
	// The server reads it.
	return errors.Join(err, w.Flush(), os.Chmod(name, 0o644)) //nolint:gosec // made-up rows
}

func eachRow(ctx context.Context, src *Source, f func(run.Row) error) error {
	m, err := src.Describe(ctx, "")
	if err != nil {
		return err
	}
	st, err := src.Read(ctx, run.Query{Model: m, Columns: m.Names()})
	if err != nil {
		return err
	}
	for {
		r, err := st.Next(ctx)
		if errors.Is(err, io.EOF) {
			return st.Close()
		}
		if err == nil {
			err = f(r)
		}
		if err != nil {
			return errors.Join(err, st.Close())
		}
	}
}

// upsertRows is the size of a statement of upsertAll.
const upsertRows = 500

// upsertAll writes every row with ON DUPLICATE KEY UPDATE, in prepared
// statements of 500 rows and one transaction.
func upsertAll(ctx context.Context, dsn, table string, src *Source) (err error) {
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if e := tx.Rollback(); !errors.Is(e, sql.ErrTxDone) {
			err = errors.Join(err, e)
		}
	}()
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", len(fields)), ",") + ")"
	var sets []string
	for _, f := range fields {
		sets = append(sets, f.Name+"=VALUES("+f.Name+")")
	}
	statement := func(rows int) string {
		return "INSERT INTO " + table + " VALUES " + strings.TrimSuffix(strings.Repeat(one+",", rows), ",") + " ON DUPLICATE KEY UPDATE " + strings.Join(sets, ",")
	}
	st, err := tx.PrepareContext(ctx, statement(upsertRows))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	args := make([]any, 0, upsertRows*len(fields))
	err = eachRow(ctx, src, func(r run.Row) error {
		for _, v := range r {
			args = append(args, string(v))
		}
		if len(args) < cap(args) {
			return nil
		}
		_, err := st.ExecContext(ctx, args...)
		args = args[:0]
		return err
	})
	if err == nil && len(args) > 0 {
		_, err = tx.ExecContext(ctx, statement(len(args)/len(fields)), args...)
	}
	if err != nil {
		return fmt.Errorf("upsert all: %w", err)
	}
	return tx.Commit()
}
