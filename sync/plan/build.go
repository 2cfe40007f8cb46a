package plan

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"impact/lineage/destination"
)

// Input is what [Build] needs to know.
type Input struct {
	// Environment is where the loads run, "" if there is only one. A plan for
	// one environment is never that of another.
	Environment string
	// Loads are the selected loads. Loads that another tool runs are left out
	// by Build.
	Loads []*destination.Load
	// Others are loads of the project that are not selected. They take part
	// in the check that no two loads own the same rows.
	Others []*destination.Load
	// Models are the models of the loads by unique id.
	Models map[string]Model
	// Schemas are the schemas of the destinations by name, as the servers
	// describe them.
	Schemas map[string]*destination.Schema
	// Addresses say where destinations are by name, as far as it is known: two
	// names may be one database.
	Addresses map[string]Address
	// Destinations answer for their columns by name. Of one that is not here
	// every column holds everything. Those that are Designers create tables.
	Destinations map[string]Destination
	// Held are the reasons of the gate by load name, for loads that it holds
	// back.
	Held map[string][]Reason
	// Refused are what the caller refuses by load name, besides what Build
	// finds: loads that must not run where they would.
	Refused map[string][]Refusal
}

// A Destination says what its columns can hold.
type Destination interface {
	// Fit says whether a column can hold values of a kind; the error is why
	// not.
	Fit(kind Kind, col *destination.Column) error
	// Accept says whether a column can hold a constant; the error is why
	// not, without the constant.
	Accept(value destination.Literal, col *destination.Column) error
}

// A Designer is a destination that can create tables: it says which table it
// would make, and by which statements. nil: it cannot make this one.
type Designer interface {
	Create(t NewTable) (*destination.Table, []string)
}

// An Address is where a destination is, without its login.
type Address struct {
	// Servers are the names of the server or file; two destinations that share
	// one are on the same server. nil: not known.
	Servers  []string
	Database string // of tables that name none
}

// Build makes the plan. An error means that the input is incomplete, which is
// the caller's mistake; everything else is a refusal in the plan.
func Build(in Input) (*Plan, error) {
	p := &Plan{Environment: in.Environment}
	var loads []*Load
	wanted := map[string][]*destination.Load{}
	for _, spec := range in.Loads {
		if spec.Runner == destination.RunnerExternal {
			continue
		}
		if reasons := in.Held[spec.Name]; len(reasons) > 0 {
			p.Held = append(p.Held, Held{Load: spec.Name, Reasons: reasons})
			continue
		}
		_, ok := in.Models[spec.Model]
		if !ok {
			return nil, fmt.Errorf("plan load %s: model %s was not described", spec.Name, spec.Model)
		}
		if in.Schemas[spec.Destination] == nil {
			return nil, fmt.Errorf("plan load %s: the schema of destination %s was not read", spec.Name, spec.Destination)
		}
		wanted[spec.Destination] = append(wanted[spec.Destination], spec)
	}
	views := map[string]view{}
	for dest, specs := range wanted {
		v := view{real: in.Schemas[dest]}
		v.planned, v.created = creation(in, specs, v.real)
		views[dest] = v
		for _, spec := range specs {
			model := in.Models[spec.Model]
			loads = append(loads, newLoad(spec.Expand(model.Names()), model, v.planned))
		}
	}
	sort.SliceStable(loads, func(i, j int) bool {
		a, b := loads[i].Spec, loads[j].Spec
		if a.Destination != b.Destination {
			return a.Destination < b.Destination
		}
		return a.Name < b.Name
	})
	sort.SliceStable(p.Held, func(i, j int) bool { return p.Held[i].Load < p.Held[j].Load })
	for start := 0; start < len(loads); {
		end := start
		for end < len(loads) && loads[end].Spec.Destination == loads[start].Spec.Destination {
			end++
		}
		p.addDestination(in, loads[start:end], views[loads[start].Spec.Destination])
		start = end
	}
	for i := 0; i < len(p.Held); i++ { // holdChildren appends
		p.holdChildren(in, p.Held[i].Load)
	}
	for _, g := range p.Groups {
		for _, l := range g.Loads {
			p.Refusals = append(p.Refusals, l.Refusals...)
		}
	}
	p.Hash = p.hash()
	return p, nil
}

