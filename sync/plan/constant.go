package plan

import (
	"fmt"
	"slices"

	"impact/lineage/destination"
)

// constants refuses constants that their columns cannot hold as they are: one
// of values would make every row a bad one, and with one of scope nobody could
// say which rows the load owns.
func (c *checker) constants(l *Load) {
	dest := c.in.Destinations[l.Spec.Destination]
	if dest == nil {
		return
	}
	for _, block := range []struct {
		name      string
		constants []destination.Constant
	}{{"scope", l.Spec.Scope}, {"values", l.Spec.Values}} {
		for _, k := range block.constants {
			col := l.Table.Column(k.Column)
			if col == nil || k.Value.Kind == destination.Null || refusedFor(l, TypeUnfit, col.Name) {
				continue // what is wrong has been said, and NULL is none
			}
			if err := dest.Accept(k.Value, col); err != nil {
				refuse(l, ConstantUnfit, col.Name, "correct the constant, or change the column in a migration of the application",
					"column %s (%s) cannot hold the constant that %s gives it: %v", col.Name, col.Type, placeOf(l.Spec, block.name), err)
			}
		}
	}
}

func refusedFor(l *Load, id, column string) bool {
	return slices.ContainsFunc(l.Refusals, func(r Refusal) bool { return r.ID == id && equalFold(r.Column, column) })
}

// placeOf names a part of a load's block, and the line of the block in its file.
func placeOf(l *destination.Load, part string) string {
	place := part
	if l.Path != "" {
		place = l.Path + "." + part
	}
	if l.File != "" && l.Line > 0 {
		place += fmt.Sprintf(" (%s:%d)", l.File, l.Line)
	}
	return place
}
