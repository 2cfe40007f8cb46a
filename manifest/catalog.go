package manifest

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// A Catalog is what the warehouse said about the project's relations when
// "dbt docs generate" asked it: catalog.json. It is evidence, not truth: it may
// be older or newer than the manifest beside it. It is read-only and may be used
// by many goroutines.
type Catalog struct {
	Path      string
	Metadata  Metadata
	Relations []*Relation // models, seeds, snapshots and sources, sorted by UniqueID
	Errors    []string    // what dbt could not ask
	Warnings  []string

	byID map[string]*Relation
}

// Relation returns the relation of a unique id, or nil if the catalog lacks it.
func (c *Catalog) Relation(id string) *Relation { return c.byID[id] }

// A Relation is a table or view as the warehouse describes it.
type Relation struct {
	UniqueID string
	Database string
	Schema   string
	Name     string
	Type     string // "table", "view", "BASE TABLE", …: as the adapter says it
	Owner    string
	Comment  string
	Columns  []RelationColumn // in the order of the warehouse
}

// A RelationColumn is a column as the warehouse describes it. BigQuery lists the
// fields of structs as columns of their own, "a.b".
type RelationColumn struct {
	Name    string
	Type    string
	Comment string
	Index   int // as the catalog counts: from 1 in most adapters
}

// ReadCatalog reads a catalog.json, plain or gzip.
func ReadCatalog(path string, opts Options) (*Catalog, error) {
	return readFile(path, opts, DecodeCatalog)
}

// DecodeCatalog reads a catalog.json from r; name stands for it in errors.
func DecodeCatalog(r io.Reader, name string, opts Options) (c *Catalog, err error) {
	defer guard(name, &c, &err)
	s, err := newScanner(r, name, opts)
	if err != nil {
		return nil, err
	}
	c = &Catalog{Path: name}
	var nodes, sources map[string]*Relation
	err = s.artifact("catalog", &c.Metadata, func(name string) (err error) {
		switch name {
		case "nodes":
			nodes, err = s.relations()
		case "sources":
			sources, err = s.relations()
		case "errors":
			if err = s.load(); err == nil {
				c.Errors = s.names()
			}
		default:
			err = s.pass()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if nodes == nil && sources == nil {
		return nil, &Error{File: name, Offset: -1, Err: fmt.Errorf("%w: it has neither nodes nor sources", ErrWrongArtifact),
			Hint: "give the catalog.json that dbt docs generate writes"}
	}
	c.Relations = append(sorted(nodes), sorted(sources)...)
	slices.SortFunc(c.Relations, func(a, b *Relation) int { return cmp.Compare(a.UniqueID, b.UniqueID) })
	c.byID = make(map[string]*Relation, len(c.Relations))
	for _, r := range c.Relations {
		c.byID[r.UniqueID] = r
	}
	if c.Metadata.SchemaVersion > 1 {
		s.warn.addf("catalog schema v%d is newer than v1, the only one known", c.Metadata.SchemaVersion)
	}
	c.Warnings = s.warn.all()
	return c, nil
}

func (s *scanner) relations() (map[string]*Relation, error) {
	byID := map[string]*Relation{}
	err := s.members(func(id string) error {
		r := &Relation{UniqueID: id}
		if err := s.want(ValueObject); err != nil {
			return err
		}
		err := s.object(func(name []byte) (err error) {
			switch string(name) {
			case "metadata":
				err = s.relationMetadata(r)
			case "columns":
				r.Columns, err = s.relationColumns()
			default:
				s.skip() // unique_id, stats
			}
			return err
		})
		byID[r.UniqueID] = r
		return err
	})
	return byID, err
}

func (s *scanner) relationMetadata(r *Relation) error {
	*r = Relation{UniqueID: r.UniqueID, Columns: r.Columns}
	return s.object(func(name []byte) error {
		switch string(name) {
		case "type":
			r.Type = s.name()
		case "database":
			r.Database = s.name()
		case "schema":
			r.Schema = s.name()
		case "name":
			r.Name = s.name()
		case "owner":
			r.Owner = s.name()
		case "comment":
			r.Comment = s.text()
		default:
			s.skip()
		}
		return nil
	})
}

func (s *scanner) relationColumns() ([]RelationColumn, error) {
	var list []RelationColumn
	at := s.places.empty()
	err := s.object(func(name []byte) error {
		key := s.intern(name)
		if err := s.want(ValueObject); err != nil {
			return err
		}
		var c RelationColumn
		err := s.object(func(name []byte) error {
			switch string(name) {
			case "name":
				c.Name = s.again(key)
			case "type":
				c.Type = s.name()
			case "comment":
				c.Comment = s.name()
			case "index":
				c.Index = s.integer()
			default:
				s.skip()
			}
			return nil
		})
		c.Name = first(c.Name, key)
		if i, ok := at[key]; ok {
			list[i] = c
		} else {
			at[key] = len(list)
			list = append(list, c)
		}
		return err
	})
	slices.SortStableFunc(list, func(a, b RelationColumn) int { return cmp.Compare(a.Index, b.Index) })
	return slices.Clip(list), err
}
