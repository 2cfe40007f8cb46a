package bigquery

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"impact/sync/run"
)

func TestTheDoctorFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	deny := func(part string, code int, reason string) func(*fake) {
		return func(f *fake) {
			f.fail = func(w http.ResponseWriter, r *http.Request) bool {
				if strings.Contains(r.URL.Path, part) {
					answerError(w, code, reason, "Access Denied: bigquery.jobs.create")
					return true
				}
				return false
			}
		}
	}
	missing := func(f *fake) {
		f.reader.session = func() error { return status.Error(codes.NotFound, "no such table") }
	}
	cases := []struct {
		name    string
		prepare func(*fake)
		change  func(*Options)
		want    []string // "id health", without those that are good
		remedy  string
	}{
		{"nothing", missing, func(o *Options) { o.MaxBytesBilled = 1 << 40 }, nil, ""},
		{"no limit of costs", missing, nil, []string{"bigquery.budget caution"}, "maximum_bytes_billed"},
		{"no login", deny("/jobs", 401, "authError"), nil, []string{"bigquery.credentials broken"}, "gcloud"},
		{"no right to run jobs", deny("/jobs", 403, "accessDenied"), nil, []string{"bigquery.jobs broken"}, "jobUser"},
		{"a dataset that is not there", deny("/datasets/d", 404, "notFound"), nil, []string{"bigquery.budget caution", "bigquery.dataset broken", "bigquery.relation broken"}, "dbt build"},
		{"another location", missing, func(o *Options) { o.Location = "US" }, []string{"bigquery.budget caution", "bigquery.dataset broken"}, "asia-northeast1"},
		{"no right to the table", func(f *fake) { deny("/tables/m", 403, "accessDenied")(f); missing(f) }, nil, []string{"bigquery.budget caution", "bigquery.relation broken"}, "jobUser"},
		{"a view", func(f *fake) { missing(f); f.tables["test-project.d.m"].meta.Type = "VIEW" }, nil, []string{"bigquery.budget caution", "bigquery.relation caution"}, "materialize"},
		{"a filter that is required", func(f *fake) { missing(f); f.tables["test-project.d.m"].meta.RequirePartitionFilter = true }, nil, []string{"bigquery.budget caution", "bigquery.relation broken"}, "require_partition_filter"},
		{"a table over the limit", func(f *fake) { missing(f); f.bytes = 10 }, func(o *Options) { o.MaxBytesBilled = 9 }, []string{"bigquery.relation caution"}, "raise maximum_bytes_billed"},
		{"no right to sessions", func(f *fake) {
			f.reader.session = func() error {
				return status.Error(codes.PermissionDenied, "the user does not have 'bigquery.readsessions.create'")
			}
		}, nil, []string{"bigquery.budget caution", "bigquery.storage slow"}, "readSessionUser"},
		{"no right to sessions, which are asked for", func(f *fake) {
			f.reader.session = func() error { return status.Error(codes.PermissionDenied, "no") }
		}, func(o *Options) { o.Storage = ReadStream }, []string{"bigquery.budget caution", "bigquery.storage broken"}, "readSessionUser"},
		{"no right to a table that is not there", func(f *fake) {
			f.reader.session = func() error {
				return status.Error(codes.PermissionDenied, "the user does not have bigquery.tables.getData")
			}
		}, nil, []string{"bigquery.budget caution"}, ""},
		{"pages that are asked for", nil, func(o *Options) { o.Storage = ReadPages }, []string{"bigquery.budget caution", "bigquery.storage slow"}, "leave storage"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.add("test-project.d.m", jobs(), manyJobs(3)...)
			if c.prepare != nil {
				c.prepare(f)
			}
			var got []string
			remedies := ""
			checks, err := f.open(c.change).Doctor(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, check := range checks {
				if check.ID == "bigquery.clock" {
					continue // the fake lives in its own time
				}
				if check.Health != run.Good {
					got = append(got, check.ID+" "+string(check.Health))
					remedies += check.Remedy + "\n"
				}
				if strings.Contains(check.Message, "\n") || check.Message == "" {
					t.Errorf("%q", check.Message)
				}
			}
			if !slices.Equal(got, c.want) || !strings.Contains(remedies, c.remedy) {
				t.Errorf("%v\nremedies: %s", got, remedies)
			}
		})
	}
}
