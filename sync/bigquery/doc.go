// Package bigquery is the source for models in BigQuery.
//
// A model is read by one query with an explicit list of columns, ordered by the
// key of the load, over one snapshot of the warehouse. The result comes as Arrow
// record batches of the Storage Read API, or as pages of the REST API where the
// result is small or the account may not use the other.
//
// # Promises
//
//   - All tables of a Source are read as they were at one instant, which the
//     first Describe fixes by the server's own clock. A version names it, so that
//     a plan that was kept reads the same rows again, as long as BigQuery keeps
//     them. Views, external tables and whatever else has no history are read as
//     they are, and have no version.
//   - Values have the same bytes on both ways. What has no scalar form (STRUCT,
//     ARRAY, JSON, GEOGRAPHY, INTERVAL, RANGE) is turned into text by BigQuery
//     itself, inside the query.
//   - A stream ends with io.EOF only after as many rows as the job says its
//     result has. A cancelled context, a broken stream and a short page are
//     errors. What may be tried again is tried a few times, from the row after
//     the last one that arrived, and is then marked with run.ErrTransient.
//   - Nothing is read when a dry run says that a query would process more than
//     MaxBytesBilled. The job has the same limit.
//   - Memory does not grow with the number of rows: one page or batch is worked
//     on while the next one arrives.
//   - Errors, labels and notices hold no row values and no credentials.
//
// # Why not the client's own iterator
//
// The iterator of cloud.google.com/go/bigquery reports a cancelled context as the
// end of the rows, tries server errors again without a limit, and makes a boxed
// value of every field. The REST calls are therefore made here, with the types
// of google.golang.org/api, and the Storage Read API is called through its
// generated client.
//
// Arrow's library for Go trusts the lengths in a message: a wrong one ends the
// process for lack of memory. Batches here have scalar columns only, so they are
// read directly from the bytes of the message.
//
// The Storage Read API keeps the order of a sorted result only within a single
// stream, so a single stream is asked for; if a session has more, the pages of
// the REST API are read instead.
//
// # Example
//
//	src, err := bigquery.Open(ctx, bigquery.Options{
//		Project:        "medical-lake",
//		Relations:      map[string]string{"model.medical.mart_jobs": "medical-lake.mart.mart_jobs"},
//		MaxBytesBilled: 10 << 30,
//	})
//	if err != nil {
//		return err
//	}
//	defer src.Close()
//	model, err := src.Describe(ctx, "model.medical.mart_jobs")
package bigquery
