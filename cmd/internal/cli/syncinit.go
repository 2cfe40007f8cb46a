package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"impact/cmd/internal/config"
	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// SyncInitOptions are the options of "impact sync init".
type SyncInitOptions struct {
	App *App
	LoadOptions

	Rails bool
	Apply bool
	User  string
}

func newSyncInitCommand(app *App, runF func(context.Context, *SyncInitOptions) error) *cobra.Command {
	options := &SyncInitOptions{App: app}
	if runF == nil {
		runF = runSyncInit
	}
	cmd := &cobra.Command{
		Use:   "init [loads]",
		Short: "Print the ledger's DDL and the rights that loads need",
		Long: "Prints, for each destination, the statements that create the ledger (_impact_runs, _impact_loads), and the " +
			"least rights that its loads need. Nothing is executed, unless --apply creates the ledger: a migration of the " +
			"application or an administrator does it. With a schema file in impact.yml no connection is needed.",
		Example:     "  impact sync init destination:job_board\n  impact sync init destination:job_board --rails > db/migrate/20260401000000_create_impact_ledger.rb",
		Annotations: exits(ExitOK, ExitUsage, ExitName, ExitEnvironment, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, args []string) error {
			options.take(args)
			if options.Rails && options.Apply {
				return usageErrorf("", "--rails prints a migration, and --apply needs none")
			}
			return runF(cmd.Context(), options)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&options.Rails, "rails", false, "print a Rails migration instead")
	flags.BoolVar(&options.Apply, "apply", false, "create the ledger's tables now")
	flags.StringVar(&options.User, "user", "'impact'@'%'", "`account` that gets the rights")
	options.bindSelection(app, cmd)
	options.bindProject(flags)
	options.bindProfiles(flags)
	return cmd
}

func runSyncInit(ctx context.Context, o *SyncInitOptions) error {
	s, err := readSyncProject(o.App, &o.LoadOptions)
	if err != nil {
		return err
	}
	chosen, _, err := s.chosen(o.Select, o.Exclude)
	if err != nil {
		return err
	}
	byDestination := map[string][]*destination.Load{}
	for _, l := range chosen {
		if l.Runner != destination.RunnerExternal {
			byDestination[l.Destination] = append(byDestination[l.Destination], l)
		}
	}
	names := make([]string, 0, len(byDestination))
	for name := range byDestination {
		names = append(names, name)
	}
	sort.Strings(names)
	if o.Rails && len(names) > 1 {
		return usageErrorf("for example: impact sync init destination:"+names[0]+" --rails", "a migration belongs to one application, but loads go to %s", strings.Join(names, " and "))
	}
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteString("\n")
		}
		if err := s.writeInit(ctx, o, &b, name, byDestination[name]); err != nil {
			return err
		}
	}
	if len(names) == 0 {
		return usageErrorf("give an exposure a meta.impact block; docs/sync.md shows one", "impact runs no load")
	}
	s.warn(ctx)
	return writeText(o.App, b.String())
}

func (s *syncProject) writeInit(ctx context.Context, o *SyncInitOptions, b *strings.Builder, name string, loads []*destination.Load) error {
	d, err := s.destinationConfig(name)
	if err != nil {
		return err
	}
	drv, err := driverOf(d)
	if err != nil {
		return err
	}
	if o.Apply {
		return s.createLedger(ctx, o, b, d, loads)
	}
	ddl := drv.ledger(d)
	if o.Rails {
		b.WriteString(railsMigration(ddl))
		return nil
	}
	fmt.Fprintf(b, "-- %s: the ledger. To be run in its database\n", cleanText(name))
	for _, q := range ddl {
		b.WriteString(cleanLines(q) + ";\n")
	}
	if drv.grants == nil {
		return nil
	}
	p, err := s.planForGrants(ctx, o, d, loads)
	if err != nil {
		return err
	}
	var grants []string
	for _, g := range p.Groups {
		for _, l := range g.Loads {
			if l.Table == nil {
				fmt.Fprintf(b, "\n-- %s: table %s does not exist, so its rights are not known\n", cleanText(l.Name()), cleanText(l.Spec.Table))
				continue
			}
			for _, q := range drv.grants(l, d, o.User) {
				if !slices.Contains(grants, q) {
					grants = append(grants, q)
				}
			}
		}
	}
	if len(grants) > 0 {
		fmt.Fprintf(b, "\n-- %s: the least rights of its loads; --user names another account\n", cleanText(name))
	}
	for _, q := range grants {
		b.WriteString(cleanText(q) + ";\n")
	}
	return nil
}

// createLedger opens a group of the destination as a run does, which creates the
// ledger beside its tables.
func (s *syncProject) createLedger(ctx context.Context, o *SyncInitOptions, b *strings.Builder, d *config.Destination, loads []*destination.Load) (err error) {
	db, err := s.openWith(ctx, d.Name, &o.SourceOptions, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	p, err := s.planForGrants(ctx, o, d, loads)
	if err != nil {
		return err
	}
	for _, g := range p.Groups {
		if slices.ContainsFunc(g.Loads, func(l *plan.Load) bool { return l.Table == nil }) {
			continue
		}
		session, err := db.Open(ctx, g, run.Settings{RunID: "init", Now: o.App.now()})
		if err == nil {
			err = session.Close()
		}
		if err != nil {
			return &EnvError{Err: fmt.Errorf("create the ledger of destination %s: %w", d.Name, err)}
		}
		fmt.Fprintf(b, "%s: the ledger is there.\n", cleanText(d.Name))
		return nil
	}
	return &EnvError{Err: fmt.Errorf("create the ledger of destination %s: none of the loads' tables exists", d.Name)}
}

// cleanLines is cleanText for text of several lines.
func cleanLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = cleanText(lines[i])
	}
	return strings.Join(lines, "\n")
}

// planForGrants plans loads as far as rights depend on it. The warehouse is not
// asked: the columns are those that the mapping names.
func (s *syncProject) planForGrants(ctx context.Context, o *SyncInitOptions, d *config.Destination, loads []*destination.Load) (*plan.Plan, error) {
	schema, err := s.schemaOf(ctx, o, d)
	if err != nil {
		return nil, err
	}
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
		in.Models[l.Model] = m
	}
	return plan.Build(in)
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

// railsMigration wraps statements in a migration that can be undone.
func railsMigration(ddl []string) string {
	var b strings.Builder
	b.WriteString("# The ledger of impact: which load delivered what, and when. Only impact writes it.\n")
	b.WriteString("class CreateImpactLedger < ActiveRecord::Migration[7.0]\n  def up\n")
	for _, q := range ddl {
		b.WriteString("    execute <<~'SQL'\n")
		for line := range strings.SplitSeq(q, "\n") {
			b.WriteString("      " + cleanText(line) + "\n")
		}
		b.WriteString("    SQL\n")
	}
	b.WriteString("  end\n\n  def down\n")
	for _, q := range slices.Backward(ddl) {
		if name, ok := createdTable(q); ok {
			b.WriteString("    execute \"DROP TABLE " + name + "\"\n")
		}
	}
	b.WriteString("  end\nend\n")
	return b.String()
}

// createdTable returns the table that a statement creates, quoted as it is there.
func createdTable(ddl string) (string, bool) {
	rest, ok := strings.CutPrefix(ddl, "CREATE TABLE IF NOT EXISTS ")
	if !ok {
		return "", false
	}
	name, _, ok := strings.Cut(rest, " (")
	return strings.ReplaceAll(name, `"`, `\"`), ok
}
