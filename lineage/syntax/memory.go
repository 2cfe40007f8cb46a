package syntax

import "impact/internal/slab"

// A Reader parses one text after the other into the same memory, which spares
// most of what a tree costs. The zero Reader is ready for use; it is for one
// goroutine.
type Reader struct{ m memory }

// Parse is [Parse] into the memory of the reader: the next call takes the
// tree of this one away. Only its [File.Errors], and the text itself, stay.
func (r *Reader) Parse(src string, d *Dialect) *File {
	r.m.reset()
	return r.m.parse(src, d)
}

// memory is what texts are read with, and the trees that are made of them.
type memory struct {
	tokens []token
	scratch
	slabs
}

// maxTokens bounds the tokens that are kept for the next text.
const maxTokens = 1 << 16

// reset takes the last tree away. What is not used again is forgotten.
func (m *memory) reset() {
	if cap(m.tokens) > maxTokens {
		m.tokens = nil
	}
	m.scratch.reset()
	m.slabs.reset()
}

// slabs are the chunks of one tree, for the nodes that are many.
type slabs struct {
	paths    slab.Slab[Path]
	literals slab.Slab[Literal]
	calls    slab.Slab[Call]
	binaries slab.Slab[Binary]
	windows  slab.Slab[WindowSpec]
	selects  slab.Slab[Select]
	queries  slab.Slab[Query]
	tables   slab.Slab[Table]
	aliases  slab.Slab[Alias]

	identLists slab.Slab[Ident]
	exprLists  slab.Slab[Expr]
	itemLists  slab.Slab[SelectItem]
	orderLists slab.Slab[OrderItem]
	whenLists  slab.Slab[When]
}

func (s *slabs) reset() {
	s.paths.Reset()
	s.literals.Reset()
	s.calls.Reset()
	s.binaries.Reset()
	s.windows.Reset()
	s.selects.Reset()
	s.queries.Reset()
	s.tables.Reset()
	s.aliases.Reset()
	s.identLists.Reset()
	s.exprLists.Reset()
	s.itemLists.Reset()
	s.orderLists.Reset()
	s.whenLists.Reset()
}

// scratch collects the items of lists until their number is known. Lists nest,
// so each is the end of a stack: note its length, append, take.
type scratch struct {
	idents []Ident
	exprs  []Expr
	items  []SelectItem
	orders []OrderItem
	whens  []When
}

// maxScratch bounds the items of a list that the next text may use the room of.
const maxScratch = 512

func (s *scratch) reset() {
	s.idents = emptied(s.idents)
	s.exprs = emptied(s.exprs)
	s.items = emptied(s.items)
	s.orders = emptied(s.orders)
	s.whens = emptied(s.whens)
}

// emptied is a list without its items, which are forgotten.
func emptied[T any](list []T) []T {
	if cap(list) > maxScratch {
		return nil
	}
	clear(list[:cap(list)])
	return list[:0]
}

// take ends a list: what stands on the stack from m on is copied into a list of
// its own.
func take[T any](lists *slab.Slab[T], stack *[]T, m int) []T {
	list := lists.List((*stack)[m:])
	*stack = (*stack)[:m]
	return list
}

func (p *parser) takeIdents(m int) []Ident { return take(&p.identLists, &p.idents, m) }

func (p *parser) takeExprs(m int) []Expr { return take(&p.exprLists, &p.exprs, m) }

func (p *parser) takeItems(m int) []SelectItem { return take(&p.itemLists, &p.items, m) }

func (p *parser) takeOrders(m int) []OrderItem { return take(&p.orderLists, &p.orders, m) }

func (p *parser) takeWhens(m int) []When { return take(&p.whenLists, &p.whens, m) }
