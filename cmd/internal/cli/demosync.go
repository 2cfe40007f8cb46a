package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"impact/cmd/internal/terminal"
	"impact/lineage/destination"
	"impact/sync/run"
	"impact/sync/sqlite"
)

// demoLocal is the folder of the example that works without a server: its marts
// are files, and its destinations are SQLite files.
const demoLocal = "local"

// A demoTour is what became of the example's loads when they were planned, run,
// and run again.
type demoTour struct {
	tables  int // of the applications' databases
	planned []run.LoadReport
	loaded  []run.LoadReport
	again   []run.LoadReport
	took    time.Duration // of the first run
}

// demoSync makes the applications' databases in the example's folder and loads
// its marts into them, twice.
func demoSync(ctx context.Context, app *App, dir string) (*demoTour, error) {
	tour := &demoTour{}
	quiet := &LoadOptions{Project: filepath.Join(dir, demoLocal), SourceOptions: SourceOptions{Marts: filepath.Join(dir, demoLocal, "marts")}}
	s, err := readSyncProject(app, quiet)
	if err != nil {
		return nil, err
	}
	for i := range s.Config.Destinations {
		d := &s.Config.Destinations[i]
		n, err := s.makeDatabase(ctx, d.Name, d.Schema)
		if err != nil {
			return nil, &EnvError{Err: fmt.Errorf("make the database of %s: %w", d.Name, err)}
		}
		tour.tables += n
	}
	options := func() run.Options { return run.Options{RunID: newRunID(app.now()), Now: app.now} }
	steps := []struct {
		do  func(*delivery) *run.Report
		out *[]run.LoadReport
	}{
		{func(d *delivery) *run.Report {
			return run.Compare(ctx, d.Plan, d.source, d.destinations, options(), nil)
		}, &tour.planned},
		{func(d *delivery) *run.Report {
			start := time.Now()
			defer func() { tour.took = time.Since(start) }()
			return run.Execute(ctx, d.Plan, d.source, d.destinations, options())
		}, &tour.loaded},
		{func(d *delivery) *run.Report {
			o := options()
			o.Full = true // else it would see that nothing has changed, and not even look
			return run.Execute(ctx, d.Plan, d.source, d.destinations, o)
		}, &tour.again},
	}
	for _, step := range steps {
		d, err := prepare(ctx, app, quiet, planning{})
		if err != nil {
			return nil, err
		}
		report := step.do(d)
		*step.out = report.Loads
		if err := errors.Join(demoFailure(report), d.Close()); err != nil {
			return nil, err
		}
	}
	return tour, nil
}

// makeDatabase makes the database of an application as its schema says, and
// returns the number of its tables.
func (s *syncProject) makeDatabase(ctx context.Context, name, schemaFile string) (n int, err error) {
	src, err := os.ReadFile(s.Path(schemaFile))
	if err != nil {
		return 0, err
	}
	schema, _, err := destination.ReadSchema(schemaFile, src)
	if err != nil {
		return 0, err
	}
	db, err := sqlite.Open(ctx, sqlite.Options{Path: s.Path(name + ".sqlite3"), Create: true, CreateLedger: true})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return len(schema.Tables), db.CreateTables(ctx, schema)
}

// demoFailure is the first thing that went wrong: nothing may in the example.
func demoFailure(r *run.Report) error {
	if err := outcome(r); err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	for _, l := range r.Loads {
		if l.Error != "" {
			return &EnvError{Err: fmt.Errorf("load the example: %s: %s", l.Load, l.Error), Help: l.Hint}
		}
	}
	return &EnvError{Err: errors.New("load the example: not all loads ran")}
}

// write tells the tour to somebody who sees it for the first time.
func (t *demoTour) write(app *App, kept string) error {
	var b strings.Builder
	style := app.OutStyle()
	fmt.Fprintf(&b, "\n%s\n", style.Bold(fmt.Sprintf("The loads themselves (%d)", len(t.loaded))))
	width := min(app.Streams.WidthOr(demoWidth), demoWidth)
	paragraph := func(text string) {
		for _, line := range terminal.Wrap(text, width-2) {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	paragraph(fmt.Sprintf("What was just analysed is also what fills the tables. Here it loads the marts, which the example keeps as Parquet files, "+
		"into two SQLite databases made from the applications' schema.rb (%s).", plural(t.tables, "table", "tables")))
	b.WriteString("\n")
	list := table{head: []string{"load", "table", "sync plan", "sync run", "again"}, right: 5}
	var written, rewritten int64
	for i := range t.loaded {
		l := &t.loaded[i]
		again := demoCounts(t.again, l.Load)
		written += l.Counts.Changed()
		rewritten += again.Changed()
		list.rows = append(list.rows, []string{cleanText(l.Load), cleanText(joined(l.Destination, l.Table)),
			changes(style, demoCounts(t.planned, l.Load)), changes(style, l.Counts), changes(style, again)})
	}
	list.fit(app.Streams, "table")
	list.write(&b, style)
	found := "compared every row and found nothing to write"
	if rewritten > 0 {
		found = "wrote " + number(rewritten) + " rows"
	}
	b.WriteString("\n")
	for _, line := range [][2]string{
		{"sync plan", "says beforehand what would be added (+), changed (~) and removed (-), and refuses what would do harm"},
		{"sync run", fmt.Sprintf("wrote %s rows in %.2f s: facilities before their job offers, each group in one transaction", number(written), t.took.Seconds())},
		{"again", found},
	} {
		head := style.Bold(fmt.Sprintf("%-9s", line[0]))
		for _, text := range terminal.Wrap(line[1], max(width-13, 20)) {
			fmt.Fprintf(&b, "  %s  %s\n", head, text)
			head = strings.Repeat(" ", 9)
		}
	}
	if kept != "" {
		local := cleanText(filepath.Join(kept, demoLocal))
		fmt.Fprintf(&b, "\nThe databases are in %s:\njob_board.sqlite3 and clinic_portal.sqlite3. Change a row there, and then:\n"+
			"  cd %s && impact sync plan --marts marts\n", local, local)
	} else {
		b.WriteString("\nThe databases were in a temporary folder and are gone. To keep them:\n  impact demo --dir medical-jobs\n")
	}
	return writeText(app, b.String())
}

// demoWidth is the width of the tour, at the most.
const demoWidth = 80

func demoCounts(reports []run.LoadReport, load string) run.Counts {
	for i := range reports {
		if reports[i].Load == load {
			return reports[i].Counts
		}
	}
	return run.Counts{}
}
