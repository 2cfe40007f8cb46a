package bigquery

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	bq "google.golang.org/api/bigquery/v2"

	"impact/sync/run"
)

// A result is a finished query. BigQuery keeps its rows for about a day.
type result struct {
	table    table // that was read, for messages
	project  string
	id       string
	location string
	rows     int64 // of the result
	forms    []form
	names    []string
	sorted   bool
}

// config describes a query job.
func (s *Source) config(sql, load string) *bq.JobConfiguration {
	legacy := false
	c := &bq.JobConfiguration{
		Labels: map[string]string{"impact": "sync"},
		Query:  &bq.JobConfigurationQuery{Query: sql, UseLegacySql: &legacy, Priority: "INTERACTIVE", MaximumBytesBilled: s.opts.MaxBytesBilled},
	}
	if load != "" {
		c.Labels["load"] = label(load)
	}
	for k, v := range s.opts.Labels {
		c.Labels[k] = v
	}
	if s.opts.Batch {
		c.Query.Priority = "BATCH"
	}
	if s.opts.JobTimeout > 0 {
		c.JobTimeoutMs = s.opts.JobTimeout.Milliseconds()
	}
	return c
}

// dryRun says what a query would process, and the schema of its result. It
// fails with a *BudgetError if that is too much.
func (s *Source) dryRun(ctx context.Context, t table, sql, load string) (*bq.TableSchema, error) {
	c := s.config(sql, load)
	c.DryRun = true
	// A dry run with a limit would fail without saying by how much.
	c.Query.MaximumBytesBilled = 0
	var job bq.Job
	in := &bq.Job{Configuration: c, JobReference: &bq.JobReference{ProjectId: s.opts.Project, Location: s.opts.Location}}
	if err := s.rest.call(ctx, http.MethodPost, path("projects", s.opts.Project, "jobs"), nil, in, &job); err != nil {
		return nil, s.explain(ctx, "check the query", t, err)
	}
	if job.Statistics == nil || job.Statistics.Query == nil {
		return nil, s.explain(ctx, "check the query", t, fmt.Errorf("%w: a dry run without statistics", errBroken))
	}
	n := max(job.Statistics.TotalBytesProcessed, job.Statistics.Query.TotalBytesProcessed)
	if limit := s.opts.MaxBytesBilled; limit > 0 && n > limit {
		return nil, &BudgetError{Relation: t.String(), Bytes: n, Limit: limit}
	}
	return job.Statistics.Query.Schema, nil
}

// query runs a query to its end. The id is chosen here, so that starting it
// again after a lost answer does not run it twice.
func (s *Source) query(ctx context.Context, t table, sql, load string) (*result, error) {
	ref := &bq.JobReference{ProjectId: s.opts.Project, JobId: s.opts.NewID(), Location: s.opts.Location}
	in := &bq.Job{Configuration: s.config(sql, load), JobReference: ref}
	var job bq.Job
	err := s.rest.call(ctx, http.MethodPost, path("projects", ref.ProjectId, "jobs"), nil, in, &job)
	switch {
	case err == nil:
		if job.JobReference != nil && job.JobReference.Location != "" {
			ref.Location = job.JobReference.Location
		}
	case codeOf(err) == http.StatusConflict:
		// An earlier try did arrive.
	default:
		if ctx.Err() != nil {
			s.stop(ctx, ref)
		}
		return nil, s.explain(ctx, "start the query", t, err)
	}
	r := &result{table: t, project: ref.ProjectId, id: ref.JobId, location: ref.Location}
	if err := s.wait(ctx, r); err != nil {
		if ctx.Err() != nil {
			s.stop(ctx, ref)
		}
		return nil, s.jobError(ctx, t, r.id, err)
	}
	return r, nil
}

// wait waits for the end of a job and learns about its result.
func (s *Source) wait(ctx context.Context, r *result) error {
	query := r.values()
	query.Set("maxResults", "0")
	query.Set("timeoutMs", strconv.FormatInt(waitTime.Milliseconds(), 10))
	query.Set("fields", "jobComplete,totalRows,schema,jobReference,errors")
	var res bq.GetQueryResultsResponse
	for {
		res = bq.GetQueryResultsResponse{}
		if err := s.rest.call(ctx, http.MethodGet, path("projects", r.project, "queries", r.id), query, nil, &res); err != nil {
			return err
		}
		if ref := res.JobReference; ref != nil && ref.Location != "" {
			r.location = ref.Location
			query.Set("location", ref.Location)
		}
		if res.JobComplete {
			break
		}
		// The server waits itself; one that does not must not be hurried.
		if err := run.Sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	if res.Schema == nil {
		return fmt.Errorf("%w: a result without a schema", errBroken)
	}
	if res.TotalRows > 1<<62 {
		return fmt.Errorf("%w: %d rows", errBroken, res.TotalRows)
	}
	r.rows = int64(res.TotalRows)
	for _, c := range columns(res.Schema) {
		if c.odd != "" || c.wrap != "" {
			return fmt.Errorf("%w: column %s of the result is not a scalar", errBroken, c.name)
		}
		r.forms = append(r.forms, c.form)
		r.names = append(r.names, c.name)
	}
	return nil
}

func (r *result) values() url.Values {
	v := url.Values{"prettyPrint": {"false"}}
	if r.location != "" {
		v.Set("location", r.location)
	}
	return v
}

// stop cancels a job whose result nobody waits for any more.
func (s *Source) stop(ctx context.Context, ref *bq.JobReference) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	query := url.Values{}
	if ref.Location != "" {
		query.Set("location", ref.Location)
	}
	// It is a courtesy: the job ends by itself as well.
	_, _, _ = s.rest.once(ctx, http.MethodPost, path("projects", ref.ProjectId, "jobs", ref.JobId, "cancel"), query, nil, nil)
}

// jobError explains why a job that passed its dry run failed. Its message may
// quote a value that a view could not convert, so it is cut there.
func (s *Source) jobError(ctx context.Context, t table, id string, err error) error {
	err = s.explain(ctx, "run the query", t, err)
	var e *Error
	if !errors.As(err, &e) || (e.Reason != "invalidQuery" && e.Reason != "invalid") {
		return err
	}
	text := e.Err.Error()
	if i := strings.IndexAny(text, ":'\"`"); i >= 0 {
		text = text[:i] + " …"
	}
	c := *e
	c.Err = errors.New(text)
	if c.Help == "" {
		c.Help = "the whole message is with job " + id + " in the console: it may hold values"
	}
	if errors.Is(err, run.ErrTransient) {
		return run.Transient(&c)
	}
	return &c
}

// number runs a query whose result is one number.
func (s *Source) number(ctx context.Context, t table, sql, load string) (int64, error) {
	r, err := s.query(ctx, t, sql, load)
	if err != nil {
		return 0, err
	}
	p := newPages(ctx, s, r)
	defer p.stop()
	b, err := p.next(ctx)
	if err != nil {
		return 0, s.explain(ctx, "read a number", t, err)
	}
	row, err := b.row(0)
	if err != nil || b.rows() != 1 || len(row) != 1 || row[0] == nil || r.forms[0] != formInt {
		return 0, s.explain(ctx, "read a number", t, fmt.Errorf("%w: the result is not one number", errBroken))
	}
	n, err := strconv.ParseInt(string(row[0]), 10, 64)
	if err != nil {
		return 0, s.explain(ctx, "read a number", t, fmt.Errorf("%w: the result is not one number", errBroken))
	}
	return n, nil
}
