package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// privileges are what SHOW GRANTS says that the user may do. The zero value may
// do nothing.
type privileges struct {
	user   string // as GRANT names it: 'name'@'host'
	grants []grant
	// unknown says that the server does not tell, or that what it said was not
	// understood.
	unknown bool
	// everything is of a server that asks for no rights.
	everything bool
	fold       bool // names of tables have no case
}

// grant is one line of SHOW GRANTS.
type grant struct {
	rights          []string // in capitals; those of single columns are left out
	database, table string   // "*" for all; database is a pattern where table is "*"
	revoked         bool     // a part of a wider grant that is taken away again
}

// readPrivileges asks the server about the user of a connection.
func (d *Database) readPrivileges(ctx context.Context, c *sql.Conn) (p *privileges, err error) {
	p = &privileges{}
	var fold string
	if err := c.QueryRowContext(ctx, "SELECT CURRENT_USER(), @@lower_case_table_names").Scan(&p.user, &fold); err != nil {
		return nil, classify("read rights", err)
	}
	p.user, p.fold = account(p.user), fold != "0"
	queries := []string{"SHOW GRANTS"} // MariaDB adds those of the role
	switch {
	case d.version.mariadb && d.version.number >= 101101:
		queries = append(queries, "SHOW GRANTS FOR PUBLIC")
	case !d.version.mariadb && d.version.number >= 80000:
		var roles string
		if err := c.QueryRowContext(ctx, "SELECT CURRENT_ROLE()").Scan(&roles); err == nil && roleList.MatchString(roles) {
			queries[0] = "SHOW GRANTS FOR CURRENT_USER() USING " + roles
		}
	}
	for i, q := range queries {
		lines, err := showGrants(ctx, c, q)
		switch {
		case number(err) == 1290: // --skip-grant-tables
			p.everything = true
		case err != nil && isConnectionError(err), err != nil && ctx.Err() != nil:
			return nil, classify("read rights", err)
		case err != nil:
			p.unknown = p.unknown || i == 0
		}
		for _, line := range lines {
			p.add(line)
		}
	}
	return p, nil
}

// roleList is how MySQL writes roles, and GRANT reads them.
var roleList = regexp.MustCompile("^`(?:[^`]|``)*`@`(?:[^`]|``)*`(?:,`(?:[^`]|``)*`@`(?:[^`]|``)*`)*$")

func showGrants(ctx context.Context, c *sql.Conn, query string) (lines []string, err error) {
	rows, err := c.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, rows.Err()
}

// account quotes CURRENT_USER() as GRANT wants it.
func account(user string) string {
	name, host := user, "%"
	if i := strings.LastIndexByte(user, '@'); i >= 0 {
		name, host = user[:i], user[i+1:]
	}
	return literal(name) + "@" + literal(host)
}

// Account quotes the name of an account as GRANT wants it: impact, impact@10.% and
// 'impact'@'%' are understood, and without a host every host is meant.
func Account(name string) (string, error) {
	m := accountName.FindStringSubmatch(name)
	if m == nil {
		return "", fmt.Errorf("%q is no account: write it as impact@%% or 'impact'@'%%'", name)
	}
	host := "%"
	if m[2] != "" {
		host = unquote(m[2])
	}
	return literal(unquote(m[1])) + "@" + literal(host), nil
}

// accountPart is a name in quotes of any kind, or without.
const accountPart = "('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|[^'\"`@\\s]+)"

var accountName = regexp.MustCompile(`^` + accountPart + `(?:@` + accountPart + `)?$`)

var (
	grantLine  = regexp.MustCompile(`(?is)^(GRANT|REVOKE) (.+?) ON (.+?) (?:TO|FROM) `)
	identifier = "(`(?:[^`]|``)*`|\"(?:[^\"]|\"\")*\"|[^`\".\\s]+)"
	grantOn    = regexp.MustCompile(`^(?:TABLE )?` + identifier + `\.` + identifier + `$`)
	columnList = regexp.MustCompile(`\([^()]*\)`)
)

// add takes in a line of SHOW GRANTS. Lines about roles, passwords, routines and
// proxies give no rights over tables.
func (p *privileges) add(line string) {
	m := grantLine.FindStringSubmatch(line + " ")
	if m == nil {
		return
	}
	on := grantOn.FindStringSubmatch(m[3])
	if on == nil {
		return
	}
	g := grant{database: unquote(on[1]), table: unquote(on[2]), revoked: strings.EqualFold(m[1], "REVOKE")}
	for right := range strings.SplitSeq(columnList.ReplaceAllString(m[2], "()"), ",") {
		right = strings.ToUpper(strings.TrimSpace(right))
		if right == "USAGE" || right == "" || strings.HasSuffix(right, "()") {
			continue
		}
		g.rights = append(g.rights, strings.TrimSuffix(right, " PRIVILEGES"))
	}
	if len(g.rights) > 0 {
		p.grants = append(p.grants, g)
	}
}

