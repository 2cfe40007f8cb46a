package bigquery

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	bq "google.golang.org/api/bigquery/v2"
	"google.golang.org/api/impersonate"
	"google.golang.org/api/option"
	htransport "google.golang.org/api/transport/http"

	"impact/sync/plan"
	"impact/sync/run"
)

// A Source reads models from BigQuery. It may be used by many goroutines, and
// must be closed.
type Source struct {
	opts    Options
	rest    rest
	streams streams

	mu      sync.Mutex
	at      time.Time                // the instant whose rows are read
	seen    map[string]described     // by unique id and version
	results map[string]*result       // by query
	noticed map[Notice]struct{}      // each is given once
	active  map[string]chan struct{} // queries that are running
}

// described is what Describe found out, for Read.
type described struct {
	table   table
	columns []column
}

// Open makes a source. It calls nobody: what is wrong with the credentials shows
// with the first request, or in Doctor.
func Open(ctx context.Context, o Options) (*Source, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o.withDefaults()
	o.Relations, o.Versions, o.Labels = maps.Clone(o.Relations), maps.Clone(o.Versions), maps.Clone(o.Labels)
	s := &Source{opts: o, at: o.SnapshotTime.Truncate(time.Millisecond), seen: map[string]described{}, results: map[string]*result{},
		noticed: map[Notice]struct{}{}, active: map[string]chan struct{}{}}
	for _, node := range slices.Sorted(maps.Keys(o.Versions)) {
		v, err := parseVersion(o.Versions[node])
		if err != nil {
			return nil, err
		}
		if s.at.IsZero() || (o.SnapshotTime.IsZero() && v.at.After(s.at)) {
			s.at = v.at
		}
	}
	auth, err := credentials(o.Credentials)
	if err != nil {
		return nil, err
	}
	if o.Impersonate != "" {
		ts, err := impersonate.CredentialsTokenSource(ctx, impersonate.CredentialsConfig{TargetPrincipal: o.Impersonate, Scopes: scopes[:]}, auth...)
		if err != nil {
			return nil, &Error{Op: "impersonate " + o.Impersonate, Reason: "credentials", Help: hintCredentials, Err: err}
		}
		auth = []option.ClientOption{option.WithTokenSource(ts)}
	}
	if o.QuotaProject != "" {
		auth = append(auth, option.WithQuotaProject(o.QuotaProject))
	}
	client, endpoint, err := htransport.NewClient(ctx, slices.Concat(auth, o.RESTOptions)...)
	if err != nil {
		return nil, &Error{Op: "find credentials", Reason: "credentials", Help: hintCredentials, Err: err}
	}
	if endpoint == "" {
		endpoint = defaultEndpoint
	}
	s.rest = rest{client: client, base: strings.TrimSuffix(endpoint, "/") + "/", attempts: o.Attempts, pause: o.Pause}
	s.rest.notice = func(op string, err error) {
		s.notice(Notice{ID: NoticeRetry, Message: fmt.Sprintf("a request failed and is made again: %v", plain(err))})
	}
	s.streams.options = slices.Concat(auth, o.StorageOptions)
	return s, nil
}

// Close gives up the connections. Streams must be closed before.
func (s *Source) Close() error {
	s.rest.client.CloseIdleConnections()
	return s.streams.close()
}

// notice gives a notice to whoever wants it, the same one only once.
func (s *Source) notice(n Notice) {
	if s.opts.Notices == nil {
		return
	}
	s.mu.Lock()
	_, known := s.noticed[n]
	s.noticed[n] = struct{}{}
	s.mu.Unlock()
	if !known {
		s.opts.Notices(n)
	}
}

