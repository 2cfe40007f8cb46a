package bigquery

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"google.golang.org/api/googleapi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"impact/sync/run"
)

// An Error is what BigQuery answered, with what to do about it. It holds no row
// values.
type Error struct {
	Op       string // what was tried: "read metadata", "run the query", …
	Relation string // "project.dataset.table"; "" if it is about none
	Reason   string // BigQuery's word: "accessDenied", "notFound", "quotaExceeded", …
	Help     string // what to do, "" if unknown
	Err      error
}

func (e *Error) Error() string {
	if e.Relation == "" {
		return fmt.Sprintf("bigquery: %s: %v", e.Op, e.Err)
	}
	return fmt.Sprintf("bigquery: %s of %s: %v", e.Op, e.Relation, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Hint returns what to do about it.
func (e *Error) Hint() string { return e.Help }

// A BudgetError says that a query was not run because it would have cost too
// much. Nothing was read.
type BudgetError struct {
	Relation string
	Bytes    int64 // that the query would process
	Limit    int64 // MaxBytesBilled
}

func (e *BudgetError) Error() string {
	return fmt.Sprintf("bigquery: reading %s would process %d bytes, maximum_bytes_billed allows %d: nothing was read", e.Relation, e.Bytes, e.Limit)
}

// Hint returns what to do about it.
func (e *BudgetError) Hint() string {
	return "raise maximum_bytes_billed, or let the load map fewer columns"
}

// A SnapshotError says that the rows of an instant are no longer to be had.
type SnapshotError struct {
	Relation string
	Time     time.Time
	Err      error
}

func (e *SnapshotError) Error() string {
	return fmt.Sprintf("bigquery: the rows of %s as of %s cannot be read any more: %v", e.Relation, e.Time.UTC().Format(time.RFC3339Nano), e.Err)
}

// Unwrap returns the cause.
func (e *SnapshotError) Unwrap() error { return e.Err }

// Hint returns what to do about it.
func (e *SnapshotError) Hint() string {
	return "make the plan again: BigQuery keeps the past of a table for two to seven days (max_time_travel_hours of the dataset)"
}

// A FilteredError says that the account does not see all rows of a table.
type FilteredError struct {
	Relation       string
	Rows, Readable int64
}

func (e *FilteredError) Error() string {
	return fmt.Sprintf("bigquery: %s has %d rows, but this account is shown %d: the others would be taken for deleted", e.Relation, e.Rows, e.Readable)
}

// Hint returns what to do about it.
func (e *FilteredError) Hint() string {
	return "a row access policy filters them: add the account to one with the filter TRUE, or use another account"
}

const (
	hintCredentials = "log in with `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS, or keyfile in profiles.yml"
	hintViewer      = "grant roles/bigquery.dataViewer on the dataset to the account"
	hintStorage     = "grant roles/bigquery.readSessionUser on the project to the account, and enable the BigQuery Storage API; or set storage: rest"
)

func hintJobUser(project string) string {
	return "grant roles/bigquery.jobUser on project " + project + " to the account"
}

// opMetadata is what finds that a relation is missing.
const opMetadata = "read metadata"

// reasonOf returns BigQuery's word for an error of a request, "" if it has none.
func reasonOf(err error) string {
	var ge *googleapi.Error
	if !errors.As(err, &ge) {
		return ""
	}
	for _, e := range ge.Errors {
		if e.Reason != "" {
			return e.Reason
		}
	}
	return ""
}

func codeOf(err error) int {
	var ge *googleapi.Error
	if errors.As(err, &ge) {
		return ge.Code
	}
	return 0
}

// passing are the reasons that another try may not meet.
func passing(reason string) bool {
	switch reason {
	case "backendError", "internalError", "jobBackendError", "jobInternalError",
		"rateLimitExceeded", "jobRateLimitExceeded", "tableUnavailable":
		return true
	}
	return false
}

// tryAgain reports whether a request that failed is worth another try.
func tryAgain(err error) bool {
	var ge *googleapi.Error
	if errors.As(err, &ge) {
		switch ge.Code {
		case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return true
		}
		return passing(reasonOf(err))
	}
	var ne net.Error
	return errors.As(err, &ne) || errors.Is(err, errBroken)
}

// errBroken is an answer that broke off or makes no sense.
var errBroken = errors.New("the answer broke off")

// explain makes an Error of what a request returned. A cancelled context stays
// what it is.
func (s *Source) explain(ctx context.Context, op string, t table, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return cancelled(op, t, ctx.Err())
	}
	if isOurs(err) {
		return err
	}
	e := &Error{Op: op, Relation: t.String(), Reason: reasonOf(err), Err: plain(err)}
	code, text := codeOf(err), err.Error()
	switch {
	case strings.Contains(text, "nvalid snapshot time"):
		return &SnapshotError{Relation: t.String(), Time: t.at, Err: plain(err)}
	case e.Reason == "accessDenied", code == http.StatusForbidden && e.Reason == "":
		e.Help = hintViewer
		if strings.Contains(text, "bigquery.jobs.create") {
			e.Help = hintJobUser(s.opts.Project)
		}
	case code == http.StatusForbidden && e.Reason == "accessNotConfigured":
		e.Help = "enable the BigQuery API in project " + s.opts.Project
	case code == http.StatusUnauthorized, strings.Contains(text, "credentials"), strings.Contains(text, "oauth2"), strings.Contains(text, "token"):
		e.Help = hintCredentials
	case e.Reason == "notFound", code == http.StatusNotFound:
		e.Help = "run dbt build first, and look whether project, dataset and location are those of the target"
		if op == opMetadata {
			e.Err = &run.MissingError{Relation: t.String(), Help: e.Help, Err: e.Err}
		}
	case e.Reason == "quotaExceeded":
		e.Help = "a quota of the project is used up: raise it, or run later"
	case e.Reason == "bytesBilledLimitExceeded":
		e.Help = "raise maximum_bytes_billed"
	case e.Reason == "responseTooLarge":
		e.Help = "the result is larger than BigQuery keeps for a query (10 GB compressed): map fewer columns, or split the model"
	case e.Reason == "resourcesExceeded":
		e.Help = "the query is too large for the project's slots: split the model, or materialize it as a table"
	case strings.Contains(text, "partition elimination"), strings.Contains(text, "without a filter"):
		e.Help = "the table requires a partition filter, but a load reads all rows: set require_partition_filter: false for it"
	case e.Reason == "stopped":
		e.Help = "somebody stopped the job"
	}
	if tryAgain(err) {
		return run.Transient(e)
	}
	return e
}

func cancelled(op string, t table, err error) error {
	if t.name == "" {
		return fmt.Errorf("bigquery: %s: %w", op, err)
	}
	return fmt.Errorf("bigquery: %s of %s: %w", op, t, err)
}

func isOurs(err error) bool {
	var e *Error
	var b *BudgetError
	var sn *SnapshotError
	var f *FilteredError
	return errors.As(err, &e) || errors.As(err, &b) || errors.As(err, &sn) || errors.As(err, &f)
}

// plain shortens an error of the REST API to its message: the original repeats
// the body and the headers.
func plain(err error) error {
	var ge *googleapi.Error
	if !errors.As(err, &ge) {
		return err
	}
	text := ge.Message
	if text == "" {
		text = http.StatusText(ge.Code)
	}
	if text == "" {
		text = "an error without a message"
	}
	return fmt.Errorf("%s (%d)", oneLine(text), ge.Code)
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 600 {
		s = strings.ToValidUTF8(s[:600], "") + "…"
	}
	return s
}

// streamAgain reports whether a stream of the Storage Read API that broke is
// worth opening again.
func streamAgain(err error) bool {
	st, ok := status.FromError(err)
	if !ok {
		return errors.Is(err, errBroken)
	}
	switch st.Code() {
	case codes.Unavailable, codes.Aborted, codes.Internal, codes.DeadlineExceeded, codes.Canceled, codes.Unknown, codes.ResourceExhausted:
		return true
	}
	return false
}

// denied reports whether the Storage Read API may not be used at all.
func denied(err error) bool {
	switch status.Code(err) {
	case codes.PermissionDenied, codes.Unimplemented, codes.Unauthenticated:
		return true
	}
	return false
}

// namesTable reports whether a refusal is about a table, not about sessions.
func namesTable(err error) bool {
	text := status.Convert(err).Message()
	return strings.Contains(text, "bigquery.tables.") && !strings.Contains(text, "bigquery.readsessions.")
}
