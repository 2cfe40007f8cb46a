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
		var flag *bool
		switch string(name) {
		case "enabled":
			flag, err = s.flag()
			c.enabled = flag == nil || *flag
		case "materialized":
			c.materialized, err = s.name()
		case "unique_key":
			c.UniqueKey, err = s.columnNames()
		case "updated_at":
			c.UpdatedAt, err = s.name()
		case "check_cols":
			c.CheckCols, err = s.columnNames()
		case "strategy":
			c.Strategy, err = s.name()
		case "incremental_strategy":
			c.IncrementalStrategy, err = s.name()
		case "on_schema_change":
			c.OnSchemaChange, err = s.name()
		case "merge_update_columns":
			c.MergeUpdateColumns, err = s.columnNames()
		case "merge_exclude_columns":
			c.MergeExcludeColumns, err = s.columnNames()
		case "partition_by":
			c.PartitionBy, err = s.columnNames()
		case "cluster_by":
			c.ClusterBy, err = s.columnNames()
		case "hard_deletes":
			c.HardDeletes, err = s.name()
		case "invalidate_hard_deletes":
			flag, err = s.flag()
			c.invalidateDeletes = flag != nil && *flag
		case "snapshot_meta_column_names":
			c.SnapshotMetaColumns, err = s.renamed()
		case "full_refresh":
			c.FullRefresh, err = s.flag()
		case "event_time":
			c.EventTime, err = s.name()
		case "loaded_at_field":
			c.loadedAtField, err = s.name()
		case "loaded_at_query":
			c.loadedAtQuery, err = s.text()
		case "access":
			c.access, err = s.name()
		case "group":
			c.group, err = s.name()
		case "tags":
			c.tags, err = s.names()
		case "contract":
			c.contract, err = s.enforced()
		case "meta":
			c.meta, err = s.value()
		case "where":
			c.where, err = s.text()
		case "severity":
			c.severity, err = s.name()
		default:
			err = s.skip()
		}
		return err
	})
	if c.HardDeletes == "" && c.invalidateDeletes {
		c.HardDeletes = "invalidate"
	}
	return c, err
}

// columnNames reads a config key that names columns: a name, a list of names in
// one string or in an array, BigQuery's {field, data_type, …}, or expressions
// over columns, of which every identifier is taken (see [Identifiers]).
func (s *scanner) columnNames() ([]string, error) {
	v, err := s.value()
	if err != nil {
		return nil, err
	}
	return s.columnsIn(nil, v), nil
}

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
			list = union(list, keyColumns(text))
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
				list = union(list, keyColumns(item))
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
		key := s.intern(name)
		text, err := s.name()
		if text == "" {
			delete(names, key)
			return err
		}
		if names == nil {
			names = map[string]string{}
		}
		names[key] = text
		return err
	})
	return names, err
}
