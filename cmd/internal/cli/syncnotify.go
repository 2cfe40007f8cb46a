package cli

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/manifest"
	"impact/sync/mysql"
	"impact/sync/notify"
	"impact/sync/plan"
	"impact/sync/run"
)

// newNotifier returns who is told of a run: as the environment says, and the
// flags for what is no secret.
func newNotifier(app *App, o *RunOptions) (*notify.Notifier, error) {
	n, err := notify.FromEnv(app.lookupEnv, notify.Options{Version: app.Build.Version, MetricsFile: app.path(o.MetricsFile), PushURL: o.PushGateway})
	if err != nil {
		return nil, &UsageError{Err: err}
	}
	return n, nil
}

// A teller tells others of one run. Whether they listen is no matter of the run:
// what goes wrong is a warning.
type teller struct {
	notifier *notify.Notifier
	d        *delivery
	run      notify.Run
	origins  *origins // nil: nobody wants to know, or they cannot be told
	warned   map[string]bool
}

func newTeller(n *notify.Notifier, d *delivery, runID string, started time.Time) *teller {
	return &teller{notifier: n, d: d, warned: map[string]bool{}, run: notify.Run{ID: runID, Environment: d.Env.Name, Started: started}}
}

// begin tells that the loads of the plan begin.
func (t *teller) begin(ctx context.Context) {
	if t.notifier.Quiet() {
		return
	}
	r := t.run
	t.findOrigins(ctx)
	for _, g := range t.d.Plan.Groups {
		for _, l := range g.Loads {
			r.Loads = append(r.Loads, t.load(run.LoadReport{Load: l.Name(), Destination: g.Destination, Table: l.Spec.Table, Mode: l.Spec.Mode.String()}))
		}
	}
	t.warn(t.notifier.Start(ctx, r))
}

// findOrigins reads where the columns of the models come from.
func (t *teller) findOrigins(ctx context.Context) {
	if !t.notifier.Lineage() {
		return
	}
	var err error
	if t.origins, err = t.d.origins(ctx); err != nil {
		t.warn(err)
	}
}

// end tells how the loads ended. An interrupted run is told of as well.
func (t *teller) end(ctx context.Context, loads []run.LoadReport) {
	if t.notifier.Quiet() {
		return
	}
	r := t.run
	r.Finished = t.d.App.now()
	for i := range loads {
		r.Loads = append(r.Loads, t.load(loads[i]))
	}
	t.warn(t.notifier.Finish(context.WithoutCancel(ctx), r))
}

// broke tells that the chosen loads did not even begin.
func (t *teller) broke(ctx context.Context, err error) {
	if len(t.d.Selected) == 0 {
		return
	}
	status := run.StatusFailed
	if refused := (*RefusedError)(nil); errors.As(err, &refused) {
		status = run.StatusRefused
	}
	var loads []run.LoadReport
	for _, l := range t.d.Selected {
		loads = append(loads, run.LoadReport{Load: l.Name, Destination: l.Destination, Table: l.Table, Mode: l.Mode.String(),
			Status: status, Error: err.Error(), Err: err})
	}
	t.end(ctx, loads)
}

func (t *teller) warn(err error) {
	if err == nil {
		return
	}
	for text := range strings.SplitSeq(err.Error(), "\n") { // errors.Join's
		if text = "not told: " + text; !t.warned[text] {
			t.warned[text] = true
			t.d.notice(text)
		}
	}
}

// load says where the rows of a load come from and go to, column by column.
func (t *teller) load(r run.LoadReport) notify.Load {
	out := notify.Load{Report: r}
	for _, l := range t.d.Selected {
		if l.Name == r.Load {
			out.Inputs = []notify.Dataset{t.d.modelDataset(l.Model, nil)}
			out.Output = t.d.tableDataset(l.Destination, l.Table)
		}
	}
	if t.d.Plan == nil {
		return out
	}
	for _, g := range t.d.Plan.Groups {
		for _, l := range g.Loads {
			if l.Name() == r.Load && g.Destination == r.Destination {
				t.columns(&out, l)
			}
		}
	}
	return out
}

