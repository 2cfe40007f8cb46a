package mysql_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
)

// benchDDL is a table of 15 mixed columns, about 266 bytes a row, with a primary
// key and two secondary indexes.
const benchDDL = `(id BIGINT PRIMARY KEY, sf_id VARCHAR(18) NOT NULL, title VARCHAR(100), body VARCHAR(255), city VARCHAR(50),
 salary_min DECIMAL(12,2), salary_max DECIMAL(12,2), n1 INT, n2 INT, flag TINYINT(1), score DOUBLE, posted DATE, starts DATETIME(6), ends DATETIME, code CHAR(8),
 KEY by_sf (sf_id), KEY by_city (city, posted)) CHARACTER SET utf8mb4`

// benchSource makes rows as they are read: it holds none.
type benchSource struct {
	rows    int
	version int // every step-th row differs by version
	step    int
}

func (s *benchSource) Describe(context.Context, string) (plan.Model, error) {
	return plan.Model{Relation: "bench", Rows: int64(s.rows), Fields: fields("id", plan.Int, "sf_id", plan.String, "title", plan.String, "body", plan.String, "city", plan.String,
		"salary_min", plan.Decimal, "salary_max", plan.Decimal, "n1", plan.Int, "n2", plan.Int, "flag", plan.Bool, "score", plan.Float, "posted", plan.Date,
		"starts", plan.DateTime, "ends", plan.DateTime, "code", plan.String)}, nil
}

func (s *benchSource) Read(context.Context, run.Query) (run.Stream, error) {
	return &benchStream{s: s, row: make(run.Row, 15)}, nil
}

type benchStream struct {
	s   *benchSource
	i   int
	row run.Row
}

func (b *benchStream) Sorted() bool { return true }
func (b *benchStream) Close() error { return nil }
func (b *benchStream) Next(context.Context) (run.Row, error) {
	if b.i == b.s.rows {
		return nil, io.EOF
	}
	i := b.i
	b.i++
	v := 0
	if b.s.step > 0 && i%b.s.step == 0 {
		v = b.s.version
	}
	n := strconv.Itoa(i)
	r := b.row
	r[0] = strconv.AppendInt(r[0][:0], int64(i), 10)
	r[1] = append(append(r[1][:0], "a015g00000"...), fmt.Sprintf("%08d", i)...)
	r[2] = append(append(r[2][:0], "看護師 病棟 夜勤あり "...), n...)
	r[3] = append(append(r[3][:0], "A description of the job, long enough to be one, with some words in it and a number: "...), strconv.Itoa(i+v)...)
	r[4] = append(append(r[4][:0], "city "...), strconv.Itoa(i%900)...)
	r[5] = append(r[5][:0], "250000.00"...)
	r[6] = append(r[6][:0], "380000.50"...)
	r[7] = strconv.AppendInt(r[7][:0], int64(i%1000), 10)
	r[8] = strconv.AppendInt(r[8][:0], int64(i%77), 10)
	r[9] = append(r[9][:0], "01"[i%2])
	r[10] = strconv.AppendFloat(r[10][:0], float64(i)/7, 'g', -1, 64)
	r[11] = append(r[11][:0], "2026-04-01"...)
	r[12] = append(r[12][:0], "2026-04-01 09:30:00.123456"...)
	r[13] = append(r[13][:0], "2026-05-01 18:00:00"...)
	r[14] = append(r[14][:0], "ABCD1234"...)
	return r, nil
}

// peak measures the largest heap while f runs.
func peak(f func()) uint64 {
	runtime.GC()
	var highest atomic.Uint64
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		var m runtime.MemStats
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&m)
				highest.Store(max(highest.Load(), m.HeapInuse))
			}
		}
	}()
	f()
	close(stop)
	<-ended
	return highest.Load()
}

// BenchmarkLoads compares the modes with what is usually done by hand, on
// IMPACT_BENCH_ROWS rows (default 100,000). Each part reports rows per second
// and the largest heap.
func BenchmarkLoads(b *testing.B) {
	rows := 100_000
	if n, err := strconv.Atoi(os.Getenv("IMPACT_BENCH_ROWS")); err == nil {
		rows = n
	}
	for range b.N {
		benchLoads(b, rows)
	}
}

