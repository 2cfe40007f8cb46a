package oracle

import (
	"fmt"
	"strings"

	g "github.com/goccy/go-googlesql"
)

// A catalog holds the tables of one analysis above the built-in functions. It
// keeps everything alive that the analyzer only borrows.
type catalog struct {
	top    *g.MultiCatalog
	root   *g.SimpleCatalog
	keep   []any
	nested map[string]*g.SimpleCatalog
	names  map[string]bool
}

// newCatalog enters each table under every spelling of its path: as one quoted
// name, part by part, and with the first two parts quoted together.
func (o *Oracle) newCatalog(tables []*Table) (*catalog, error) {
	c := &catalog{nested: map[string]*g.SimpleCatalog{}, names: map[string]bool{}}
	root := got(g.NewSimpleCatalog("tables", nil))
	c.root = root
	c.keep = append(c.keep, root)
	for i, t := range tables {
		table, err := o.newTable(c, t, int64(i))
		if err != nil {
			return nil, err
		}
		parts := strings.Split(t.Name, ".")
		c.add(root, "", parts, table)
		if len(parts) > 1 {
			c.add(root, "", []string{t.Name}, table)
		}
		if len(parts) > 2 {
			c.add(root, "", []string{strings.Join(parts[:2], "."), strings.Join(parts[2:], ".")}, table)
			c.add(root, "", []string{parts[0], strings.Join(parts[1:], ".")}, table)
		}
	}
	c.top = got(g.NewMultiCatalogCreate("catalog", []g.CatalogNode{root, o.builtins}))
	c.keep = append(c.keep, c.top)
	return c, nil
}

// add enters a table once: the same name twice, in any case, kills the analyzer.
func (c *catalog) add(in *g.SimpleCatalog, path string, parts []string, table *g.SimpleTable) {
	in, key := c.enter(in, path, parts)
	if !c.names[key] {
		c.names[key] = true
		check(in.AddTable2(parts[len(parts)-1], table))
	}
}

// enter returns the catalog of a path, which it makes where it is not there yet,
// and a key for the path.
func (c *catalog) enter(in *g.SimpleCatalog, path string, parts []string) (*g.SimpleCatalog, string) {
	key := path + "\x00" + strings.ToLower(parts[0])
	if len(parts) == 1 {
		return in, key
	}
	sub := c.nested[key]
	if sub == nil {
		sub = got(g.NewSimpleCatalog(parts[0], nil))
		c.nested[key] = sub
		c.keep = append(c.keep, sub)
		check(in.AddCatalog2(parts[0], sub))
	}
	return c.enter(sub, key, parts[1:])
}

// addFunction enters a function with a path of its own.
func (c *catalog) addFunction(path []string, signatures []*g.FunctionSignature) {
	in, key := c.enter(c.root, "", path)
	key += "()"
	if c.names[key] {
		return
	}
	c.names[key] = true
	fn := got(g.NewFunction2(path, "user", g.FunctionEnums_ModeScalar, signatures))
	c.keep = append(c.keep, fn, signatures)
	check(in.AddFunction2(path[len(path)-1], fn))
}

func (o *Oracle) newTable(c *catalog, t *Table, id int64) (*g.SimpleTable, error) {
	table := got(g.NewSimpleTable(t.Name, id))
	c.keep = append(c.keep, table)
	seen := map[string]bool{}
	cols := t.Columns
	if strings.HasSuffix(t.Name, "*") {
		cols = append(cols[:len(cols):len(cols)], Column{Name: "_TABLE_SUFFIX", Type: "STRING", Pseudo: true})
	}
	for _, col := range cols {
		if seen[strings.ToLower(col.Name)] {
			continue
		}
		seen[strings.ToLower(col.Name)] = true
		typ, err := o.columnType(col.Type)
		if err != nil {
			return nil, fmt.Errorf("type of %s.%s: %w", t.Name, col.Name, err)
		}
		column := got(g.NewSimpleColumn(t.Name, col.Name, typ, col.Pseudo, true))
		check(table.AddColumn2(column, false))
		c.keep = append(c.keep, column)
	}
	if t.Value {
		check(table.SetIsValueTable(true))
	}
	return table, nil
}

// columnType returns the type of a text such as "ARRAY<STRUCT<sku STRING>>". A
// type that is not known is taken to be a string: most expressions take one.
func (o *Oracle) columnType(text string) (g.Googlesql_TypeNode, error) {
	if text == "" || strings.Contains(text, "UNKNOWN") {
		text = "STRING"
	}
	if t := o.types[text]; t != nil {
		return t, nil
	}
	t, err := g.AnalyzeType(text, o.options, o.builtins, o.schema)
	if err != nil {
		return nil, fmt.Errorf("%q: %s", text, errorText(err))
	}
	o.types[text] = t
	return t, nil
}
