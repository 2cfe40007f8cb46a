package config

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

func (d *decoder) file(n ast.Node) {
	known := []string{"version", "dbt", "salesforce", "sources", "environments", "destinations", "gate"}
	for _, e := range d.mapping("", n, known) {
		switch e.key {
		case "version":
			d.version(e)
		case "dbt":
			for _, f := range d.mapping(e.path, e.value, []string{"dir", "target_path"}) {
				if f.key == "dir" {
					d.config.DBT.Dir, _ = d.path(f)
				} else {
					d.config.DBT.TargetPath, _ = d.path(f)
				}
			}
		case "salesforce":
			d.config.Salesforce = d.paths(e)
		case "sources":
			for _, s := range d.mapping(e.path, e.value, nil) {
				d.source(s)
			}
		case "environments":
			for _, env := range d.mapping(e.path, e.value, nil) {
				d.environment(env)
			}
		case "destinations":
			for _, dest := range d.mapping(e.path, e.value, nil) {
				d.destination(dest)
			}
		case "gate":
			d.gate(e)
		}
	}
}

func (d *decoder) version(e entry) {
	n, ok := d.content(e.value).(*ast.IntegerNode)
	if !ok {
		d.fail(e.path, placed(e.value, e.node), "", "want the number %d, not %s", Version, kindOf(d.content(e.value)))
		return
	}
	v, err := strconv.Atoi(n.GetToken().Value)
	if err != nil {
		v = -1
	}
	d.config.Version = v
}

func (d *decoder) source(e entry) {
	s := Source{Name: e.key, OnDrop: Removed}
	for _, f := range d.mapping(e.path, e.value, []string{"connector", "on_drop", "jobs"}) {
		switch f.key {
		case "connector":
			v, _ := d.text(f)
			s.Connector = Connector(v)
		case "on_drop":
			// An unquoted null is YAML's own word.
			if _, null := d.content(f.value).(*ast.NullNode); null && f.value.GetToken().Value == "null" {
				s.OnDrop = Null
				continue
			}
			v, _ := d.text(f)
			s.OnDrop = OnDrop(v)
		case "jobs":
			s.Jobs = d.paths(f)
		}
	}
	d.config.Sources = append(d.config.Sources, s)
}

func (d *decoder) environment(e entry) {
	env := Environment{Name: e.key}
	for _, f := range d.mapping(e.path, e.value, []string{"dataset"}) {
		env.Dataset, _ = d.text(f)
	}
	d.config.Environments = append(d.config.Environments, env)
}

func (d *decoder) destination(e entry) {
	dest := Destination{Name: e.key, Driver: MySQL, TimeZone: "UTC"}
	known := []string{"driver", "dsn", "dsn_file", "profile", "schema", "time_zone", "tls", "work_schema"}
	for _, f := range d.mapping(e.path, e.value, known) {
		switch f.key {
		case "driver":
			v, _ := d.text(f)
			dest.Driver = Driver(v)
		case "dsn":
			d.login(f, &dest, func(f entry) Login { return Login{DSN: d.secret(f)} })
		case "dsn_file":
			d.login(f, &dest, func(f entry) Login { path, _ := d.path(f); return Login{File: path} })
		case "profile":
			d.login(f, &dest, func(f entry) Login { name, _ := d.text(f); return Login{Profile: name} })
		case "schema":
			dest.Schema, _ = d.path(f)
		case "time_zone":
			dest.TimeZone, _ = d.text(f)
		case "tls":
			d.encryption(f, &dest)
		case "work_schema":
			dest.WorkSchema, _ = d.text(f)
		}
	}
	d.config.Destinations = append(d.config.Destinations, dest)
}

// login reads one way to connect, or one for each environment. An environment
// has one way only: nobody could tell which of two was meant.
func (d *decoder) login(e entry, dest *Destination, read func(entry) Login) {
	if dest.Logins == nil {
		dest.Logins = map[string]Login{}
	}
	add := func(environment string, f entry) {
		if _, twice := dest.Logins[environment]; twice {
			d.fail(f.path, f.node, "keep one of dsn, dsn_file and profile", "there is another way to connect already")
			return
		}
		dest.Logins[environment] = read(f)
	}
	switch d.content(e.value).(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		for _, f := range d.mapping(e.path, e.value, nil) {
			add(f.key, f)
		}
	default:
		add("", e)
	}
}

// encryption reads one way to encrypt, or one for each environment: then the
// values are mappings themselves.
func (d *decoder) encryption(e entry, dest *Destination) {
	dest.TLS = map[string]TLS{}
	members := d.mapping(e.path, e.value, nil)
	perEnvironment := len(members) > 0
	for _, f := range members {
		switch d.content(f.value).(type) {
		case *ast.MappingNode, *ast.MappingValueNode:
		default:
			perEnvironment = false
		}
	}
	if !perEnvironment {
		if len(d.errors) == 0 || !d.failed[e.path] {
			dest.TLS[""] = d.tls(e)
		}
		return
	}
	for _, f := range members {
		dest.TLS[f.key] = d.tls(f)
	}
}

func (d *decoder) tls(e entry) (t TLS) {
	for _, f := range d.mapping(e.path, e.value, []string{"ca", "cert", "key", "server_name", "verify"}) {
		switch f.key {
		case "ca":
			t.CA, _ = d.path(f)
		case "cert":
			t.Cert, _ = d.path(f)
		case "key":
			t.Key, _ = d.path(f)
		case "server_name":
			t.ServerName, _ = d.path(f)
		case "verify":
			t.Verify, _ = d.text(f)
		}
	}
	return t
}

func (d *decoder) gate(e entry) {
	for _, f := range d.mapping(e.path, e.value, []string{"max_age", "missing"}) {
		v, ok := d.text(f)
		if !ok {
			continue
		}
		if f.key == "missing" {
			d.config.Gate.Missing = Missing(v)
			continue
		}
		age, ok := duration(v)
		if !ok {
			d.fail(f.path, f.value, "", "want a duration such as 90m, 24h or 7d, not %q", v)
			continue
		}
		d.config.Gate.MaxAge = age
	}
}

var durationPart = regexp.MustCompile(`^(\d{1,9}(?:\.\d{1,9})?)(s|m|h|d|w)`)

// duration reads parts such as 1d12h. A day has 24 hours.
func duration(s string) (time.Duration, bool) {
	units := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}
	var total float64
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, false
	}
	for s != "" {
		m := durationPart.FindStringSubmatch(s)
		if m == nil {
			return 0, false
		}
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			return 0, false
		}
		total += n * float64(units[m[2]])
		s = s[len(m[0]):]
	}
	if total > float64(100*365*24*time.Hour) {
		return 0, false
	}
	return time.Duration(total), true
}
