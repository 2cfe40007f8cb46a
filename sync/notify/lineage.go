package notify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"impact/sync/run"
)

// The versions of OpenLineage's schemas that the events keep to.
const (
	schemaRunEvent   = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
	schemaParent     = "https://openlineage.io/spec/facets/1-1-0/ParentRunFacet.json#/$defs/ParentRunFacet"
	schemaError      = "https://openlineage.io/spec/facets/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet"
	schemaJobType    = "https://openlineage.io/spec/facets/2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet"
	schemaSchema     = "https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet"
	schemaColumns    = "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet"
	schemaStatistics = "https://openlineage.io/spec/facets/1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet"
)

// The job of the run as a whole; each load is a job below it.
const rootJob = "impact.sync"

// An event is an OpenLineage RunEvent.
type event struct {
	EventType string    `json:"eventType"`
	EventTime string    `json:"eventTime"`
	Run       eventRun  `json:"run"`
	Job       eventJob  `json:"job"`
	Inputs    []dataset `json:"inputs"`
	Outputs   []dataset `json:"outputs"`
	Producer  string    `json:"producer"`
	SchemaURL string    `json:"schemaURL"`
}

type eventRun struct {
	RunID  string    `json:"runId"`
	Facets runFacets `json:"facets"`
}

type runFacets struct {
	Parent *parentFacet `json:"parent,omitempty"`
	Error  *errorFacet  `json:"errorMessage,omitempty"`
}

type eventJob struct {
	Namespace string     `json:"namespace"`
	Name      string     `json:"name"`
	Facets    *jobFacets `json:"facets,omitempty"`
}

type jobFacets struct {
	Type jobTypeFacet `json:"jobType"`
}

// A facet is what all facets have.
type facet struct {
	Producer  string `json:"_producer"`
	SchemaURL string `json:"_schemaURL"`
}

type jobTypeFacet struct {
	facet
	ProcessingType string `json:"processingType"`
	Integration    string `json:"integration"`
	JobType        string `json:"jobType"`
}

type parentFacet struct {
	facet
	Run parentRun `json:"run"`
	Job eventJob  `json:"job"`
}

type parentRun struct {
	RunID string `json:"runId"`
}

type errorFacet struct {
	facet
	Message  string `json:"message"`
	Language string `json:"programmingLanguage"`
}

type dataset struct {
	Namespace    string         `json:"namespace"`
	Name         string         `json:"name"`
	Facets       *datasetFacets `json:"facets,omitempty"`
	OutputFacets *outputFacets  `json:"outputFacets,omitempty"`
}

type datasetFacets struct {
	Schema  *schemaFacet  `json:"schema,omitempty"`
	Columns *columnsFacet `json:"columnLineage,omitempty"`
}

type schemaFacet struct {
	facet
	Fields []schemaField `json:"fields"`
}

type schemaField struct {
	Name string `json:"name"`
	Type string `json:"type,omitempty"`
}

type columnsFacet struct {
	facet
	Fields map[string]columnInputs `json:"fields"`
	// Dataset are fields that decide which rows there are, whatever the column.
	Dataset []inputField `json:"dataset,omitempty"`
}

type columnInputs struct {
	InputFields []inputField `json:"inputFields"`
}

type inputField struct {
	Namespace       string           `json:"namespace"`
	Name            string           `json:"name"`
	Field           string           `json:"field"`
	Transformations []transformation `json:"transformations"`
}

type transformation struct {
	Type    string `json:"type"`
	Subtype string `json:"subtype,omitempty"`
	Masking bool   `json:"masking"`
}

type outputFacets struct {
	Statistics *statisticsFacet `json:"outputStatistics,omitempty"`
}

type statisticsFacet struct {
	facet
	RowCount int64 `json:"rowCount"`
}

// A parent is the run that started ours, as its scheduler names it.
type parent struct{ namespace, job, run string }

