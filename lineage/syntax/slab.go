package syntax

// A Reader parses one text after the other into the same memory, which spares
// most of what a tree costs. The zero Reader is ready for use; it is for one
// goroutine.
type Reader struct{ m memory }

// Parse is [Parse] into the memory of the reader: the next call, and Reset, take
// the tree of this one away. Only its [File.Errors], and the text itself, stay.
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

// A slab hands out nodes of one type from chunks, so that a tree costs few
// allocations. The chunks live as long as any node of them, or until the slab is
// reset.
type slab[T any] struct {
	free   []T
	size   int
	chunks [][]T // all that were made, in order
	used   int   // number of chunks that nodes were taken from; free is of the last
}

// maxChunks bounds the chunks of a slab that are kept for the next tree.
const maxChunks = 32

// grow makes room for n nodes in a row.
func (s *slab[T]) grow(n int) {
	for s.used < len(s.chunks) {
		s.free = s.chunks[s.used]
		s.used++
		if len(s.free) >= n {
			return
		}
	}
	s.size = min(max(2*s.size, 8), 512)
	s.free = make([]T, max(n, s.size))
	s.chunks = append(s.chunks, s.free)
	s.used++
}

// reset makes all nodes zero, and free.
func (s *slab[T]) reset() {
	for i, c := range s.chunks[:s.used] {
		if i == s.used-1 {
			c = c[:len(c)-len(s.free)]
		}
		clear(c)
	}
	if len(s.chunks) > maxChunks {
		clear(s.chunks[maxChunks:])
		s.chunks = s.chunks[:maxChunks]
	}
	s.free, s.used = nil, 0
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

func (s *slabs) reset() {
	s.paths.reset()
	s.literals.reset()
	s.calls.reset()
	s.binaries.reset()
	s.windows.reset()
	s.selects.reset()
	s.queries.reset()
	s.tables.reset()
	s.aliases.reset()
	s.identLists.reset()
	s.exprLists.reset()
	s.itemLists.reset()
	s.orderLists.reset()
	s.whenLists.reset()
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
