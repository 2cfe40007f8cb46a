// Package lineage knows where every column of a dbt project comes from and goes
// to: from source tables over models, seeds and snapshots to exposures and the
// destination tables that they are loaded into.
//
// [Build] reads a manifest, with a catalog and the decoded loads where there are
// any, and returns a [Graph], which is frozen: any number of goroutines may ask
// it. Relations are numbered densely, and so are columns; edges between columns
// are kept in both directions as sorted arrays.
//
//	g, err := lineage.Build(ctx, lineage.Input{Manifest: m, Catalog: c})
//	col, _ := g.Column(g.ByID("source.shop.salesforce.account"), "Name")
//	for _, e := range g.Downstream(col) { … }
//
// What the package promises:
//
//   - Schemas flow: the output columns of a model are the input of its children,
//     so the columns of models need no catalog. A catalog or yml file closes the
//     gaps at sources and seeds only.
//   - Relations are found by their name over the whole manifest, not only among
//     what depends_on lists.
//   - Nothing aborts: a model whose SQL is missing or not understood becomes a
//     relation of which every column may come from every column of its parents,
//     and [Graph.Coverage] says so.
//   - The same input gives the same graph, whatever the number of goroutines.
package lineage
