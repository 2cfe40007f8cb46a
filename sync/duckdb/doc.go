// Package duckdb is the source for models in a DuckDB file, as dbt-duckdb builds
// them. DuckDB is C++ and needs cgo, so that the code is behind the build tag
// duckdb; without it the package is empty:
//
//	go build -tags duckdb ./cmd/impact
//
// # Promises
//
//   - The file is opened read-only. As long as it is open, DuckDB keeps every
//     other program from writing to it.
//   - Values are exact: decimals and large integers are never floating point,
//     a TIMESTAMPTZ is an instant in UTC whatever the session's time zone, a
//     TIMESTAMP is never shifted. Lists, structs and maps become JSON text as
//     BigQuery writes it.
//   - Rows come in the order that was asked for, text in the order of its bytes
//     whatever the column's collation.
//   - A table's version is a hash over the bytes of the file and of its log. A
//     view has none: it may read other files.
//     Within one program DuckDB opens a path once: a file that was exchanged is
//     seen by a Source that is opened after the others of that path were closed.
//   - The number of rows is counted by a query of its own.
//   - Memory does not grow with the number of rows: DuckDB returns results as a
//     whole, so that large ones go through a temporary table that it may put on
//     the disk.
//   - Extensions are never downloaded.
//
// # Example
//
//	src, err := duckdb.Open(ctx, duckdb.Options{
//		Path:      "medical_jobs.duckdb",
//		Relations: map[string]string{"model.shop.mart_jobs": `"medical_jobs"."main"."mart_jobs"`},
//	})
//	if err != nil {
//		return err
//	}
//	defer src.Close()
package duckdb
