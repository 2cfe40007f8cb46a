package bigquery

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
	bq "google.golang.org/api/bigquery/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"impact/sync/run"
)

// Doctor looks at the credentials, the project, every relation and the Storage
// Read API. It reads metadata and makes one query that processes nothing. What is
// wrong is a check; the error is that of a cancelled context.
func (s *Source) Doctor(ctx context.Context) ([]run.Check, error) {
	out := s.doctor(ctx)
	return out, ctx.Err()
}

func (s *Source) doctor(ctx context.Context) []run.Check {
	var out []run.Check
	add := func(id string, h run.Health, remedy, format string, args ...any) {
		out = append(out, run.Check{ID: id, Health: h, Message: fmt.Sprintf(format, args...), Remedy: remedy})
	}
	bad := func(id string, err error) {
		var hinter interface{ Hint() string }
		remedy := ""
		if errors.As(err, &hinter) {
			remedy = hinter.Hint()
		}
		add(id, run.Broken, remedy, "%v", err)
	}
	began := time.Now()
	at, err := s.Snapshot(ctx)
	if err != nil {
		var e *Error
		if errors.As(err, &e) && e.Help == hintCredentials {
			bad("bigquery.credentials", err)
		} else {
			add("bigquery.credentials", run.Good, "", "credentials were found")
			bad("bigquery.jobs", err)
		}
		return out
	}
	add("bigquery.credentials", run.Good, "", "credentials were found")
	add("bigquery.jobs", run.Good, "", "project %s runs queries; the rows of %s would be read", s.opts.Project, at.Format(time.RFC3339))
	if d := began.Sub(at); s.opts.SnapshotTime.IsZero() && len(s.opts.Versions) == 0 && (d > time.Minute || d < -time.Minute) {
		add("bigquery.clock", run.Caution, "set this machine's clock", "the clock here and that of BigQuery are %s apart; theirs is used", d.Abs().Round(time.Second))
	}
	if s.opts.MaxBytesBilled == 0 {
		add("bigquery.budget", run.Caution, "set maximum_bytes_billed in profiles.yml", "no query is limited in what it may cost")
	} else {
		add("bigquery.budget", run.Good, "", "no query may process more than %d bytes", s.opts.MaxBytesBilled)
	}
	s.doctorDatasets(ctx, add, bad)
	s.doctorRelations(ctx, at, add, bad)
	s.doctorStorage(ctx, add)
	return out
}

// doctorDatasets asks where the datasets are, and how far back they go.
func (s *Source) doctorDatasets(ctx context.Context, add func(id string, h run.Health, remedy, format string, args ...any), bad func(string, error)) {
	seen := map[table]bool{}
	for _, node := range slices.Sorted(maps.Keys(s.opts.Relations)) {
		t, err := parseTable(s.opts.Relations[node])
		if err != nil {
			bad("bigquery.dataset", err)
			continue
		}
		t = table{project: t.project, dataset: t.dataset}
		if seen[t] {
			continue
		}
		seen[t] = true
		var d bq.Dataset
		query := url.Values{"fields": {"location,maxTimeTravelHours"}}
		err = s.rest.call(ctx, http.MethodGet, path("projects", t.project, "datasets", t.dataset), query, nil, &d)
		if err != nil {
			bad("bigquery.dataset", s.explain(ctx, "read metadata", table{project: t.project, dataset: t.dataset, name: "*"}, err))
			continue
		}
		switch {
		case s.opts.Location != "" && d.Location != "" && !strings.EqualFold(s.opts.Location, d.Location):
			add("bigquery.dataset", run.Broken, "set location to "+d.Location+", or leave it out", "dataset %s.%s is in %s, but jobs are to run in %s", t.project, t.dataset, d.Location, s.opts.Location)
		case d.MaxTimeTravelHours > 0 && d.MaxTimeTravelHours < 168:
			add("bigquery.dataset", run.Good, "", "dataset %s.%s is in %s; a plan can be run for %d hours", t.project, t.dataset, d.Location, d.MaxTimeTravelHours)
		default:
			add("bigquery.dataset", run.Good, "", "dataset %s.%s is in %s; a plan can be run for 168 hours", t.project, t.dataset, d.Location)
		}
	}
}

func (s *Source) doctorRelations(ctx context.Context, at time.Time, add func(id string, h run.Health, remedy, format string, args ...any), bad func(string, error)) {
	for _, node := range slices.Sorted(maps.Keys(s.opts.Relations)) {
		t, err := parseTable(s.opts.Relations[node])
		if err != nil {
			continue // said already
		}
		meta, err := s.metadata(ctx, t)
		if err != nil {
			bad("bigquery.relation", err)
			continue
		}
		if meta.Type == "TABLE" {
			t.at = at
		}
		if _, err := s.dryRun(ctx, t, "SELECT * FROM "+t.from(), node); err != nil {
			var over *BudgetError
			if errors.As(err, &over) {
				// A load may map fewer columns.
				add("bigquery.relation", run.Caution, over.Hint(), "%s: all columns together are %d bytes, maximum_bytes_billed allows %d", t, over.Bytes, over.Limit)
			} else {
				bad("bigquery.relation", err)
			}
			continue
		}
		odd := ""
		for _, c := range columns(meta.Schema) {
			if c.odd != "" && odd == "" {
				odd = c.name + ": " + c.odd
			}
		}
		switch {
		case meta.RequirePartitionFilter:
			add("bigquery.relation", run.Broken, "set require_partition_filter: false", "%s requires a partition filter, but a load reads all rows", t)
		case odd != "":
			add("bigquery.relation", run.Caution, "", "%s: a column cannot be loaded: %s", t, odd)
		case t.at.IsZero() && meta.Type != "SNAPSHOT":
			add("bigquery.relation", run.Caution, "materialize it as a table", "%s has no history: it is read as it is when its turn comes, and every run reads it", t)
		case meta.StreamingBuffer != nil:
			add("bigquery.relation", run.Slow, "", "%s has rows in its streaming buffer: it is counted with a query, and every run reads it", t)
		default:
			add("bigquery.relation", run.Good, "", "%s can be read", t)
		}
	}
}

// doctorStorage asks for a session of a table that does not exist: who may not
// make sessions is told so first.
func (s *Source) doctorStorage(ctx context.Context, add func(id string, h run.Health, remedy, format string, args ...any)) {
	if s.opts.Storage == ReadPages {
		add("bigquery.storage", run.Slow, "leave storage: rest out", "rows come as pages, as storage: rest says")
		return
	}
	client, err := s.streams.get(ctx)
	if err == nil {
		_, err = client.CreateReadSession(ctx, &storagepb.CreateReadSessionRequest{
			Parent: "projects/" + s.opts.Project, MaxStreamCount: 1,
			ReadSession: &storagepb.ReadSession{DataFormat: storagepb.DataFormat_ARROW,
				Table: "projects/" + s.opts.Project + "/datasets/impact_doctor/tables/does_not_exist"},
		})
	}
	health := run.Slow
	if s.opts.Storage == ReadStream {
		health = run.Broken
	}
	switch code := status.Code(err); {
	case err == nil, code == codes.NotFound, code == codes.InvalidArgument:
		add("bigquery.storage", run.Good, "", "large results come through the Storage Read API")
	case code == codes.PermissionDenied && namesTable(err):
		// BigQuery hides whether a table exists from those who may not read it.
		add("bigquery.storage", run.Good, "", "sessions of the Storage Read API may be made, as far as can be told without reading")
	default:
		add("bigquery.storage", health, hintStorage, "the Storage Read API may not be used: %s", oneLine(status.Convert(err).Message()))
	}
}
