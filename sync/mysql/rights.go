package mysql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// A Grant is a statement that gives rights.
type Grant struct {
	SQL      string
	Purpose  string // what they are for
	Optional bool   // loads run without them, but slower
}

// need is what a load needs to be able to do with one table, or with all of a
// database where table is "*".
type need struct {
	database, table string
	rights          []string
	columns         []string // that are written; where the table is there
	updated         []string // those of them that may change in a row
	purpose         string
	optional        bool
}

// needs are the least rights of a load. What an application's table does not
// need for this mode is not asked for.
func needs(l *plan.Load, workSchema string) []need {
	t, spec := l.Table, l.Spec
	work := cmp.Or(workSchema, t.Database)
	own := need{database: t.Database, table: t.Name, rights: []string{"SELECT", "INSERT"}, columns: written(l), updated: updated(l), purpose: "rows of " + spec.Table}
	if spec.Mode != destination.Append || len(l.Deferred()) > 0 {
		own.rights = append(own.rights, "UPDATE")
	}
	hard := spec.Mode.Removes() && spec.Delete.Soft == ""
	if hard {
		own.rights = append(own.rights, "DELETE")
	}
	if len(l.Create) > 0 {
		own.rights = append(own.rights, "CREATE")
		own.purpose += ", once it is created"
	}
	out := []need{own,
		{database: work, table: run.LedgerRuns, rights: []string{"SELECT", "INSERT", "UPDATE"}, purpose: "the ledger"},
		{database: work, table: run.LedgerLoads, rights: []string{"SELECT", "INSERT"}, purpose: "the ledger"}}
	if l.Method == plan.Swap || l.MaySwap || l.SwapDenied {
		for _, n := range exchangeNeeds(t, work) {
			// Without a key there is nothing else that a load could do.
			n.optional = len(spec.Key) > 0
			out = append(out, n)
		}
	}
	for _, lk := range spec.Lookups {
		db, name, ok := strings.Cut(lk.Table, ".")
		if !ok {
			db, name = t.Database, lk.Table
		}
		parent := need{database: db, table: name, rights: []string{"SELECT"}, columns: []string{lk.Select, lk.By}, purpose: "lookups of " + spec.Table}
		if len(l.Create) > 0 && db != t.Database {
			parent.rights = append(parent.rights, "REFERENCES") // the foreign key that it becomes
		}
		out = append(out, parent)
	}
	if hard || plan.ChangesReferences(l) || len(l.Create) > 0 && len(spec.Lookups) > 0 {
		out = append(out, need{database: t.Database, table: "*", rights: []string{"REFERENCES"}, purpose: "to see every foreign key; it shows no row"})
	}
	if spec.Mode != destination.Append {
		out = append(out, need{database: t.Database, table: "*", rights: []string{"CREATE TEMPORARY TABLES"}, purpose: "updates of many rows at once", optional: true})
	}
	return out
}

// exchangeNeeds are the rights for exchanging a table with a copy, besides those
// that every load of it needs.
func exchangeNeeds(t *destination.Table, work string) []need {
	fresh, old := copyNames(t)
	return []need{
		{database: t.Database, table: t.Name, rights: []string{"ALTER", "DROP", "CREATE", "TRIGGER"}, purpose: t.Name + " is exchanged where many rows change"},
		{database: work, table: fresh, rights: []string{"SELECT", "INSERT", "ALTER", "CREATE", "DROP"}, purpose: "the copy that becomes " + t.Name},
		{database: work, table: old, rights: []string{"SELECT", "INSERT", "ALTER", "CREATE", "DROP", "TRIGGER"}, purpose: "the old " + t.Name + " on its way out"},
		{database: work, table: run.LedgerLoads, rights: []string{"UPDATE", "DELETE"}, purpose: "what the ledger says of an exchange that is under way"},
	}
}

// exchangeDenied lists the rights that the user lacks for exchanging a table, ""
// if it lacks none or the server does not say.
func (d *Database) exchangeDenied(p *privileges, t *destination.Table) string {
	if p.unknown {
		return ""
	}
	work := cmp.Or(d.opts.WorkSchema, t.Database)
	// A right on some columns only is none on the table that takes its place.
	needs := append(exchangeNeeds(t, work), need{database: t.Database, table: t.Name, rights: []string{"SELECT", "INSERT"}})
	var all []string
	for _, n := range needs {
		lacks := slices.DeleteFunc(n.rights, func(right string) bool {
			return p.has(right, n.database, n.table) || right == "TRIGGER" && d.seesTriggers(p, n.database, n.table)
		})
		if len(lacks) > 0 {
			all = append(all, strings.Join(lacks, ", ")+" on "+n.table)
		}
	}
	return strings.Join(all, "; ")
}