// view is a destination as it is, and as it will be once what is missing is
// created.
type view struct {
	real, planned *destination.Schema
	created       map[string]*created
}

// newLoad lays out the columns of a load.
func newLoad(spec *destination.Load, model Model, schema *destination.Schema) *Load {
	l := &Load{Spec: spec, Model: model, Table: schema.Table(spec.Table)}
	lookups := map[string]*destination.Lookup{}
	for i := range spec.Lookups {
		lookups[strings.ToLower(spec.Lookups[i].Column)] = &spec.Lookups[i]
	}
	constants := map[string]destination.Literal{}
	for _, cs := range [][]destination.Constant{spec.Scope, spec.Values} {
		for _, c := range cs {
			constants[strings.ToLower(c.Column)] = c.Value
		}
	}
	writes := map[string]destination.Write{}
	for _, w := range spec.Writes() {
		writes[strings.ToLower(w.Column)] = w
	}
	add := func(w destination.Write) {
		c := Column{Name: w.Column, Origin: w.Origin, From: w.From, Field: -1}
		low := strings.ToLower(w.Column)
		switch w.Origin {
		case destination.Mapped, destination.LookedUp:
			c.Field = model.Field(w.From)
			if c.Field >= 0 {
				c.Kind = model.Fields[c.Field].Kind
			}
			if w.Origin == destination.LookedUp {
				c.Lookup = lookups[low]
				if parent := schema.Table(c.Lookup.Table); parent != nil {
					c.Parent, c.By = parent, parent.Column(c.Lookup.By)
				}
			}
		case destination.Fixed:
			c.Value = constants[low]
			c.Kind = LiteralKind(c.Value)
		default:
			return // stamps and marks of deletion are not compared
		}
		if l.Table != nil {
			c.Type = l.Table.Column(w.Column)
			if c.Type != nil {
				c.Name = c.Type.Name
			}
		}
		l.Columns = append(l.Columns, c)
	}
	done := map[string]bool{}
	for _, k := range spec.Key {
		if w, ok := writes[strings.ToLower(k)]; ok && !done[strings.ToLower(k)] {
			done[strings.ToLower(k)] = true
			add(w)
		}
	}
	l.Keys = len(l.Columns)
	for _, w := range inMappingOrder(spec) {
		if !done[strings.ToLower(w.Column)] {
			done[strings.ToLower(w.Column)] = true
			add(w)
		}
	}
	return l
}

// inMappingOrder returns the writes in the order of the mapping, what it does
// not list after it.
func inMappingOrder(spec *destination.Load) []destination.Write {
	rank := map[string]int{}
	for i, m := range spec.Columns {
		rank[strings.ToLower(m.Column)] = i - len(spec.Columns)
	}
	writes := spec.Writes()
	sort.SliceStable(writes, func(i, j int) bool {
		return rank[strings.ToLower(writes[i].Column)] < rank[strings.ToLower(writes[j].Column)]
	})
	return writes
}

// LiteralKind returns the kind in which a constant of a mapping travels.
func LiteralKind(v destination.Literal) Kind {
	switch v.Kind {
	case destination.Bool:
		return Bool
	case destination.Number:
		if strings.ContainsAny(v.Text, "eE") {
			return Float
		}
		return Decimal
	case destination.String:
		return String
	}
	return Unknown
}

// addDestination groups, orders and checks the loads of one destination.
func (p *Plan) addDestination(in Input, loads []*Load, v view) {
	schema := v.planned
	for _, l := range loads {
		if m := v.created[strings.ToLower(l.Spec.Table)]; m != nil && l.Table == m.table {
			l.Create = m.ddl
		}
	}
	refs := references(loads, schema)
	for _, set := range components(len(loads), refs) {
		g := &Group{Destination: loads[0].Spec.Destination}
		order, deferred, stuck := arrange(set, refs)
		for _, r := range deferred {
			for _, name := range r.columns {
				if c := loads[r.child].column(name); c != nil {
					c.Deferred = true
				}
			}
		}
		for _, r := range refs {
			if r.child != r.parent && !r.lookup {
				loads[r.parent].Referenced = true
			}
		}
		for _, i := range order {
			g.Loads = append(g.Loads, loads[i])
		}
		c := checker{in: in, schema: schema, created: v.created, plan: p, group: g}
		for _, l := range g.Loads {
			l.Refusals = append(l.Refusals, in.Refused[l.Name()]...)
			c.load(l)
		}
		for _, i := range stuck {
			c.stuck(loads[i])
		}
		c.overlaps()
		for _, l := range g.Loads {
			c.method(l)
			l.unique()
			l.Mapping = mappingHash(l)
			l.DDL = TableHash(l, v.real)
		}
		p.Groups = append(p.Groups, g)
	}
	p.orderGroups(schema)
}

