package run

import (
	"context"
	"errors"
	"fmt"
	"io"

	"impact/lineage/destination"
	"impact/sync/plan"
)

// work is one load on its way.
type work struct {
	load    *plan.Load
	enc     Encoder
	last    *Entry
	counts  Counts
	columns []int64 // per column how many rows changed in it
	deletes spool
	updates spool
	inserts spool
	rejects rejects
	// compared says how far it is; settled loads need nothing any more.
	settled bool
	status  Status
	method  plan.Method
	same    bool   // unkeyed: the table has the rows already
	marked  int64  // rows of the table that are marked as deleted
	revived int64  // those of them that the model has again; they count as updated
	gone    int64  // unkeyed: rows that only the table has
	added   int64  // and those that only the model has
	ddl     string // hash of the tables as they are to be found
	missing bool   // the table is still to be created
	unread  bool   // a run would not read it: nothing has changed since the last one
	guard   error  // what a comparison that writes nothing would have been refused for
}

func newWork(l *plan.Load, opts *Options) *work {
	w := &work{load: l, method: l.Method, ddl: l.DDL, missing: len(l.Create) > 0}
	w.reset(opts)
	return w
}

// reset forgets a comparison.
func (w *work) reset(opts *Options) {
	w.counts, w.columns, w.same, w.gone, w.added = Counts{}, make([]int64, len(w.load.Columns)), false, 0, 0
	w.marked, w.revived = 0, 0
	w.method = w.load.Method
	w.deletes, w.updates, w.inserts = spool{dir: opts.TempDir}, spool{dir: opts.TempDir}, spool{dir: opts.TempDir}
	w.rejects = rejects{max: opts.MaxRejects}
}

func (w *work) close() error {
	return errors.Join(w.deletes.close(), w.updates.close(), w.inserts.close())
}

// errManyChanges ends a comparison early: the table will be exchanged.
var errManyChanges = errors.New("many rows differ")

// compare reads the model and the rows of the table side by side and spools
// what differs. Nothing is written.
func (u *unit) compare(ctx context.Context, s Session, w *work) error {
	enc, err := s.Encoder(w.load)
	if err != nil {
		return err
	}
	w.enc = enc
	if w.load.Method == plan.Insert {
		if w.last == nil { // whose are the rows that are there?
			if w.counts.Owned, err = w.count(ctx, s); err != nil {
				return err
			}
		}
		return u.compareNothing(ctx, w)
	}
	if w.load.Keys == 0 {
		return u.compareUnkeyed(ctx, s, w)
	}
	owned := int64(0)
	if !u.readOnly && (w.load.Method == plan.Swap || w.load.MaySwap) {
		if owned, err = w.count(ctx, s); err != nil {
			return err
		}
		if _, ok := s.(Swapper); ok && owned == 0 && u.large(w.load.Model.Rows) {
			w.method = plan.Swap
			return nil
		}
	}
	err = u.merge(ctx, s, w, false)
	if errors.Is(err, errUnsorted) {
		if err := w.close(); err != nil {
			return err
		}
		w.reset(u.opts)
		err = u.merge(ctx, s, w, true)
	}
	if errors.Is(err, errManyChanges) {
		if err := w.close(); err != nil {
			return err
		}
		known := w.counts
		w.reset(u.opts)
		w.method, w.counts.Owned = plan.Swap, owned
		if known.Read > 0 {
			w.counts = known // compared to the end
		}
		return nil
	}
	if err == nil {
		w.method = plan.Merge
	}
	return err
}

// large reports whether exchanging the table is worth it.
func (u *unit) large(rows int64) bool { return rows < 0 || rows >= u.opts.SwapRows }

// compareNothing spools all rows: they are added.
func (u *unit) compareNothing(ctx context.Context, w *work) error {
	err := u.readAll(ctx, w, false)
	if errors.Is(err, errUnsorted) {
		owned := w.counts.Owned
		if err := w.close(); err != nil {
			return err
		}
		w.reset(u.opts)
		w.counts.Owned = owned
		err = u.readAll(ctx, w, true)
	}
	return err
}

