package lineage

import (
	"iter"
	"slices"
	"strings"

	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// A colRef is a column while the graph is built: its relation, and its place
// among that relation's columns.
type colRef struct {
	rel RelID
	idx int32
}

// relColumns are the columns of one relation while the graph is built.
type relColumns struct {
	list  []Column
	index map[uint64]int32 // by the folded name and path, once it is asked for; the first of a collision
	// nested says that there are fields among them.
	nested bool
}

func (rc *relColumns) find(name, path string) (int32, bool) {
	if rc.index == nil {
		rc.index = make(map[uint64]int32, len(rc.list))
		for i := range rc.list {
			rc.enter(int32(i))
		}
	}
	i, ok := rc.index[colKey(name, path)]
	if !ok {
		return 0, false
	}
	same := func(c *Column) bool { return strings.EqualFold(c.Name, name) && strings.EqualFold(c.Path, path) }
	if same(&rc.list[i]) {
		return i, true
	}
	for j := range rc.list {
		if same(&rc.list[j]) {
			return int32(j), true
		}
	}
	return 0, false
}

// enter enters a column into the index.
func (rc *relColumns) enter(i int32) {
	key := colKey(rc.list[i].Name, rc.list[i].Path)
	if _, taken := rc.index[key]; !taken {
		rc.index[key] = i
	}
}

func colKey(name, path string) uint64 {
	return uint64(syntax.Fold(name))<<32 | uint64(syntax.Fold(path))
}

type rawEdge struct {
	from, to colRef
	via      Via
	conf     bind.Confidence
	pos      syntax.Pos
}

// rawEdges is a list of edges. It grows by whole blocks, so that nothing is copied
// and little is left over.
type rawEdges struct {
	blocks [][]rawEdge
	n      int
}

// edgeBlock is how many edges a block holds.
const edgeBlock = 1 << 10

func (l *rawEdges) add(e rawEdge) {
	last := len(l.blocks) - 1
	if l.n%edgeBlock == 0 {
		last++
		l.blocks = append(l.blocks, make([]rawEdge, 0, edgeBlock))
	}
	l.blocks[last] = append(l.blocks[last], e)
	l.n++
}

func (l *rawEdges) at(i int32) *rawEdge { return &l.blocks[i/edgeBlock][i%edgeBlock] }

// all iterates over the edges in the order in which they were added.
func (l *rawEdges) all() iter.Seq[*rawEdge] {
	return func(yield func(*rawEdge) bool) {
		for _, block := range l.blocks {
			for i := range block {
				if !yield(&block[i]) {
					return
				}
			}
		}
	}
}

type rawUse struct {
	col     colRef
	rel     RelID
	via     Via
	pos     syntax.Pos
	rows    bool
	outputs []colRef // whole columns
	parts   []colRef // of outputs of which not all fields are meant
	conf    bind.Confidence
}

// col returns a column of a relation, entering it at its first mention.
func (b *builder) col(r RelID, name, path string) colRef {
	rc := &b.cols[r]
	if i, ok := rc.find(name, path); ok {
		return colRef{r, i}
	}
	i := int32(len(rc.list))
	rc.nested = rc.nested || path != ""
	rc.list = append(rc.list, Column{Rel: r, Name: name, Path: path})
	rc.enter(i)
	return colRef{r, i}
}

// colAt is col for a column that most likely stands at a place.
func (b *builder) colAt(r RelID, place int, name, path string) colRef {
	list := b.cols[r].list
	if place >= 0 && place < len(list) && list[place].Name == name && list[place].Path == path {
		return colRef{r, int32(place)}
	}
	return b.col(r, name, path)
}

// schemaColumns enters the columns of a relation's schema, and with fields those
// inside of each behind it.
func (b *builder) schemaColumns(r RelID, fields bool) {
	rc, cols := &b.cols[r], b.g.Relations[r].schema.Columns
	fields = fields && slices.ContainsFunc(cols, func(c bind.Column) bool { return structIn(c.Type) != nil })
	if !fields && len(rc.list) == 0 && b.g.Relations[r].schema.Distinct() {
		rc.list = make([]Column, len(cols))
		for i := range cols {
			rc.list[i] = Column{Rel: r, Name: cols[i].Name, Type: cols[i].Type, Known: true}
		}
		return
	}
	for i := range cols {
		c := b.col(r, cols[i].Name, "")
		rc.list[c.idx].Type, rc.list[c.idx].Known = cols[i].Type, true
		if fields {
			b.fields(r, cols[i].Name, "", cols[i].Type)
		}
	}
}

// structIn is the struct that a type is, or that the items of an array are; nil
// if there is none.
func structIn(t *bind.Type) *bind.Type {
	for t != nil && t.Kind == bind.ArrayType {
		t = t.Elem
	}
	if t == nil || t.Kind != bind.StructType {
		return nil
	}
	return t
}

// enter enters the columns of one level's relations, and the edges and uses that
// binding them found. Relations come in order, so the numbering is always the
// same.
func (b *builder) enter(level []RelID) {
	for _, id := range level {
		r := b.g.Relations[id]
		b.schemaColumns(id, r.Kind == Source || r.Kind == Seed)
	}
	for _, id := range level {
		r := b.g.Relations[id]
		if r.Kind != Model && r.Kind != Snapshot {
			continue
		}
		if res := b.results[id]; res != nil && (r.state != unparsed || len(res.Outputs) > 0) {
			b.result(r, res)
			b.results[id] = nil
			if r.Kind == Snapshot {
				b.snapshotEdges(r)
			}
			continue
		}
		b.tableLevel(r)
	}
}

// maxFieldDepth bounds how deep the fields of a type are entered.
const maxFieldDepth = 16

// fields enters the fields inside a column of a source, so that people may ask
// about those that no SQL names.
func (b *builder) fields(r RelID, column, path string, t *bind.Type) {
	if t = structIn(t); t == nil || strings.Count(path, ".") >= maxFieldDepth {
		return
	}
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Name == "" {
			continue
		}
		inner := f.Name
		if path != "" {
			inner = path + "." + f.Name
		}
		ref := b.col(r, column, inner)
		b.cols[r].list[ref.idx].Type = f.Type
		b.cols[r].list[ref.idx].Known = true
		b.fields(r, column, inner, f.Type)
	}
}

