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
	return b.s.object(func(name []byte) error {
		// macro.dbt_utils.star: the package is known before the value is read
		if _, rest, ok := strings.Cut(string(name), "."); ok {
			if pkg, _, _ := strings.Cut(rest, "."); slices.Contains(ownPackages, pkg) {
				return b.s.skip()
			}
		}
		m := &Macro{UniqueID: string(name)}
		if kind, ok := b.s.peek(); ok && kind != ValueObject {
			return b.s.unexpected(ValueObject)
		}
		err := b.s.object(func(name []byte) (err error) {
			switch string(name) {
			case "name":
				m.Name, err = b.s.text()
			case "package_name":
				m.PackageName, err = b.s.name()
			case "original_file_path":
				m.Path, err = b.s.name()
				m.Path = slashes(m.Path)
			case "macro_sql":
				m.SQL, err = b.s.text()
			default:
				err = b.s.skip()
			}
			return err
		})
		if err == nil {
			b.macros[m.UniqueID] = m
		}
		return err
	})
}
