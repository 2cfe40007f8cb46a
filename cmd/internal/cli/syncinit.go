package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"impact/cmd/internal/config"
	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
)

// SyncInitOptions are the options of "impact sync init".
type SyncInitOptions struct {
	App *App
	LoadOptions

	Rails  bool
	Apply  bool
	User   string
	Format string // text or json
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
		Annotations: loadExits("", ExitOK, ExitUsage, ExitName, ExitEnvironment, ExitBug, ExitInterrupted),
		RunE: func(cmd *cobra.Command, args []string) error {
			options.take(args)
			if options.Rails && options.Apply {
				return usageErrorf("", "--rails prints a migration, and --apply needs none")
			}
			if options.Rails && options.Format != "text" {
				return usageErrorf("leave --format out", "--rails prints a migration, which is no JSON")
			}
			account, err := mysql.Account(options.User)
			if err != nil {
				return usageErrorf("", "--user: %w", err)
			}
			options.User = account
			return runF(cmd.Context(), options)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	enumVar(cmd, flags, &options.Format, "format", "text", []string{"text", "json"}, "output: ")
	flags.BoolVar(&options.Rails, "rails", false, "print a Rails migration instead")
	flags.BoolVar(&options.Apply, "apply", false, "create the ledger's tables now")
	flags.StringVar(&options.User, "user", "'impact'@'%'", "`account` that gets the rights")
	options.bindSelection(app, cmd)
	options.bindProject(flags)
	flags.StringVar(&options.Marts, "marts", "", "take the models' columns from .parquet and .csv files in this `folder`, where a mapping does not list them")
	options.bindProfiles(flags)
	return cmd
}

// initDoc is the JSON form of what init prints; docs/json.md describes it.
type initDoc struct {
	Format       string            `json:"format"`
	Environment  string            `json:"environment,omitempty"`
	Destinations []initDestination `json:"destinations"`
	Warnings     []string          `json:"warnings,omitempty"`
}

// formatInit is the value of initDoc.Format.
const formatInit = "impact.sync.init/1"

type initDestination struct {
	Name    string      `json:"name"`
	Driver  string      `json:"driver"`
	Ledger  []string    `json:"ledger"`            // statements that create it
	Created bool        `json:"created,omitempty"` // by --apply
	Rights  []initRight `json:"rights"`
	Unknown []initLoad  `json:"unknown,omitempty"` // loads whose table is not there to be looked at
}

type initRight struct {
	SQL      string `json:"sql"`
	Purpose  string `json:"purpose"`
	Optional bool   `json:"optional,omitempty"`
}

type initLoad struct {
	Load  string `json:"load"`
	Table string `json:"table"`
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
	byDestination, names := ourLoads(chosen)
	if len(names) == 0 {
		return usageErrorf("give an exposure a meta.impact block; docs/sync.md shows one", "impact runs no load")
	}
	if o.Rails && len(names) > 1 {
		return usageErrorf("for example: impact sync init destination:"+names[0]+" --rails", "a migration belongs to one application, but loads go to %s", strings.Join(names, " and "))
	}
	doc := &initDoc{Format: formatInit, Environment: s.Env.Name}
	for _, name := range names {
		d, err := s.initDestination(ctx, o, name, byDestination[name])
		if err != nil {
			return err
		}
		doc.Destinations = append(doc.Destinations, *d)
	}
	s.warn(ctx)
	switch {
	case o.Format == "json":
		doc.Warnings = s.Warnings
		return writeJSON(o.App.Out(), doc)
	case o.Rails:
		return writeText(o.App, railsMigration(doc.Destinations[0].Ledger))
	}
	var b strings.Builder
	for i := range doc.Destinations {
		if i > 0 {
			b.WriteString("\n")
		}
		doc.Destinations[i].write(&b)
	}
	return writeText(o.App, b.String())
}

// ourLoads are the loads that impact runs, by destination, and the sorted names
// of these.
func ourLoads(chosen []*destination.Load) (map[string][]*destination.Load, []string) {
	byDestination := map[string][]*destination.Load{}
	for _, l := range chosen {
		if l.Runner != destination.RunnerExternal {
			byDestination[l.Destination] = append(byDestination[l.Destination], l)
		}
	}
	return byDestination, slices.Sorted(maps.Keys(byDestination))
}

// initDestination finds out what one destination needs, and with --apply creates
// its ledger.
func (s *syncProject) initDestination(ctx context.Context, o *SyncInitOptions, name string, loads []*destination.Load) (_ *initDestination, err error) {
	d, err := s.destinationConfig(name)
	if err != nil {
		return nil, err
	}
	drv, err := driverOf(d)
	if err != nil {
		return nil, err
	}
	out := &initDestination{Name: name, Driver: string(d.Driver), Ledger: drv.ledger(d), Rights: []initRight{}}
	if o.Apply {
		out.Created = true
		return out, s.createLedger(ctx, o, d, loads)
	}
	if o.Rails || drv.grants == nil {
		return out, nil
	}
	schema, err := s.schemaOf(ctx, o, d)
	if err != nil {
		return nil, err
	}
	var models map[string]plan.Model // without files only what the mapping names
	if o.Marts != "" {
		source, closer, err := s.openFiles(&o.SourceOptions, loads)
		if err != nil {
			return nil, err
		}
		if models, err = describeModels(ctx, source, loads); closer != nil {
			err = errors.Join(err, closer.Close())
		}
		if err != nil {
			return nil, err
		}
	}
	planned, err := planForGrants(d, schema, loads, models)
	if err != nil {
		return nil, err
	}
	for _, l := range planned {
		if l.Table == nil {
			out.Unknown = append(out.Unknown, initLoad{l.Name(), l.Spec.Table})
		}
	}
	for _, g := range drv.grants(planned, d, o.User) {
		out.Rights = append(out.Rights, initRight{SQL: g.SQL, Purpose: g.Purpose, Optional: g.Optional})
	}
	return out, nil
}

// write writes statements that can be run as they are.
func (d *initDestination) write(b *strings.Builder) {
	name := cleanText(d.Name)
	if d.Created {
		fmt.Fprintf(b, "%s: the ledger is there.\n", name)
		return
	}
	fmt.Fprintf(b, "-- %s: the ledger. To be run in its database\n", name)
	for _, q := range d.Ledger {
		b.WriteString(cleanLines(q) + ";\n")
	}
	for _, u := range d.Unknown {
		fmt.Fprintf(b, "\n-- %s: table %s does not exist, so its rights are not known\n", cleanText(u.Load), cleanText(u.Table))
	}
	for _, optional := range []bool{false, true} {
		head := "\n-- " + name + ": the least rights of its loads; --user names another account\n"
		if optional {
			head = "\n-- " + name + ": optional, loads are slower without\n"
		}
		for _, r := range d.Rights {
			if r.Optional != optional {
				continue
			}
			fmt.Fprintf(b, "%s-- %s\n%s;\n", head, cleanText(r.Purpose), cleanText(r.SQL))
			head = ""
		}
	}
}

// createLedger creates the ledger in the database where the loads' tables are,
// or will be: the tables themselves may be missing still.
func (s *syncProject) createLedger(ctx context.Context, o *SyncInitOptions, d *config.Destination, loads []*destination.Load) (err error) {
	db, err := s.openWith(ctx, d.Name, &o.SourceOptions, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	schema, err := db.Schema(ctx)
	if err != nil {
		return &EnvError{Err: fmt.Errorf("read the schema of destination %s: %w", d.Name, err), Help: hint(err)}
	}
	if err := db.CreateLedger(ctx, ledgerHome(schema, loads)); err != nil {
		return &EnvError{Err: fmt.Errorf("create the ledger of destination %s: %w", d.Name, err), Help: hint(err)}
	}
	return nil
}

// ledgerHome is the database of the first table that is there, else the one
// that a load names; "" is that of the DSN.
func ledgerHome(schema *destination.Schema, loads []*destination.Load) string {
	for _, l := range loads {
		if t := schema.Table(l.Table); t != nil {
			return t.Database
		}
	}
	for _, l := range loads {
		if database, _, ok := strings.Cut(l.Table, "."); ok {
			return database
		}
	}
	return ""
}

// cleanLines is cleanText for text of several lines.
func cleanLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = cleanText(lines[i])
	}
	return strings.Join(lines, "\n")
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
