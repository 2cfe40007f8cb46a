package loadbench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/synctest"
)

// Options say what is measured.
type Options struct {
	Rows        int64
	Repetitions int
	// Only measures just the steps that hold this text, of those that are
	// measured once; "": everything.
	Only string
	// Child are the arguments with which this program calls [Child].
	Child []string
	// Progress gets a line for everything that is measured; nil: nothing.
	Progress io.Writer
}

// A step is one thing that is measured, in every repetition.
type step string

// The steps, in their order.
const (
	stepServer   step = "server's LOAD DATA INFILE into an empty table"
	stepFirst    step = "first load (mirror, empty table)"
	stepTruncate step = "TRUNCATE + LOAD DATA INFILE"
	stepReplace  step = "replace, all rows changed"
	stepUpsert   step = "INSERT … ON DUPLICATE KEY UPDATE of all rows"
	stepMirror   step = "mirror, 0.1 % changed"
	stepSame     step = "mirror, nothing changed"
	stepTenth    step = "mirror, 10 % changed"
	stepOurs     step = "upsert, 0.1 % changed"
	stepAgain    step = "replace, nothing changed"
	stepInsert   step = "first load without local_infile"
	stepText     step = "first load, key of text (_ci)"
	stepTextSame step = "mirror, 0.1 % changed, key of text (_ci)"
)

// A sample is one measurement of a step.
type sample struct {
	seconds float64
	client  float64 // seconds of processor time; 0: not known
	server  float64
	memory  int64 // bytes; 0: not measured
	method  string
}

type bench struct {
	Options
	server *synctest.Server
	name   string // of the database
	file   string // of the rows as they are at first
	runs   int
	sample map[step][]sample
	empty  int64 // times a reader found an empty table during ours
	reads  int64
}

// Run measures and returns what it found. The error is of the machine or a load
// that failed, never that something is too slow.
func Run(ctx context.Context, o Options) (rep *Report, err error) {
	// The server's own defaults; only what synctest sets otherwise is set back.
	server, err := synctest.Start(synctest.ServerOptions{Args: []string{"--innodb-flush-log-at-trx-commit=1", "--innodb-flush-method=fsync"}})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	dir, err := os.MkdirTemp("", "impact-bench-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // the server reads a file in it
		return nil, err
	}
	b := &bench{Options: o, server: server, name: "bench", file: filepath.Join(dir, "rows.tsv"), sample: map[step][]sample{}}
	if err := server.Try("", "CREATE DATABASE bench CHARACTER SET utf8mb4"); err != nil {
		return nil, err
	}
	if err := writeFile(ctx, b.file, &Source{Rows: o.Rows}); err != nil {
		return nil, err
	}
	for range o.Repetitions {
		if o.Only != "" {
			break
		}
		if err := b.repetition(ctx); err != nil {
			return nil, err
		}
	}
	if err := b.once(ctx); err != nil {
		return nil, err
	}
	return b.report(), nil
}

// repetition measures what is compared, one after the other.
func (b *bench) repetition(ctx context.Context) error {
	load := "LOAD DATA INFILE '" + b.file + "' INTO TABLE hand CHARACTER SET utf8mb4"
	if err := b.server.Try(b.name, "DROP TABLE IF EXISTS hand", "DROP TABLE IF EXISTS jobs", "CREATE TABLE hand "+Columns("id"), "CREATE TABLE jobs "+Columns("id")); err != nil {
		return err
	}
	n := int64(len(b.sample[stepFirst]) + 1)
	steps := []func() error{
		func() error { return b.byHand(ctx, stepServer, func() error { return b.server.Try(b.name, load) }) },
		func() error { return b.load(ctx, stepFirst, Load{Mode: destination.Mirror, Source: Source{}}) },
		func() error {
			return b.byHand(ctx, stepTruncate, func() error { return b.server.Try(b.name, "TRUNCATE TABLE hand", load) })
		},
		func() error {
			stop := b.watch("jobs")
			err := b.load(ctx, stepReplace, Load{Mode: destination.Replace, Source: Source{Version: n, Step: 1}})
			empty, reads, e := stop()
			b.empty += empty
			b.reads += reads
			return errors.Join(err, e)
		},
		func() error {
			// The rows are those of replace but for a few: as they are when an
			// upsert runs every day.
			return b.byHand(ctx, stepUpsert, func() error {
				return upsertAll(ctx, b.server.DSN(b.name), "jobs", &Source{Rows: b.Rows})
			})
		},
		func() error {
			return b.byHand(ctx, stepUpsert, func() error {
				return upsertAll(ctx, b.server.DSN(b.name), "jobs", &Source{Rows: b.Rows, Version: 5 * n, Step: 1000})
			})
		},
		func() error {
			return b.load(ctx, stepMirror, Load{Mode: destination.Mirror, Source: Source{Version: 7 * n, Step: 1000}})
		},
	}
	for i, f := range steps {
		if err := b.settle(ctx); err != nil {
			return err
		}
		if err := f(); err != nil {
			return err
		}
		if i == 4 {
			// Changing all rows back was not what is compared.
			b.sample[stepUpsert] = b.sample[stepUpsert][:len(b.sample[stepUpsert])-1]
		}
	}
	return nil
}

