package manifest

import (
	"slices"
	"strings"
)

// ownPackages are dbt's own: their macros are the same in every project of one
// dbt version and are not kept. The adapter's package is added to them.
var ownPackages = []string{
	"dbt", "dbt_athena", "dbt_bigquery", "dbt_clickhouse", "dbt_databricks", "dbt_duckdb", "dbt_fabric",
	"dbt_mysql", "dbt_postgres", "dbt_redshift", "dbt_snowflake", "dbt_spark", "dbt_sqlite", "dbt_sqlserver",
	"dbt_synapse", "dbt_trino",
}

// readMacros reads the macros of the project and of its packages.
func (b *builder) readMacros() error {
	return b.s.members(func(id string) error {
		// macro.dbt_utils.star: the package is known before the value is read
		if _, rest, ok := strings.Cut(id, "."); ok {
			if pkg, _, _ := strings.Cut(rest, "."); slices.Contains(ownPackages, pkg) {
				return nil
			}
		}
		m := &Macro{UniqueID: id}
		if err := b.s.want(ValueObject); err != nil {
			return err
		}
		err := b.s.object(func(name []byte) error {
			switch string(name) {
			case "name":
				m.Name = b.s.text()
			case "package_name":
				m.PackageName = b.s.name()
			case "original_file_path":
				m.Path = slashes(b.s.name())
			case "macro_sql":
				m.SQL = b.s.text()
			default:
				b.s.skip()
			}
			return nil
		})
		if err == nil {
			b.macros[m.UniqueID] = m
		}
		return err
	})
}
