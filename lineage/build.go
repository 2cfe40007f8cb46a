package lineage

import (
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"sort"
	"strings"

	"golang.org/x/sync/errgroup"

	"impact/lineage/bind"
	"impact/lineage/destination"
	"impact/lineage/syntax"
	"impact/manifest"
)

// Input is what a graph is built from. Only Manifest is required.
type Input struct {
	Manifest *manifest.Manifest
	Catalog  *manifest.Catalog
	// Files is the dbt project's folder: compiled SQL that the manifest lacks
	// and the yml files of exposures are read from it.
	Files fs.FS
	// Schemas are the destinations' tables by the name of the destination.
	Schemas map[string]*destination.Schema
	// SourcesOnly leaves the catalog's columns of models alone, so that all
	// that is known of a model follows from its SQL.
	SourcesOnly bool
	// Workers is how many goroutines parse and bind; 0 means one a processor.
	Workers int
}

// builder holds what is known while a graph is built.
type builder struct {
	in      Input
	g       *Graph
	files   []*syntax.File // by relation, nil without SQL
	results []*bind.Result // by relation
	cols    []relColumns   // by relation
	edges   []rawEdge
	uses    []rawUse
	// unmanaged are relations that only SQL names.
	unmanaged map[string]RelID
	circular  bool // some relations read each other
}

// Build makes the graph of a project. The error is the context's, or one that a
// bug of ours caused: what is wrong with the project is in the graph.
func Build(ctx context.Context, in Input) (*Graph, error) {
	if in.Workers <= 0 {
		in.Workers = runtime.GOMAXPROCS(0)
	}
	d, ok := syntax.Lookup(in.Manifest.Metadata.AdapterType)
	b := &builder{in: in, g: &Graph{manifest: in.Manifest, catalog: in.Catalog, dialect: d}}
	if !ok {
		b.g.dialect = b.guessDialect()
	}
	b.g.warnings = append(b.g.warnings, in.Manifest.Warnings...)
	if in.Catalog != nil {
		b.g.warnings = append(b.g.warnings, in.Catalog.Warnings...)
	}
	b.relations()
	if err := b.parse(ctx); err != nil {
		return nil, err
	}
	b.cols = make([]relColumns, len(b.g.Relations))
	if err := b.bind(ctx, b.levels()); err != nil {
		return nil, err
	}
	b.demands()
	b.exposures()
	b.sort()
	b.freeze()
	if err := b.g.relationGraph(); err != nil {
		return nil, fmt.Errorf("build the graph of relations: %w", err)
	}
	if b.circular {
		if err := b.g.nameCircles(); err != nil {
			return nil, fmt.Errorf("name the circles of relations: %w", err)
		}
	}
	return b.g, nil
}

// guessDialect finds the dialect of artifacts that do not name their adapter, as
// those before dbt 0.20: by the quotes of relation names.
func (b *builder) guessDialect() *syntax.Dialect {
	name := "generic"
	if b.in.Manifest.Metadata.AdapterType == "" {
		for _, n := range b.in.Manifest.Nodes {
			switch {
			case strings.Contains(n.RelationName, "`"):
				name = "bigquery"
			case strings.Contains(n.RelationName, `"`):
				name = "postgres"
			default:
				continue
			}
			break
		}
	} else {
		b.g.warnings = append(b.g.warnings, fmt.Sprintf("the SQL dialect of adapter %q is not known: a general one is used", b.in.Manifest.Metadata.AdapterType))
	}
	if d, ok := syntax.Lookup(name); ok {
		return d
	}
	return syntax.Generic()
}

var kinds = map[manifest.Kind]Kind{
	manifest.KindSource: Source, manifest.KindSeed: Seed,
	manifest.KindModel: Model, manifest.KindSnapshot: Snapshot,
}

