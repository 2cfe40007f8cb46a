package config

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"sort"
	"strings"

	"impact/internal/spelling"
)

// Validate checks what types alone do not: enumerations, names, time zones,
// environments that do not exist. It returns nil or an [Errors] with all of it.
// Decode has called it; call it again after changing a Config.
func (c *Config) Validate() error {
	if errs := c.problems(nil); len(errs) > 0 {
		return errs
	}
	return nil
}

// problems leaves out the paths that have failed already.
func (c *Config) problems(failed map[string]bool) Errors {
	var errs Errors
	fail := func(path, hint, format string, args ...any) {
		if failed[path] {
			return
		}
		at := c.at[path]
		errs = append(errs, &Error{File: c.File, Line: at.Line, Col: at.Col, Path: path, Message: fmt.Sprintf(format, args...), Hint: hint})
	}
	enum := func(path, value string, words ...string) {
		if !contains(words, value) {
			fail(path, spelling.Hint(value, words), "unknown value %q", value)
		}
	}
	if c.Version != Version {
		fail("version", "a newer impact may read it", "is %d, want %d", c.Version, Version)
	}
	for _, s := range c.Sources {
		p := "sources." + s.Name
		if s.Connector != "" {
			enum(p+".connector", string(s.Connector), string(Trocco), string(Fivetran), string(Airbyte), string(APINames), string(SnakeCase))
		}
		enum(p+".on_drop", string(s.OnDrop), string(Removed), string(Null), string(Fails))
		for i, j := range s.Jobs {
			if _, err := path.Match(j, ""); err != nil {
				fail(fmt.Sprintf("%s.jobs[%d]", p, i), "", "%q is no file pattern", j)
			}
		}
	}
	for _, e := range c.Environments {
		if strings.ContainsAny(e.Dataset, " \t`'\"") {
			fail("environments."+e.Name+".dataset", "", "%q is no pattern of project.dataset", e.Dataset)
		}
	}
	for i := range c.Destinations {
		c.destination(&c.Destinations[i], fail, enum)
	}
	if c.Gate.MaxAge <= 0 {
		fail("gate.max_age", "", "must be longer than nothing")
	}
	enum("gate.missing", string(c.Gate.Missing), string(Refuse), string(Allow))
	return errs
}

func (c *Config) destination(d *Destination, fail func(path, hint, format string, args ...any), enum func(path, value string, words ...string)) {
	p := "destinations." + d.Name
	if strings.ContainsAny(d.Name, ".\t\n /\\") {
		fail(p, "", "%q is no name: it has dots, slashes or white space in it", d.Name)
	}
	enum(p+".driver", string(d.Driver), string(MySQL), string(SQLite))
	if d.Schema != "" {
		switch strings.ToLower(path.Ext(d.Schema)) {
		case ".rb", ".sql", ".json":
		default:
			fail(p+".schema", "", "%q is no schema.rb, structure.sql or snapshot (.json)", d.Schema)
		}
	}
	if _, err := d.Location(); err != nil {
		fail(p+".time_zone", "write a name such as Asia/Tokyo, UTC or an offset such as +09:00", "%v", err)
	}
	c.encryption(d, fail, enum)
	names := make([]string, len(c.Environments))
	for i, e := range c.Environments {
		names[i] = e.Name
	}
	var envs []string
	for name := range d.Logins {
		if name != "" {
			envs = append(envs, name)
		}
	}
	sort.Strings(envs)
	for _, name := range envs {
		l := d.Logins[name]
		key := "dsn."
		switch {
		case l.File != "":
			key = "dsn_file."
		case l.Profile != "":
			key = "profile."
		}
		if !contains(names, name) {
			hint := "add it to environments"
			if len(names) > 0 {
				hint = spelling.Hint(name, names)
			}
			fail(p+"."+key+name, hint, "there is no environment %q", name)
		}
	}
}

// encryption checks the tls of a destination.
func (c *Config) encryption(d *Destination, fail func(path, hint, format string, args ...any), enum func(path, value string, words ...string)) {
	if d.TLS == nil {
		return
	}
	at := "destinations." + d.Name + ".tls"
	if d.Driver == SQLite {
		fail(at, "leave it out", "a SQLite file has no connections to encrypt")
	}
	names := make([]string, len(c.Environments))
	for i, e := range c.Environments {
		names[i] = e.Name
	}
	for _, env := range slices.Sorted(maps.Keys(d.TLS)) {
		t, p := d.TLS[env], at
		if env != "" {
			p += "." + env
			if !contains(names, env) {
				fail(p, spelling.Hint(env, names), "there is no environment %q", env)
			}
		}
		if t.Verify != "" {
			enum(p+".verify", t.Verify, "identity", "ca", "none")
		}
		if (t.Cert == "") != (t.Key == "") {
			fail(p, "", "cert and key belong together: one is missing")
		}
	}
}
