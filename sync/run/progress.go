package run

// progress counts rows and says so now and then.
type progress struct {
	u     *unit
	w     *work
	phase Phase
	rows  int64
	total int64
}

// progressRows is how many rows pass between two events.
const progressRows = 10_000

func (u *unit) progress(w *work, phase Phase, total int64) *progress {
	p := &progress{u: u, w: w, phase: phase, total: max(total, 0)}
	u.emit(Event{Load: w.load.Name(), Phase: phase, Total: p.total})
	return p
}

func (p *progress) step() {
	p.rows++
	if p.rows%progressRows == 0 {
		p.u.emit(Event{Load: p.w.load.Name(), Phase: p.phase, Rows: p.rows, Total: p.total})
	}
}

func (p *progress) add(n int64) {
	before := p.rows / progressRows
	p.rows += n
	if p.rows/progressRows != before {
		p.u.emit(Event{Load: p.w.load.Name(), Phase: p.phase, Rows: p.rows, Total: p.total})
	}
}