func benchLoads(b *testing.B, rows int) {
	b.Helper()
	be := newBench(b, "CREATE TABLE jobs "+benchDDL, "CREATE TABLE hand "+benchDDL, "CREATE TABLE kept "+benchDDL)
	src := &benchSource{rows: rows}
	db, err := mysql.Open(context.Background(), be.db)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	n := 0
	execute := func(table string, mode destination.Mode) run.LoadReport {
		be.loads = nil
		l := be.load("jobs", table, mode, []string{"id"}, nil)
		m, _ := src.Describe(context.Background(), "")
		schema, err := db.Schema(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		p, err := plan.Build(plan.Input{Loads: []*destination.Load{l}, Models: map[string]plan.Model{l.Model: m}, Schemas: map[string]*destination.Schema{"db": schema}, Fit: func(_ string, k plan.Kind, c *destination.Column) error { return db.Fit(k, c) }})
		if err != nil {
			b.Fatal(err)
		}
		n++
		r := run.Execute(context.Background(), p, src, map[string]run.Destination{"db": db}, run.Options{RunID: fmt.Sprint("bench-", n), Approve: p.Hash}).Loads[0]
		if r.Status != run.StatusDone {
			b.Fatal(r.Error)
		}
		return r
	}
	measure := func(name string, f func()) float64 {
		start := time.Now()
		heap := peak(f)
		d := time.Since(start).Seconds()
		b.ReportMetric(d, name+"-s")
		b.Logf("%-48s %8.2f s %9.0f rows/s %5d MB heap", name, d, float64(rows)/d, heap>>20)
		return d
	}

	// What is done by hand, from a file that the server reads itself.
	file := filepath.Join(os.TempDir(), be.name+".tsv")
	defer func() { _ = os.Remove(file) }()
	writeTSV(b, file, src)
	load := measure("server-side-LOAD-DATA", func() {
		be.exec("LOAD DATA INFILE '" + file + "' INTO TABLE hand CHARACTER SET utf8mb4")
	})
	first := measure("first-load", func() { execute("jobs", destination.Mirror) })
	truncate := measure("TRUNCATE-and-LOAD-DATA", func() {
		be.exec("TRUNCATE TABLE hand", "LOAD DATA INFILE '"+file+"' INTO TABLE hand CHARACTER SET utf8mb4")
	})
	src.version, src.step = 1, 1
	replace := measure("replace-all-changed", func() { execute("jobs", destination.Replace) })
	src.version, src.step = 0, 0
	execute("jobs", destination.Replace)
	upsert := measure("upsert-all-by-hand", func() { upsertAll(b, be, src) })
	src.version, src.step = 7, 1000
	var r run.LoadReport
	mirror := measure("mirror-0.1%-changed", func() { r = execute("jobs", destination.Mirror) })
	if r.Counts.Updated != int64((rows+999)/1000) {
		b.Fatalf("%+v", r.Counts)
	}
	measure("mirror-nothing-changed", func() { execute("jobs", destination.Mirror) })
	src.version, src.step = 9, 3
	measure("mirror-33%-changed", func() { execute("jobs", destination.Mirror) })
	b.Logf("mirror %.1fx faster than upserting all; replace %.2fx of TRUNCATE+LOAD; first load %.2fx of one-stream LOAD DATA",
		upsert/mirror, truncate/replace, load/first)
}

// BenchmarkMirrorUnchanged is the comparison alone.
func BenchmarkMirrorUnchanged(b *testing.B) {
	const rows = 100_000
	be := newBench(b, "CREATE TABLE jobs "+benchDDL)
	src := &benchSource{rows: rows}
	l := be.load("jobs", "jobs", destination.Mirror, []string{"id"}, nil)
	m, _ := src.Describe(context.Background(), "")
	db := be.open()
	schema, err := db.Schema(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	p, err := plan.Build(plan.Input{Loads: be.loads, Models: map[string]plan.Model{l.Model: m}, Schemas: map[string]*destination.Schema{"db": schema}})
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	execute := func() {
		n++
		if r := run.Execute(context.Background(), p, src, map[string]run.Destination{"db": db}, run.Options{RunID: fmt.Sprint(n), Approve: p.Hash}).Loads[0]; r.Status != run.StatusDone {
			b.Fatal(r.Error)
		}
	}
	execute()
	b.ResetTimer()
	for range b.N {
		execute()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func writeTSV(b *testing.B, file string, src *benchSource) {
	b.Helper()
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	st := &benchStream{s: src, row: make(run.Row, 15)}
	var buf []byte
	for {
		r, err := st.Next(context.Background())
		if err != nil {
			break
		}
		buf = buf[:0]
		for i, v := range r {
			if i > 0 {
				buf = append(buf, '\t')
			}
			buf = append(buf, v...)
		}
		if _, err := f.Write(append(buf, '\n')); err != nil {
			b.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil { //nolint:gosec // the server reads it
		b.Fatal(err)
	}
}

// upsertAll writes every row with ON DUPLICATE KEY UPDATE, 500 at a time.
func upsertAll(b *testing.B, be *bench, src *benchSource) {
	b.Helper()
	db, err := sql.Open("mysql", be.db.DSN)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	one := "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
	q := "INSERT INTO jobs VALUES " + one
	for range 499 {
		q += "," + one
	}
	q += " ON DUPLICATE KEY UPDATE sf_id=VALUES(sf_id), title=VALUES(title), body=VALUES(body), city=VALUES(city), salary_min=VALUES(salary_min), salary_max=VALUES(salary_max), n1=VALUES(n1), n2=VALUES(n2), flag=VALUES(flag), score=VALUES(score), posted=VALUES(posted), starts=VALUES(starts), ends=VALUES(ends), code=VALUES(code)"
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	st, err := tx.Prepare(q)
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	s := &benchStream{s: src, row: make(run.Row, 15)}
	var args []any
	for {
		r, err := s.Next(context.Background())
		if err != nil {
			break
		}
		for _, v := range r {
			args = append(args, string(v))
		}
		if len(args) == 500*15 {
			if _, err := st.Exec(args...); err != nil {
				b.Fatal(err)
			}
			args = args[:0]
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}
