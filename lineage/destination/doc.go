// Package destination knows where an exposure's rows go: the [Load] that its
// meta.impact block states, and the [Schema] of the tables it is loaded into.
//
// [Decode] is strict, because the same block drives what is analysed and what
// is loaded: an unknown key, a wrong type or two statements that cannot both
// hold are a [Problem] with the JSON path, the place in the yml file where it
// can be read, and a hint. All problems are found at once, and a load that has
// one is not returned.
//
// The readers of schemas are tolerant, because a schema.rb or a dump holds much
// that does not concern a load: [ReadSchemaRB], [ReadStructureSQL] and
// [ReadSnapshot] never evaluate anything, never panic, and name what they leave
// out as a [Warning].
//
// [Check] says what does not fit between the two:
//
//	loads, problems := destination.Decode(exposure, destination.Options{Project: os.DirFS(dir)})
//	schema, warnings, err := destination.ReadSchema("db/schema.rb", src)
//	for _, l := range loads {
//		for _, m := range destination.Check(l.Expand(columns), schema) {
//			fmt.Println(m.ID, m)
//		}
//	}
//
// Everything returned is deterministic: the same input gives the same order.
package destination
