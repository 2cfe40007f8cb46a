package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"impact/cmd/internal/terminal"
	"impact/sync/plan"
	"impact/sync/run"
)

// How often progress is told: a terminal is redrawn, a log gets lines.
const (
	redrawEvery = 100 * time.Millisecond
	lineEvery   = 15 * time.Second
)

// A progress tells how a run goes: in one line that is redrawn on a terminal, in
// plain lines elsewhere, or as JSON lines among the result. It may be used by
// many goroutines.
type progress struct {
	app   *App
	style terminal.Style
	json  bool
	draw  bool
	total int

	mu      sync.Mutex
	done    int
	load    string
	phase   run.Phase
	began   time.Time
	told    time.Time
	drawn   bool
	failure error
}

func newProgress(app *App, format string, p *plan.Plan) *progress {
	out := &progress{app: app, style: app.ErrStyle(), json: format == "json"}
	out.draw = !out.json && app.Streams.ErrTerminal && app.Getenv("TERM") != "dumb"
	for _, g := range p.Groups {
		out.total += len(g.Loads)
	}
	return out
}

// eventDoc is one line of --format json: an event, marked as such.
type eventDoc struct {
	Format string `json:"format"`
	run.Event
}

// formatEvent is the value of eventDoc.Format.
const formatEvent = "impact.sync.event/1"

func (p *progress) event(e run.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.json {
		p.line(&eventDoc{Format: formatEvent, Event: e})
		return
	}
	fresh := e.Load != p.load || e.Phase != p.phase
	if fresh {
		p.load, p.phase, p.began = e.Load, e.Phase, e.Time
	}
	if e.Phase == run.PhaseDone {
		p.done++
	}
	if p.draw {
		p.redraw(e, fresh)
		return
	}
	switch {
	case e.Phase == run.PhaseRetry:
		p.say("%s: trying again: %s", cleanText(e.Load), cleanText(e.Message))
	case e.Phase == run.PhaseDone:
		// The summary says how it ended.
	case fresh || e.Time.Sub(p.told) >= lineEvery:
		p.told = e.Time
		p.say("%s: %s", cleanText(e.Load), p.describe(e))
	}
}

func rowCount(n int64) string {
	if n == 1 {
		return " 1 row"
	}
	return " " + number(n) + " rows"
}

// describe writes phase, rows, rate and what is left.
func (p *progress) describe(e run.Event) string {
	text := phaseWord(e.Phase)
	switch {
	case e.Rows > 0 && e.Total > 0:
		text += fmt.Sprintf(" %s of %s rows", number(e.Rows), number(e.Total))
	case e.Rows > 0:
		text += rowCount(e.Rows)
	case e.Total > 0:
		text += rowCount(e.Total)
	}
	elapsed := e.Time.Sub(p.began)
	if e.Rows == 0 || elapsed < time.Second {
		return text
	}
	rate := float64(e.Rows) / elapsed.Seconds()
	text += fmt.Sprintf(", %s a second", number(int64(rate)))
	if left := e.Total - e.Rows; left > 0 && rate >= 1 {
		text += fmt.Sprintf(", %s left", round(time.Duration(float64(left)/rate*float64(time.Second))))
	}
	return text
}

func phaseWord(p run.Phase) string {
	switch p {
	case run.PhaseCompare:
		return "comparing"
	case run.PhaseSort:
		return "sorting"
	case run.PhaseApply:
		return "writing"
	case run.PhaseSwap:
		return "filling a copy with"
	case run.PhaseRetry:
		return "trying again"
	}
	return string(p)
}

// round shortens a duration to what a person wants to know.
func round(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(int(d.Round(time.Second).Seconds()), 1))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Round(time.Hour).Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

func (p *progress) redraw(e run.Event, fresh bool) {
	if !fresh && e.Time.Sub(p.told) < redrawEvery {
		return
	}
	p.told = e.Time
	count := fmt.Sprintf("[%d/%d] ", min(p.done+1, p.total), p.total)
	if e.Phase == run.PhaseDone {
		count = fmt.Sprintf("[%d/%d] ", p.done, p.total)
	}
	text := terminal.Truncate(count+cleanText(e.Load)+"  "+p.describe(e), p.app.Streams.WidthOr(80)-1)
	fmt.Fprintf(p.app.Err(), "\r%s\x1b[K", p.style.Dim(text))
	p.drawn = true
}

func (p *progress) say(format string, args ...any) {
	fmt.Fprintf(p.app.Err(), format+"\n", args...)
}

// line writes a JSON line to the result.
func (p *progress) line(v any) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		p.failure = err
		return
	}
	if _, err := p.app.Out().Write([]byte(b.String())); err != nil {
		p.failure = err
	}
}

// close removes the line that is redrawn.
func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn {
		fmt.Fprint(p.app.Err(), "\r\x1b[K")
		p.drawn = false
	}
}