// relations enters the nodes that are relations, and their schemas as far as
// catalog and yml files know them.
func (b *builder) relations() {
	g := b.g
	g.byID = make(map[string]RelID, len(b.in.Manifest.Nodes))
	for _, n := range b.in.Manifest.Nodes {
		kind, ok := kinds[n.Kind]
		if !ok {
			continue
		}
		r := b.add(&Relation{Kind: kind, UniqueID: n.UniqueID, Name: nodeName(n), Node: n})
		b.documented(r)
	}
	g.names = newNames(g.Relations)
}

func nodeName(n *manifest.Node) string {
	switch {
	case n.Kind == manifest.KindSource:
		return n.SourceName + "." + n.Name
	case n.Version != "":
		return n.Name + ".v" + n.Version
	}
	return n.Name
}

func (b *builder) add(r *Relation) *Relation {
	r.ID = RelID(len(b.g.Relations))
	b.g.Relations = append(b.g.Relations, r)
	if _, taken := b.g.byID[r.UniqueID]; !taken {
		b.g.byID[r.UniqueID] = r.ID
	}
	return r
}

// documented gives a relation the schema that catalog or yml state.
func (b *builder) documented(r *Relation) {
	r.schema = &bind.Relation{Name: r.UniqueID, ID: int(r.ID), Open: true}
	if b.in.Catalog != nil && (!b.in.SourcesOnly || r.Kind == Source || r.Kind == Seed) {
		if c := b.in.Catalog.Relation(r.UniqueID); c != nil && len(c.Columns) > 0 {
			r.schema.Columns = b.catalogColumns(c)
			r.schema.Open = false
			return
		}
	}
	for i := range r.Node.Columns {
		c := &r.Node.Columns[i]
		if c.Name != "" && !strings.ContainsAny(c.Name, ".*") {
			r.schema.Columns = append(r.schema.Columns, bind.NewColumn(c.Name, bind.ParseType(c.DataType, b.g.dialect)))
		}
	}
}

// catalogColumns leaves out the fields of structs, which BigQuery's catalog
// lists as columns "a.b".
func (b *builder) catalogColumns(c *manifest.Relation) []bind.Column {
	have := make(map[string]bool, len(c.Columns))
	out := make([]bind.Column, 0, len(c.Columns))
	for _, col := range c.Columns {
		if i := strings.IndexByte(col.Name, '.'); i > 0 && have[strings.ToLower(col.Name[:i])] {
			continue
		}
		have[strings.ToLower(col.Name)] = true
		out = append(out, bind.NewColumn(col.Name, bind.ParseType(col.Type, b.g.dialect)))
	}
	return out
}

