package sqlite

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// family is how values of a column are kept and compared.
type family uint8

const (
	famInt     family = iota + 1
	famBool           // 0 and 1
	famDecimal        // INTEGER or REAL, which must be exact
	famFloat          // REAL
	famText           // TEXT
	famBinary         // BLOB
	famDate           // TEXT, and so the next three
	famDateTime
	famTime
	famJSON
)

// affinity is what SQLite makes of a declared type: it decides which values it
// converts as they are stored.
type affinity uint8

const (
	affNone affinity = iota
	affText
	affNumeric
	affInteger
	affReal
)

// affinityOf follows SQLite's rules: the first of these words that the declared
// type contains decides, wherever it stands.
func affinityOf(declared string) affinity {
	up := strings.ToUpper(declared)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(up, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("INT"):
		return affInteger
	case has("CHAR", "CLOB", "TEXT"):
		return affText
	case has("BLOB"), strings.TrimSpace(up) == "":
		return affNone
	case has("REAL", "FLOA", "DOUB"): //nolint:misspell // as SQLite has it
		return affReal
	}
	return affNumeric
}

// columnType is a declared type taken apart.
type columnType struct {
	family   family
	affinity affinity
	base     string
	length   int  // characters of text, bytes of binary; 0: no limit
	scale    int  // of decimals, -1: any; digits of fractional seconds
	digits   int  // of decimals; 0: any
	unsigned bool // as the type says: SQLite does not know it
}

var families = map[string]family{
	"bool": famBool, "boolean": famBool,
	"decimal": famDecimal, "numeric": famDecimal, "dec": famDecimal, "number": famDecimal,
	"real": famFloat, "double": famFloat, "float": famFloat,
	"blob": famBinary, "tinyblob": famBinary, "mediumblob": famBinary, "longblob": famBinary,
	"binary": famBinary, "varbinary": famBinary, "bytea": famBinary,
	"date": famDate, "datetime": famDateTime, "timestamp": famDateTime, "time": famTime, "json": famJSON,
}

// parseType takes the declared type of a column apart. The error says which
// type is not supported, and why.
func parseType(c *destination.Column) (columnType, error) {
	base := plan.BaseType(c.Type)
	t := columnType{base: base, affinity: affinityOf(c.Type), unsigned: strings.Contains(strings.ToLower(c.Type), "unsigned")}
	if base == "" {
		return t, fmt.Errorf("a column without a declared type keeps whatever it is given; declare TEXT, INTEGER, REAL or BLOB")
	}
	args := typeArgs(c.Type)
	arg := func(i, def int) int {
		if i < len(args) {
			return args[i]
		}
		return def
	}
	t.family = families[base]
	if t.family == 0 {
		switch t.affinity {
		case affInteger:
			t.family = famInt
		case affText:
			t.family = famText
		default:
			return t, fmt.Errorf("SQLite takes type %s for a number and changes text that looks like one; declare TEXT, INTEGER, DECIMAL or BLOB", c.Type)
		}
	}
	switch t.family {
	case famText, famBinary:
		t.length = arg(0, 0)
	case famDecimal:
		t.scale = -1
		if len(args) > 0 {
			t.digits, t.scale = args[0], arg(1, 0)
		}
	case famDateTime, famTime:
		t.scale = min(arg(0, 6), 6)
	}
	if !t.kept() {
		return t, fmt.Errorf("SQLite takes type %s for another one and would change its values", c.Type)
	}
	return t, nil
}

// kept reports whether the column's affinity leaves the values of the family as
// they are.
func (t *columnType) kept() bool {
	switch t.family {
	case famInt, famBool:
		return t.affinity == affInteger || t.affinity == affNumeric
	case famDecimal:
		return t.affinity == affNumeric
	case famFloat:
		return t.affinity == affReal
	case famText:
		return t.affinity == affText
	case famDate, famDateTime, famTime, famJSON:
		return t.affinity == affNumeric || t.affinity == affText // no number looks like these, but for JSON
	}
	return true // a BLOB is never converted
}

// typeArgs returns the numbers in the parentheses of a type.
func typeArgs(t string) []int {
	_, rest, ok := strings.Cut(t, "(")
	if !ok {
		return nil
	}
	rest, _, _ = strings.Cut(rest, ")")
	var out []int
	for _, s := range strings.Split(rest, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || n < 0 {
			return out
		}
		out = append(out, n)
	}
	return out
}

// Fit says whether a column can hold values of a kind. That a single value may
// not fit is found when it comes.
func (d *Database) Fit(kind plan.Kind, col *destination.Column) error {
	t, err := parseType(col)
	if err != nil {
		return err
	}
	if !fits(kind, t.family) {
		return fmt.Errorf("%s values cannot be kept in %s", kind, t.base)
	}
	return nil
}

// Accept implements run.Destination.
func (d *Database) Accept(v destination.Literal, col *destination.Column) error {
	_, _, err := constant(v, col, d.opts.TimeZone)
	return err
}

// constant brings a constant of a mapping into the form of its column, with the
// codec that did it. NULL may be one where the column holds none: no row is like
// it then.
func constant(v destination.Literal, col *destination.Column, zone *time.Location) (codec, []byte, error) {
	cd, err := newCodec(plan.LiteralKind(v), col, zone)
	if err != nil {
		return cd, nil, err
	}
	cd.notNull = false
	b, err := cd.encode(run.LiteralBytes(v))
	return cd, b, err
}

// fits says which kinds may go into which families. Text may go anywhere: it is
// read as the column needs it, value by value.
func fits(k plan.Kind, f family) bool {
	switch k {
	case plan.Unknown, plan.String:
		return true
	case plan.Int:
		return f == famInt || f == famBool || f == famDecimal || f == famFloat || f == famText || f == famJSON
	case plan.Decimal:
		return f == famInt || f == famDecimal || f == famFloat || f == famText || f == famJSON
	case plan.Float:
		return f == famFloat || f == famDecimal || f == famText || f == famJSON
	case plan.Bool:
		return f == famBool || f == famInt || f == famDecimal || f == famText || f == famJSON
	case plan.Bytes:
		return f == famBinary
	case plan.Date:
		return f == famDate || f == famDateTime || f == famText
	case plan.DateTime, plan.Timestamp:
		return f == famDateTime || f == famText
	case plan.Time:
		return f == famTime || f == famText
	case plan.JSON:
		return f == famJSON || f == famText
	}
	return false
}
