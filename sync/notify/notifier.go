package notify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"impact/sync/run"
)

// A Run is what is told of a sync.
type Run struct {
	ID          string
	Environment string // of impact.yml; may be ""
	Started     time.Time
	Finished    time.Time // zero when it starts
	Loads       []Load
}

// A Load is what is told of one load of a run.
type Load struct {
	Report  run.LoadReport // when the run starts, its names are enough
	Inputs  []Dataset      // the model, and what else is known of its origin
	Output  Dataset
	Columns []Column // of the output
	Rows    []Input  // what decides which rows the output has: all of it indirect
}

// A Dataset is a table, named as OpenLineage's naming conventions say:
// {"bigquery", "project.dataset.table"}, {"mysql://host:3306", "database.table"}.
type Dataset struct {
	Namespace string
	Name      string
	Fields    []Field // may be nil
}

// A Field is a column of a dataset.
type Field struct{ Name, Type string }

// A Column says where a column of the output comes from. A field may be there
// several times, if it takes part in several ways.
type Column struct {
	Name   string
	Inputs []Input
}

// An Input is a column that another one comes from.
type Input struct {
	Namespace string
	Name      string // of the dataset
	Field     string
	// Indirect inputs decide about values or rows without being part of them.
	Indirect bool
	// Subtype is one of OpenLineage's: IDENTITY, TRANSFORMATION, AGGREGATION;
	// of indirect inputs JOIN, GROUP_BY, FILTER, SORT, WINDOW, CONDITIONAL.
	Subtype string
}

// ok reports whether a load is what it should be.
func (l *Load) ok() bool {
	switch l.Report.Status {
	case run.StatusDone, run.StatusUnchanged, run.StatusRepeated:
		return true
	}
	return false
}

// Options say who is told, and how. Empty strings are nobody.
type Options struct {
	Version string // of the program

	LineageURL       string // http, https, or file:PATH to which lines are added
	LineageEndpoint  string // ""; /api/v1/lineage
	LineageKey       string // sent as a bearer token
	LineageNamespace string // of the jobs; "": default
	LineageParent    string // "namespace/job/run id" of what started the sync

	MetricsFile string // of the textfile collector: its name must end in .prom
	PushURL     string // of a Pushgateway

	HookURL    string
	HookFormat string // "slack" or "json"; "": slack for hosts of slack.com, else json

	Timeout  time.Duration // of one request; 0: 5 s
	Limit    time.Duration // of everything that is told at once; 0: 30 s
	Attempts int           // 0: 3

	Client *http.Client                               // nil: one of our own
	Sleep  func(context.Context, time.Duration) error // nil: a timer
}

// Lookup reads the environment.
type Lookup func(name string) (string, bool)

// FromEnv returns a notifier for what the environment asks for: OPENLINEAGE_URL,
// OPENLINEAGE_ENDPOINT, OPENLINEAGE_API_KEY, OPENLINEAGE_NAMESPACE,
// OPENLINEAGE_PARENT_ID and OPENLINEAGE_DISABLED as OpenLineage's clients read
// them, IMPACT_METRICS_FILE, IMPACT_PUSHGATEWAY_URL, IMPACT_WEBHOOK_URL and
// IMPACT_WEBHOOK_FORMAT. What opts says already wins.
func FromEnv(lookup Lookup, opts Options) (*Notifier, error) {
	for _, v := range []struct {
		name string
		to   *string
	}{
		{"OPENLINEAGE_URL", &opts.LineageURL},
		{"OPENLINEAGE_ENDPOINT", &opts.LineageEndpoint},
		{"OPENLINEAGE_API_KEY", &opts.LineageKey},
		{"OPENLINEAGE_NAMESPACE", &opts.LineageNamespace},
		{"OPENLINEAGE_PARENT_ID", &opts.LineageParent},
		{"IMPACT_METRICS_FILE", &opts.MetricsFile},
		{"IMPACT_PUSHGATEWAY_URL", &opts.PushURL},
		{"IMPACT_WEBHOOK_URL", &opts.HookURL},
		{"IMPACT_WEBHOOK_FORMAT", &opts.HookFormat},
	} {
		if text, ok := lookup(v.name); ok && *v.to == "" {
			*v.to = strings.TrimSpace(text)
		}
	}
	if off, ok := lookup("OPENLINEAGE_DISABLED"); ok && strings.EqualFold(strings.TrimSpace(off), "true") {
		opts.LineageURL = ""
	}
	return New(opts)
}

