package config

import (
	"fmt"
	"time"
	_ "time/tzdata" // time zones are validated on machines without a database of them, too

	"impact/internal/yml"
)

// Version is the version of impact.yml that this package reads.
const Version = 1

// A Config is an impact.yml with its defaults filled in. Lists keep the order of
// the file. It is read-only once it has been decoded.
type Config struct {
	File         string // "" if there is none
	Version      int
	DBT          DBT
	Salesforce   []string // folders, as written
	Sources      []Source
	Environments []Environment // the first is the default
	Destinations []Destination
	Gate         Gate

	at map[string]yml.Position // by path, for the messages of Validate
}

// DBT says where the dbt project is. Empty means: to be found.
type DBT struct {
	Dir        string
	TargetPath string
}

// Connector is the rule by which a connector names columns.
type Connector string

// The connectors. The empty one means that none is known.
const (
	Trocco    Connector = "trocco"
	Fivetran  Connector = "fivetran"
	Airbyte   Connector = "airbyte"
	APINames  Connector = "api_names"
	SnakeCase Connector = "snake_case"
)

// OnDrop says what the lake does when a field disappears from Salesforce.
type OnDrop string

// What happens to the column of a dropped field.
const (
	Removed OnDrop = "removed" // the column goes
	Null    OnDrop = "null"    // it stays and turns NULL
	Fails   OnDrop = "fails"   // the table freezes
)

// A Source is the settings of one dbt source.
type Source struct {
	Name      string
	Connector Connector
	OnDrop    OnDrop
	Jobs      []string // globs of transfer jobs, as written
}

// An Environment is a place where loads run.
type Environment struct {
	Name    string
	Dataset string // pattern with * that marts must be in; "" allows all
}

// Driver is the kind of a destination's server.
type Driver string

// The drivers.
const (
	MySQL  Driver = "mysql"
	SQLite Driver = "sqlite"
)

// A Destination is an application database.
type Destination struct {
	Name       string
	Driver     Driver
	Logins     map[string]Login // by environment; "" for those that are not named
	Schema     string           // schema.rb, structure.sql or snapshot; "" if none
	TimeZone   string           // of DATETIME columns: "UTC", "Asia/Tokyo", "+09:00"
	WorkSchema string           // "" for beside the tables
	TLS        map[string]TLS   // by environment; "" for those that are not named
}

// TLS says how connections to a destination are encrypted.
type TLS struct {
	CA, Cert, Key string // files, as written
	ServerName    string
	Verify        string // "identity", "ca" or "none"; "" is the first
}

// Encryption returns how to encrypt connections in an environment, and whether
// the file says it.
func (d *Destination) Encryption(environment string) (TLS, bool) {
	if t, ok := d.TLS[environment]; ok {
		return t, true
	}
	t, ok := d.TLS[""]
	return t, ok
}

// Missing says what a missing test or model result does to a load.
type Missing string

// What becomes of loads with missing results.
const (
	Refuse Missing = "refuse"
	Allow  Missing = "allow"
)

// A Gate is what must hold before a load runs.
type Gate struct {
	MaxAge  time.Duration
	Missing Missing
}

// Default returns the configuration of a project without impact.yml.
func Default() *Config {
	return &Config{Version: Version, Gate: Gate{MaxAge: 24 * time.Hour, Missing: Refuse}}
}

// Source returns the settings of a dbt source; one that the file does not name
// gets the defaults.
func (c *Config) Source(name string) Source {
	for _, s := range c.Sources {
		if s.Name == name {
			return s
		}
	}
	return Source{Name: name, OnDrop: Removed}
}

// Destination returns the destination called name, or nil.
func (c *Config) Destination(name string) *Destination {
	for i := range c.Destinations {
		if c.Destinations[i].Name == name {
			return &c.Destinations[i]
		}
	}
	return nil
}

// Environment returns the environment called name, for "" the first one. ok is
// false if there is none of that name; without any environments, "" is one that
// allows everything.
func (c *Config) Environment(name string) (env Environment, ok bool) {
	if name == "" {
		if len(c.Environments) == 0 {
			return Environment{}, true
		}
		return c.Environments[0], true
	}
	for _, e := range c.Environments {
		if e.Name == name {
			return e, true
		}
	}
	return Environment{}, false
}

// A Login says how to connect to a destination. Exactly one of its fields is
// given.
type Login struct {
	DSN     Secret // user:password@tcp(host:port)/database; of SQLite the file
	File    string // file that holds the DSN and nothing else
	Profile string // "profile" or "profile/target" of dbt's profiles.yml
}

// Login returns how to connect to the destination in an environment, and
// whether the file says it.
func (d *Destination) Login(environment string) (Login, bool) {
	if l, ok := d.Logins[environment]; ok {
		return l, true
	}
	l, ok := d.Logins[""]
	return l, ok
}

// Location returns the time zone of the destination's DATETIME columns.
func (d *Destination) Location() (*time.Location, error) { return location(d.TimeZone) }

func location(name string) (*time.Location, error) {
	if name == "" {
		return time.UTC, nil
	}
	for _, layout := range []string{"-07:00", "Z07:00"} {
		if t, err := time.Parse(layout, name); err == nil && (name[0] == '+' || name[0] == '-') {
			_, offset := t.Zone()
			return time.FixedZone(name, offset), nil
		}
	}
	if name == "Local" {
		return nil, fmt.Errorf("time zone %q depends on the machine", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("unknown time zone %q", name)
	}
	return loc, nil
}