// parseParent reads "namespace/job/run id"; the namespace may hold slashes.
func parseParent(text string) (*parent, error) {
	rest, id, ok := cutLast(text)
	namespace, job, ok2 := cutLast(rest)
	if !ok || !ok2 || namespace == "" || job == "" || !isUUID(id) {
		return nil, errors.New("the parent of the run is not namespace/job/run id, the run id a UUID")
	}
	return &parent{namespace: namespace, job: job, run: id}, nil
}

func cutLast(text string) (before, after string, ok bool) {
	i := strings.LastIndexByte(text, '/')
	if i < 0 {
		return "", text, false
	}
	return text[:i], text[i+1:], true
}

func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F'):
			return false
		}
	}
	return true
}

// uuid makes an id that is the same for the same names: a version 8 UUID.
func uuid(names ...string) string {
	h := sha256.New()
	for _, name := range names {
		_, _ = fmt.Fprintf(h, "%d:%s", len(name), name) // a hash takes everything
	}
	b := h.Sum(nil)[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

func rootRun(r *Run) string {
	if isUUID(r.ID) {
		return r.ID
	}
	return uuid("run", r.ID)
}

func (n *Notifier) namespace() string {
	if n.opts.LineageNamespace == "" {
		return "default"
	}
	return n.opts.LineageNamespace
}

func (n *Notifier) producer() string {
	version := n.opts.Version
	if version == "" {
		version = "dev"
	}
	return "urn:impact:" + url.PathEscape(version)
}

func (n *Notifier) facet(schema string) facet {
	return facet{Producer: n.producer(), SchemaURL: schema}
}

func (n *Notifier) job(name, kind string) eventJob {
	return eventJob{Namespace: n.namespace(), Name: name, Facets: &jobFacets{Type: jobTypeFacet{
		facet: n.facet(schemaJobType), ProcessingType: "BATCH", Integration: "IMPACT", JobType: kind,
	}}}
}

// root is the event of the run as a whole.
func (n *Notifier) root(r *Run, kind string, at time.Time) event {
	e := event{
		EventType: kind, EventTime: at.UTC().Format("2006-01-02T15:04:05.000Z"),
		Run: eventRun{RunID: rootRun(r)}, Job: n.job(rootJob, "JOB"),
		Inputs: []dataset{}, Outputs: []dataset{}, Producer: n.producer(), SchemaURL: schemaRunEvent,
	}
	if p := n.parent; p != nil {
		e.Run.Facets.Parent = &parentFacet{facet: n.facet(schemaParent), Run: parentRun{p.run}, Job: eventJob{Namespace: p.namespace, Name: p.job}}
	}
	return e
}

// load is the event of one load.
func (n *Notifier) load(r *Run, l *Load, kind string, at time.Time) event {
	e := n.root(r, kind, at)
	e.Run = eventRun{RunID: uuid("load", rootRun(r), l.Report.Load)}
	e.Run.Facets.Parent = &parentFacet{facet: n.facet(schemaParent), Run: parentRun{rootRun(r)}, Job: eventJob{Namespace: n.namespace(), Name: rootJob}}
	e.Job = n.job(rootJob+"."+l.Report.Load, "TASK")
	for _, in := range l.Inputs {
		e.Inputs = append(e.Inputs, n.dataset(in))
	}
	out := n.dataset(l.Output)
	if len(l.Columns)+len(l.Rows) > 0 {
		if out.Facets == nil {
			out.Facets = &datasetFacets{}
		}
		out.Facets.Columns = n.columns(l)
	}
	e.Outputs = append(e.Outputs, out)
	return e
}

func (n *Notifier) dataset(d Dataset) dataset {
	out := dataset{Namespace: d.Namespace, Name: d.Name}
	if len(d.Fields) > 0 {
		f := &schemaFacet{facet: n.facet(schemaSchema)}
		for _, field := range d.Fields {
			f.Fields = append(f.Fields, schemaField(field))
		}
		out.Facets = &datasetFacets{Schema: f}
	}
	return out
}

func (n *Notifier) columns(l *Load) *columnsFacet {
	f := &columnsFacet{facet: n.facet(schemaColumns), Fields: map[string]columnInputs{}}
	for _, c := range l.Columns {
		f.Fields[c.Name] = columnInputs{InputFields: inputFields(c.Inputs)}
	}
	if len(l.Rows) > 0 {
		f.Dataset = inputFields(l.Rows)
	}
	return f
}

// inputFields gathers the ways by which each field takes part, in the order in
// which the fields are first named.
func inputFields(inputs []Input) []inputField {
	type key struct{ namespace, name, field string }
	out := []inputField{}
	at := map[key]int{}
	for _, in := range inputs {
		t := transformation{Type: "DIRECT", Subtype: in.Subtype}
		if in.Indirect {
			t.Type = "INDIRECT"
		}
		k := key{in.Namespace, in.Name, in.Field}
		i, ok := at[k]
		if !ok {
			i, at[k] = len(out), len(out)
			out = append(out, inputField{Namespace: in.Namespace, Name: in.Name, Field: in.Field})
		}
		if !slices.Contains(out[i].Transformations, t) {
			out[i].Transformations = append(out[i].Transformations, t)
		}
	}
	return out
}

func (n *Notifier) startEvents(r *Run) []event {
	events := []event{n.root(r, "START", r.Started)}
	for i := range r.Loads {
		events = append(events, n.load(r, &r.Loads[i], "START", r.Started))
	}
	return events
}

// endEvents are the last events of the loads and of the run. A load that the
// gate or a guard kept from running was aborted; it did not fail.
func (n *Notifier) endEvents(r *Run) []event {
	at := r.Finished
	var events []event
	bad, failed := 0, false
	for i := range r.Loads {
		l := &r.Loads[i]
		kind := "COMPLETE"
		switch {
		case l.ok():
		case l.Report.Status == run.StatusFailed:
			kind, failed = "FAIL", true
		default:
			kind = "ABORT"
		}
		e := n.load(r, l, kind, at)
		if l.ok() {
			if l.Report.Status == run.StatusDone {
				e.Outputs[0].OutputFacets = &outputFacets{Statistics: &statisticsFacet{facet: n.facet(schemaStatistics), RowCount: l.Report.Counts.Changed()}}
			}
		} else {
			bad++
			e.Run.Facets.Error = &errorFacet{facet: n.facet(schemaError), Message: reason(l), Language: "Go"}
		}
		events = append(events, e)
	}
	kind := "COMPLETE"
	if failed {
		kind = "FAIL"
	} else if bad > 0 {
		kind = "ABORT"
	}
	root := n.root(r, kind, at)
	if bad > 0 {
		root.Run.Facets.Error = &errorFacet{facet: n.facet(schemaError), Message: fmt.Sprintf("%d of %d loads did not get through", bad, len(r.Loads)), Language: "Go"}
	}
	return append(events, root)
}

// reason is why a load did not get through.
func reason(l *Load) string {
	text := l.Report.Error
	if text == "" {
		text = string(l.Report.Status)
	}
	return cut(strings.ToValidUTF8(text, "\ufffd"), 4000)
}

// cut shortens a text to so many characters.
func cut(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit-1]) + "…"
}

// emit sends events in their order, or adds them to the file.
func (n *Notifier) emit(ctx context.Context, events []event) error {
	if n.file == "" && n.lineage == nil {
		return nil
	}
	var lines bytes.Buffer
	var errs []error
	for i := range events {
		body, err := json.Marshal(&events[i])
		if err != nil {
			return fmt.Errorf("write OpenLineage event: %w", err)
		}
		if n.file != "" {
			lines.Write(body)
			lines.WriteByte('\n')
			continue
		}
		err = n.sender.send(ctx, request{what: "send OpenLineage event", method: http.MethodPost, url: n.lineage, kind: "application/json", body: body, key: n.opts.LineageKey})
		if err != nil {
			// The next one would meet the same.
			errs = append(errs, err)
			break
		}
	}
	if n.file != "" {
		errs = append(errs, appendFile(n.file, lines.Bytes()))
	}
	return errors.Join(errs...)
}

// appendFile adds to a file in one write, so that lines of programs that write
// at once do not mix.
func appendFile(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("write OpenLineage events: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write OpenLineage events: %w", err)
	}
	return nil
}
