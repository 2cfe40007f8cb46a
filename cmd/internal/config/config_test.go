package config

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var update = flag.Bool("update", false, "rewrite golden files")

func env(vars map[string]string) Lookup {
	return func(name string) (string, bool) {
		v, ok := vars[name]
		return v, ok
	}
}

func TestEveryKeyIsDecoded(t *testing.T) {
	t.Parallel()
	got, err := Read("testdata/full.yml", Options{Env: env(map[string]string{"SF": "sf2", "JOB_BOARD_DSN": "user:secret@tcp(db)/app"})})
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{
		File: "testdata/full.yml", Version: 1,
		DBT:        DBT{Dir: "dbt", TargetPath: "target"},
		Salesforce: []string{"salesforce", "sf2"},
		Sources: []Source{
			{Name: "salesforce", Connector: Trocco, OnDrop: Null, Jobs: []string{"infra/trocco/*.tf"}},
			{Name: "crm", Connector: Fivetran, OnDrop: Removed},
			{Name: "crm2", Connector: Fivetran, OnDrop: Removed},
		},
		Environments: []Environment{{"production", "medical-lake.mart*"}, {"staging", "medical-lake-dev.*"}},
		Destinations: []Destination{
			{Name: "job_board", Driver: MySQL, Schema: "apps/job_board/db/schema.rb", TimeZone: "Asia/Tokyo", WorkSchema: "impact"},
			{Name: "local", Driver: SQLite, TimeZone: "+09:00"},
		},
		Gate: Gate{MaxAge: 36 * time.Hour, Missing: Allow},
	}
	ignore := cmp.Options{cmpopts.IgnoreUnexported(Config{}), cmpopts.IgnoreFields(Destination{}, "Logins")}
	if diff := cmp.Diff(want, got, ignore); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	d := got.Destination("job_board")
	production, _ := d.Login("production")
	if s, err := production.DSN.Reveal(); err != nil || s != "user:secret@tcp(db)/app" {
		t.Errorf("production: %q, %v", s, err)
	}
	staging, _ := d.Login("staging")
	if _, err := staging.DSN.Reveal(); err == nil || err.Error() != "environment variable NOT_SET is not set" {
		t.Errorf("staging: %v", err)
	}
	if _, ok := d.Login("elsewhere"); ok {
		t.Error("a connection for an environment that has none")
	}
	local, _ := got.Destination("local").Login("production")
	if s, _ := local.DSN.Reveal(); s != "file:/tmp/x.db" {
		t.Errorf("local: %q", s)
	}
}