// result enters what binding a relation's SQL found.
func (b *builder) result(r *Relation, res *bind.Result) {
	leaf := make([]colRef, len(res.Leaves))
	seen := make([]bool, len(res.Leaves))
	input := make([]RelID, len(res.Inputs))
	for i, in := range res.Inputs {
		input[i] = RelID(in.ID)
		if in.ID < 0 {
			input[i] = b.unmanagedRel(in.Name)
		}
		b.connect(input[i], r.ID)
	}
	// The columns that an input is known to have are leaves one after the other.
	first := make([]int, len(res.Inputs))
	for i := len(res.Leaves) - 1; i >= 0; i-- {
		first[res.Leaves[i].Input] = i
	}
	ref := func(i int) colRef {
		if !seen[i] {
			l := &res.Leaves[i]
			seen[i] = true
			leaf[i] = b.colAt(input[l.Input], i-first[l.Input], l.Column, l.Path)
		}
		return leaf[i]
	}
	out := make([]colRef, len(res.Outputs))
	for i := range res.Outputs {
		o := &res.Outputs[i]
		out[i] = b.colAt(r.ID, i, o.Name, "")
		var inPart map[int]bool
		if len(o.Parts) > 0 {
			inPart = make(map[int]bool)
		}
		for j := range o.Parts {
			p := &o.Parts[j]
			to := b.col(r.ID, o.Name, p.Path)
			b.cols[r.ID].list[to.idx].Known = true
			b.cols[r.ID].list[to.idx].part = true
			for _, s := range p.Sources {
				inPart[s.Leaf] = true
				b.edge(ref(s.Leaf), to, Via(s.Kind), s.Confidence, s.Pos)
			}
		}
		for _, s := range o.Sources {
			if !inPart[s.Leaf] {
				b.edge(ref(s.Leaf), out[i], Via(s.Kind), s.Confidence, s.Pos)
			}
		}
	}
	for i := range res.Uses {
		u := &res.Uses[i]
		raw := rawUse{col: ref(u.Leaf), rel: r.ID, via: Filter + Via(u.Kind), pos: u.Pos, rows: u.Rows, conf: u.Confidence}
		for _, o := range u.Outputs {
			raw.outputs = append(raw.outputs, out[o])
		}
		for _, p := range u.Parts {
			raw.parts = append(raw.parts, b.col(r.ID, res.Outputs[p.Output].Name, p.Path))
		}
		b.uses = append(b.uses, raw)
	}
}

func (b *builder) edge(from, to colRef, via Via, conf bind.Confidence, pos syntax.Pos) {
	if from == to {
		return
	}
	b.edges.add(rawEdge{from, to, via, conf, pos})
}

