package synctest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"impact/sync/plan"
	"impact/sync/run"
)

// A shelf is a warehouse in memory that does everything right, but for what it
// is told to do wrong.
type shelf struct {
	wrong string

	mu     sync.Mutex
	states map[string][]*shelfState
	broken bool
	shared []byte // memory of all streams, if that is what is wrong
}

type shelfState struct {
	fields []plan.Field
	rows   []run.Row
}

func (s *shelf) warehouse() Warehouse {
	s.states = map[string][]*shelfState{}
	return Warehouse{
		Past: true,
		Put: func(_ testing.TB, node string, fields []plan.Field, rows []run.Row) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.states[node] = append(s.states[node], &shelfState{fields, slices.Clone(rows)})
		},
		Open: func(_ testing.TB, nodes ...string) run.Source {
			s.mu.Lock()
			defer s.mu.Unlock()
			// What there is when it is opened is what is read.
			src := &shelfSource{s: s, at: map[string]int{}}
			for _, node := range nodes {
				src.at[node] = len(s.states[node])
			}
			return src
		},
		Break: func(testing.TB, string) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.broken = true
		},
		Mend: func(testing.TB) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.broken = false
		},
	}
}

type shelfSource struct {
	s  *shelf
	at map[string]int
}

func (src *shelfSource) is(wrong string) bool { return src.s.wrong == wrong }

func (src *shelfSource) Describe(ctx context.Context, node string) (m plan.Model, err error) {
	if ctx.Err() != nil && !src.is("describes although it is cancelled") {
		return m, ctx.Err()
	}
	src.s.mu.Lock()
	defer src.s.mu.Unlock()
	at, ok := src.at[node]
	switch {
	case !ok:
		return m, fmt.Errorf("nobody knows %s", node)
	case at == 0 && src.is("does not say what is missing"):
		return m, errors.New("syntax error")
	case at == 0:
		return m, &run.MissingError{Relation: node, Help: "make it"}
	case src.is("describes what is now"):
		at = len(src.s.states[node])
	}
	st := src.s.states[node][at-1]
	m = plan.Model{Relation: node, Fields: slices.Clone(st.fields), Rows: int64(len(st.rows)), Version: fmt.Sprint(at)}
	switch src.s.wrong {
	case "takes another kind":
		m.Fields[0].Kind = plan.String
	case "counts wrong":
		m.Rows--
	case "has one version":
		m.Version = "1"
	case "has no version":
		m.Version = ""
	}
	return m, nil
}

func (src *shelfSource) Read(ctx context.Context, q run.Query) (run.Stream, error) {
	src.s.mu.Lock()
	defer src.s.mu.Unlock()
	if _, ok := src.at[q.Node]; !ok {
		return nil, fmt.Errorf("nobody knows %s", q.Node)
	}
	at := 0
	_, _ = fmt.Sscan(q.Model.Version, &at)
	if states := len(src.s.states[q.Node]); at == 0 || src.is("reads what is now") {
		at = states
	}
	state := src.s.states[q.Node][at-1]
	m := plan.Model{Fields: state.fields}
	st := &shelfStream{src: src, ctx: ctx, rows: slices.Clone(state.rows), row: make(run.Row, len(q.Columns))}
	column := func(name string) (int, error) {
		k := m.Field(name)
		if k < 0 {
			return 0, &run.MissingError{Relation: q.Node, Column: name, Known: m.Names()}
		}
		return k, nil
	}
	for _, name := range q.Columns {
		k, err := column(name)
		if err != nil && !src.is("reads missing columns as NULL") {
			return nil, err
		}
		if err != nil {
			k = -1
		}
		st.at = append(st.at, k)
	}
	if src.is("mixes the columns up") {
		slices.Sort(st.at)
	}
	for _, o := range q.OrderBy {
		if _, err := column(o.Column); err != nil {
			return nil, err
		}
	}
	st.sorted = len(q.OrderBy) > 0 && inOrder(m, st.rows, q.OrderBy) == nil
	switch src.s.wrong {
	case "says that rows are sorted":
		st.sorted = len(q.OrderBy) > 0
	case "sorts numbers as text":
		k := m.Field(m.Fields[0].Name)
		slices.SortFunc(st.rows, func(a, b run.Row) int { return bytes.Compare(a[k], b[k]) })
		st.sorted = len(q.OrderBy) == 1 && q.OrderBy[0].Column == m.Fields[0].Name
	case "loses the last row":
		st.rows = st.rows[:max(len(st.rows)-1, 0)]
	case "loses a row of many":
		if len(st.rows) > 4000 {
			st.rows = slices.Delete(st.rows, 4000, 4001)
		}
	case "gives a row twice":
		if len(st.rows) > 1 {
			st.rows = append(st.rows, st.rows[0])
		}
	case "shares one buffer":
		st.buf = &src.s.shared
	}
	return st, nil
}