// readAll spools all rows: in the order of their key, if they have one, so that
// those which share it are found.
func (u *unit) readAll(ctx context.Context, w *work, sortHere bool) (err error) {
	im, next, done, err := u.openModel(ctx, w, sortHere)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return u.goodRows(ctx, w, im, next, func(row Row) error {
		if err := w.inserts.add(Change{Op: OpInsert, Row: row}); err != nil {
			return err
		}
		w.counts.Inserted++
		return nil
	})
}

// goodRows reads a model to its end, and gives each of its rows that is not bad.
func (u *unit) goodRows(ctx context.Context, w *work, im *images, next func(context.Context) (item, error), each func(Row) error) error {
	p := u.progress(w, PhaseCompare, w.load.Model.Rows)
	for {
		it, err := next(ctx)
		w.counts.Read = im.read
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		p.step()
		if it.bad {
			continue
		}
		if err := each(it.row); err != nil {
			return err
		}
	}
}

// merge is the comparison by key.
func (u *unit) merge(ctx context.Context, s Session, w *work, sortHere bool) (err error) {
	l := w.load
	// Most rows are as they were: only what differs is worth encoding.
	im, err := openRaw(ctx, l, u.src, w.enc, &w.rejects, true)
	if err != nil {
		return err
	}
	src, err := order(ctx, im, u.opts.TempDir, sortHere)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.done()) }()
	rows, err := openRows(ctx, s, w)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.close()) }()

	m := merging{u: u, w: w, src: src, rows: rows, numeric: src.numeric, raw: im.raw, soft: soft(l)}
	if _, ok := s.(Swapper); ok && !u.readOnly && l.Method == plan.Swap && u.large(l.Model.Rows) {
		m.limit = max(l.Model.Rows/4, u.opts.SwapRows)
		m.early = max(l.Model.Rows/50, u.opts.SwapRows/4, 1000)
	}
	m.progress = u.progress(w, PhaseCompare, l.Model.Rows)
	err = m.run(ctx)
	if m.counting || err == nil {
		w.counts.Read = im.read
	}
	return err
}

type merging struct {
	u       *unit
	w       *work
	src     *ordered
	rows    *tableRows
	numeric []bool
	raw     []bool // columns of the model that are not encoded yet
	differ  []int  // columns, of the row at hand
	soft    bool
	// limit ends the comparison: more changes are dearer than loading the table
	// anew; 0: none. A comparison is not free either, so that it ends after
	// early changes where most of what was compared until then has changed.
	limit    int64
	early    int64
	compared int64
	counting bool // only for the guard: the table will be exchanged
	progress *progress
	item     item
	hasItem  bool
	row      Row
	hasRow   bool
}

// tableRows reads the rows of a table ahead.
type tableRows struct {
	stream Stream
	pipe   *pipe
	cancel context.CancelFunc
	ended  bool
}

func openRows(ctx context.Context, s Session, w *work) (*tableRows, error) {
	ctx, cancel := context.WithCancel(ctx)
	stream, err := w.rows(ctx, s)
	if err != nil {
		cancel()
		return nil, err
	}
	return &tableRows{stream: stream, pipe: pipeStream(ctx, stream), cancel: cancel}, nil
}

// next returns the next row, valid until the call after the next one.
func (t *tableRows) next(ctx context.Context) (Row, error) {
	it, err := t.pipe.next(ctx)
	t.ended = t.ended || errors.Is(err, io.EOF)
	return it.row, err
}

func (t *tableRows) close() error {
	defer t.cancel()
	if !t.ended {
		t.cancel() // a read that waits for the server ends
	}
	t.pipe.close()
	return t.stream.Close()
}