func unquote(s string) string {
	if len(s) >= 2 && strings.IndexByte("`\"'", s[0]) >= 0 {
		q := s[:1]
		return strings.ReplaceAll(s[1:len(s)-1], q+q, q)
	}
	return s
}

// has reports whether the user has a right on a table, "*" for one on all
// tables of the database.
func (p *privileges) has(right, database, table string) bool {
	if p.everything {
		return true
	}
	for i := range p.grants {
		g := &p.grants[i]
		if g.revoked || !p.covers(g, database, table) || !slices.Contains(g.rights, right) && !slices.Contains(g.rights, "ALL") {
			continue
		}
		if g.database != "*" || !p.takenAway(right, database) {
			return true
		}
	}
	return false
}

// seesAll reports whether the user sees every table of a database, and so the
// foreign keys of all: any right on all of them is enough for that.
func (p *privileges) seesAll(database string) bool {
	return slices.ContainsFunc(tableRights, func(right string) bool { return p.has(right, database, "*") })
}

var tableRights = []string{"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "REFERENCES", "INDEX", "ALTER", "CREATE VIEW", "SHOW VIEW", "TRIGGER"}

// takenAway reports whether a right on everything leaves out a database.
func (p *privileges) takenAway(right, database string) bool {
	for i := range p.grants {
		g := &p.grants[i]
		if g.revoked && g.table == "*" && (g.database == database || like(g.database, database)) &&
			(slices.Contains(g.rights, right) || slices.Contains(g.rights, "ALL")) {
			return true
		}
	}
	return false
}

func (p *privileges) covers(g *grant, database, table string) bool {
	switch {
	case g.database == "*" && g.table == "*":
		return true
	case g.table == "*":
		return g.database == database || like(g.database, database)
	case table == "*":
		return false
	}
	same := func(a, b string) bool { return a == b || p.fold && strings.EqualFold(a, b) }
	return same(g.database, database) && same(g.table, table)
}

// like matches a name with the pattern of a database in GRANT: % stands for any
// text, _ for a character, and \ takes the next one as it is.
func like(pattern, name string) bool {
	p, n := []rune(pattern), []rune(name)
	i, j, star, mark := 0, 0, -1, 0
	for j < len(n) {
		switch {
		case i < len(p) && p[i] == '%':
			star, mark = i, j
			i++
			continue
		case i+1 < len(p) && p[i] == '\\' && p[i+1] == n[j]:
			i += 2
			j++
			continue
		case i < len(p) && p[i] != '\\' && (p[i] == '_' || p[i] == n[j]):
			i++
			j++
			continue
		case star < 0:
			return false
		}
		mark++
		i, j = star+1, mark
	}
	for i < len(p) && p[i] == '%' {
		i++
	}
	return i == len(p)
}

// seesTriggers reports whether the server shows the triggers of a table to the
// user. MySQL shows none without the right to make them.
func (d *Database) seesTriggers(p *privileges, database, table string) bool {
	return d.version.mariadb && d.version.number >= 101100 || p.has("TRIGGER", database, table)
}

// probe asks for a right on a table that exists, by a statement that does
// nothing. ok is false where nobody can tell.
func probe(ctx context.Context, c *sql.Conn, right, database, table string, columns []string) (has, ok bool, err error) {
	name := qualified(database, table)
	var q string
	switch {
	case right == "SELECT":
		q = "SELECT 1 FROM " + name + " LIMIT 0"
		if len(columns) > 0 {
			q = "SELECT " + quoteAll(columns) + " FROM " + name + " LIMIT 0"
		}
	case right == "DELETE":
		q = "DELETE FROM " + name + " WHERE FALSE"
	case right == "INSERT" && len(columns) > 0:
		q = fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM DUAL WHERE FALSE", name, quoteAll(columns), strings.TrimSuffix(strings.Repeat("NULL, ", len(columns)), ", "))
	case right == "UPDATE" && len(columns) > 0:
		q = "UPDATE " + name + " SET " + strings.ReplaceAll(quoteAll(columns), ", ", " = NULL, ") + " = NULL WHERE FALSE"
	default:
		return false, false, nil
	}
	_, err = c.ExecContext(ctx, q)
	switch {
	case err == nil:
		return true, true, nil
	case ctx.Err() != nil, isConnectionError(err):
		return false, false, classify("look at the rights", err)
	}
	switch number(err) {
	case 1142, 1143, 1044:
		return false, true, nil
	}
	return false, false, nil
}

func quoteAll(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = quote(n)
	}
	return strings.Join(out, ", ")
}
