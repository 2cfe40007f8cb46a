package manifest

import (
	"fmt"
	"slices"
	"strings"
)

// rawNode is a node or a test as the file has it, before its resource type is
// known: the members of a node stand in any order.
type rawNode struct {
	Node
	resourceType              string
	rawCode, rawSQL           string
	compiledCode, compiledSQL string
	identifier                string // of a source
	version, latest           string
	tags                      []string
	meta                      Value
	hasDependencies           bool // whether the file has depends_on.nodes
	config                    rawConfig
	testMetadata              Value
	columnName, attached      string // of a test
}

// readNodes reads a section of nodes. kind is the kind of those that do not say
// what they are.
func (b *builder) readNodes(set *nodeSet, kind Kind) error {
	return b.s.members(func(name string) error {
		id := b.s.intern([]byte(name))
		if err := b.s.want(ValueObject); err != nil {
			return err
		}
		raw := &b.node
		*raw = rawNode{}
		raw.config.enabled = true
		if err := b.s.readNode(raw); err != nil {
			return err
		}
		delete(set.nodes, id)
		delete(set.tests, id)
		if !raw.config.enabled {
			return nil
		}
		raw.UniqueID = id
		b.keep(set, raw, kind)
		return nil
	})
}

// keep makes a node or a test of what was read.
func (b *builder) keep(set *nodeSet, raw *rawNode, kind Kind) {
	switch raw.resourceType {
	case "":
		raw.Kind = kind
		if kind == "" {
			prefix, _, _ := strings.Cut(raw.UniqueID, ".")
			raw.Kind = Kind(prefix)
		}
	case "sql operation", "sql_operation", "rpc call", "rpc", "inline":
		raw.Kind = KindOperation
	default:
		raw.Kind = Kind(raw.resourceType)
	}
	switch raw.Kind {
	case KindModel, KindSnapshot, "test":
		if !raw.hasDependencies {
			if b.noDependencies++; b.noDependencies == 1 {
				b.firstIndependent = raw.UniqueID
			}
		}
	}
	switch raw.Kind {
	case "test":
		set.tests[raw.UniqueID] = raw.test(&b.s.warn)
	case KindModel, KindSeed, KindSnapshot, KindSource, KindAnalysis, KindOperation, KindFunction:
		set.nodes[raw.UniqueID] = raw.finish()
	default:
		if b.unknownTypes++; b.unknownTypes == 1 {
			b.firstUnknown = fmt.Sprintf("%s, a %.40q", raw.UniqueID, string(raw.Kind))
		}
	}
}

// readNode reads one node of any resource type.
func (s *scanner) readNode(n *rawNode) error {
	return s.object(func(name []byte) (err error) {
		switch string(name) {
		case "resource_type":
			n.resourceType = s.name()
		case "name":
			n.Name = s.name()
		case "package_name":
			n.PackageName = s.name()
		case "original_file_path":
			n.Path = s.name()
		case "patch_path":
			n.PatchPath = s.name()
		case "database":
			n.Database = s.name()
		case "schema":
			n.Schema = s.name()
		case "alias":
			n.Alias = s.name()
		case "identifier":
			n.identifier = s.name()
		case "relation_name":
			n.RelationName = s.text()
		case "language":
			n.Language = s.name()
		case "raw_code":
			n.rawCode = s.text()
		case "raw_sql":
			n.rawSQL = s.text()
		case "compiled_code":
			n.compiledCode = s.text()
		case "compiled_sql":
			n.compiledSQL = s.text()
		case "compiled_path":
			n.CompiledPath = s.text()
		case "version":
			n.version = s.name()
		case "latest_version":
			n.latest = s.name()
		case "access":
			n.Access = s.name()
		case "group":
			n.Group = s.name()
		case "tags":
			n.tags = s.names()
		case "description":
			n.Description = s.name()
		case "depends_on":
			n.DependsOn, n.hasDependencies, err = s.dependsOn()
		case "columns":
			n.Columns, err = s.columns()
		case "config":
			n.config, err = s.config()
		case "contract":
			n.Contract.Enforced, err = s.enforced()
		case "constraints":
			n.Contract.Constraints, err = s.constraints()
		case "meta":
			n.meta = s.value()
		case "source_name":
			n.SourceName = s.name()
		case "source_description":
			n.SourceDescription = s.name()
		case "source_meta":
			n.SourceMeta = s.value()
		case "loader":
			n.Loader = s.name()
		case "loaded_at_field":
			n.LoadedAtField = s.name()
		case "loaded_at_query":
			n.LoadedAtQuery = s.text()
		case "test_metadata":
			n.testMetadata = s.value()
		case "column_name":
			n.columnName = s.name()
		case "attached_node":
			n.attached = s.name()
		default:
			s.skip()
		}
		return err
	})
}