func (m *merging) advance(ctx context.Context, item, row bool) error {
	if item {
		it, err := m.src.next(ctx)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		m.item, m.hasItem = it, err == nil
		m.progress.step()
	}
	if row {
		had, before := m.hasRow, m.row
		r, err := m.rows.next(ctx)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		m.row, m.hasRow = r, err == nil
		if !m.hasRow {
			return ctx.Err()
		}
		if had && compareKeys(before, r, m.numeric) >= 0 {
			return fmt.Errorf("%s: the rows of %s did not come in key order: please report this", m.w.load.Name(), m.w.load.Spec.Table)
		}
		if m.isMarked(r) {
			m.w.marked++
		} else {
			m.w.counts.Owned++
		}
	}
	return nil
}

func (m *merging) run(ctx context.Context) error {
	if err := m.advance(ctx, true, true); err != nil {
		return err
	}
	for m.hasItem || m.hasRow {
		var c int
		switch {
		case !m.hasRow:
			c = -1
		case !m.hasItem:
			c = 1
		default:
			c = compareKeys(m.item.row, m.row, m.numeric)
		}
		var err error
		switch {
		case c < 0:
			err = m.onlyModel()
		case c > 0:
			err = m.onlyTable()
		default:
			err = m.both()
		}
		if err != nil {
			return err
		}
		m.compared++
		if !m.counting && m.many() {
			if !m.u.guarded(m.w.load) {
				return errManyChanges
			}
			// The guard is to know how many rows are lost or changed: count on,
			// but keep nothing.
			m.counting = true
			if err := m.w.close(); err != nil {
				return err
			}
			m.w.deletes, m.w.updates, m.w.inserts = spool{}, spool{}, spool{}
		}
		if err := m.advance(ctx, c <= 0, c >= 0); err != nil {
			return err
		}
	}
	if m.counting {
		return errManyChanges
	}
	return nil
}

// keep spools a change.
func (m *merging) keep(s *spool, c Change) error {
	if m.counting {
		return nil
	}
	return s.add(c)
}

// many reports whether the table is better exchanged than changed.
func (m *merging) many() bool {
	if m.limit == 0 {
		return false
	}
	n := m.w.counts.Changed()
	return n > m.limit || (n > m.early && n > m.compared/2)
}

func (m *merging) onlyModel() error {
	if m.item.bad {
		return nil
	}
	for i, raw := range m.raw {
		if raw {
			if ok, err := m.encode(i); !ok {
				return err
			}
		}
	}
	m.w.counts.Inserted++
	return m.keep(&m.w.inserts, Change{Op: OpInsert, Row: m.item.row})
}

// encode brings a value of the model into canonical form. It is not ok if the
// row is a bad one.
func (m *merging) encode(i int) (ok bool, err error) {
	v, err := m.w.enc.Encode(i, m.item.row[i])
	if err != nil {
		return false, m.w.rejects.addValue(m.w.load, m.item.row, i, err)
	}
	m.item.row[i] = v
	return true, nil
}

// isMarked reports whether a row of the table is marked as deleted.
func (m *merging) isMarked(r Row) bool { return m.soft && r[len(r)-1] != nil }

func (m *merging) onlyTable() error {
	if !m.w.load.Spec.Mode.Removes() || m.isMarked(m.row) {
		return nil
	}
	m.w.counts.Deleted++
	return m.keep(&m.w.deletes, Change{Op: OpDelete, Row: m.row, Old: HashRow(m.row)})
}

func (m *merging) both() error {
	if m.item.bad {
		return nil
	}
	m.differ = m.differ[:0]
	for i, have := range m.row {
		if equalValues(m.item.row[i], have) {
			continue
		}
		if i < len(m.raw) && m.raw[i] {
			if ok, err := m.encode(i); !ok {
				return err
			}
			if equalValues(m.item.row[i], have) {
				continue
			}
		}
		m.differ = append(m.differ, i)
	}
	if len(m.differ) == 0 {
		m.w.counts.Unchanged++
		return nil
	}
	for _, i := range m.differ {
		if i < len(m.w.columns) {
			m.w.columns[i]++
		}
	}
	m.w.counts.Updated++
	if m.isMarked(m.row) {
		m.w.revived++
	}
	return m.keep(&m.w.updates, Change{Op: OpUpdate, Row: m.item.row, Old: HashRow(m.row)})
}