func (t *teller) columns(out *notify.Load, l *plan.Load) {
	model := t.d.modelDataset(l.Spec.Model, &l.Model)
	out.Inputs = []notify.Dataset{model}
	from := t.origins
	if from != nil {
		from.begin()
	}
	for i := range l.Columns {
		c := &l.Columns[i]
		kind := ""
		if c.Type != nil {
			kind = c.Type.Type
		}
		out.Output.Fields = append(out.Output.Fields, notify.Field{Name: c.Name, Type: kind})
		col := notify.Column{Name: c.Name}
		switch c.Origin {
		case destination.Mapped:
			col.Inputs = []notify.Input{{Namespace: model.Namespace, Name: model.Name, Field: c.From, Subtype: "IDENTITY"}}
			if from != nil {
				col.Inputs = append(col.Inputs, from.column(l.Spec.Model, c.From, way{false, "IDENTITY"})...)
			}
		case destination.LookedUp:
			parent := t.d.tableDataset(l.Spec.Destination, c.Lookup.Table)
			col.Inputs = []notify.Input{
				{Namespace: parent.Namespace, Name: parent.Name, Field: c.Lookup.Select, Subtype: "IDENTITY"},
				{Namespace: parent.Namespace, Name: parent.Name, Field: c.Lookup.By, Indirect: true, Subtype: "JOIN"},
				{Namespace: model.Namespace, Name: model.Name, Field: c.From, Indirect: true, Subtype: "JOIN"},
			}
			if from != nil {
				col.Inputs = append(col.Inputs, from.column(l.Spec.Model, c.From, way{true, "JOIN"})...)
			}
			parent.Fields = []notify.Field{{Name: c.Lookup.Select}, {Name: c.Lookup.By}}
			out.Inputs = append(out.Inputs, parent)
		default:
			continue
		}
		out.Columns = append(out.Columns, col)
	}
	if from != nil {
		out.Rows = from.rows(l.Spec.Model)
		out.Inputs = append(out.Inputs, from.datasets()...)
		t.warn(from.warning(l.Name()))
	}
}

// modelDataset names a model as OpenLineage's conventions and dbt's own events
// do, or the file that stands for it.
func (d *delivery) modelDataset(id string, m *plan.Model) notify.Dataset {
	out := notify.Dataset{Namespace: orElse(d.Manifest.Metadata.AdapterType, "dbt"), Name: id}
	if n := d.Manifest.Node(id); n != nil {
		out.Name = relationName(n)
	}
	if m == nil {
		return out
	}
	if d.marts {
		out.Namespace, out.Name = "file", filepath.ToSlash(m.Relation)
	}
	for _, f := range m.Fields {
		out.Fields = append(out.Fields, notify.Field{Name: f.Name, Type: f.Kind.String()})
	}
	return out
}

// relationName is "database.schema.name" without quotes.
func relationName(n *manifest.Node) string {
	var parts []string
	for _, part := range []string{n.Database, n.Schema, orElse(n.Alias, n.Name)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ".")
}

// place is where a destination is, without its login.
type place struct{ namespace, database string }

func (d *delivery) tableDataset(dest, table string) notify.Dataset {
	p, ok := d.places[dest]
	if !ok {
		p.namespace = dest // it was not opened
	}
	if p.database != "" && !strings.Contains(table, ".") {
		table = p.database + "." + table
	}
	return notify.Dataset{Namespace: p.namespace, Name: table}
}

// mysqlAddress is what stands behind the login in a DSN: the last @ counts, as a
// password may hold others.
var mysqlAddress = regexp.MustCompile(`^(?:.*@)?([a-z0-9]*)(?:\(([^()]*)\))?/([^/?]*)(?:\?[^/]*)?$`)

// mysqlPlace finds server and database in a DSN.
func mysqlPlace(dsn string) place {
	if address, database := mysql.Address(dsn); address != "" && strings.Contains(dsn, "://") {
		return place{namespace: "mysql://" + address, database: database}
	}
	m := mysqlAddress.FindStringSubmatch(dsn)
	if m == nil {
		return place{namespace: "mysql"}
	}
	address := m[2]
	if m[1] == "unix" || address == "" {
		address = "localhost"
	} else if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(strings.Trim(address, "[]"), "3306")
	}
	return place{namespace: "mysql://" + address, database: m[3]}
}
