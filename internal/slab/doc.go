// Package slab hands out values of one type from chunks, so that what is made of
// many small parts costs few allocations, and uses the chunks again for the next
// such thing.
//
//	var nodes slab.Slab[Node]
//	n := nodes.New(Node{Name: "a"})
//	…
//	nodes.Reset() // n must not be used any more
package slab
