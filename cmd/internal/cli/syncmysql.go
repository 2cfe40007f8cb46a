package cli

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"impact/cmd/internal/config"
	"impact/lineage/destination"
	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/run"
)

// mysqlDriver connects to MySQL and MariaDB.
func mysqlDriver() driver {
	return driver{
		open: func(ctx context.Context, s *syncProject, d *config.Destination, dsn string, createLedger bool) (database, error) {
			zone, err := d.Location()
			if err != nil {
				return nil, err
			}
			opts := mysql.Options{DSN: dsn, Dir: s.Root, TimeZone: zone, WorkSchema: d.WorkSchema, CreateLedger: createLedger,
				Databases: namedDatabases(s.Loads, d.Name)}
			if t, ok := d.Encryption(s.Env.Name); ok {
				opts.TLS = &mysql.TLS{CA: t.CA, Cert: t.Cert, Key: t.Key, ServerName: t.ServerName, Verify: mysql.Verify(t.Verify)}
			}
			db, err := mysql.Open(ctx, opts)
			if err != nil {
				return nil, err // a typed nil would be a database
			}
			return db, nil
		},
		unlock: func(ctx context.Context, db database, table string) (string, error) {
			schema, name, ok := strings.Cut(table, ".")
			if !ok {
				schema, name = "", table
			}
			id, err := db.(*mysql.Database).Unlock(ctx, schema, name)
			if id == 0 {
				return "", err
			}
			return "connection " + strconv.FormatInt(id, 10), err
		},
		place: func(_ *syncProject, dsn string) place { return mysqlPlace(dsn) },
		ledger: func(d *config.Destination) []string {
			ddl := mysql.LedgerDDL(d.WorkSchema)
			if d.WorkSchema != "" {
				ddl = append([]string{"CREATE DATABASE IF NOT EXISTS `" + strings.ReplaceAll(d.WorkSchema, "`", "``") + "`"}, ddl...)
			}
			return ddl
		},
		grants: func(loads []*plan.Load, d *config.Destination, user string) []mysql.Grant {
			return mysql.Grants(loads, d.WorkSchema, user)
		},
		rights: func(ctx context.Context, db database, loads []*plan.Load) ([]run.Check, error) {
			return db.(*mysql.Database).CheckRights(ctx, loads)
		},
		fromProfile: mysqlDSN,
	}
}

// namedDatabases are those that loads into a destination name, of their tables
// and of the parents of lookups.
func namedDatabases(loads []*destination.Load, name string) []string {
	var out []string
	add := func(table string) {
		if i := strings.LastIndexByte(table, '.'); i >= 0 && !slices.Contains(out, table[:i]) {
			out = append(out, table[:i])
		}
	}
	for _, l := range loads {
		if l.Destination != name {
			continue
		}
		add(l.Table)
		for _, lk := range l.Lookups {
			add(lk.Table)
		}
	}
	return out
}

// mysqlDSN makes a DSN of a profile of dbt-mysql.
func mysqlDSN(p *config.Profile) (string, error) {
	switch p.Type {
	case "mysql", "mysql5", "mariadb":
	default:
		return "", fmt.Errorf("profile %s is of type %s, want mysql or mariadb", p, p.Type)
	}
	text := map[string]string{}
	for _, key := range []string{"server", "host", "port", "unix_socket", "username", "user", "password", "schema", "database", "ssl_disabled"} {
		v, err := p.Text(key)
		if err != nil {
			return "", err
		}
		text[key] = v
	}
	first := func(keys ...string) string {
		for _, k := range keys {
			if text[k] != "" {
				return text[k]
			}
		}
		return ""
	}
	address := "tcp(" + first("server", "host") + ":" + orElse(text["port"], "3306") + ")"
	if text["unix_socket"] != "" {
		address = "unix(" + text["unix_socket"] + ")"
	} else if first("server", "host") == "" {
		return "", fmt.Errorf("profile %s states neither server nor unix_socket", p)
	}
	user, name := first("username", "user"), first("schema", "database")
	if user == "" || name == "" {
		return "", fmt.Errorf("profile %s states no username or no schema", p)
	}
	dsn := user + ":" + text["password"] + "@" + address + "/" + url.PathEscape(name)
	if strings.EqualFold(text["ssl_disabled"], "false") {
		dsn += "?tls=true"
	}
	return dsn, nil
}

func orElse(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
