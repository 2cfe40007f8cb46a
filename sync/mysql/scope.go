package mysql

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"impact/sync/plan"
)

// scopeOf is the condition that picks the rows of a load, over alias t. A row is
// owned if it has exactly the value that the load writes: not one that a
// collation takes for the same, and not a text that the server would read as the
// same number. Rows of others are too near to be guessed at.
func scopeOf(l *plan.Load, zone *time.Location) (string, error) {
	var all []string
	for _, s := range l.Spec.Scope {
		col := l.Table.Column(s.Column)
		if col == nil {
			return "", fmt.Errorf("%s: scope: table %s has no column %s", l.Name(), l.Spec.Table, s.Column)
		}
		cd, v, err := constant(s.Value, col, zone)
		if err != nil {
			return "", fmt.Errorf("%s: scope of %s: %w", l.Name(), s.Column, err)
		}
		all = append(all, cd.is("t."+quote(col.Name), v))
	}
	if len(all) == 0 {
		return "TRUE", nil
	}
	return strings.Join(all, " AND "), nil
}

// is is the condition that a column has a canonical value.
func (c *codec) is(expr string, v []byte) string {
	if v == nil {
		return expr + " IS NULL"
	}
	switch c.family {
	case famInt, famYear, famDecimal, famBit:
		return expr + " = " + string(v)
	case famDouble, famFloat:
		if bytes.IndexByte(v, 'e') < 0 {
			v = append(v[:len(v):len(v)], "e0"...) // else it is a decimal
		}
		return c.read(expr) + " = " + string(v)
	case famText, famEnum:
		// The first part may use an index, the second decides.
		return expr + " = " + text(string(v)) + " AND " + c.order(expr) + " = " + hexed0x(v)
	case famBinary:
		return expr + " = " + hexed0x(v)
	}
	return expr + " = " + text(string(v))
}

// hexed0x writes bytes as a literal.
func hexed0x(v []byte) string {
	if len(v) == 0 {
		return "''"
	}
	return "0x" + hex.EncodeToString(v)
}
