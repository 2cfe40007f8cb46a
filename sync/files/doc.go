// Package files is the source for models that are kept as files: Parquet, and
// CSV with a header line, plain or gzipped, as DuckDB, BigQuery and pandas
// export them. The end of a file's name says what it is. A folder of files, or a
// pattern, is one model.
//
// # Promises
//
//   - A file is the version of its bytes. One that changes between the plan and
//     the run, or while it is read, is an error, not a mixture.
//   - Memory does not grow with the file.
//   - In CSV an empty field without quotes is NULL, an empty field in quotes is
//     the empty string, and a line break in quotes stays what it is. CSV states
//     no types: every value is read as its column needs it, and one that does not
//     fit is a bad row. The number of rows is counted by the standard library's
//     reader, the rows are read by ours, which knows about quotes: one checks the
//     other.
//   - Parquet's values are exact: decimals of any width are never floating
//     point, times keep what they have, a wall clock is never shifted. Lists,
//     structs and maps become JSON text as BigQuery writes it. Rows are counted
//     by the file's metadata, and as they are read.
//   - The order of a Parquet file's rows is looked at, by reading the columns of
//     the order first, and never believed.
//   - A damaged file is an error. It never ends the program.
//   - Everything in a folder is part of the model, or an error; only names that
//     begin with a dot or an underscore are passed over.
//
// # Example
//
//	src := files.New(map[string]string{"model.shop.mart_jobs": "export/mart_jobs.parquet"})
//	model, err := src.Describe(ctx, "model.shop.mart_jobs")
package files
