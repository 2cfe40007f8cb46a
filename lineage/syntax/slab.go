package syntax

// A slab hands out nodes of one type from chunks, so that a tree costs few
// allocations. The chunks live as long as any node of them.
type slab[T any] struct {
	free []T
	size int
}

func (s *slab[T]) grow(n int) {
	s.size = min(max(2*s.size, 8), 512)
	s.free = make([]T, max(n, s.size))
}

// one returns a zero T.
func (s *slab[T]) one() *T {
	if len(s.free) == 0 {
		s.grow(1)
	}
	x := &s.free[0]
	s.free = s.free[1:]
	return x
}

// list copies items into a slice of its own; an empty list is nil.
func (s *slab[T]) list(items []T) []T {
	n := len(items)
	if n == 0 {
		return nil
	}
	if n > len(s.free) {
		if n >= 64 {
			return append(make([]T, 0, n), items...)
		}
		s.grow(n)
	}
	out := s.free[:n:n]
	copy(out, items)
	s.free = s.free[n:]
	return out
}

// slabs are the chunks of one tree, for the nodes that are many.
type slabs struct {
	paths    slab[Path]
	literals slab[Literal]
	calls    slab[Call]
	binaries slab[Binary]
	windows  slab[WindowSpec]
	selects  slab[Select]
	queries  slab[Query]
	tables   slab[Table]
	aliases  slab[Alias]

	identLists slab[Ident]
	exprLists  slab[Expr]
	itemLists  slab[SelectItem]
	orderLists slab[OrderItem]
	whenLists  slab[When]
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

func (p *parser) takeIdents(m int) []Ident {
	list := p.identLists.list(p.idents[m:])
	p.idents = p.idents[:m]
	return list
}

func (p *parser) takeExprs(m int) []Expr {
	list := p.exprLists.list(p.exprs[m:])
	p.exprs = p.exprs[:m]
	return list
}

func (p *parser) takeItems(m int) []SelectItem {
	list := p.itemLists.list(p.items[m:])
	p.items = p.items[:m]
	return list
}

func (p *parser) takeOrders(m int) []OrderItem {
	list := p.orderLists.list(p.orders[m:])
	p.orders = p.orders[:m]
	return list
}

func (p *parser) takeWhens(m int) []When {
	list := p.whenLists.list(p.whens[m:])
	p.whens = p.whens[:m]
	return list
}
