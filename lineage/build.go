package lineage

import (
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

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
	mu      sync.Mutex
	spare   []*workspace   // guarded by mu
	waiting []*workspace   // by relation, between parsing and binding
	results []*bind.Result // by relation
	cols    []relColumns   // by relation
	edges   rawEdges
	uses    []rawUse
	// unmanaged are relations that only SQL names.
	unmanaged map[string]RelID
	wildcards []RelID // those that stand for several sources
	// newer counts columns of sources that yml files have and the catalog lacks.
	newer      int
	firstNewer string
	circular   bool // some relations read each other
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
	if err := b.understand(ctx); err != nil {
		return nil, err
	}
	b.shards()
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
	if b.newer > 0 {
		g.warnings = append(g.warnings, fmt.Sprintf("columns of sources that yml files document and the catalog lacks: %d (the first is %s): "+
			"if they are new, make the catalog again with dbt docs generate; until then stars leave them out", b.newer, b.firstNewer))
	}
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
			b.catalogued(r, c)
			return
		}
	}
	r.schema.Columns = make([]bind.Column, 0, len(r.Node.Columns))
	for i := range r.Node.Columns {
		c := &r.Node.Columns[i]
		if c.Name != "" && !strings.ContainsAny(c.Name, ".*") {
			r.schema.Columns = append(r.schema.Columns, bind.NewColumn(c.Name, bind.ParseType(c.DataType, b.g.dialect)))
		}
	}
}

// catalogued gives a relation the schema that the catalog states, without the
// fields of structs, which BigQuery's catalog lists as columns "a.b".
func (b *builder) catalogued(r *Relation, c *manifest.Relation) {
	have := make(map[string]bool, len(c.Columns))
	r.schema.Open = false
	r.schema.Columns = make([]bind.Column, 0, len(c.Columns))
	for _, col := range c.Columns {
		if i := strings.IndexByte(col.Name, '.'); i > 0 && have[strings.ToLower(col.Name[:i])] {
			continue
		}
		have[strings.ToLower(col.Name)] = true
		r.schema.Columns = append(r.schema.Columns, bind.NewColumn(col.Name, bind.ParseType(col.Type, b.g.dialect)))
	}
	if r.Kind == Source || r.Kind == Seed {
		b.beyondCatalog(r, have)
	}
}

// beyondCatalog adds the columns that only the yml files of a source know: they
// may be newer than the catalog, and SQL may name them, but what a star gives is
// for the catalog to say. have are the catalog's names in lower case.
func (b *builder) beyondCatalog(r *Relation, have map[string]bool) {
	for i := range r.Node.Columns {
		c := &r.Node.Columns[i]
		name := strings.ToLower(c.Name)
		if name == "" || strings.ContainsAny(name, ".*") || have[name] {
			continue
		}
		have[name] = true
		col := bind.NewColumn(c.Name, bind.ParseType(c.DataType, b.g.dialect))
		col.Hidden = true
		r.schema.Columns = append(r.schema.Columns, col)
		if b.newer++; b.newer == 1 {
			b.firstNewer = r.Name + "." + c.Name
		}
	}
}

// each runs fn for every number below n on all workers.
func (b *builder) each(ctx context.Context, n int, fn func(i int)) error {
	if n == 0 {
		return nil
	}
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range min(b.in.Workers, n) {
		group.Go(func() error {
			for {
				if err := ctx.Err(); err != nil {
					return err
				}
				i := int(next.Add(1)) - 1
				if i >= n {
					return nil
				}
				fn(i)
			}
		})
	}
	return group.Wait()
}