// written are the columns that a load writes.
func written(l *plan.Load) []string {
	var out []string
	add := func(name string) {
		if name != "" && !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, name) }) {
			out = append(out, name)
		}
	}
	for i := range l.Columns {
		if l.Columns[i].Type != nil {
			add(l.Columns[i].Name)
		}
	}
	add(l.Spec.Stamp.Insert)
	add(l.Spec.Stamp.Write)
	if l.Spec.Mode.Removes() {
		add(l.Spec.Delete.Soft)
	}
	return out
}

// updated are the columns that a load may change in rows that are there: not the
// key, which says which row it is.
func updated(l *plan.Load) []string {
	return slices.DeleteFunc(written(l), func(name string) bool {
		return slices.ContainsFunc(l.Columns[:l.Keys], func(c plan.Column) bool { return strings.EqualFold(c.Name, name) })
	})
}

// merged joins the needs of loads by table, in the order in which they come.
func merged(loads []*plan.Load, workSchema string) []need {
	var out []need
	for _, l := range loads {
		if l.Table == nil {
			continue
		}
		for _, n := range needs(l, workSchema) {
			i := slices.IndexFunc(out, func(o need) bool {
				return o.database == n.database && o.table == n.table && o.optional == n.optional
			})
			if i < 0 {
				out = append(out, n)
				continue
			}
			out[i].rights = union(out[i].rights, n.rights)
			out[i].columns, out[i].updated = union(out[i].columns, n.columns), union(out[i].updated, n.updated)
			if !strings.Contains(out[i].purpose, n.purpose) {
				out[i].purpose += "; " + n.purpose
			}
		}
	}
	// What is optional comes last.
	slices.SortStableFunc(out, func(a, b need) int {
		switch {
		case a.optional == b.optional:
			return 0
		case a.optional:
			return 1
		}
		return -1
	})
	return out
}

// union returns what is in a or in b, in this order. It leaves both as they are.
// The server's names of columns have no case.
func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, s) }) {
			out = append(out, s)
		}
	}
	return out
}

func (n *need) on() string {
	if n.table == "*" {
		// The name of a database is a pattern in GRANT.
		return quote(strings.NewReplacer(`\`, `\\`, "_", `\_`, "%", `\%`).Replace(n.database)) + ".*"
	}
	return qualified(n.database, n.table)
}

func (n *need) grant(rights []string, user string) string {
	return "GRANT " + strings.Join(rights, ", ") + " ON " + n.on() + " TO " + user
}

// Grants returns the least rights that loads of one destination need, as GRANT
// statements for a user. Without any of them a run fails, is refused, or, where
// they are optional, is slower.
func Grants(loads []*plan.Load, workSchema, user string) []Grant {
	var out []Grant
	for _, n := range merged(loads, workSchema) {
		out = append(out, Grant{SQL: n.grant(n.rights, user), Purpose: n.purpose, Optional: n.optional})
	}
	return out
}

// CheckRights looks for the rights that [Grants] lists for these loads, one
// table after the other. It writes nothing: rights to write rows are asked for
// by statements that find none.
func (d *Database) CheckRights(ctx context.Context, loads []*plan.Load) (out []run.Check, err error) {
	c, err := d.conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	p, err := d.readPrivileges(ctx, c)
	if err != nil {
		return nil, err
	}
	asked := 0
	for _, n := range merged(loads, d.opts.WorkSchema) {
		var lacks []string
		for _, right := range n.rights {
			asks := n
			if right == "UPDATE" && len(n.updated) > 0 {
				asks.columns = n.updated
			}
			has, err := d.may(ctx, c, p, &asks, right)
			if err != nil {
				return out, err
			}
			if !has {
				lacks = append(lacks, right)
			}
			asked++
		}
		if len(lacks) == 0 {
			continue
		}
		check := run.Check{ID: "grants", Health: run.Broken, Remedy: n.grant(lacks, p.user),
			Message: fmt.Sprintf("%s lacks %s on %s: %s", p.user, strings.Join(lacks, ", "), n.on(), n.purpose)}
		switch {
		case n.optional:
			check.Health = run.Slow // the table is compared, not exchanged
		case p.unknown:
			check.Health = run.Caution
			check.Message = fmt.Sprintf("the server does not say whether %s has %s on %s: %s", p.user, strings.Join(lacks, ", "), n.on(), n.purpose)
		}
		out = append(out, check)
	}
	if len(out) == 0 && asked > 0 {
		out = append(out, run.Check{ID: "grants", Health: run.Good, Message: fmt.Sprintf("%s has every right that the loads need", p.user)})
	}
	return out, nil
}

// may reports whether the user has a right. What SHOW GRANTS does not list, such
// as a right on some columns only, shows in a statement that needs it.
func (d *Database) may(ctx context.Context, c *sql.Conn, p *privileges, n *need, right string) (bool, error) {
	switch {
	case right == "TRIGGER" && d.seesTriggers(p, n.database, n.table),
		right == "REFERENCES" && n.table == "*" && p.seesAll(n.database),
		p.has(right, n.database, n.table):
		return true, nil
	case n.table == "*":
		return false, nil
	}
	has, ok, err := probe(ctx, c, right, n.database, n.table, n.columns)
	return has && ok, err
}
