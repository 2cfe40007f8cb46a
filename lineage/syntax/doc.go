// Package syntax reads SQL: from text to tokens to an immutable tree whose
// nodes know where they stand. It reads GoogleSQL as BigQuery accepts it, and
// the other warehouses' SQL with their differences held as data in a [Dialect].
//
// What it promises:
//
//   - [Parse] never fails, panics or hangs, whatever the text. Depth, size and
//     the number of errors are limited, and time is linear in the text.
//   - Nothing is lost silently. What cannot be read is an [Error] with a
//     position, and a [Bad], [BadTable], [PipeBad] or [BadStmt] in the tree that
//     holds the names seen in it; the statements around it are read.
//   - A node's span lies within its parent's, and an identifier's span covers
//     its name as written.
//   - It accepts more than a warehouse does: it is no judge of SQL. What it
//     accepts, it reads with the meaning that the warehouse gives it.
//
// For example:
//
//	bigquery, _ := syntax.Lookup("bigquery")
//	file := syntax.Parse("select id from `p.d.orders`", bigquery)
//	for _, e := range file.Errors {
//		pos := file.Position(e.Pos)
//		fmt.Printf("%d:%d: %s\n", pos.Line, pos.Col, e.Message)
//	}
//
// Who reads many texts and needs no tree for long uses a [Reader].
//
// It knows nothing of tables and columns: which of them a name means is decided
// by the package bind.
package syntax
