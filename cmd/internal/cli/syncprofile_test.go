package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"impact/cmd/internal/config"
	"impact/manifest"
	"impact/sync/bigquery"
)

// profileOf makes a profile of the lines of its output.
func profileOf(t *testing.T, lines string) *config.Profile {
	t.Helper()
	dir := t.TempDir()
	text := "shop:\n  outputs:\n    dev:\n"
	for line := range strings.SplitSeq(strings.TrimSpace(lines), "\n") {
		text += "      " + line + "\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "profiles.yml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := config.ReadProfile(config.ProfileOptions{Dir: dir, Name: "shop", Target: "dev"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestABigQueryProfileIsReadAsDBTMeansIt(t *testing.T) {
	t.Parallel()
	m := &manifest.Manifest{}
	for _, c := range []struct {
		name, lines string
		want        bigquery.Options
		err         string
	}{
		{"a login of gcloud", "type: bigquery\nmethod: oauth\nproject: lake\ndataset: mart\nlocation: asia-northeast1\nmaximum_bytes_billed: 10_000",
			bigquery.Options{Project: "lake", Location: "asia-northeast1", MaxBytesBilled: 10_000}, ""},
		{"a key file beside the project, and another project that pays", "type: bigquery\nmethod: service-account\nproject: lake\nexecution_project: payer\nkeyfile: keys/a.json\npriority: batch\njob_execution_timeout_seconds: 300\nimpersonate_service_account: a@b",
			bigquery.Options{Project: "payer", Credentials: "/dbt/keys/a.json", Batch: true, JobTimeout: 5 * time.Minute, Impersonate: "a@b"}, ""},
		{"the key itself", "type: bigquery\nmethod: service-account-json\nproject: lake\nkeyfile_json:\n  type: service_account\n  private_key: secret",
			bigquery.Options{Project: "lake", Credentials: `{"private_key":"secret","type":"service_account"}`}, ""},
		{"the key as JSON", "type: bigquery\nmethod: service-account-json\nproject: lake\nkeyfile_json: '{\"type\":\"service_account\"}'",
			bigquery.Options{Project: "lake", Credentials: `{"type":"service_account"}`}, ""},
		{"the key in base64, another project for the quota, and pages", "type: bigquery\nmethod: service-account-json\nproject: lake\nquota_project: quota\nstorage: rest\nkeyfile_json: eyJ0eXBlIjoieCJ9",
			bigquery.Options{Project: "lake", QuotaProject: "quota", Storage: bigquery.ReadPages, Credentials: `{"type":"x"}`}, ""},
		{"a key that is none", "type: bigquery\nmethod: service-account-json\nproject: lake\nkeyfile_json: hunter2", bigquery.Options{}, "shop/dev.keyfile_json: is no JSON"},
		{"a refresh token", "type: bigquery\nmethod: oauth-secrets\nproject: lake\nclient_id: c\nclient_secret: s\nrefresh_token: r",
			bigquery.Options{Project: "lake", Credentials: `{"client_id":"c","client_secret":"s","refresh_token":"r","type":"authorized_user"}`}, ""},
		{"an access token alone", "type: bigquery\nmethod: oauth-secrets\nproject: lake\ntoken: hunter2", bigquery.Options{}, "shop/dev.client_id: is not stated"},
		{"no project", "type: bigquery", bigquery.Options{}, "shop/dev.project: is not stated"},
		{"another method", "type: bigquery\nmethod: magic\nproject: p", bigquery.Options{}, `shop/dev.method: "magic" is not understood`},
		{"a limit that is none", "type: bigquery\nproject: p\nmaximum_bytes_billed: much", bigquery.Options{}, "shop/dev.maximum_bytes_billed: is no number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := &opening{project: &syncProject{Project: &config.Project{DBTDir: "/dbt"}, Manifest: m}, profile: profileOf(t, c.lines)}
			got, err := bigqueryOptions(o)
			if c.err != "" {
				var e *config.Error
				if !errors.As(err, &e) || !strings.HasSuffix(e.Error(), c.err) || strings.Contains(e.Error(), "hunter2") {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(c.want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(bigquery.Options{}, "Notices", "Pause", "NewID", "RESTOptions", "StorageOptions")); d != "" || err != nil {
				t.Error(d, err)
			}
		})
	}
}

func TestAMySQLProfileBecomesADSN(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, lines, want, err string }{
		{"a server", "type: mysql\nserver: db.example.com\nport: 3307\nschema: app\nusername: impact\npassword: 'p@ss:w/rd'", "impact:p@ss:w/rd@tcp(db.example.com:3307)/app", ""},
		{"MariaDB with TLS", "type: mariadb\nserver: db\nschema: a/b\nusername: u\npassword: ''\nssl_disabled: false", "u:@tcp(db:3306)/a%2Fb?tls=true", ""},
		{"a socket", "type: mysql5\nunix_socket: /run/mysqld.sock\nschema: app\nusername: u\npassword: p", "u:p@unix(/run/mysqld.sock)/app", ""},
		{"no server", "type: mysql\nschema: app\nusername: u\npassword: hunter2", "", "profile shop/dev states neither server nor unix_socket"},
		{"no user", "type: mysql\nserver: db\nschema: app\npassword: hunter2", "", "profile shop/dev states no username or no schema"},
		{"another type", "type: postgres", "", "profile shop/dev is of type postgres, want mysql or mariadb"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := mysqlDSN(profileOf(t, c.lines))
			if got != c.want || (err == nil) != (c.err == "") || (err != nil && err.Error() != c.err) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestAPlaceHoldsNoLogin(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]place{
		"u:p@tcp(db.example.com:3307)/app":       {"mysql://db.example.com:3307", "app"},
		"u:p@ss/w(o)rd@tcp(db)/app?tls=true":     {"mysql://db:3306", "app"},
		"u:p@tcp([::1]:3306)/app":                {"mysql://[::1]:3306", "app"},
		"u:p@unix(/run/mysqld.sock)/app":         {"mysql://localhost", "app"},
		"u:p@/app":                               {"mysql://localhost", "app"},
		"u:hunter2 without a form":               {"mysql", ""},
		"u:p@tcp(db:3306)/app?x=hunter2/hunter2": {"mysql", ""},
	} {
		if got := mysqlPlace(dsn); got != want {
			t.Errorf("%s: %v", dsn, got)
		}
	}
}

func TestASQLiteDSNIsAFile(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]string{
		"storage/production.sqlite3": "storage/production.sqlite3", "sqlite3:db/x.sqlite3": "db/x.sqlite3", "sqlite3:/srv/x.db": "/srv/x.db",
		"sqlite:///srv/x.db": "/srv/x.db", "file:/srv/x.db": "/srv/x.db", "file:x.db?mode=ro": "", "sqlite://host/x": "", "sqlite3:": "",
	} {
		if got, err := sqlitePath(dsn); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", dsn, got, err)
		}
	}
}

func TestADuckDBFileIsBesideTheProject(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lines, want string }{
		{"type: duckdb\npath: target/x.duckdb", filepath.FromSlash("/dbt/target/x.duckdb")}, {"type: duckdb\npath: /srv/x.duckdb", "/srv/x.duckdb"},
		{"type: duckdb", ""}, {"type: duckdb\npath: ':memory:'", ""}, {"type: duckdb\npath: 'md:shop'", ""}, {"type: duckdb\npath: 's3://b/x.duckdb'", ""},
	} {
		o := &opening{project: &syncProject{Project: &config.Project{DBTDir: "/dbt"}}, profile: profileOf(t, c.lines)}
		if got, err := duckdbPath(o); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q, %v", c.lines, got, err)
		}
	}
}