// each runs fn for every number below n on all workers.
func (b *builder) each(ctx context.Context, n int, fn func(i int)) error {
	group, ctx := errgroup.WithContext(ctx)
	workers := min(b.in.Workers, n)
	next := make(chan int)
	group.Go(func() error {
		defer close(next)
		for i := range n {
			select {
			case next <- i:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for range workers {
		group.Go(func() error {
			for i := range next {
				fn(i)
			}
			return nil
		})
	}
	return group.Wait()
}

// parse reads the SQL of all models and snapshots.
func (b *builder) parse(ctx context.Context) error {
	rels := b.g.Relations
	b.files = make([]*syntax.File, len(rels))
	b.results = make([]*bind.Result, len(rels))
	return b.each(ctx, len(rels), func(i int) {
		r := rels[i]
		if r.Kind != Model && r.Kind != Snapshot {
			return
		}
		r.sql, r.state = b.sqlOf(r.Node)
		if r.state == bound {
			b.files[i] = syntax.Parse(r.sql.text, b.g.dialect)
		}
	})
}

// levels sorts the relations so that each comes after all it reads, in groups
// that may be bound at the same time. What reads what is taken from depends_on
// and from the names in the SQL. Where that makes a circle, as with a model that
// reads its own table, the names that close it are not counted.
func (b *builder) levels() [][]RelID {
	rels := b.g.Relations
	parents := make([]map[RelID]bool, len(rels))
	for i, r := range rels {
		parents[i] = map[RelID]bool{}
		if r.Node == nil {
			continue
		}
		for _, id := range r.Node.DependsOn {
			if p := b.g.ByID(id); p != None && p != r.ID {
				parents[i][p] = true
				b.connect(p, r.ID)
			}
		}
	}
	waiting := make([]int, len(rels))
	children := make([][]RelID, len(rels))
	for i, f := range b.files {
		if f == nil {
			continue
		}
		for _, st := range f.Stmts {
			forTables(st, func(name []syntax.Ident) {
				if p := b.g.names.lookup(name, RelID(i)); p != None && p != RelID(i) && !b.reaches(parents, p, RelID(i)) {
					parents[i][p] = true
				}
			})
		}
	}
	for i := range rels {
		for p := range parents[i] {
			children[p] = append(children[p], RelID(i))
			waiting[i]++
		}
	}
	var out [][]RelID
	var level []RelID
	for i := range rels {
		if waiting[i] == 0 {
			level = append(level, RelID(i))
		}
	}
	done := 0
	for len(level) > 0 {
		out = append(out, level)
		done += len(level)
		var next []RelID
		for _, r := range level {
			for _, c := range children[r] {
				if waiting[c]--; waiting[c] == 0 {
					next = append(next, c)
				}
			}
		}
		sort.Slice(next, func(i, j int) bool { return next[i] < next[j] })
		level = next
	}
	if done < len(rels) { // depends_on itself runs in a circle: dbt does not write that
		var rest []RelID
		for i := range rels {
			if waiting[i] > 0 {
				rest = append(rest, RelID(i))
			}
		}
		b.g.warnings = append(b.g.warnings, fmt.Sprintf("depends_on runs in a circle through %s", rels[rest[0]].UniqueID))
		out = append(out, rest)
	}
	for _, l := range out {
		b.g.order = append(b.g.order, l...)
	}
	return out
}

// sort brings all relations, tables and exposures among them, into an order in
// which parents stand before children. What runs in a circle keeps its place
// behind the others.
func (b *builder) sort() {
	rels := b.g.Relations
	waiting := make([]int, len(rels))
	for i, r := range rels {
		waiting[i] = len(r.Parents)
	}
	out := make([]RelID, 0, len(rels))
	var level []RelID
	for i := range rels {
		if waiting[i] == 0 {
			level = append(level, RelID(i))
		}
	}
	for len(level) > 0 {
		out = append(out, level...)
		var next []RelID
		for _, r := range level {
			for _, c := range rels[r].Children {
				if waiting[c]--; waiting[c] == 0 {
					next = append(next, c)
				}
			}
		}
		sort.Slice(next, func(i, j int) bool { return next[i] < next[j] })
		level = next
	}
	for _, r := range b.g.order {
		if waiting[r] > 0 {
			out = append(out, r)
		}
	}
	b.g.order = out
	b.circular = b.leftover(waiting)
}

func (b *builder) leftover(waiting []int) bool {
	for _, n := range waiting {
		if n > 0 {
			return true
		}
	}
	return false
}

// forTables calls fn for every table name in a statement.
func forTables(st syntax.Stmt, fn func(name []syntax.Ident)) {
	syntax.Inspect(st, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Table:
			fn(n.Name)
		case *syntax.TableArg:
			fn(n.Name)
		case *syntax.TableQuery:
			fn(n.Name)
		case *syntax.BadTable:
			for _, name := range n.Names {
				fn(name)
			}
		case *syntax.BadStmt:
			for _, name := range n.Tables {
				fn(name)
			}
		}
		return true
	})
}

// reaches reports whether from is to or has it among its ancestors: entering to
// <- from would then close a circle.
func (b *builder) reaches(parents []map[RelID]bool, from, to RelID) bool {
	if parents[to][from] {
		return false // the edge is there already
	}
	seen := map[RelID]bool{from: true}
	stack := []RelID{from}
	for len(stack) > 0 {
		r := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if r == to {
			return true
		}
		for p := range parents[r] {
			if !seen[p] {
				seen[p] = true
				stack = append(stack, p)
			}
		}
	}
	return false
}

// bind binds level after level; a relation's output is the input of the next.
// What binding found is entered after each level, so that only one level's
// results are held at a time.
func (b *builder) bind(ctx context.Context, levels [][]RelID) error {
	for _, level := range levels {
		err := b.each(ctx, len(level), func(i int) {
			r := b.g.Relations[level[i]]
			file := b.files[r.ID]
			if file == nil {
				return
			}
			b.files[r.ID] = nil
			res := bind.Bind(file, view{g: b.g, self: r.ID})
			if stateOf(file, res) != unparsed || len(res.Outputs) > 0 {
				b.derive(r, res)
				if readsItself(r, res) {
					// An incremental model reads its own table, whose columns
					// are those that it makes.
					res = bind.Bind(file, view{g: b.g, self: r.ID})
				}
			}
			b.results[r.ID] = res
			r.diags = res.Diagnostics
			r.state = stateOf(file, res)
		})
		if err != nil {
			return err
		}
		b.enter(level)
	}
	return nil
}

func readsItself(r *Relation, res *bind.Result) bool {
	for _, in := range res.Inputs {
		if in.ID == int(r.ID) {
			return true
		}
	}
	return false
}

func stateOf(file *syntax.File, res *bind.Result) state {
	s := bound
	for _, e := range file.Errors {
		if !e.Warning {
			return unparsed
		}
	}
	for i := range res.Diagnostics {
		switch d := &res.Diagnostics[i]; {
		case d.Code == bind.CodeWidened, d.Error: // a name that resolves to nothing even now
			return widened
		case d.Code == bind.CodeInferred, d.Code == bind.CodeUnknownRelation:
			s = inferred
		}
	}
	switch res.Confidence {
	case bind.Widened:
		return widened
	case bind.Inferred:
		return inferred
	}
	return s
}

// derive gives a relation the schema that its SQL makes.
func (b *builder) derive(r *Relation, res *bind.Result) {
	s := &bind.Relation{Name: r.UniqueID, ID: int(r.ID)}
	for i := range res.Outputs {
		o := &res.Outputs[i]
		if o.Star {
			s.Open = true
			continue
		}
		if o.Name != "" {
			s.Columns = append(s.Columns, bind.NewColumn(o.Name, o.Type))
		}
	}
	if r.Kind == Snapshot {
		for _, c := range snapshotColumns(r.Node) {
			s.Columns = append(s.Columns, bind.NewColumn(c.name, c.typ))
		}
	}
	// A star over a table that nobody describes leaves columns unnamed; what a
	// catalog saw of the model itself then names them.
	if s.Open {
		for i := range r.schema.Columns {
			if c := r.schema.Columns[i]; !has(s.Columns, c.Name) {
				s.Columns = append(s.Columns, c)
			}
		}
	}
	r.schema = s
}

func has(cols []bind.Column, name string) bool {
	for i := range cols {
		if strings.EqualFold(cols[i].Name, name) {
			return true
		}
	}
	return false
}

// A metaColumn is a column that dbt adds to a snapshot.
type metaColumn struct {
	name string
	typ  *bind.Type
	from []string // columns of the snapshot's query that it is made from
}

// snapshotColumns are the columns that dbt adds to the query of a snapshot
// (https://docs.getdbt.com/reference/resource-configs/snapshot_meta_column_names).
func snapshotColumns(n *manifest.Node) []metaColumn {
	name := func(std string) string {
		if other := n.Config.SnapshotMetaColumns[std]; other != "" {
			return other
		}
		return std
	}
	ts := bind.Basic(bind.Timestamp)
	var updated []string
	if n.Config.UpdatedAt != "" {
		updated = []string{n.Config.UpdatedAt}
	}
	key := append(append([]string(nil), n.Config.UniqueKey...), updated...)
	out := []metaColumn{
		{name("dbt_scd_id"), bind.Basic(bind.String), key},
		{name("dbt_updated_at"), ts, updated},
		{name("dbt_valid_from"), ts, updated},
		{name("dbt_valid_to"), ts, updated},
	}
	if n.Config.HardDeletes == "new_record" {
		out = append(out, metaColumn{name("dbt_is_deleted"), bind.Basic(bind.String), nil})
	}
	return out
}