// once measures the other paths.
func (b *bench) once(ctx context.Context) error {
	if err := b.server.Try(b.name, "CREATE TABLE texts "+Columns("sf_id"), "CREATE TABLE inserted "+Columns("id")); err != nil {
		return err
	}
	for _, l := range []struct {
		step step
		load Load
	}{
		{stepSame, Load{Mode: destination.Mirror, Source: Source{Version: 7 * int64(b.Repetitions), Step: 1000}}},
		{stepTenth, Load{Mode: destination.Mirror, Source: Source{Version: 3, Step: 10}}},
		{stepOurs, Load{Mode: destination.Upsert, Source: Source{Version: 4, Step: 1000}}},
		{stepAgain, Load{Mode: destination.Replace, Source: Source{Version: 4, Step: 1000}}},
		{stepText, Load{Table: "texts", Key: "sf_id", Mode: destination.Mirror}},
		{stepTextSame, Load{Table: "texts", Key: "sf_id", Mode: destination.Mirror, Source: Source{Version: 9, Step: 1000}}},
		{stepInsert, Load{Table: "inserted", Mode: destination.Mirror}},
	} {
		if !strings.Contains(string(l.step), b.Only) {
			continue
		}
		if err := b.settle(ctx); err != nil {
			return err
		}
		l.load.Options.InsertOnly = l.step == stepInsert
		if err := b.load(ctx, l.step, l.load); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) add(st step, s sample) {
	b.sample[st] = append(b.sample[st], s)
	if b.Progress != nil {
		fmt.Fprintf(b.Progress, "%-50s %7.2f s  processor: client %6.2f s, server %6.2f s  %4d MB %s\n", st, s.seconds, s.client, s.server, s.memory>>20, s.method)
	}
}

func (b *bench) byHand(_ context.Context, st step, f func() error) error {
	before, start := b.processor(), time.Now()
	if err := f(); err != nil {
		return err
	}
	b.add(st, sample{seconds: time.Since(start).Seconds(), server: b.processor() - before})
	return nil
}

func (b *bench) load(ctx context.Context, st step, l Load) error {
	b.runs++
	if l.Table == "" {
		l.Table = "jobs"
	}
	if l.Key == "" {
		l.Key = "id"
	}
	l.DSN, l.RunID = b.server.DSN(b.name), fmt.Sprint("bench-", b.runs)
	l.Source.Rows = b.Rows
	before := b.processor()
	r, cpu, err := l.InProcess(ctx, b.Child...)
	if err != nil {
		return fmt.Errorf("%s: %w", st, err)
	}
	b.add(st, sample{seconds: r.Seconds, client: cpu, server: b.processor() - before, memory: r.Memory, method: r.Method})
	return b.correct(st, &l, r)
}

// correct checks that the table is what the load should have made of it.
func (b *bench) correct(st step, l *Load, r Result) error {
	rows, err := b.server.TryRows(b.name, "SELECT COUNT(*) FROM "+l.Table)
	if err != nil {
		return err
	}
	if rows[0] != fmt.Sprint(l.Source.Rows) {
		return fmt.Errorf("%s: the table has %s rows", st, rows[0])
	}
	changed := int64(0)
	if l.Source.Step > 0 {
		changed = (l.Source.Rows + l.Source.Step - 1) / l.Source.Step
	}
	switch st {
	case stepMirror, stepTextSame:
		if r.Counts.Updated < changed || r.Counts.Inserted+r.Counts.Deleted != 0 {
			return fmt.Errorf("%s: %+v", st, r.Counts)
		}
	case stepSame, stepAgain:
		if r.Counts.Changed() != 0 {
			return fmt.Errorf("%s: %+v", st, r.Counts)
		}
	}
	return nil
}

// processor returns the seconds of processor time that the server has used.
func (b *bench) processor() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", b.server.Pid()))
	if err != nil {
		return 0
	}
	// The name in parentheses may have spaces; user and system time are fields
	// 14 and 15, in ticks of 10 ms.
	_, rest, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	var user, system float64
	_, _ = fmt.Sscan(f[11]+" "+f[12], &user, &system)
	return (user + system) / 100
}

// settle waits until the server has done what the last step left for later, so
// that no step pays for another.
func (b *bench) settle(ctx context.Context) error {
	quiet := 0
	last := b.processor()
	for range 60 {
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
		now := b.processor()
		if now-last < 0.03 {
			quiet++
		} else {
			quiet = 0
		}
		if quiet == 2 {
			return nil
		}
		last = now
	}
	return nil
}

// watch reads a table all the time, as an application does, and counts how
// often it has no rows.
func (b *bench) watch(table string) (stop func() (empty, reads int64, err error)) {
	type result struct {
		empty, reads int64
		err          error
	}
	done, ended := make(chan struct{}), make(chan result, 1)
	go func() {
		var r result
		for r.err == nil {
			select {
			case <-done:
				ended <- r
				return
			case <-time.After(5 * time.Millisecond):
			}
			var rows []string
			rows, r.err = b.server.TryRows(b.name, "SELECT id FROM "+table+" LIMIT 1")
			r.reads++
			if r.err == nil && len(rows) == 0 {
				r.empty++
			}
		}
		<-done
		ended <- r
	}()
	return func() (int64, int64, error) {
		close(done)
		r := <-ended
		return r.empty, r.reads, r.err
	}
}
