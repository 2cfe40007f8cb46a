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

// planForGrants plans loads as far as rights depend on it. The columns of models
// that are not given are those that the mapping names.
func planForGrants(d *config.Destination, schema *destination.Schema, loads []*destination.Load, models map[string]plan.Model) ([]*plan.Load, error) {
	in := plan.Input{Loads: loads, Models: map[string]plan.Model{}, Schemas: map[string]*destination.Schema{d.Name: schema}}
	home := ""
	for _, t := range schema.Tables {
		home = t.Database
	}
	in.Destinations = map[string]plan.Destination{d.Name: namesOnly{home}}
	for _, l := range loads {
		if m, ok := models[l.Model]; ok {
			in.Models[l.Model] = m
			continue
		}
		m := in.Models[l.Model]
		m.Relation, m.Rows = l.Model, -1
		for _, r := range l.Reads() {
			if m.Field(r.Column) < 0 {
				m.Fields = append(m.Fields, plan.Field{Name: r.Column})
			}
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

// describeModels asks a source for the models of loads.
func describeModels(ctx context.Context, source run.Source, loads []*destination.Load) (map[string]plan.Model, error) {
	out := map[string]plan.Model{}
	for _, l := range loads {
		if _, ok := out[l.Model]; ok {
			continue
		}
		m, err := source.Describe(ctx, l.Model)
		if err != nil {
			return nil, &EnvError{Err: fmt.Errorf("load %s: describe %s: %w", l.Name, l.Model, err), Help: hint(err)}
		}
		out[l.Model] = m
	}
	return out, nil
}

// namesOnly is a destination of which only the names of tables count: the
// rights need no more of a table that is still to be created.
type namesOnly struct {
	home string // the database of tables that name none
}

func (namesOnly) Fit(plan.Kind, *destination.Column) error { return nil }

func (namesOnly) Accept(destination.Literal, *destination.Column) error { return nil }

func (n namesOnly) Create(t plan.NewTable) (*destination.Table, []string) {
	database, name, ok := strings.Cut(t.Name, ".")
	if !ok {
		database, name = n.home, t.Name
	}
	return &destination.Table{Database: database, Name: name}, []string{"CREATE TABLE"}
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
