// Package random makes BigQuery statements by chance, for the analyzer and the
// SQL engine to be held against each other where nobody thought of writing a
// test: queries in queries to any depth, names that hide one another, structs
// that are built, gathered, opened and built again.
//
//	for n := range uint64(1000) {
//		made := random.Statement(seed, n, tables)
//		...
//	}
//
// Some are scripts, with variables, functions and temporary tables: for the
// analyzer, which knows none, the same is said in one statement. A statement
// depends on nothing but its two numbers. It reads the tables that it
// is made for, [Tables]; most statements are valid, and which ones are is for the
// analyzer to say. One in ten is spoiled on purpose: another name, or a piece that
// is gone.
//
// [Shrink] makes a statement small while something holds for it.
package random
