// Package bind resolves the names of one parsed SQL statement and tells where
// each output column comes from.
//
// Given the syntax tree and the schemas of the relations it reads, [Bind]
// returns for every output column the input columns whose values flow into it,
// each with the kind of flow (direct, transform, aggregate, conditional), and
// beside them the uses: the input columns that decide which rows there are
// (filter, join, group, order) or what is computed over a window. Fields of
// structs keep their own lineage through constructors, arrays and UNNEST.
//
// What the package promises:
//
//   - One pass over an immutable tree with scope tables; the tree is never
//     rewritten. A binding has memory of its own and shares nothing, so any
//     number may run at once; a [Binder] uses its memory for one after the other.
//   - A script is followed through branches, loops, handlers and the procedures
//     that it makes. A loop is as if it ran any number of rounds: what its body
//     changes is one set of equations, solved once all is bound.
//   - It needs no complete schema. A relation whose columns are not known is
//     open: names that nothing else explains are taken to be its columns, and a
//     star over it stays a column "*".
//   - Nothing is dropped silently. A construct that is not understood widens to
//     all columns that it names, with confidence "widened" and a diagnostic
//     that says where.
//   - A name that resolves to nothing is an error diagnostic with its place, and
//     counts as NULL. Binding again without a column therefore tells what breaks.
package bind