// unmanagedRel is the relation of a name that only SQL knows.
func (b *builder) unmanagedRel(name string) RelID {
	key := strings.ToLower(name)
	if id, ok := b.unmanaged[key]; ok {
		return id
	}
	if b.unmanaged == nil {
		b.unmanaged = make(map[string]RelID)
	}
	r := b.add(&Relation{Kind: Unmanaged, UniqueID: name, Name: name, schema: &bind.Relation{Name: name, Open: true}})
	b.cols = append(b.cols, relColumns{})
	b.unmanaged[key] = r.ID
	if strings.HasSuffix(key, "*") {
		b.wildcards = append(b.wildcards, r.ID)
	}
	// It comes before all that reads it.
	b.g.order = append([]RelID{r.ID}, b.g.order...)
	return r.ID
}

// shards joins a wildcard that stands for several sources to them: each of its
// columns may come from that of each source.
func (b *builder) shards() {
	for _, w := range b.wildcards {
		prefix := strings.TrimSuffix(nameKey(b.g.Relations[w].UniqueID), "*")
		for _, s := range b.g.names.shards(prefix) {
			b.connect(s, w)
			for i := range b.cols[w].list {
				c := &b.cols[w].list[i]
				if strings.EqualFold(c.Name, "_table_suffix") {
					continue // which the wildcard makes
				}
				if _, ok := b.cols[s].find(c.Name, ""); ok || b.g.Relations[s].schema.Open {
					b.edge(b.col(s, c.Name, c.Path), colRef{w, int32(i)}, Direct, bind.Inferred, -1)
				}
			}
		}
	}
}

// connect enters an edge between relations, once.
func (b *builder) connect(from, to RelID) {
	if from == to {
		return
	}
	f, t := b.g.Relations[from], b.g.Relations[to]
	for _, p := range t.Parents {
		if p == from {
			return
		}
	}
	t.Parents = append(t.Parents, from)
	f.Children = append(f.Children, to)
}

// snapshotEdges enters where the columns that dbt adds come from.
func (b *builder) snapshotEdges(r *Relation) {
	for _, m := range snapshotColumns(r.Node) {
		to := b.col(r.ID, m.name, "")
		for _, from := range m.from {
			if i, ok := b.cols[r.ID].find(from, ""); ok {
				b.edge(colRef{r.ID, i}, to, Transform, bind.Exact, -1)
			}
		}
	}
}

// tableLevel stands in for SQL that could not be read: every column may come
// from every column of every parent.
func (b *builder) tableLevel(r *Relation) {
	all := b.col(r.ID, "*", "")
	for i := range b.cols[r.ID].list {
		if int32(i) != all.idx {
			b.edge(all, colRef{r.ID, int32(i)}, Transform, bind.Widened, -1)
		}
	}
	for _, p := range r.Parents {
		b.edge(b.col(p, "*", ""), all, Transform, bind.Widened, -1)
		for i := range b.cols[p].list {
			if c := &b.cols[p].list[i]; c.Path == "" && c.Name != "*" {
				b.edge(colRef{p, int32(i)}, all, Transform, bind.Widened, -1)
			}
		}
	}
}

// demands follows columns that are asked of a relation although its SQL names
// none like it: they can only have come through a star over an open relation.
// Children ask before their parents do, so one walk against the order is enough.
func (b *builder) demands() {
	for r := range b.cols {
		for i := 0; i < len(b.cols[r].list); i++ {
			if c := &b.cols[r].list[i]; c.Path != "" {
				b.col(RelID(r), c.Name, "") // who asks for a field asks for its column
			}
		}
	}
	stars := make(map[RelID][]rawEdge)
	for e := range b.edges.all() {
		if b.name(e.to) == "*" && b.name(e.from) == "*" {
			stars[e.to.rel] = append(stars[e.to.rel], *e)
		}
	}
	if len(stars) == 0 {
		return
	}
	for i := len(b.g.order) - 1; i >= 0; i-- {
		id := b.g.order[i]
		from := stars[id]
		if len(from) == 0 {
			continue
		}
		for idx := 0; idx < len(b.cols[id].list); idx++ {
			c := b.cols[id].list[idx]
			if c.Known || c.Name == "*" || c.Path != "" {
				continue
			}
			to := colRef{id, int32(idx)}
			for _, e := range from {
				if e.from.rel == id {
					continue
				}
				conf := bind.Inferred
				if len(from) > 1 || e.conf == bind.Widened {
					conf = bind.Widened
				}
				if e.via == Direct {
					b.edge(b.col(e.from.rel, c.Name, ""), to, Direct, conf, -1)
				} else {
					b.edge(b.col(id, "*", ""), to, e.via, conf, -1)
				}
			}
		}
	}
}

func (b *builder) name(c colRef) string { return b.cols[c.rel].list[c.idx].Name }
