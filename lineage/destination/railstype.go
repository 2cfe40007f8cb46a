package destination

import (
	"fmt"
	"strings"
)

// railsType is a column type of a schema.rb with the options that shape it.
type railsType struct {
	name             string
	limit            int
	hasLimit         bool
	precision, scale int
	hasPrecision     bool
	hasScale         bool
	noPrecision      bool   // precision: nil
	size             string // tiny, medium, long
	unsigned         bool
	values           []string // of an enum
	rails7           bool     // the file says ActiveRecord::Schema[7.0] or later
}

// sql returns the MySQL type, as the NATIVE_DATABASE_TYPES and type_to_sql of
// Rails' AbstractMysqlAdapter make it
// (https://github.com/rails/rails/tree/main/activerecord/lib/active_record/connection_adapters
// in abstract_mysql_adapter.rb and mysql/schema_definitions.rb), with one
// difference: integer types are given no display width. Types that Rails does
// not know go to the server as they are, and so they stand here.
//
// A datetime has six digits of fraction in files of Rails 7.0 and later, where
// the dump leaves "precision: 6" out, and none in older files.
func (t railsType) sql() string {
	name := t.name
	if rest, ok := strings.CutPrefix(name, "unsigned_"); ok {
		name, t.unsigned = rest, true
	}
	s := t.base(name)
	if t.unsigned && !strings.Contains(s, "unsigned") {
		s += " unsigned"
	}
	return s
}

func (t railsType) base(name string) string {
	switch name {
	case "string":
		return fmt.Sprintf("varchar(%d)", t.limitOr(255))
	case "text", "blob":
		return t.sized(name)
	case "binary":
		if t.hasLimit && t.limit >= 0 && t.limit <= 0xfff {
			return fmt.Sprintf("varbinary(%d)", t.limit)
		}
		return t.sized("blob")
	case "tinytext", "mediumtext", "longtext", "tinyblob", "mediumblob", "longblob", "date", "json", "bigint":
		return name
	case "integer":
		return t.integer()
	case "float":
		if t.hasLimit && t.limit > 24 {
			return "double"
		}
		return "float"
	case "decimal", "numeric":
		switch {
		case t.hasPrecision && t.hasScale:
			return fmt.Sprintf("decimal(%d,%d)", t.precision, t.scale)
		case t.hasPrecision:
			return fmt.Sprintf("decimal(%d,0)", t.precision)
		}
		return "decimal(10,0)"
	case "datetime", "timestamp", "time":
		return t.temporal(name)
	case "boolean":
		return "tinyint(1)"
	case "enum":
		if len(t.values) > 0 {
			quoted := make([]string, len(t.values))
			for i, v := range t.values {
				quoted[i] = "'" + strings.ReplaceAll(v, "'", "''") + "'"
			}
			return "enum(" + strings.Join(quoted, ",") + ")"
		}
	}
	if t.hasLimit && !strings.Contains(name, "(") {
		return fmt.Sprintf("%s(%d)", name, t.limit)
	}
	return name
}

func (t railsType) limitOr(n int) int {
	if t.hasLimit {
		return t.limit
	}
	return n
}

// sized gives text and blob the size that size: or limit: (in bytes) asks for.
func (t railsType) sized(name string) string {
	switch {
	case t.size != "":
		return t.size + name
	case !t.hasLimit:
		return name
	case t.limit <= 0xff:
		return "tiny" + name
	case t.limit <= 0xffff:
		return name
	case t.limit <= 0xffffff:
		return "medium" + name
	}
	return "long" + name
}

// integer maps a limit in bytes.
func (t railsType) integer() string {
	if !t.hasLimit {
		return "int"
	}
	switch t.limit {
	case 1:
		return "tinyint"
	case 2:
		return "smallint"
	case 3:
		return "mediumint"
	case 4:
		return "int"
	case 5, 6, 7, 8:
		return "bigint"
	}
	return "int" // 11 of old files is a display width
}

func (t railsType) temporal(name string) string {
	precision := 0
	switch {
	case t.hasPrecision:
		precision = t.precision
	case name == "datetime" && t.rails7 && !t.noPrecision:
		precision = 6
	}
	if precision == 0 {
		return name
	}
	return fmt.Sprintf("%s(%d)", name, precision)
}
