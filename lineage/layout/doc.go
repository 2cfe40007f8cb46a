// Package layout takes parts out of a lineage graph and writes them for other
// programs: as JSON, for Graphviz and for Mermaid.
//
// [Select] finds the part that a selector names, [Extract] turns it into a
// [Document], which holds nothing but text and is what encoding/json writes as
// "impact.graph/1"; [DOT] and [Mermaid] draw a document.
//
//	part, err := layout.Select(g, "2+mart_jobs+")
//	doc := layout.Extract(g, part, layout.Options{Columns: true})
//	err = layout.DOT(os.Stdout, doc)
//
// What the package promises:
//
//   - The same graph and selector give the same bytes.
//   - Names are data: whatever they hold, they show up as labels, and neither
//     end a label nor become a part of the drawing's language. Characters that
//     would not be seen are shown as escapes such as \u202e.
//   - What a drawing leaves out, because Mermaid could not draw it, is counted
//     in the drawing.
package layout
