package bigquery

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"google.golang.org/api/option"
)

// Storage says by which way rows come.
type Storage string

// The ways. Auto takes the Storage Read API for results of more than a page, and
// falls back to pages with a Notice if it may not be used.
const (
	Auto       Storage = "auto"
	ReadPages  Storage = "rest"
	ReadStream Storage = "storage"
)

// Options say how to reach BigQuery. Project is needed; Relations are the models
// that will be asked for.
type Options struct {
	Project  string // pays for and runs the jobs
	Location string // of the jobs, such as "asia-northeast1"; "": where the tables are

	// Credentials are a file, or the JSON text itself. "": as Google's
	// libraries find them (GOOGLE_APPLICATION_CREDENTIALS, gcloud, the metadata
	// server).
	Credentials string
	// QuotaProject pays for requests, where it is not the project of the
	// credentials.
	QuotaProject string
	// Impersonate is the service account whose rights are used.
	Impersonate string

	// Relations are "project.dataset.table" by the unique id of the model.
	Relations map[string]string
	// Versions are the versions of a plan that was kept, by unique id: these are
	// read again. See [plan.File.Versions].
	Versions map[string]string
	// SnapshotTime is the instant whose rows are read; zero: that of Versions,
	// else the time of the first Describe.
	SnapshotTime time.Time

	MaxBytesBilled int64             // of each query; 0: no limit
	Labels         map[string]string // of the jobs, beside impact and load
	Batch          bool              // jobs wait for idle resources
	JobTimeout     time.Duration     // of each job; 0: BigQuery's

	Storage  Storage // "": Auto
	PageSize int     // rows of a page; 0: as many as BigQuery puts into one, up to 10 MB

	Attempts int                         // of each request; 0: 5
	Pause    func(try int) time.Duration // before another try, counted from 1; nil: growing from 0.5 s to 16 s
	NewID    func() string               // of a job; nil: random

	Notices func(Notice) // nil: none

	// RESTOptions and StorageOptions are further options of the clients, such as
	// another endpoint.
	RESTOptions    []option.ClientOption
	StorageOptions []option.ClientOption
}

// A Notice is something worth knowing about how the rows were read. It is no
// error.
type Notice struct {
	ID      string // stable: "bigquery.storage_denied", …
	Node    string // unique id of the model
	Message string
	Hint    string
}

// The ids of notices.
const (
	NoticeStorageDenied = "bigquery.storage_denied"   // the Storage Read API may not be used
	NoticeStorageOrder  = "bigquery.storage_order"    // a session had not exactly one stream
	NoticeUnsorted      = "bigquery.sorted_here"      // the result is too large for BigQuery to sort
	NoticeNoSnapshot    = "bigquery.without_snapshot" // the relation has no history
	NoticeRetry         = "bigquery.tried_again"      // a request failed and was tried again
	NoticeChanged       = "bigquery.changed"          // the table changed since the plan: the planned rows are read
)

// The names that are put into addresses and queries. BigQuery itself is
// stricter; these checks keep out what would mean something else there.
func isProject(s string) bool {
	return len(s) > 1 && len(s) < 128 && isASCII(s, "-.:") && s[0] != '-' && s[0] != '.' && !strings.Contains(s, "..")
}

func isLocation(s string) bool { return len(s) < 64 && isASCII(s, "-") }

func isAccount(s string) bool {
	return strings.Count(s, "@") == 1 && len(s) < 256 && isASCII(s, "@.-_+")
}

// isASCII reports whether s has only letters and digits of ASCII, and others.
func isASCII(s, others string) bool {
	for i := range len(s) {
		ch := s[i]
		if (ch < 'a' || ch > 'z') && (ch < 'A' || ch > 'Z') && (ch < '0' || ch > '9') && strings.IndexByte(others, ch) < 0 {
			return false
		}
	}
	return s != ""
}

func isDataset(s string) bool {
	return s != "" && len(s) <= 1024 && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_' && r != '-' }) < 0
}