func TestADestinationIsConnectedInOneWayPerEnvironment(t *testing.T) {
	t.Parallel()
	src := `version: 1
environments: {production: {}, staging: {}, test: {}}
destinations:
  shop:
    dsn: {production: "${DSN}"}
    dsn_file: {staging: /run/secrets/shop}
    profile: shop_mysql/dev
  twice:
    dsn: a
    profile: b
`
	_, err := Decode("impact.yml", []byte(src), Options{})
	var errs Errors
	if !errors.As(err, &errs) || len(errs) != 1 || errs[0].Error() != "impact.yml:10:5: destinations.twice.profile: there is another way to connect already" {
		t.Fatal(err)
	}
	src, _, _ = strings.Cut(src, "  twice")
	c, err := Decode("impact.yml", []byte(src), Options{Env: env(map[string]string{"DSN": "d"})})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]Login{"production": {DSN: Secret{value: "d"}}, "staging": {File: "/run/secrets/shop"}, "test": {Profile: "shop_mysql/dev"}} {
		got, ok := c.Destination("shop").Login(name)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(Secret{})); diff != "" || !ok {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestEncryptionIsForAllOrForEachEnvironment(t *testing.T) {
	t.Parallel()
	src := `version: 1
environments: {production: {}, staging: {}}
destinations:
  one:
    dsn: d
    tls: {ca: "${CA}", server_name: db, verify: ca}
  two:
    dsn: d
    tls: {production: {cert: c.pem, key: k.pem}}
  three:
    dsn: d
    tls:
`
	c, err := Decode("impact.yml", []byte(src), Options{Env: env(map[string]string{"CA": "/run/ca.pem"})})
	if err != nil {
		t.Fatal(err)
	}
	type answer struct {
		TLS TLS
		OK  bool
	}
	for name, want := range map[string]answer{
		"one/staging": {TLS{CA: "/run/ca.pem", ServerName: "db", Verify: "ca"}, true}, "two/production": {TLS{Cert: "c.pem", Key: "k.pem"}, true},
		"two/staging": {}, "three/staging": {TLS{}, true},
	} {
		dest, environment, _ := strings.Cut(name, "/")
		got, ok := c.Destination(dest).Encryption(environment)
		if diff := cmp.Diff(want, answer{got, ok}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for _, mistake := range []struct{ tls, want string }{
		{"{cas: x}", `tls.cas: unknown key "cas"`}, {"{verify: never}", `tls.verify: unknown value "never"`}, {"{cert: x}", "tls: cert and key belong together: one is missing"},
		{"{prod: {ca: x}}", `tls.prod: there is no environment "prod"`}, {"[a]", "tls: want a mapping, not a list"}, {"{ca: [x]}", "tls.ca: want a string, not a list"},
		{"{ca: x}, driver: sqlite", "tls: a SQLite file has no connections to encrypt"}, {`{ca: "${GONE}"}`, "tls.ca: environment variable GONE is not set"},
	} {
		_, err := Decode("impact.yml", []byte("environments: {production: {}}\ndestinations: {d: {dsn: x, tls: "+mistake.tls+"}}\n"), Options{Env: env(nil)})
		var errs Errors
		if !errors.As(err, &errs) || len(errs) != 1 || !strings.HasSuffix(errs[0].Error(), "destinations.d."+mistake.want) {
			t.Errorf("%s: %v", mistake.tls, err)
		}
	}
}

func TestMistakesAreAllNamedWithTheirPlace(t *testing.T) {
	t.Parallel()
	_, err := Read("testdata/broken.yml", Options{})
	var errs Errors
	if !errors.As(err, &errs) {
		t.Fatalf("got %v", err)
	}
	var out strings.Builder
	for _, e := range errs {
		fmt.Fprintln(&out, e)
		if e.Hint != "" {
			fmt.Fprintln(&out, "    hint:", e.Hint)
		}
	}
	const path = "testdata/broken.golden"
	if *update {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestShortFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, src, want string }{
		{"an empty file is the default", "", ""},
		{"a file of comments is the default", "# nothing\n", ""},
		{"keys without values are the default", "sources:\ndestinations:\ngate:\n", ""},
		{"a list is no configuration", "- a\n", `f.yml:1:1: want a mapping, not a list`},
		{"two documents are one too many", "version: 1\n---\nversion: 1\n", `f.yml:3:1: holds more than one document`},
		{"broken YAML has its place", "gate: {max_age: 24h\n", "f.yml:1:7: "},
		{"a version is needed as a number", "version: \"1\"\n", `f.yml:1:10: version: want the number 1, not a string`},
		{"a negative age is no duration", "gate: {max_age: -1h}\n", `f.yml:1:17: gate.max_age: want a duration such as 90m, 24h or 7d, not "-1h"`},
		{"an age of nothing refuses everything", "gate: {max_age: 0h}\n", `f.yml:1:8: gate.max_age: must be longer than nothing`},
		{"an alias of nothing", "gate: *x\n", ""},
		{"deep nesting is refused", strings.Repeat("[", 100000), "f.yml: nests deeper than 200"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Decode("f.yml", []byte(tt.src), Options{})
			got := ""
			if err != nil {
				got = err.Error()
			}
			if tt.want == "" && got != "" || !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestVariablesAreReplacedOnce(t *testing.T) {
	t.Parallel()
	vars := env(map[string]string{"A": "${B}", "B": "b", "EMPTY": ""})
	for _, tt := range []struct {
		name, in, want string
		missing        []string
	}{
		{"a value is not expanded again", "${A}", "${B}", nil},
		{"a default stands in for what is not set", "${C:-x}", "x", nil},
		{"a default stands in for nothing", "${EMPTY:-x}", "x", nil},
		{"an empty variable is set", "[${EMPTY}]", "[]", nil},
		{"a default may be empty", "${C:-}", "", nil},
		{"what is not set is named", "${C}/${D}", "/", []string{"C", "D"}},
		{"two dollars are one", "$${A}", "${A}", nil},
		{"other dollars stay", "pa$$w$rd{}$", "pa$$w$rd{}$", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, missing := expand(tt.in, vars)
			if diff := cmp.Diff(tt.want, got) + cmp.Diff(tt.missing, missing); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestASecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	d := Destination{Logins: map[string]Login{"": {DSN: Secret{value: "hunter2"}}, "p": {DSN: Secret{value: "hunter2"}}}}
	dsn := d.Logins[""].DSN
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{
		string(text), fmt.Sprint(d), fmt.Sprintf("%v %+v %#v %s %q %x %d", d, d, d, dsn, dsn, dsn, &dsn), dsn.String(), fmt.Sprintln(d.Logins),
	} {
		if strings.Contains(printed, "hunter2") || strings.Contains(printed, fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("printed: %s", printed)
		}
	}
}

// tree makes files of "path: content" under a new folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	files[".git/HEAD"] = "ref"
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFind(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name              string
		files             map[string]string
		from              string
		vars              map[string]string
		root, dbt, target string
		err               string
	}{
		{"impact.yml above names the dbt project",
			map[string]string{"impact.yml": "dbt: {dir: warehouse}", "warehouse/dbt_project.yml": "name: x", "apps/a/x": ""},
			"apps/a", nil, ".", "warehouse", "warehouse/target", ""},
		{"without dbt.dir the sub-folder dbt is it",
			map[string]string{"impact.yml": "", "dbt/dbt_project.yml": "name: x"}, ".", nil, ".", "dbt", "dbt/target", ""},
		{"from inside the dbt project impact.yml above is found",
			map[string]string{"impact.yml": "", "other/dbt_project.yml": "name: x", "other/models/a.sql": ""},
			"other/models", nil, ".", "other", "other/target", ""},
		{"a dbt project alone is enough",
			map[string]string{"dbt_project.yml": "name: x\ntarget-path: out", "models/a.sql": ""}, "models", nil, ".", ".", "out", ""},
		{"target/manifest.json alone is enough",
			map[string]string{"target/manifest.json": "{}"}, "target", nil, ".", ".", "target", ""},
		{"DBT_TARGET_PATH wins over dbt_project.yml",
			map[string]string{"dbt_project.yml": "target-path: out"}, ".", map[string]string{"DBT_TARGET_PATH": "env"}, ".", ".", "env", ""},
		{"target_path of impact.yml wins over DBT_TARGET_PATH",
			map[string]string{"dbt_project.yml": "", "impact.yml": "dbt: {target_path: mine}"}, ".", map[string]string{"DBT_TARGET_PATH": "env"}, ".", ".", "mine", ""},
		{"env_var in target-path is followed",
			map[string]string{"dbt_project.yml": `target-path: "{{ env_var('T', 'x') }}/y"`}, ".", map[string]string{"T": "t"}, ".", ".", "t/y", ""},
		{"other Jinja in target-path is not",
			map[string]string{"dbt_project.yml": `target-path: "{{ var('T') }}"`}, ".", nil, ".", ".", "target", ""},
		{"nothing at all", map[string]string{"x": ""}, ".", nil, "", "", "", "no impact.yml and no dbt project found in ROOT or above"},
		{"a dbt.dir that does not exist", map[string]string{"impact.yml": "dbt: {dir: none}"}, ".", nil, "", "", "",
			`ROOT/impact.yml:1:7: dbt.dir: there is no folder "none"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			root := tree(t, tt.files)
			p, err := Find(filepath.Join(root, tt.from), Options{Env: env(tt.vars)})
			if tt.err != "" {
				if err == nil || strings.ReplaceAll(err.Error(), root, "ROOT") != tt.err {
					t.Fatalf("got %v, want %s", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := []string{filepath.Join(root, tt.root), filepath.Join(root, tt.dbt), filepath.Join(root, tt.target)}
			if diff := cmp.Diff(want, []string{p.Root, p.DBTDir, p.TargetPath}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateChecksAChangedConfig(t *testing.T) {
	t.Parallel()
	c := Default()
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	c.Destinations = []Destination{{Name: "x", Driver: "oracle"}}
	if err := c.Validate(); err == nil || err.Error() != `destinations.x.driver: unknown value "oracle"` {
		t.Errorf("got %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range []string{"testdata/full.yml", "testdata/broken.yml"} {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		c, err := Decode("f.yml", src, Options{})
		if err == nil {
			err = c.Validate()
		}
		if err != nil && c != nil {
			t.Fatalf("decoded, but not valid: %v", err)
		}
	})
}

func ExampleConfig_Source() {
	c, err := Decode("impact.yml", []byte("sources: {salesforce: {connector: fivetran, on_drop: fails}}"), Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Source("salesforce").Connector, c.Source("salesforce").OnDrop)
	fmt.Println(c.Source("elsewhere").OnDrop, c.Gate.MaxAge)
	// Output:
	// fivetran fails
	// removed 24h0m0s
}