// finish returns the node that was read.
func (n *rawNode) finish() *Node {
	node := n.Node
	node.Path = slashes(n.Path)
	node.PatchPath = slashes(n.PatchPath)
	if _, path, ok := strings.Cut(node.PatchPath, "://"); ok {
		node.PatchPath = path
	}
	node.CompiledPath = slashes(n.CompiledPath)
	node.RawCode = first(n.rawCode, n.rawSQL)
	node.Compiled = first(n.compiledCode, n.compiledSQL)
	if node.Kind == KindSource {
		node.Alias = n.identifier
	}
	node.Alias = first(node.Alias, node.Name)
	if node.Language == "" && node.Kind != KindSource && node.Kind != KindSeed {
		node.Language = "sql"
	}
	node.Version = n.version
	node.Latest = n.version != "" && n.version == n.latest

	c := &n.config
	node.Config = c.Config
	node.Config.Enabled = true
	node.Materialized = c.materialized
	if node.Materialized == "" {
		switch node.Kind {
		case KindSeed, KindSnapshot:
			node.Materialized = string(node.Kind)
		}
	}
	node.Access = first(node.Access, c.access)
	node.Group = first(node.Group, c.group)
	node.LoadedAtField = first(node.LoadedAtField, c.loadedAtField)
	node.Tags = union(n.tags, c.tags)
	node.Contract.Enforced = node.Contract.Enforced || c.contract
	node.Meta = merge(c.meta, n.meta)
	node.Owner = owner(node.Meta.Get("owner"))
	node.LoadedAtQuery = first(node.LoadedAtQuery, c.loadedAtQuery)
	return &node
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// slashes makes a path of a Windows machine look like one of any other.
func slashes(path string) string { return strings.ReplaceAll(path, `\`, "/") }

// union returns a with those of b that it lacks. It leaves a itself as it is.
func union(a, b []string) []string {
	if len(b) == 0 {
		return a
	}
	a = slices.Clip(a)
	if len(a)+len(b) <= 32 {
		for _, s := range b {
			if !slices.Contains(a, s) {
				a = append(a, s)
			}
		}
		return a
	}
	seen := make(map[string]bool, len(a)+len(b))
	for _, s := range a {
		seen[s] = true
	}
	for _, s := range b {
		if !seen[s] {
			seen[s] = true
			a = append(a, s)
		}
	}
	return a
}

// dependsOn reads depends_on and whether it names its nodes.
func (s *scanner) dependsOn() (ids []string, ok bool, err error) {
	err = s.object(func(name []byte) error {
		if string(name) != "nodes" {
			s.skip()
			return nil
		}
		ids, ok = nil, true
		if err := s.want(ValueArray); err != nil && s.peek() != ValueNull {
			return err
		}
		ids = union(nil, s.names())
		return nil
	})
	return ids, ok, err
}

// columns reads the documented columns of a node.
func (s *scanner) columns() ([]Column, error) {
	list := s.columnList[:0]
	at := s.places.empty()
	err := s.object(func(name []byte) error {
		key := s.intern(name)
		c, err := s.column(key)
		if err != nil {
			return err
		}
		c.Name = first(c.Name, key)
		for i := range c.Constraints {
			if len(c.Constraints[i].Columns) == 0 {
				c.Constraints[i].Columns = []string{c.Name}
			}
		}
		if i, ok := at[key]; ok {
			list[i] = c
			return nil
		}
		at[key] = len(list)
		list = append(list, c)
		return nil
	})
	s.columnList = list
	if len(list) == 0 {
		return nil, err
	}
	return slices.Clone(list), err
}

// places are where the keys of an object stand in a list, for objects that
// repeat a key.
type places map[string]int

// empty returns the map without its keys; one that was large is not used again,
// as emptying it takes time by its size.
func (p *places) empty() places {
	if *p == nil || len(*p) > 256 {
		*p = make(places)
	}
	clear(*p)
	return *p
}

// column reads a column that stands under a key, which mostly is its name.
func (s *scanner) column(key string) (c Column, err error) {
	var configMeta, meta Value
	var configTags, tags []string
	err = s.object(func(name []byte) (err error) {
		switch string(name) {
		case "name":
			c.Name = s.again(key)
		case "description":
			c.Description = s.name()
		case "data_type":
			c.DataType = s.name()
		case "meta":
			meta = s.value()
		case "tags":
			tags = s.names()
		case "constraints":
			c.Constraints, err = s.constraints()
		case "config":
			configMeta, configTags = Value{}, nil
			err = s.object(func(name []byte) error {
				switch string(name) {
				case "meta":
					configMeta = s.value()
				case "tags":
					configTags = s.names()
				default:
					s.skip()
				}
				return nil
			})
		default:
			s.skip()
		}
		return err
	})
	c.Meta = merge(configMeta, meta)
	if c.Meta.Len() == 0 {
		c.Meta = Value{} // most columns have an empty one
	}
	c.Tags = union(tags, configTags)
	return c, err
}

// constraints reads the constraints of a column or a model.
func (s *scanner) constraints() ([]Constraint, error) {
	var list []Constraint
	err := s.array(func() error {
		var c Constraint
		if err := s.want(ValueObject); err != nil {
			return err
		}
		err := s.object(func(name []byte) error {
			switch string(name) {
			case "type":
				c.Type = s.name()
			case "name":
				c.Name = s.name()
			case "expression":
				c.Expression = s.text()
			case "columns":
				c.Columns = s.names()
			case "to":
				c.To = s.text()
			case "to_columns":
				c.ToColumns = s.names()
			default:
				s.skip()
			}
			return nil
		})
		list = append(list, c)
		return err
	})
	return list, err
}

// enforced reads a contract: an object, or in early versions just a boolean.
func (s *scanner) enforced() (bool, error) {
	if s.peek() == ValueBool {
		f := s.flag()
		return f != nil && *f, nil
	}
	enforced := false
	err := s.object(func(name []byte) error {
		if string(name) != "enforced" {
			s.skip()
			return nil
		}
		f := s.flag()
		enforced = f != nil && *f
		return nil
	})
	return enforced, err
}
