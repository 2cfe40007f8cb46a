// Package oracle asks GoogleSQL's own analyzer, the reference implementation of
// BigQuery's SQL, what a statement means: the names and types of its output
// columns, the input columns that flow into each of them, the input columns that
// decide about rows, and whether it still compiles once an input loses a column.
//
//	o, err := oracle.New()
//	if err != nil {
//		return err
//	}
//	got := o.Analyze("select id, amount * 2 as a from p.d.orders", schema)
//	fmt.Println(got.Columns[1].Sources) // p.d.orders.amount
//
// What the package promises:
//
//   - Lineage is read from the resolved tree alone; nothing of ours takes part in
//     it. Fields of structs keep their own lineage through constructors, arrays
//     and UNNEST, as long as the tree shows where they go.
//   - Conditions of CASE and IF, and everything that a function is given, count
//     as sources of the value. Keys of windows, of PIVOT's FOR, of joins, filters
//     and groupings are uses instead, and so is the ordering inside of an
//     aggregate. An array in FROM is a use of the kind join: it says how many
//     rows there are. EXISTS has no sources. UNPIVOT's name column comes from the
//     columns that it lists.
//   - What the analyzer cannot do is an error text in the answer. A trap of the
//     analyzer is caught and told as one. Nesting so deep that the stack of the
//     process ends is not: this is a judge of statements that people wrote.
//
// The analyzer is one instance for the whole process: an [Oracle] must be used
// from one goroutine at a time.
package oracle