// Validate says what is wrong with the options.
func (o *Options) Validate() error {
	switch {
	case o.Project == "":
		return errors.New("bigquery: no project is given")
	case !isProject(o.Project):
		return fmt.Errorf("bigquery: %q is not the id of a project", o.Project)
	case o.Location != "" && !isLocation(o.Location):
		return fmt.Errorf("bigquery: %q is not a location", o.Location)
	case o.QuotaProject != "" && !isProject(o.QuotaProject):
		return fmt.Errorf("bigquery: %q is not the id of a project", o.QuotaProject)
	case o.Impersonate != "" && !isAccount(o.Impersonate):
		return fmt.Errorf("bigquery: %q is not a service account", o.Impersonate)
	case o.MaxBytesBilled < 0 || o.PageSize < 0 || o.Attempts < 0 || o.JobTimeout < 0:
		return errors.New("bigquery: a limit is negative")
	}
	switch o.Storage {
	case "", Auto, ReadPages, ReadStream:
	default:
		return fmt.Errorf("bigquery: storage is %q, want auto, rest or storage", o.Storage)
	}
	for _, node := range slices.Sorted(maps.Keys(o.Relations)) {
		if _, err := parseTable(o.Relations[node]); err != nil {
			return fmt.Errorf("bigquery: relation of %s: %w", node, err)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(o.Labels)) {
		if label(k) != k || k == "" || !isLower(k) || label(o.Labels[k]) != o.Labels[k] {
			return fmt.Errorf("bigquery: label %q: labels are lower-case letters, digits, _ and -, at most 63, and begin with a letter", k)
		}
	}
	return nil
}

func isLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}

// label turns a text into the value of a label: lower-case letters, digits, _
// and -, at most 63.
func label(s string) string {
	n := 0
	return strings.Map(func(r rune) rune {
		if n++; n > 63 {
			return -1
		}
		r = unicode.ToLower(r)
		if unicode.IsUpper(r) || !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_' && r != '-' {
			return '_'
		}
		return r
	}, s)
}

func (o *Options) withDefaults() {
	if o.Storage == "" {
		o.Storage = Auto
	}
	if o.Attempts == 0 {
		o.Attempts = 5
	}
	if o.Pause == nil {
		o.Pause = pause
	}
	if o.NewID == nil {
		o.NewID = newID
	}
}

// pause doubles from half a second.
func pause(try int) time.Duration {
	return min(time.Second<<min(max(try, 1), 10)>>2, 16*time.Second)
}

func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return "impact_" + hex.EncodeToString(b[:])
}

// scopes are what reading needs: jobs, and the Storage Read API.
var scopes = [...]string{"https://www.googleapis.com/auth/bigquery", "https://www.googleapis.com/auth/cloud-platform"}

// credentialTypes are the kinds of files that are taken. The list keeps out
// kinds that nobody meant to give.
var credentialTypes = map[string]option.CredentialsType{
	"service_account":                  option.ServiceAccount,
	"authorized_user":                  option.AuthorizedUser,
	"external_account":                 option.ExternalAccount,
	"impersonated_service_account":     option.ImpersonatedServiceAccount,
	"external_account_authorized_user": option.CredentialsType("external_account_authorized_user"),
}

// credentials returns the client options for the given credentials. Its errors
// do not hold what was given.
func credentials(given string) ([]option.ClientOption, error) {
	opts := []option.ClientOption{option.WithScopes(scopes[:]...)}
	if given == "" {
		return opts, nil
	}
	text, what := []byte(given), "the credentials"
	if !strings.HasPrefix(strings.TrimSpace(given), "{") {
		var err error
		if text, err = os.ReadFile(given); err != nil {
			return nil, &Error{Op: "read credentials", Reason: "credentials", Help: hintCredentials, Err: err}
		}
		what = "credentials " + given
	}
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, &Error{Op: "read credentials", Reason: "credentials", Help: hintCredentials, Err: fmt.Errorf("%s are not JSON", what)}
	}
	t, ok := credentialTypes[head.Type]
	if !ok {
		return nil, &Error{Op: "read credentials", Reason: "credentials", Help: hintCredentials, Err: fmt.Errorf("%s have a type that is not known", what)}
	}
	return append(opts, option.WithAuthCredentialsJSON(t, text)), nil
}