type shelfStream struct {
	src    *shelfSource
	ctx    context.Context //nolint:containedctx // as streams of real clients do
	rows   []run.Row
	at     []int
	row    run.Row
	own    []byte
	buf    *[]byte
	n      int
	sorted bool
	closed bool
	failed bool
}

func (st *shelfStream) Next(ctx context.Context) (run.Row, error) {
	is := st.src.is
	if st.closed && !is("reads on when it is closed") {
		if is("ends when it is closed") {
			return nil, io.EOF
		}
		return nil, errors.New("closed")
	}
	if err := errors.Join(ctx.Err(), st.ctx.Err()); err != nil && !is("does not look at the context") {
		if is("ends when it is cancelled") {
			return nil, io.EOF
		}
		return nil, err
	}
	st.src.s.mu.Lock()
	broken := st.src.s.broken
	st.src.s.mu.Unlock()
	if broken && st.n > 100 && (!st.failed || !is("reads on after an error")) {
		st.failed = true
		if is("ends when it breaks") {
			return nil, io.EOF
		}
		if is("breaks like an end") {
			return nil, fmt.Errorf("broken: %w", io.EOF)
		}
		return nil, errors.New("it broke")
	}
	if st.n == len(st.rows) {
		if is("begins again") {
			st.n = 0
		}
		return nil, io.EOF
	}
	buf := &st.own
	if st.buf != nil {
		buf = st.buf
	}
	*buf = (*buf)[:0]
	for i, k := range st.at {
		st.row[i] = nil
		if k < 0 || st.rows[st.n][k] == nil {
			if is("takes NULL for empty") {
				st.row[i] = []byte{}
			}
			continue
		}
		v := st.rows[st.n][k]
		switch {
		case is("takes empty for NULL") && len(v) == 0:
			continue
		case is("cuts long values") && len(v) > 1<<20:
			v = v[:1<<20]
		case is("cuts characters to three bytes"):
			v = []byte(strings.ReplaceAll(string(v), "😀", "?"))
		case is("drops fractions") && bytes.HasSuffix(v, []byte(".999999")):
			v = v[:len(v)-7]
		case is("writes infinity in another way") && string(v) == "Infinity":
			v = []byte("inf")
		case is("takes other line breaks"):
			v = bytes.ReplaceAll(v, []byte("\r\n"), []byte("\n"))
		case is("trims"):
			v = bytes.TrimSpace(v)
		}
		from := len(*buf)
		*buf = append(*buf, v...)
		st.row[i] = (*buf)[from:len(*buf):len(*buf)]
		if is("lets values run into each other") {
			st.row[i] = (*buf)[from:len(*buf)]
		}
		if len(v) == 0 && st.row[i] == nil {
			st.row[i] = []byte{}
		}
	}
	st.n++
	return st.row, nil
}

func (st *shelfStream) Sorted() bool { return st.sorted }

func (st *shelfStream) Close() error {
	if st.closed && st.src.is("does not like to be closed twice") {
		return errors.New("closed already")
	}
	st.closed = true
	return nil
}

func TestASourceThatDoesEverythingRightPasses(t *testing.T) {
	t.Parallel()
	Sources(t, func(*testing.T) Warehouse { return (&shelf{}).warehouse() })
}

// Each fault is one that a real adapter had, or may have. The suite finds all.
func TestTheSuiteFindsWhatSourcesDoWrong(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{
		"describes although it is cancelled", "does not say what is missing", "describes what is now", "takes another kind", "counts wrong",
		"has one version", "has no version", "reads what is now", "reads missing columns as NULL", "mixes the columns up", "says that rows are sorted",
		"sorts numbers as text", "loses the last row", "loses a row of many", "gives a row twice", "reads on when it is closed", "ends when it is closed",
		"does not look at the context", "ends when it is cancelled", "ends when it breaks", "breaks like an end", "reads on after an error", "begins again",
		"takes NULL for empty", "takes empty for NULL", "cuts long values", "cuts characters to three bytes", "drops fractions",
		"writes infinity in another way", "takes other line breaks", "trims", "lets values run into each other", "does not like to be closed twice",
	} {
		t.Run(wrong, func(t *testing.T) {
			t.Parallel()
			for _, c := range sourceCases {
				if c.check(&warehouse{Warehouse: (&shelf{wrong: wrong}).warehouse(), t: t}) != nil {
					return
				}
			}
			t.Error("nothing was found")
		})
	}
}

// A row of one stream that another one writes over is seen.
func TestTheSuiteFindsStreamsThatShareMemory(t *testing.T) {
	t.Parallel()
	w := &warehouse{Warehouse: (&shelf{wrong: "shares one buffer"}).warehouse(), t: t}
	if err := w.valid(); err == nil {
		t.Error("nothing was found")
	}
}
