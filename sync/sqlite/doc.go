// Package sqlite is the destination for SQLite files: for applications that run
// on one, as Rails 8 does out of the box, and for trying things out.
//
// It keeps the promises of run.Destination with what SQLite has: one file, one
// writer at a time, readers that see the last commit.
//
// # Promises
//
//   - A group is one transaction that takes the write lock at its start, with
//     the ledger in the same file. Readers of a database in WAL mode see the
//     rows of before or of after, and never wait; in the other journal modes
//     they may have to wait for the commit. The mode itself is left alone.
//   - foreign_keys is on in every connection of ours. Conflict clauses of the
//     schema (ON CONFLICT REPLACE, IGNORE) have no say: what collides is a bad
//     row, and never takes the place of another.
//   - Columns are as strict as their declared types say, even where SQLite is
//     not: lengths, scales, dates. Numbers are bound as numbers and text as
//     text. A decimal that SQLite would keep as a rounded double is a bad row.
//   - A value is written as Rails writes it: '2026-01-02 03:04:05.123456',
//     without the fraction where it is zero.
//   - Keys are compared byte by byte, whatever the collation.
//   - Errors carry SQLite's error code, the column or the constraint, and no
//     value.
//
// # Replacing
//
// A table is never exchanged by renaming: triggers, views and foreign keys refer
// to it by name, and a transaction gives readers the same atomic change. Where a
// plan says swap, the rows are first collected in a temporary table, while the
// application may write as it likes; then one transaction takes the old rows out
// and the new ones in.
//
// # Locks between runs
//
// Beside the database stands a folder with a small file for each table that was
// ever loaded. A run holds a lock of the operating system on the files of its
// tables. It ends with the process, however that ends, so nothing is ever left
// locked. The folder may be deleted while nothing runs.
//
// # Example
//
//	db, err := sqlite.Open(ctx, sqlite.Options{Path: "storage/production.sqlite3"})
//	if err != nil {
//		return err
//	}
//	defer db.Close()
//	schema, err := db.Schema(ctx)
package sqlite
