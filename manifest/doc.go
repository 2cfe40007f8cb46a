// Package manifest reads the artifacts that dbt writes: manifest.json,
// catalog.json, run_results.json, sources.json and semantic_manifest.json, of
// dbt 0.19 to 2.x, plain or gzip, into one model that is the same for every
// schema version.
//
// The package promises
//
//   - not to lose anything silently: a value that is structure (a node, its
//     columns, its config) and is not what it must be is an *[Error] with file,
//     JSON path and byte offset; an odd leaf is a warning; an unknown schema
//     version is a warning;
//   - never to panic, whatever the file holds, and to be lean: a file is walked
//     once, no more than one node of it is held at a time, docs and dbt's own
//     macros are not kept, and repeated strings are kept once;
//   - to read what encoding/json reads: of members with the same name the last
//     one counts, text that is not valid Unicode becomes U+FFFD (with a warning);
//   - deterministic results: slices are sorted by unique id, lists keep the order
//     of the file.
//
// A few lines list what depends on a source:
//
//	m, err := manifest.Read("target/manifest.json", manifest.Options{})
//	if err != nil {
//		return err
//	}
//	for _, n := range m.Children("source.shop.salesforce.account") {
//		fmt.Println(n.UniqueID, n.RelationName)
//	}
package manifest