// A Notifier tells others. It may be used by many goroutines. The zero value
// tells nobody.
type Notifier struct {
	opts    Options
	lineage *url.URL // nil: none
	file    string   // for events, instead of lineage
	push    *url.URL
	hook    *url.URL
	slack   bool
	parent  *parent
	sender  sender
}

// New checks the options. Errors name what is wrong, not its value.
func New(opts Options) (n *Notifier, err error) {
	n = &Notifier{opts: opts, sender: newSender(opts)}
	if path, ok := strings.CutPrefix(opts.LineageURL, "file:"); ok {
		if n.file = strings.TrimPrefix(path, "//"); n.file == "" {
			return nil, errors.New("the URL for OpenLineage events names no file: write file:PATH")
		}
	} else if n.lineage, err = webURL("the URL for OpenLineage events", opts.LineageURL); err != nil {
		return nil, err
	}
	if n.lineage != nil {
		endpoint := opts.LineageEndpoint
		if endpoint == "" {
			endpoint = "/api/v1/lineage"
		}
		n.lineage.Path = strings.TrimRight(n.lineage.Path, "/") + "/" + strings.TrimLeft(endpoint, "/")
	}
	if n.push, err = webURL("the URL of the Pushgateway", opts.PushURL); err != nil {
		return nil, err
	}
	if n.hook, err = webURL("the URL of the web hook", opts.HookURL); err != nil {
		return nil, err
	}
	switch opts.HookFormat {
	case "slack":
		n.slack = true
	case "json":
	case "":
		n.slack = n.hook != nil && (n.hook.Hostname() == "slack.com" || strings.HasSuffix(n.hook.Hostname(), ".slack.com"))
	default:
		return nil, fmt.Errorf("the format of the web hook is %q: it is slack or json", opts.HookFormat)
	}
	if f := opts.MetricsFile; f != "" && !strings.HasSuffix(f, ".prom") {
		return nil, fmt.Errorf("the file of metrics %s must end in .prom: the collector reads no other", f)
	}
	if opts.LineageParent != "" {
		if n.parent, err = parseParent(opts.LineageParent); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// webURL parses a URL that may hold secrets. nil stands for "".
func webURL(what, text string) (*url.URL, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // no URL is no error
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("%s is not one: it begins with http:// or https:// and a host", what)
	}
	return u, nil
}

// Quiet reports whether nobody is told anything.
func (n *Notifier) Quiet() bool {
	return n.lineage == nil && n.file == "" && n.push == nil && n.hook == nil && n.opts.MetricsFile == ""
}

// Lineage reports whether somebody is told where columns come from.
func (n *Notifier) Lineage() bool { return n.lineage != nil || n.file != "" }

// Start tells that a run begins. The error is for a warning: everybody who could
// be told was.
func (n *Notifier) Start(ctx context.Context, r Run) error {
	ctx, cancel := n.limit(ctx)
	defer cancel()
	return n.emit(ctx, n.startEvents(&r))
}

// Finish tells how a run ended. The error is for a warning: everybody who could
// be told was. An interrupted sync should be told of with a context of its own.
func (n *Notifier) Finish(ctx context.Context, r Run) error {
	ctx, cancel := n.limit(ctx)
	defer cancel()
	return errors.Join(
		n.writeMetrics(&r),
		n.message(ctx, &r),
		n.pushMetrics(ctx, &r),
		n.emit(ctx, n.endEvents(&r)),
	)
}

func (n *Notifier) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := n.opts.Limit
	if limit <= 0 {
		limit = 30 * time.Second
	}
	return context.WithTimeout(ctx, limit)
}