// guard refuses what is suspicious, before anything is written.
func (u *unit) guard(w *work) error {
	l := w.load
	g := l.Spec.Guard
	c := w.counts
	fail := func(id, hint, format string, args ...any) error {
		return &GuardError{ID: id, Load: l.Name(), Message: fmt.Sprintf(format, args...), Hint: hint}
	}
	if u.approved() {
		return u.guardTransaction(w)
	}
	approve := "look at the plan; if it is meant, run again with --approve " + u.plan.Hash
	if w.method == plan.Swap && l.Keys > 0 && c.Read == 0 && l.Model.Rows >= 0 {
		c.Read = l.Model.Rows // not read yet
		c.Deleted = max(c.Owned-c.Read, 0)
	}
	if w.method == plan.Swap && l.Keys == 0 && !w.same {
		// What comes in the place of something else counts as a change of it.
		c.Updated = min(w.gone, w.added)
		c.Deleted = w.gone - c.Updated
	}
	// What comes back is added for whoever reads the table: no row that it has is
	// another one then.
	c.Updated -= w.revived
	if c.Read < g.MinRows && (w.method != plan.Swap || l.Keys == 0 || l.Model.Rows >= 0) {
		return fail(GuardMinRows, approve, "the model has %d rows, guard.min_rows asks for %d", c.Read, g.MinRows)
	}
	if l.Spec.Mode == destination.Append {
		if w.last == nil && c.Owned > 0 && c.Inserted > 0 {
			return fail(GuardFirstRun, approve, "this is the first run into a table that has %d rows already", c.Owned)
		}
		return u.guardTransaction(w)
	}
	if g.MaxDelete.Exceeded(c.Deleted, c.Owned) {
		return fail(GuardMaxDelete, approve, "%d of %d rows would be removed, guard.max_delete allows %s", c.Deleted, c.Owned, g.MaxDelete)
	}
	if g.MaxChange.Exceeded(c.Updated+c.Deleted, c.Owned) {
		return fail(GuardMaxChange, approve, "%d of %d rows would be changed or removed, guard.max_change allows %s", c.Updated+c.Deleted, c.Owned, g.MaxChange)
	}
	changes := w.counts.Changed() > 0 || (w.method == plan.Swap && !w.same)
	if there := c.Owned + w.marked; w.last == nil && there > 0 && changes {
		return fail(GuardFirstRun, approve, "this is the first run into a table that has %d rows already", there)
	}
	return u.guardTransaction(w)
}

// guarded reports whether a guard may refuse a load for what it changes.
func (u *unit) guarded(l *plan.Load) bool {
	open := func(g destination.Limit) bool { return g.Percent && g.N >= 100 }
	return !u.approved() && !(open(l.Spec.Guard.MaxDelete) && open(l.Spec.Guard.MaxChange))
}

func (u *unit) guardTransaction(w *work) error {
	limit := u.transactionRows(w.load)
	if n := w.counts.Changed(); w.method != plan.Swap && !w.load.Spec.Chunked && n > limit {
		return &GuardError{ID: GuardTransaction, Load: w.load.Name(),
			Message: fmt.Sprintf("%d rows would be written in one transaction, max_transaction_rows allows %d", n, limit),
			Hint:    "raise max_transaction_rows, or set chunked: true, which is not atomic"}
	}
	return nil
}

func (u *unit) transactionRows(l *plan.Load) int64 {
	if n := l.Spec.MaxTransactionRows; n > 0 {
		return n
	}
	return u.opts.MaxTransactionRows
}

func (u *unit) approved() bool { return u.opts.Approve != "" && u.opts.Approve == u.plan.Hash }
