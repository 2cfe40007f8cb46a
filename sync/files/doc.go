// Package files is the source for models that are kept as files: CSV with a
// header line, as DuckDB, BigQuery and pandas export them.
//
// # Promises
//
//   - An empty field without quotes is NULL, an empty field in quotes is the
//     empty string.
//   - Files state no types: every value is read as its column needs it, and one
//     that does not fit is a bad row.
//   - A file is the version of its bytes. One that changes between the plan and
//     the run, or while it is read, is an error, not a mixture.
//   - The number of rows is counted by the standard library's reader, the rows
//     are read by ours, which knows about quotes: one checks the other.
//   - Memory does not grow with the file.
//
// # Example
//
//	src := files.New(map[string]string{"model.shop.mart_jobs": "export/mart_jobs.csv"})
//	model, err := src.Describe(ctx, "model.shop.mart_jobs")
package files
