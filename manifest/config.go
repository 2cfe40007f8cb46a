package manifest

import "strings"

// rawConfig is a node's config as the file has it.
type rawConfig struct {
	Config
	enabled           bool
	materialized      string
	access, group     string
	loadedAtField     string
	loadedAtQuery     string
	tags              []string
	contract          bool
	meta              Value
	where, severity   string // of a test
	invalidateDeletes bool   // hard_deletes before dbt 1.9
}

// config reads the config of a node. Keys that neither name columns nor decide
// how the relation is made are left out.
func (s *scanner) config() (rawConfig, error) {
	c := rawConfig{enabled: true}
	err := s.object(func(name []byte) (err error) {
		switch string(name) {
		case "enabled":
			flag := s.flag()
			c.enabled = flag == nil || *flag
		case "materialized":
			c.materialized = s.name()
		case "unique_key":
			c.UniqueKey = s.columnNames()
		case "updated_at":
			c.UpdatedAt = s.name()
		case "check_cols":
			c.CheckCols = s.columnNames()
		case "strategy":
			c.Strategy = s.name()
		case "incremental_strategy":
			c.IncrementalStrategy = s.name()
		case "on_schema_change":
			c.OnSchemaChange = s.name()
		case "merge_update_columns":
			c.MergeUpdateColumns = s.columnNames()
		case "merge_exclude_columns":
			c.MergeExcludeColumns = s.columnNames()
		case "partition_by":
			c.PartitionBy = s.columnNames()
		case "cluster_by":
			c.ClusterBy = s.columnNames()
		case "hard_deletes":
			c.HardDeletes = s.name()
		case "invalidate_hard_deletes":
			flag := s.flag()
			c.invalidateDeletes = flag != nil && *flag
		case "snapshot_meta_column_names":
			c.SnapshotMetaColumns, err = s.renamed()
		case "pre-hook", "pre_hook":
			c.Hooks = append(s.hookList(nil, false), c.Hooks...)
		case "post-hook", "post_hook":
			c.Hooks = s.hookList(c.Hooks, true)
		case "full_refresh":
			c.FullRefresh = s.flag()
		case "event_time":
			c.EventTime = s.name()
		case "loaded_at_field":
			c.loadedAtField = s.name()
		case "loaded_at_query":
			c.loadedAtQuery = s.text()
		case "access":
			c.access = s.name()
		case "group":
			c.group = s.name()
		case "tags":
			c.tags = s.names()
		case "contract":
			c.contract, err = s.enforced()
		case "meta":
			c.meta = s.value()
		case "where":
			c.where = s.text()
		case "severity":
			c.severity = s.name()
		default:
			s.skip()
		}
		return err
	})
	if c.HardDeletes == "" && c.invalidateDeletes {
		c.HardDeletes = "invalidate"
	}
	return c, err
}

// hookList reads a config key that holds SQL, or objects around it, or a list,
// which mostly is empty and costs nothing then.
func (s *scanner) hookList(list []Hook, after bool) []Hook {
	if s.next() != '[' {
		return s.hooks(list, s.value(), after)
	}
	s.pos++
	for s.next() != ']' {
		list = s.hooks(list, s.value(), after)
	}
	s.pos++
	return list
}

func (s *scanner) hooks(list []Hook, v Value, after bool) []Hook {
	switch v.Kind() {
	case ValueArray:
		for _, item := range v.Items() {
			list = s.hooks(list, item, after)
		}
	case ValueObject:
		list = s.hooks(list, v.Get("sql"), after)
	case ValueString:
		if text := v.String(); strings.TrimSpace(text) != "" {
			list = append(list, Hook{SQL: text, After: after})
		}
	}
	return list
}

// columnNames reads a config key that names columns: a name, a list of names in
// one string or in an array, BigQuery's {field, data_type, …}, or expressions
// over columns, of which every identifier is taken (see [Identifiers]).
func (s *scanner) columnNames() []string { return union(nil, s.columnsIn(nil, s.value())) }

func (s *scanner) columnsIn(list []string, v Value) []string {
	switch v.Kind() {
	case ValueArray:
		for _, item := range v.Items() {
			list = s.columnsIn(list, item)
		}
	case ValueObject:
		before := len(list)
		for _, key := range []string{"field", "fields", "column", "columns"} {
			list = s.columnsIn(list, v.Get(key))
		}
		if len(list) == before && v.Len() > 0 {
			s.warn.addf("byte %d: no column name in %.80s", v.Offset(), v.String())
		}
	default:
		if text, ok := v.Text(); ok {
			list = append(list, keyColumns(text)...)
		}
	}
	return list
}

// keyColumns returns the columns that a key names: one name, a Python list as
// dbt prints it, or an expression.
func keyColumns(text string) []string {
	text = strings.TrimSpace(text)
	if len(text) > 1 && (text[0] == '[' && text[len(text)-1] == ']' || text[0] == '(' && text[len(text)-1] == ')' && strings.HasPrefix(text, "('")) {
		var list []string
		for item := range strings.SplitSeq(text[1:len(text)-1], ",") {
			if item = strings.Trim(strings.TrimSpace(item), `'"`); item != "" {
				list = append(list, Identifiers(item)...)
			}
		}
		return list
	}
	return Identifiers(text)
}

// renamed reads an object of names; those that are null are left out.
func (s *scanner) renamed() (map[string]string, error) {
	var names map[string]string
	err := s.object(func(name []byte) error {
		key, text := s.intern(name), s.name()
		if text == "" {
			delete(names, key)
			return nil
		}
		if names == nil {
			names = map[string]string{}
		}
		names[key] = text
		return nil
	})
	return names, err
}