// Snapshot returns the instant whose rows are read. It is fixed by the first
// call, by the clock of the server: a clock that is late would miss what dbt has
// just built.
func (s *Source) Snapshot(ctx context.Context) (time.Time, error) {
	s.mu.Lock()
	at := s.at
	s.mu.Unlock()
	if !at.IsZero() {
		return at, nil
	}
	ms, err := s.number(ctx, table{}, "SELECT UNIX_MILLIS(CURRENT_TIMESTAMP())", "")
	if err != nil {
		return time.Time{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at.IsZero() {
		s.at = time.UnixMilli(ms).UTC()
	}
	return s.at, nil
}

// Describe implements run.Source.
func (s *Source) Describe(ctx context.Context, node string) (plan.Model, error) {
	relation, ok := s.opts.Relations[node]
	if !ok {
		return plan.Model{}, &run.MissingError{Relation: node, Known: slices.Sorted(maps.Keys(s.opts.Relations)), Help: "no relation was named for it"}
	}
	t, err := parseTable(relation)
	if err != nil {
		return plan.Model{}, err
	}
	planned, err := parseVersion(s.opts.Versions[node])
	if err != nil {
		return plan.Model{}, err
	}
	at := planned.at
	if at.IsZero() {
		if at, err = s.Snapshot(ctx); err != nil {
			return plan.Model{}, err
		}
	}
	meta, err := s.metadata(ctx, t)
	if err != nil {
		return plan.Model{}, err
	}
	m := plan.Model{Relation: t.String()}
	d := described{table: t}
	if meta.Type == "TABLE" || meta.Type == "" {
		d.table.at = at
	} else if meta.Type != "SNAPSHOT" {
		s.notice(Notice{ID: NoticeNoSnapshot, Node: node, Message: fmt.Sprintf("%s is of type %s, which has no history: it is read as it is at that time", t, strings.ToLower(meta.Type)),
			Hint: "materialize the model as a table, and all loads of a run see one state"})
	}
	rows, v := known(meta, at)
	if rows < 0 {
		// The metadata is of another time, or of none.
		schema, err := s.dryRun(ctx, d.table, "SELECT * FROM "+d.table.from(), node)
		if err != nil {
			return plan.Model{}, err
		}
		d.columns = columns(schema)
		if rows, err = s.count(ctx, d.table, node); err != nil {
			return plan.Model{}, err
		}
	} else {
		d.columns = columns(meta.Schema)
	}
	if !d.table.at.IsZero() {
		m.Version = version{rows: v, at: at}.String()
		if !planned.at.IsZero() {
			// The rows of that instant are the same for ever.
			m.Version = planned.String()
			if v == "" && planned.rows != "" {
				s.notice(Notice{ID: NoticeChanged, Node: node, Message: fmt.Sprintf("%s has changed since the plan was made: the rows of %s are read", t, at.UTC().Format(time.RFC3339))})
			}
		}
	} else {
		m.Version = v
	}
	m.Rows = rows
	for _, c := range d.columns {
		m.Fields = append(m.Fields, plan.Field{Name: c.name, Kind: c.kind, Length: c.length, Precision: c.precision, Scale: c.scale})
	}
	s.mu.Lock()
	s.seen[node+"\x00"+m.Version] = d
	s.mu.Unlock()
	return m, nil
}

func (s *Source) metadata(ctx context.Context, t table) (*bq.Table, error) {
	var meta bq.Table
	query := url.Values{"prettyPrint": {"false"}, "fields": {"type,creationTime,lastModifiedTime,numRows,streamingBuffer,schema,location"}}
	err := s.rest.call(ctx, http.MethodGet, path("projects", t.project, "datasets", t.dataset, "tables", t.name), query, nil, &meta)
	if err != nil {
		return nil, s.explain(ctx, opMetadata, t, err)
	}
	return &meta, nil
}

// known returns the number of rows at an instant, and what changes with the
// rows, as far as metadata tells: rows is -1 if it does not. Rows that were
// streamed in and a change at or after the instant are not in the number.
func known(meta *bq.Table, at time.Time) (rows int64, v string) {
	settled := meta.StreamingBuffer == nil && meta.LastModifiedTime > 0 && meta.NumRows < 1<<62 && meta.Schema != nil
	switch meta.Type {
	case "SNAPSHOT":
	case "TABLE", "":
		settled = settled && meta.LastModifiedTime < uint64(max(at.UnixMilli(), 0))
	default:
		settled = false
	}
	if !settled {
		return -1, ""
	}
	return int64(meta.NumRows), strconv.FormatInt(meta.CreationTime, 10) + "-" + strconv.FormatUint(meta.LastModifiedTime, 10)
}

// count counts the rows with a query of its own.
func (s *Source) count(ctx context.Context, t table, node string) (int64, error) {
	sql := "SELECT COUNT(*) FROM " + t.from()
	if s.opts.MaxBytesBilled > 0 {
		if _, err := s.dryRun(ctx, t, sql, node); err != nil {
			return 0, err
		}
	}
	return s.number(ctx, t, sql, node)
}
