package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"impact/cmd/internal/config"
	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// planForGrants plans loads as far as rights depend on it. The warehouse is not
// asked: the columns are those that the mapping names, and those of the models
// where a source is given; nil: none.
func planForGrants(ctx context.Context, d *config.Destination, schema *destination.Schema, loads []*destination.Load, source run.Source) ([]*plan.Load, error) {
	in := plan.Input{Loads: loads, Models: map[string]plan.Model{}, Schemas: map[string]*destination.Schema{d.Name: schema}}
	home := ""
	for _, t := range schema.Tables {
		home = t.Database
	}
	// Of a table that is still to be created the rights need its name only.
	in.Create = func(_ string, t plan.NewTable) (*destination.Table, []string) {
		database, name, ok := strings.Cut(t.Name, ".")
		if !ok {
			database, name = home, t.Name
		}
		return &destination.Table{Database: database, Name: name}, []string{"CREATE TABLE"}
	}
	for _, l := range loads {
		m := in.Models[l.Model]
		m.Relation, m.Rows = l.Model, -1
		for _, r := range l.Reads() {
			if m.Field(r.Column) < 0 {
				m.Fields = append(m.Fields, plan.Field{Name: r.Column})
			}
		}
		if source != nil {
			described, err := source.Describe(ctx, l.Model)
			if err != nil {
				return nil, &EnvError{Err: fmt.Errorf("load %s: describe %s: %w", l.Name, l.Model, err), Help: hint(err)}
			}
			m.Fields = described.Fields
		}
		in.Models[l.Model] = m
	}
	p, err := plan.Build(in)
	if err != nil {
		return nil, err
	}
	var out []*plan.Load
	for _, g := range p.Groups {
		out = append(out, g.Loads...)
	}
	return out, nil
}

// schemaOf reads the destination's tables from the server if there is a login,
// else from the schema file.
func (s *syncProject) schemaOf(ctx context.Context, o *SyncInitOptions, d *config.Destination) (schema *destination.Schema, err error) {
	db, err := s.openDestination(ctx, d.Name, &o.SourceOptions)
	if err == nil {
		defer func() { err = errors.Join(err, db.Close()) }()
		if schema, err = db.Schema(ctx); err != nil {
			return nil, &EnvError{Err: fmt.Errorf("read the schema of destination %s: %w", d.Name, err)}
		}
		return schema, nil
	}
	if d.Schema == "" {
		return nil, err
	}
	s.Warnings = append(s.Warnings, fmt.Sprintf("the rights are made from %s: %v", d.Schema, err))
	out := &project{}
	one := &config.Project{Root: s.Root, Config: &config.Config{Destinations: []config.Destination{*d}}}
	schemas, err := readSchemas(one, out)
	if err != nil {
		return nil, err
	}
	s.Warnings = append(s.Warnings, out.Warnings...)
	if schemas[d.Name] == nil {
		return nil, &EnvError{Err: fmt.Errorf("the schema of destination %s could not be read", d.Name)}
	}
	s.qualify(d, o, schemas[d.Name])
	return schemas[d.Name], nil
}

// qualify names the database of tables that were read from a file, if the DSN
// is there and says it.
func (s *syncProject) qualify(d *config.Destination, o *SyncInitOptions, schema *destination.Schema) {
	drv, err := driverOf(d)
	if err != nil {
		return
	}
	dsn, err := s.dsn(d, drv, &o.SourceOptions)
	if err != nil {
		return
	}
	for _, t := range schema.Tables {
		if t.Database == "" {
			t.Database = drv.place(s, dsn).database
		}
	}
}
