package cli

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"impact/cmd/internal/config"
	"impact/sync/bigquery"
	"impact/sync/run"
)

// openBigQuery opens the warehouse of a dbt-bigquery profile.
func openBigQuery(ctx context.Context, o *opening) (run.Source, io.Closer, error) {
	opts, err := bigqueryOptions(o)
	if err != nil {
		return nil, nil, configError(err)
	}
	opts.Notices = func(n bigquery.Notice) {
		text := n.Message
		if n.Hint != "" {
			text += " (" + n.Hint + ")"
		}
		o.project.notice(n.ID + ": " + text)
	}
	src, err := bigquery.Open(ctx, opts)
	if err != nil {
		return nil, nil, &EnvError{Err: err}
	}
	return src, src, nil
}

// bigqueryOptions reads the profile as dbt-bigquery means it.
func bigqueryOptions(o *opening) (bigquery.Options, error) {
	opts := bigquery.Options{Relations: map[string]string{}, Versions: o.versions}
	for id := range o.relations {
		n := o.project.Manifest.Node(id)
		opts.Relations[id] = n.Database + "." + n.Schema + "." + orElse(n.Alias, n.Name)
	}
	r := reader{profile: o.profile}
	opts.Project = orElse(r.text("execution_project"), orElse(r.text("project"), r.text("database")))
	opts.QuotaProject = r.text("quota_project")
	opts.Location = r.text("location")
	opts.Impersonate = r.text("impersonate_service_account")
	opts.MaxBytesBilled = r.number("maximum_bytes_billed")
	// A year is longer than any job may take.
	opts.JobTimeout = time.Duration(min(r.number("job_execution_timeout_seconds"), 366*24*3600)) * time.Second
	opts.Storage = bigquery.Storage(r.text("storage")) // not dbt's
	opts.Batch = strings.EqualFold(r.text("priority"), "batch")
	switch method := r.text("method"); method {
	case "", "oauth", "external-oauth-wif":
	case "service-account":
		opts.Credentials = r.text("keyfile")
		if opts.Credentials != "" && !filepath.IsAbs(opts.Credentials) {
			opts.Credentials = filepath.Join(o.project.DBTDir, opts.Credentials)
		}
	case "service-account-json":
		opts.Credentials = r.key("keyfile_json")
	case "oauth-secrets":
		opts.Credentials = r.refreshToken()
	default:
		r.fail("method", "one of oauth, service-account, service-account-json and oauth-secrets is understood", "%q is not understood", method)
	}
	if r.err == nil && opts.Project == "" {
		r.fail("project", "", "is not stated")
	}
	return opts, r.err
}

// reader reads keys of a profile; its first error stays.
type reader struct {
	profile *config.Profile
	err     error
}

func (r *reader) fail(key, hint, format string, args ...any) {
	if r.err == nil {
		r.err = &config.Error{File: r.profile.File, Path: r.profile.String() + "." + key, Message: fmt.Sprintf(format, args...), Hint: hint}
	}
}

func (r *reader) text(key string) string {
	text, err := r.profile.Text(key)
	if err != nil && r.err == nil {
		r.err = err
	}
	return text
}

func (r *reader) number(key string) int64 {
	text := r.text(key)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 10, 64)
	if err != nil || n < 0 {
		r.fail(key, "", "is no number")
	}
	return n
}

func (r *reader) json(key string) string {
	text, err := r.profile.JSON(key)
	if err != nil && r.err == nil {
		r.err = err
	}
	if err == nil && text == nil {
		r.fail(key, "", "is not stated")
	}
	return string(text)
}

// key reads a key that is a mapping, JSON, or JSON in base64, all of which dbt
// takes.
func (r *reader) key(name string) string {
	text := r.text(name)
	if text == "" {
		return r.json(name)
	}
	if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
		text = string(raw)
	}
	if !json.Valid([]byte(text)) {
		r.fail(name, "", "is no JSON")
	}
	return text
}

// refreshToken makes Google's form of credentials of a refresh token. An access
// token alone lasts an hour and names no account.
func (r *reader) refreshToken() string {
	form := map[string]string{"type": "authorized_user"}
	for _, key := range []string{"client_id", "client_secret", "refresh_token"} {
		if form[key] = r.text(key); form[key] == "" {
			r.fail(key, "use method: oauth or service-account, or state refresh_token, client_id and client_secret", "is not stated")
		}
	}
	b, err := json.Marshal(form)
	if err != nil {
		return ""
	}
	return string(b)
}
