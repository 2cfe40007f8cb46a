package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"sort"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// A delivery is what the commands that compare or load work with: the chosen
// loads, everything that they need opened, and their plan. It must be closed.
type delivery struct {
	*syncProject
	Selected  []*destination.Load // without those of other tools
	External  []*destination.Load // chosen, but another tool runs them
	Unchanged []string            // left out by --models-changed
	GateNotes []plan.Reason
	Plan      *plan.Plan
	// Unreachable are the destinations that do not answer, if others do: one
	// application's server must not stop the loads of all.
	Unreachable map[string]error

	marts        bool // models are files
	source       run.Source
	databases    map[string]database
	destinations map[string]run.Destination // the same
	closers      []io.Closer
}

// planning says how a delivery is prepared.
type planning struct {
	noGate bool      // compare whatever dbt did
	since  time.Time // results before it are of an earlier command
	file   *plan.File
}

// prepare chooses loads, asks the gate, connects, and makes the plan. Nothing
// is written anywhere. With an error the delivery is closed, and nil or without
// a plan: it only says which loads were chosen.
func prepare(ctx context.Context, app *App, o *LoadOptions, how planning) (d *delivery, err error) {
	s, err := readSyncProject(app, o)
	if err != nil {
		return nil, err
	}
	d = &delivery{syncProject: s, marts: o.Marts != "", databases: map[string]database{}, destinations: map[string]run.Destination{}}
	defer func() {
		if ctx.Err() != nil {
			err = ctx.Err() // whatever it broke
		}
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	var others []*destination.Load
	var chosen []*destination.Load
	if how.file != nil {
		chosen, others = s.planned(how.file)
	} else if chosen, others, err = s.chosen(o.Select, o.Exclude); err != nil {
		return d, err
	}
	for _, l := range chosen {
		if l.Runner == destination.RunnerExternal {
			d.External = append(d.External, l)
			others = append(others, l)
		} else {
			d.Selected = append(d.Selected, l)
		}
	}
	gate := &verdicts{}
	if !how.noGate || o.ModelsChanged {
		if gate, err = s.gate(o, d.Selected, how.since); err != nil {
			return d, err
		}
		d.GateNotes = gate.notes
	}
	if how.noGate {
		gate.held = nil
	}
	if o.ModelsChanged {
		if others, err = d.onlyChanged(ctx, o, gate, others); err != nil {
			return d, err
		}
	}
	return d, d.makePlan(ctx, o, gate, others, how.file)
}

// planned are the loads that a plan file holds, whether they are still there
// or not is for the comparison to say.
func (s *syncProject) planned(f *plan.File) (chosen, others []*destination.Load) {
	in := map[string]bool{}
	for _, g := range f.Groups {
		for _, l := range g.Loads {
			in[l.Name] = true
		}
	}
	for _, l := range s.Loads {
		if in[l.Name] {
			chosen = append(chosen, l)
		} else {
			others = append(others, l)
		}
	}
	return chosen, others
}

func (d *delivery) makePlan(ctx context.Context, o *LoadOptions, gate *verdicts, others []*destination.Load, file *plan.File) error {
	in := plan.Input{Environment: d.Env.Name, Loads: d.Selected, Others: others, Models: map[string]plan.Model{}, Schemas: map[string]*destination.Schema{},
		Destinations: map[string]plan.Destination{}, Held: gate.held, Refused: map[string][]plan.Refusal{}}
	var open []*destination.Load
	for _, l := range d.Selected {
		if len(gate.held[l.Name]) == 0 {
			open = append(open, l)
			in.Refused[l.Name] = d.outside(l)
		}
	}
	var err error
	if len(open) > 0 {
		var closer io.Closer
		var versions map[string]string
		if file != nil {
			versions = file.Versions()
		}
		if d.source, closer, err = d.openSource(ctx, &o.SourceOptions, open, versions); err != nil {
			return err
		}
		if closer != nil {
			d.closers = append(d.closers, closer)
		}
	}
	if open, err = d.reach(ctx, open, o, &in, file); err != nil {
		return err
	}
	for _, l := range open {
		if err := d.describe(ctx, l, &in); err != nil {
			return err
		}
	}
	if in.Addresses, err = d.addresses(ctx, &o.SourceOptions, d.Selected, others); err != nil {
		return err
	}
	d.Plan, err = plan.Build(in)
	return err
}

// reach opens the destinations of loads and reads their tables. Loads whose
// destination does not answer are left out of the plan; complete reports them.
// If none answers, or a plan file wants all, the error is returned.
func (d *delivery) reach(ctx context.Context, open []*destination.Load, o *LoadOptions, in *plan.Input, file *plan.File) ([]*destination.Load, error) {
	var first error
	for _, l := range open {
		if in.Schemas[l.Destination] != nil || d.Unreachable[l.Destination] != nil {
			continue
		}
		err := d.look(ctx, l.Destination, o, in)
		if unreachable := (*EnvError)(nil); err != nil && (file != nil || !errors.As(err, &unreachable)) {
			return nil, err
		}
		if err != nil {
			first = cmp.Or(first, err)
			if d.Unreachable == nil {
				d.Unreachable = map[string]error{}
			}
			d.Unreachable[l.Destination] = err
		}
	}
	if first == nil {
		return open, nil
	}
	if len(in.Schemas) == 0 || ctx.Err() != nil {
		return nil, first
	}
	away := func(l *destination.Load) bool {
		return d.Unreachable[l.Destination] != nil && len(in.Held[l.Name]) == 0
	}
	for _, l := range in.Loads {
		if away(l) {
			in.Others = append(in.Others, l)
		}
	}
	in.Loads = slices.DeleteFunc(slices.Clone(in.Loads), away)
	return slices.DeleteFunc(open, away), nil
}

// look connects to a destination and reads its tables.
func (d *delivery) look(ctx context.Context, name string, o *LoadOptions, in *plan.Input) error {
	db, err := d.database(ctx, name, &o.SourceOptions)
	if err != nil {
		return err
	}
	if in.Schemas[name], err = db.Schema(ctx); err != nil {
		delete(in.Schemas, name)
		return &EnvError{Err: fmt.Errorf("read the schema of destination %s: %w", name, err), Help: hint(err)}
	}
	in.Destinations[name] = db
	return nil
}

// describe asks the source about one load.
func (d *delivery) describe(ctx context.Context, l *destination.Load, in *plan.Input) error {
	if _, ok := in.Models[l.Model]; !ok {
		var err error
		if in.Models[l.Model], err = d.source.Describe(ctx, l.Model); err != nil {
			return &EnvError{Err: fmt.Errorf("load %s: describe %s: %w", l.Name, l.Model, err)}
		}
	}
	return nil
}

// database opens a destination once.
func (d *delivery) database(ctx context.Context, name string, o *SourceOptions) (database, error) {
	if db, ok := d.databases[name]; ok {
		return db, nil
	}
	db, err := d.openDestination(ctx, name, o)
	if err != nil {
		return nil, err
	}
	d.databases[name], d.destinations[name] = db, db
	d.closers = append(d.closers, db)
	return db, nil
}

// Close closes what was opened.
func (d *delivery) Close() error {
	var err error
	for _, c := range d.closers {
		err = errors.Join(err, c.Close())
	}
	d.closers = nil
	return err
}

// The id of the refusal of a model that is not where the environment allows.
const refusedDataset = "environment.dataset"

// outside refuses a load whose model is not in the environment's dataset: a
// development mart must not reach the production's application.
func (s *syncProject) outside(l *destination.Load) []plan.Refusal {
	n := s.Manifest.Node(l.Model)
	if s.Env.Dataset == "" || n == nil {
		return nil
	}
	place := n.Schema
	if n.Database != "" {
		place = n.Database + "." + n.Schema
	}
	if ok, err := path.Match(strings.ToLower(s.Env.Dataset), strings.ToLower(place)); ok && err == nil {
		return nil
	}
	return []plan.Refusal{{ID: refusedDataset, Load: l.Name, Table: l.Table,
		Message: fmt.Sprintf("its model is in %s, and environment %s allows %s only", place, s.Env.Name, s.Env.Dataset),
		Hint:    "use the manifest of that environment's dbt run, or choose another environment with --env"}}
}

// onlyChanged leaves out loads whose models were not built since their last
// run. One that the ledger does not know, and one of whose models nothing says
// when they were built, stays.
func (d *delivery) onlyChanged(ctx context.Context, o *LoadOptions, gate *verdicts, others []*destination.Load) ([]*destination.Load, error) {
	last := map[string]time.Time{}
	var keep []*destination.Load
	asked := map[string]bool{}
	for _, l := range d.Selected {
		if !asked[l.Destination] {
			asked[l.Destination] = true
			db, err := d.database(ctx, l.Destination, &o.SourceOptions)
			if unreachable := (*EnvError)(nil); errors.As(err, &unreachable) {
				keep = append(keep, l) // reach says what that means
				continue
			}
			if err != nil {
				return nil, err
			}
			entries, err := db.History(ctx, historyRead)
			if err != nil {
				return nil, &EnvError{Err: fmt.Errorf("read the ledger of destination %s: %w", l.Destination, err)}
			}
			for _, e := range entries {
				if key := l.Destination + "/" + e.Load; e.Started.After(last[key]) {
					last[key] = e.Started
				}
			}
		}
		before, newest := last[l.Destination+"/"+l.Name], gate.newest[l.Name]
		if !before.IsZero() && !newest.IsZero() && newest.Before(before) {
			d.Unchanged = append(d.Unchanged, l.Name)
			others = append(others, l)
			continue
		}
		keep = append(keep, l)
	}
	d.Selected = keep
	sort.Strings(d.Unchanged)
	return others, nil
}

// historyRead is how many entries of a ledger are read to find the last run of
// each load. One that ran longer ago counts as not known.
const historyRead = 5000
