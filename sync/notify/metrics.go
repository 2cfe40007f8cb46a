package notify

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"impact/sync/run"
)

// The names of metrics, which do not change. All are gauges: they say what a
// load's last run did.
const (
	metricRows        = "impact_sync_rows"
	metricLastSuccess = "impact_sync_last_success_timestamp_seconds"
	metricLastRun     = "impact_sync_last_run_timestamp_seconds"
	metricDuration    = "impact_sync_duration_seconds"
	metricStatus      = "impact_sync_status"
)

func metricNames() []string {
	return []string{metricRows, metricDuration, metricStatus, metricLastRun, metricLastSuccess}
}

func metricHelp(name string) string {
	switch name {
	case metricRows:
		return "Rows of the last run of a load, by what became of them."
	case metricDuration:
		return "How long the last run of a load took."
	case metricStatus:
		return "1 for the status that the last run of a load ended with, 0 for the others."
	case metricLastRun:
		return "When a load last ran, whatever became of it."
	}
	return "When a load last left its table as its model says."
}

func statuses() []run.Status {
	return []run.Status{run.StatusDone, run.StatusUnchanged, run.StatusRepeated, run.StatusRefused, run.StatusHeld, run.StatusFailed, run.StatusSkipped}
}

// A sample is one line of metrics.
type sample struct {
	name   string
	load   string // escaped
	line   string // without line break
	number string
}

func newSample(name, load, labels string, value float64) sample {
	s := sample{name: name, load: escapeLabel(load), number: strconv.FormatFloat(value, 'f', -1, 64)}
	s.line = name + `{load="` + s.load + `"` + labels + `} ` + s.number
	return s
}

// escapeLabel escapes the value of a label.
func escapeLabel(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(strings.ToValidUTF8(text, "\ufffd"))
}

// samples are the metrics of one load.
func samples(r *Run, l *Load) []sample {
	rep := &l.Report
	done := rep.Counts
	if !l.ok() { // a guard tells what would have been done
		done.Inserted, done.Updated, done.Deleted = 0, 0, 0
	}
	var out []sample
	for _, op := range []struct {
		name string
		n    int64
	}{
		{"read", done.Read}, {"inserted", done.Inserted}, {"updated", done.Updated}, {"deleted", done.Deleted},
		{"unchanged", done.Unchanged}, {"rejected", done.Rejected},
	} {
		out = append(out, newSample(metricRows, rep.Load, `,op="`+op.name+`"`, float64(op.n)))
	}
	out = append(out, newSample(metricDuration, rep.Load, "", rep.Seconds))
	for _, s := range statuses() {
		on := 0.0
		if s == rep.Status {
			on = 1
		}
		out = append(out, newSample(metricStatus, rep.Load, `,status="`+string(s)+`"`, on))
	}
	at := seconds(r.Finished)
	out = append(out, newSample(metricLastRun, rep.Load, "", at))
	if l.ok() {
		out = append(out, newSample(metricLastSuccess, rep.Load, "", at))
	}
	return out
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// exposition writes samples in Prometheus' text format.
func exposition(all []sample) []byte {
	var b bytes.Buffer
	for _, name := range metricNames() {
		first := true
		for _, s := range all {
			if s.name != name {
				continue
			}
			if first {
				fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s gauge\n", name, metricHelp(name), name)
				first = false
			}
			b.WriteString(s.line)
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}

// writeMetrics exchanges the file of metrics.
func (n *Notifier) writeMetrics(r *Run) error {
	path := n.opts.MetricsFile
	if path == "" {
		return nil
	}
	if err := exchangeMetrics(path, r); err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	return nil
}

func exchangeMetrics(path string, r *Run) (err error) {
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var all []sample
	ran, succeeded := map[string]bool{}, map[string]bool{}
	for i := range r.Loads {
		l := &r.Loads[i]
		all = append(all, samples(r, l)...)
		ran[escapeLabel(l.Report.Load)] = true
		succeeded[escapeLabel(l.Report.Load)] = l.ok()
	}
	for _, s := range parseMetrics(before) {
		if !ran[s.load] || (s.name == metricLastSuccess && !succeeded[s.load]) {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b sample) int { return strings.Compare(a.load, b.load) })

	// The name of the new file does not end in .prom: the collector must not
	// see it half written.
	f, err := os.CreateTemp(filepath.Dir(path), ".impact-metrics-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(exposition(all))
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// parseMetrics reads back the samples that writeMetrics wrote. Other lines are
// passed over.
func parseMetrics(src []byte) []sample {
	var out []sample
	in := bufio.NewScanner(bytes.NewReader(src))
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		line := in.Text()
		name, rest, ok := strings.Cut(line, `{load="`)
		if !ok || !slices.Contains(metricNames(), name) {
			continue
		}
		end := 0
		for end < len(rest) && rest[end] != '"' {
			if rest[end] == '\\' {
				end++
			}
			end++
		}
		_, number, ok := cutLastSpace(line)
		if end >= len(rest) || !ok {
			continue
		}
		if _, err := strconv.ParseFloat(number, 64); err != nil {
			continue
		}
		out = append(out, sample{name: name, load: rest[:end], line: line, number: number})
	}
	return out
}

func cutLastSpace(text string) (before, after string, ok bool) {
	i := strings.LastIndexByte(text, ' ')
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

// pushMetrics sends each load's metrics to a group of its own. POST leaves
// metrics of other names alone: a load that fails keeps its last success.
func (n *Notifier) pushMetrics(ctx context.Context, r *Run) error {
	if n.push == nil {
		return nil
	}
	for i := range r.Loads {
		l := &r.Loads[i]
		u := *n.push
		u.Path = strings.TrimRight(u.Path, "/") + "/metrics/job/impact_sync/load@base64/" + base64.RawURLEncoding.EncodeToString([]byte(strings.ToValidUTF8(l.Report.Load, "\ufffd")))
		if l.Report.Load == "" {
			u.Path += "=" // the Pushgateway's word for nothing
		}
		err := n.sender.send(ctx, request{what: "push metrics", method: http.MethodPost, url: &u, kind: "text/plain; version=0.0.4; charset=utf-8", body: exposition(samples(r, l))})
		if err != nil {
			return err // the others would meet the same
		}
	}
	return nil
}
