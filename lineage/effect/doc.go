// Package effect answers what a change of one column does to everything that
// depends on it.
//
// [Drop] takes a column away and tells the consequences as findings: what
// breaks, what is lost without an error, what is no longer run, whose values and
// rows change, and where to edit, in order.
//
//	answer := effect.Drop(g, effect.Query{Relation: rel, Column: "Salary_Min__c"})
//	for _, f := range answer.Findings { … }
//
// A verdict about a model comes from binding its SQL again without the column,
// not from reachability: a break is a name that no longer resolves, with its
// place. Models are taken in the order in which dbt builds them. One that breaks
// is taken as repaired by NULL in place of the missing column, so its own
// columns stay and its children are stale; a column that disappears through a
// star is gone for its children too, and breaks those that name it.
//
// What the package promises: every finding has a stable id and a path from the
// changed column; the order is always the same; what could not be read is a
// finding of confidence "widened" and a gap of the coverage, never left out.
package effect
