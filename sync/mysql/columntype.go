package mysql

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"impact/lineage/destination"
	"impact/sync/plan"
	"impact/sync/run"
)

// family is how values of a column type are written and compared.
type family uint8

const (
	famInt family = iota + 1
	famDecimal
	famDouble
	famFloat // 4 bytes
	famBit
	famYear
	famText   // CHAR, VARCHAR, TEXT
	famEnum   //
	famBinary // BINARY, VARBINARY, BLOB
	famDate
	famDateTime
	famTimestamp
	famTime
	famJSON
)

// columnType is a column type taken apart.
type columnType struct {
	family   family
	base     string
	length   int // characters of text, bytes of binary, bits; 0: no limit
	scale    int // of decimals; digits of fractional seconds
	digits   int // of decimals
	fixed    bool
	unsigned bool
	min, max string // of integers, as decimals without sign
	members  []string
	charset  string
}

// integer ranges: largest absolute value below and above zero, and unsigned.
var intRanges = map[string][3]string{
	"tinyint":   {"128", "127", "255"},
	"smallint":  {"32768", "32767", "65535"},
	"mediumint": {"8388608", "8388607", "16777215"},
	"int":       {"2147483648", "2147483647", "4294967295"},
	"integer":   {"2147483648", "2147483647", "4294967295"},
	"bigint":    {"9223372036854775808", "9223372036854775807", "18446744073709551615"},
}

// parseType takes the type of a column apart. The error says which type is not
// supported.
func parseType(c *destination.Column) (columnType, error) {
	base := plan.BaseType(c.Type)
	t := columnType{base: base, charset: strings.ToLower(c.Charset)}
	args := typeArgs(c.Type)
	arg := func(i, def int) int {
		if i < len(args) {
			if n, err := strconv.Atoi(strings.TrimSpace(args[i])); err == nil {
				return n
			}
		}
		return def
	}
	low := strings.ToLower(c.Type)
	t.unsigned = strings.Contains(low, " unsigned")
	switch base {
	case "tinyint", "smallint", "mediumint", "int", "integer", "bigint":
		r := intRanges[base]
		t.family, t.min, t.max = famInt, r[0], r[1]
		if t.unsigned {
			t.min, t.max = "0", r[2]
		}
	case "decimal", "numeric", "dec", "fixed":
		t.family, t.digits, t.scale = famDecimal, arg(0, 10), arg(1, 0)
	case "double", "real":
		t.family = famDouble
		if len(args) > 0 {
			return t, fmt.Errorf("type %s rounds to a number of digits; use DOUBLE or DECIMAL", c.Type)
		}
	case "float":
		t.family = famFloat
		if len(args) > 1 {
			return t, fmt.Errorf("type %s rounds to a number of digits; use FLOAT or DECIMAL", c.Type)
		}
		if arg(0, 0) > 24 {
			t.family = famDouble
		}
	case "bit":
		t.family, t.length = famBit, arg(0, 1)
	case "year":
		t.family = famYear
	case "char", "varchar":
		t.family, t.length, t.fixed = famText, arg(0, 1), base == "char"
	case "tinytext":
		t.family, t.length = famText, 0
	case "text", "mediumtext", "longtext":
		t.family = famText
	case "enum":
		t.family, t.members = famEnum, unquoteAll(args)
	case "binary", "varbinary":
		t.family, t.length, t.fixed = famBinary, arg(0, 1), base == "binary"
	case "tinyblob", "blob", "mediumblob", "longblob":
		t.family, t.length = famBinary, blobBytes[base]
	case "date":
		t.family = famDate
	case "datetime":
		t.family, t.scale = famDateTime, arg(0, 0)
	case "timestamp":
		t.family, t.scale = famTimestamp, arg(0, 0)
	case "time":
		t.family, t.scale = famTime, arg(0, 0)
	case "json":
		t.family = famJSON
	case "inet6", "inet4", "uuid":
		return t, fmt.Errorf("type %s changes values as it stores them; use CHAR or BINARY", base)
	default:
		return t, fmt.Errorf("type %s is not supported", base)
	}
	return t, nil
}

// bytes that TEXT and BLOB types hold.
var blobBytes = map[string]int{
	"tinytext": 255, "text": 65535, "mediumtext": 16777215,
	"tinyblob": 255, "blob": 65535, "mediumblob": 16777215,
}

// typeArgs returns what stands in the parentheses of a type, separated at
// commas outside of quotes.
func typeArgs(t string) []string {
	open := strings.IndexByte(t, '(')
	if open < 0 {
		return nil
	}
	var args []string
	var cur strings.Builder
	quoted := false
	for i := open + 1; i < len(t); i++ {
		ch := t[i]
		switch {
		case ch == '\'':
			quoted = !quoted
			cur.WriteByte(ch)
		case quoted:
			cur.WriteByte(ch)
		case ch == ',':
			args = append(args, cur.String())
			cur.Reset()
		case ch == ')':
			return append(args, cur.String())
		default:
			cur.WriteByte(ch)
		}
	}
	return append(args, cur.String())
}

// memberText undoes what information_schema does to the members of an ENUM: in
// our sql_mode it writes them as string literals.
var memberText = strings.NewReplacer("''", "'", `\\`, `\`, `\n`, "\n", `\r`, "\r", `\0`, "\x00", `\Z`, "\x1a")

func unquoteAll(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		a = strings.TrimSpace(a)
		if len(a) >= 2 && a[0] == '\'' && a[len(a)-1] == '\'' {
			a = a[1 : len(a)-1]
		}
		out[i] = memberText.Replace(a)
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
		return k == plan.Unknown || f != famBit
	case plan.Int, plan.Decimal:
		switch f {
		case famInt, famDecimal, famDouble, famFloat, famText, famYear, famJSON:
			return true
		case famBit:
			return k == plan.Int
		}
	case plan.Float:
		return f == famDouble || f == famFloat || f == famDecimal || f == famText || f == famJSON
	case plan.Bool:
		return f == famInt || f == famBit || f == famDecimal || f == famText || f == famJSON
	case plan.Bytes:
		return f == famBinary
	case plan.Date:
		return f == famDate || f == famDateTime || f == famText
	case plan.DateTime, plan.Timestamp:
		return f == famDateTime || f == famTimestamp || f == famText
	case plan.Time:
		return f == famTime || f == famText
	case plan.JSON:
		return f == famJSON || f == famText
	}
	return false
}