// unique finds the columns whose values rows may take from each other.
func (l *Load) unique() {
	if l.Table == nil {
		return
	}
	add := func(columns []string) {
		columns = l.behind(columns)
		park := -1
		for _, name := range columns {
			for i := l.Keys; i < len(l.Columns); i++ {
				c := &l.Columns[i]
				if !equalFold(c.Name, name) {
					continue
				}
				if !slices.Contains(l.Unique, i) {
					l.Unique = append(l.Unique, i)
				}
				if park < 0 && c.Type != nil && !c.Type.NotNull && !c.Deferred && c.Origin != destination.Fixed {
					park = i
				}
			}
		}
		if park >= 0 && !slices.Contains(l.Park, park) {
			l.Park = append(l.Park, park)
		}
	}
	for i := range l.Table.Indexes {
		if ix := &l.Table.Indexes[i]; ix.Unique {
			add(ix.Columns())
		}
	}
	add(l.Table.PrimaryKey)
}

// behind adds the columns that generated columns are made from: a change of the
// one changes the other.
func (l *Load) behind(columns []string) []string {
	out := slices.Clone(columns)
	for _, name := range columns {
		g := l.Table.Column(name)
		if g == nil || g.Generated == "" {
			continue
		}
		for i := range l.Columns {
			if c := l.Columns[i].Name; g.Generated == "?" || strings.Contains(strings.ToLower(g.Generated), strings.ToLower(c)) {
				out = append(out, c)
			}
		}
	}
	return out
}

// orderGroups keeps the groups of a destination in the order of their first
// load's name, which is deterministic; groups do not depend on each other.
func (p *Plan) orderGroups(*destination.Schema) {
	sort.SliceStable(p.Groups, func(i, j int) bool {
		a, b := p.Groups[i], p.Groups[j]
		if a.Destination != b.Destination {
			return a.Destination < b.Destination
		}
		return a.Loads[0].Spec.Name < b.Loads[0].Spec.Name
	})
}

// holdChildren holds back the loads that refer to the table of a load that is
// held back: their parents may be missing.
func (p *Plan) holdChildren(in Input, parent string) {
	var spec *destination.Load
	for _, l := range in.Loads {
		if l.Name == parent {
			spec = l
		}
	}
	if spec == nil {
		return
	}
	schema := in.Schemas[spec.Destination]
	if schema == nil {
		return
	}
	table := schema.Table(spec.Table)
	if table == nil {
		return
	}
	var groups []*Group
	for _, g := range p.Groups {
		var keep []*Load
		for _, l := range g.Loads {
			if g.Destination == spec.Destination && refersTo(l, table, schema) {
				p.Held = append(p.Held, Held{Load: l.Name(), Reasons: []Reason{{ID: ReasonParentHeld, Node: l.Spec.Model,
					Message: fmt.Sprintf("its rows refer to %s, and load %s is held back", spec.Table, parent)}}})
				continue
			}
			keep = append(keep, l)
		}
		if len(keep) > 0 {
			g.Loads = keep
			groups = append(groups, g)
		}
	}
	p.Groups = groups
}

func refersTo(l *Load, table *destination.Table, schema *destination.Schema) bool {
	if l.Table == nil || l.Table == table {
		return false
	}
	for k := range l.Table.ForeignKeys {
		fk := &l.Table.ForeignKeys[k]
		if referenced(schema, l.Table, fk) == table && l.writesAny(fk.Columns) {
			return true
		}
	}
	for _, lk := range l.Spec.Lookups {
		if schema.Table(lk.Table) == table {
			return true
		}
	}
	return false
}

func (l *Load) writesAny(columns []string) bool {
	for _, c := range columns {
		if l.column(c) != nil {
			return true
		}
	}
	return false
}

// ErrStale is the reason to refuse a plan that is no longer what it was.
var ErrStale = errors.New("the plan is stale")
