// Package run executes a plan: it reads models from a Source and brings them
// into the tables of a Destination. Both are interfaces that it declares and
// adapters implement; what is the same for every database is here.
//
// # Order of events
//
// Each group of the plan is one unit. Its session holds the advisory locks of
// its tables. First every load is compared: the model and the rows that the
// load owns are read in key order, side by side, and what differs is kept in a
// spool, in memory at first and then in a temporary file. Nothing has been
// written yet; guards and approval decide whether anything will be. Then
// everything is applied in one transaction, together with the ledger's entries:
// deletes of tables that nobody refers to, updates and inserts parents first,
// references among the run's own rows, the other deletes children first.
//
// Reading and encoding the model, reading the table and comparing run at once,
// each in a goroutine that the comparison owns and waits for. A replace compares
// too, so that a second run changes nothing, but gives up as soon as most of
// what it has seen differs: then the table is loaded anew and exchanged.
//
// # Promises
//
//   - Memory does not grow with the number of rows: rows stream, what must be
//     kept or sorted is spilled to files that only the user can read.
//   - Nothing is deleted because of rows that were not read: the number of rows
//     is compared with one that the source counted independently.
//   - A row that the application changed after it was compared is compared
//     again, under a lock, before it is written.
//   - A unit that fails is rolled back as a whole. Deadlocks and lost connections
//     are tried again with growing pauses; a commit whose answer was lost is
//     looked up in the ledger.
//   - Events, reports and errors hold no row values. Rejects hold keys, and are
//     given only to the sink that was asked for.
//
// # Example
//
//	report := run.Execute(ctx, p, source, map[string]run.Destination{"job_board": db}, run.Options{
//		RunID:   id,
//		Events:  func(e run.Event) { fmt.Println(e) },
//	})
//	for _, r := range report.Loads {
//		fmt.Println(r.Load, r.Status, r.Counts.Inserted, r.Counts.Updated, r.Counts.Deleted)
//	}
package run
