// Package mysql is the destination for MySQL and MariaDB.
//
// It writes with plain INSERT, UPDATE and DELETE by key, in one transaction
// with the ledger, and never with a statement that destroys what it cannot see:
// no REPLACE, no INSERT IGNORE, no ON DUPLICATE KEY UPDATE on application
// tables, no TRUNCATE, and foreign_key_checks stays on. LOAD DATA goes only into
// a copy of a table, and its warnings are errors.
//
// # Promises
//
//   - Sessions are strict whatever the server's sql_mode, work in UTC, and wait
//     seconds, not days, for locks.
//   - A value is brought into the form in which the column keeps it before it
//     is compared: what cannot be kept without loss is a bad row, never a
//     rounded or cut value. Fractions of seconds beyond the column's precision
//     are the exception: they are cut off, as times are no amounts.
//   - Rows are compared byte by byte. The server's collation never decides
//     whether two values are equal.
//   - What the user may not see is not harmed: where the server hides tables from
//     it, no row that they may refer to is deleted, and a table whose triggers
//     are hidden is not exchanged.
//   - What a DSN says about encryption is obeyed or refused, never dropped.
//   - Errors carry the server's error number, the column or the index, and no
//     value.
//
// # Example
//
//	db, err := mysql.Open(mysql.Options{DSN: dsn, TimeZone: time.UTC})
//	if err != nil {
//		return err
//	}
//	defer db.Close()
//	schema, err := db.Schema(ctx)
package mysql
