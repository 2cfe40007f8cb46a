package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

const profilesYML = `config: {send_anonymous_usage_stats: false}
shop:
  target: "{{ env_var('TARGET', 'dev') }}"
  outputs:
    dev:
      type: bigquery
      project: "{{ env_var('PROJECT') }}-dev"
      dataset: marts
      threads: "{{ env_var('THREADS', '4') | int }}"
      location: "{{ env_var('EMPTY', '') }}"
      keyfile_json:
        project_id: p
        private_key: "{{ env_var('KEY') }}"
    odd:
      type: duckdb
      path: "{{ target.name }}.duckdb"
    app: &app
      type: mysql
      password: hunter2
    none: {threads: 1}
other: {outputs: {x: {type: "{{ broken }}"}}}
`

func TestAProfileIsFoundAsDBTFindsIt(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{
		"project/dbt_project.yml": "name: shop\nprofile: shop\n",
		"project/profiles.yml":    "shop: {outputs: {default: {type: here}}}\n",
		"bare/dbt_project.yml":    "name: shop\nprofile: \"{{ env_var('P', 'shop') }}\"\n",
		"home/.dbt/profiles.yml":  "shop: {outputs: {default: {type: home}}}\n",
		"named/profiles.yml":      "shop: {outputs: {default: {type: named}}}\n",
		"env/profiles.yml":        "shop: {outputs: {default: {type: env}}}\nmine: {outputs: {default: {type: mine}}}\n",
	})
	at := func(name string) string { return filepath.Join(root, name) }
	for _, c := range []struct {
		name string
		opts ProfileOptions
		want string
	}{
		{"beside the project", ProfileOptions{Project: at("project"), Home: at("home")}, "here"},
		{"in the home folder", ProfileOptions{Project: at("bare"), Home: at("home")}, "home"},
		{"by the environment", ProfileOptions{Project: at("project"), Env: env(map[string]string{"DBT_PROFILES_DIR": at("env")})}, "env"},
		{"by the environment, with its name", ProfileOptions{Project: at("project"), Env: env(map[string]string{"DBT_PROFILES_DIR": at("env"), "DBT_PROFILE": "mine"})}, "mine"},
		{"by the flag", ProfileOptions{Project: at("project"), Dir: at("named"), Env: env(map[string]string{"DBT_PROFILES_DIR": at("env")})}, "named"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := ReadProfile(c.opts)
			if err != nil || p.Type != c.want {
				t.Fatalf("%v, %v", p, err)
			}
		})
	}
	if _, err := ReadProfile(ProfileOptions{Project: at("bare"), Home: at("nowhere")}); !errors.Is(err, ErrNoProfiles) {
		t.Fatal(err)
	}
}

func TestAnOutputIsChosenAndItsVariablesEvaluated(t *testing.T) {
	t.Parallel()
	vars := env(map[string]string{"PROJECT": "lake", "KEY": "hunter2\nx"})
	p, err := decodeProfile("profiles.yml", []byte(profilesYML), "shop", ProfileOptions{Env: vars})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"type": "bigquery", "project": "lake-dev", "threads": "4", "location": "", "absent": "", "keyfile_json.project_id": "p"} {
		if got, err := p.Text(key); got != want || err != nil {
			t.Errorf("%s: %q, %v", key, got, err)
		}
	}
	if got, err := p.JSON("keyfile_json"); string(got) != `{"private_key":"hunter2\nx","project_id":"p"}` || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	for _, printed := range []string{fmt.Sprintf("%v %+v %#v %s", p, p, *p, *p), fmt.Sprint(*p)} {
		if strings.Contains(printed, "private_key") || strings.Contains(printed, "lake") {
			t.Error(printed)
		}
	}
}

func TestWhatAProfileLacksIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, profile, target, key, want, hint string }{
		{"an unknown profile", "shpo", "", "", `profiles.yml: there is no profile "shpo"`, `did you mean "shop"?`},
		{"an unknown target", "shop", "deb", "", `profiles.yml:4:3: shop.outputs: there is no target "deb"`, `did you mean "dev"?`},
		{"a variable that is not set", "shop", "dev", "project", "profiles.yml:7:16: shop.outputs.dev.project: environment variable PROJECT is not set", "set the variable, or give env_var() a default"},
		{"other Jinja", "shop", "odd", "path", "profiles.yml:16:13: shop.outputs.odd.path: only env_var('NAME') and env_var('NAME', 'default') are evaluated here", "write the value, or an env_var()"},
		{"no type", "shop", "none", "", "profiles.yml:20:5: shop.outputs.none.type: is not stated", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := decodeProfile("profiles.yml", []byte(profilesYML), c.profile, ProfileOptions{Target: c.target})
			if c.key != "" && err == nil {
				_, err = p.Text(c.key)
			}
			e := (*Error)(nil)
			if !errors.As(err, &e) || e.Error() != c.want || e.Hint != c.hint {
				t.Fatalf("%v\nhint: %+v", err, e)
			}
		})
	}
}

func FuzzProfile(f *testing.F) {
	f.Add(profilesYML, "shop", "dev")
	f.Add("a: &a [*a]", "a", "")
	f.Add("shop: {outputs: {dev: {type: '{{ {{ }}'}}}", "shop", "dev")
	f.Fuzz(func(t *testing.T, src, name, target string) {
		p, err := decodeProfile("profiles.yml", []byte(src), name, ProfileOptions{Target: target})
		if (p == nil) == (err == nil) {
			t.Fatalf("%v, %v", p, err)
		}
	})
}
