package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"impact/cmd/internal/config"
	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
)

// A database is an opened destination with what the commands ask it besides
// running loads.
type database interface {
	run.Destination
	// Doctor looks at the server and the user's rights.
	Doctor(ctx context.Context, loads []*destination.Load) ([]run.Check, error)
	// History returns the newest entries of the ledger, newest first: nil where
	// the ledger's tables do not exist.
	History(ctx context.Context, limit int) ([]run.Entry, error)
	// CreateLedger creates the ledger that loads of a database write if it was
	// opened for that; "" is the database of the DSN.
	CreateLedger(ctx context.Context, database string) error
	// Server names the server or file itself, whatever DSN leads to it, "" if it
	// does not say who it is; Name is the database that the DSN chooses.
	Server(ctx context.Context) (string, error)
	Name() string
	Close() error
}

// A driver is a kind of destination.
type driver struct {
	// open connects; with createLedger a run creates a ledger that is missing.
	open func(ctx context.Context, s *syncProject, d *config.Destination, dsn string, createLedger bool) (database, error)
	// unlock gives up the lock of a table that a dead run left. holder says who
	// had it, "" if nobody.
	unlock func(ctx context.Context, db database, table string) (holder string, err error)
	// place names the server and the database of a DSN.
	place  func(s *syncProject, dsn string) place
	ledger func(d *config.Destination) []string
	// grants are the least rights of loads, and rights looks for them; nil where
	// a destination has no users.
	grants func(loads []*plan.Load, d *config.Destination, user string) []mysql.Grant
	rights func(ctx context.Context, db database, loads []*plan.Load) ([]run.Check, error)
	// fromProfile makes a DSN of an output of dbt's profiles.yml.
	fromProfile func(p *config.Profile) (string, error)
}

func driverOf(d *config.Destination) (driver, error) {
	switch d.Driver {
	case config.MySQL:
		return mysqlDriver(), nil
	case config.SQLite:
		return sqliteDriver(), nil
	}
	return driver{}, usageErrorf("", "destination %s: driver %s is not built in", d.Name, d.Driver)
}

// destinationConfig returns the configuration of a load's destination.
func (s *syncProject) destinationConfig(name string) (*config.Destination, error) {
	d := s.Config.Destination(name)
	if d == nil {
		var known []string
		for i := range s.Config.Destinations {
			known = append(known, s.Config.Destinations[i].Name)
		}
		return nil, &UsageError{Err: &NameError{Kind: "destination", Name: name, Candidates: nearestFirst(name, known)},
			Help: "describe it under destinations in impact.yml"}
	}
	return d, nil
}

// dsn finds out how to connect. It is a secret: no error holds it.
func (s *syncProject) dsn(d *config.Destination, drv driver, o *SourceOptions) (string, error) {
	where := "destination " + d.Name
	if s.Env.Name != "" {
		where += " in environment " + s.Env.Name
	}
	login, ok := d.Login(s.Env.Name)
	var dsn string
	switch {
	case !ok:
		return "", usageErrorf("state dsn, dsn_file or profile under destinations."+d.Name+" in impact.yml", "nothing says how to connect to %s", where)
	case login.File != "":
		src, err := os.ReadFile(s.Path(login.File))
		if err != nil {
			return "", &EnvError{Err: fmt.Errorf("connect to %s: read dsn_file: %w", where, err)}
		}
		dsn = strings.TrimSpace(string(src))
	case login.Profile != "":
		name, target, _ := strings.Cut(login.Profile, "/")
		p, err := s.profile(&SourceOptions{ProfilesDir: o.ProfilesDir}, name, target)
		if err != nil {
			return "", err
		}
		if drv.fromProfile == nil {
			return "", usageErrorf("use dsn or dsn_file", "destination %s: driver %s takes no profile", d.Name, d.Driver)
		}
		if dsn, err = drv.fromProfile(p); err != nil {
			return "", configError(err)
		}
	default:
		var err error
		if dsn, err = login.DSN.Reveal(); err != nil {
			return "", usageErrorf("set it, or choose another environment with --env", "connect to %s: %w", where, err)
		}
	}
	if dsn == "" {
		return "", usageErrorf("", "connect to %s: the DSN is empty", where)
	}
	return dsn, nil
}

// openDestination connects to a destination.
func (s *syncProject) openDestination(ctx context.Context, name string, o *SourceOptions) (database, error) {
	return s.openWith(ctx, name, o, false)
}

func (s *syncProject) openWith(ctx context.Context, name string, o *SourceOptions, createLedger bool) (database, error) {
	d, err := s.destinationConfig(name)
	if err != nil {
		return nil, err
	}
	drv, err := driverOf(d)
	if err != nil {
		return nil, err
	}
	dsn, err := s.dsn(d, drv, o)
	if err != nil {
		return nil, err
	}
	db, err := drv.open(ctx, s, d, dsn, createLedger)
	if errors.Is(err, mysql.ErrDSN) || errors.Is(err, mysql.ErrTLS) {
		return nil, usageErrorf("see destinations."+name+" in impact.yml", "connect to destination %s: %w", name, err)
	}
	if err != nil {
		return nil, &EnvError{Err: fmt.Errorf("connect to destination %s: %w", name, err), Help: orElse(hint(err), hintDoctor)}
	}
	s.places[name] = drv.place(s, dsn)
	return db, nil
}

// addresses finds out which destinations of loads are the same one under two
// names. Those that are not open are known by their DSN alone, if it is there.
func (d *delivery) addresses(ctx context.Context, o *SourceOptions, loads ...[]*destination.Load) (map[string]plan.Address, error) {
	out := map[string]plan.Address{}
	for _, l := range slices.Concat(loads...) {
		c := d.Config.Destination(l.Destination)
		if _, ok := out[l.Destination]; ok || c == nil {
			continue
		}
		var a plan.Address
		if drv, err := driverOf(c); err == nil {
			if dsn, err := d.dsn(c, drv, o); err == nil {
				a = drv.place(d.syncProject, dsn).address()
			}
		}
		if db, ok := d.databases[l.Destination]; ok {
			server, err := db.Server(ctx)
			if err != nil {
				return nil, &EnvError{Err: fmt.Errorf("connect to destination %s: %w", l.Destination, err), Help: hint(err)}
			}
			if a.Database = db.Name(); server != "" {
				a.Servers = append(a.Servers, server)
			}
		}
		out[l.Destination] = a
	}
	return out, nil
}

// address is what a DSN says of where it leads. A socket's path is no part of a
// place, so two places without a port may be two servers.
func (p place) address() plan.Address {
	a := plan.Address{Database: p.database}
	if file, ok := strings.CutPrefix(p.namespace, "sqlite://"); ok {
		if real, err := filepath.EvalSymlinks(filepath.FromSlash(file)); err == nil {
			a.Servers, a.Database = []string{"sqlite " + real}, "main"
		}
	} else if strings.Contains(strings.TrimPrefix(p.namespace, "mysql://"), ":") {
		a.Servers = []string{p.namespace}
	}
	return a
}

// hintDoctor is what helps where nothing better is known.
const hintDoctor = "impact sync doctor looks at it more closely"
