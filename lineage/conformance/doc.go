// Package conformance holds the SQL engine, lineage/syntax and lineage/bind,
// against GoogleSQL's own analyzer, the reference implementation of BigQuery's
// SQL. It is a module of its own: the analyzer takes minutes and gigabytes to
// build, and no ordinary build must see it.
//
//	make conformance                                    # everything, fails below the score
//	go run ./cmd/conformance -only example              # one set
//	go run ./cmd/conformance -sql "select 1 as one"     # one statement, both sides
//	go run ./cmd/conformance -quiet -update             # commit what is reached
//
// What is compared, for the statements in the folder statements, for the cases of
// the shared folder, for the example project and for every BigQuery model of the
// corpus whose inputs are known:
//
//   - for each output column the input columns that flow into it, and the fields
//     of structs inside of them; its name; its type;
//   - the input columns that decide about rows: filter, join, group, order, window;
//   - the counterfactual: each column of each input is taken away in turn, and
//     both sides say whether the statement still compiles. The input is bound
//     again without the column and with its name in Relation.Dropped; any error
//     diagnostic is a break.
//
// Models are bound in the order of the DAG. An input has the columns and types
// that the catalog of the project states, else those that the analyzer gave to
// the model behind it, else those of its yml or of the seed's file; both sides
// see the same. A model with an input that is not known, and a statement that the
// analyzer refuses, are listed with the reason and count as unjudged, never as
// right. The statements in mistakes.sql are there to be refused by both.
//
// Each statement ends as one of these: exact, widened (more sources,
// and the engine says so), extra, missing, shape (other output columns), refused
// (by the engine only), accepted (a mistake, by the engine only) and unjudged. The figures of every set are committed in
// score.json; a run that agrees on less fails. A run that compares more or less
// than before needs a new score.
//
// The analyzer's answers depend on nothing but statement and tables. They are
// kept in the user's cache folder, so that only what changed is asked again: the
// first run takes a quarter of an hour, each later one ten seconds. Memory stays
// below one gigabyte: garbage is collected every fifty analyses, since finalizers
// alone free the analyzer's memory. Building takes seven, once.
//
// Package random makes statements by chance over the tables of the folder
// statements. "conformance random" compares them in the same way, counts kinds of
// differences and makes one statement of each kind small:
//
//	go run ./cmd/conformance random -seed 7 -n 10000 -examples 3
//
// A statement that the analyzer refuses for a name must be refused by the engine,
// or the engine must say that it is not sure; other refusals, such as those for
// types, are counted only. "make conformance" runs a fixed seed, in which no more
// statements may differ than before. What is mended goes into
// statements/found.sql.
//
// Package oracle is the analyzer with BigQuery's options, and says how its trees
// are read; a test holds that reading against lineage that was derived from the
// trees independently.
package conformance
