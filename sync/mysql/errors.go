package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"

	mysql "github.com/go-sql-driver/mysql"

	"impact/sync/run"
)

// A ServerError is an error of the server without its text, which may quote
// values of rows.
type ServerError struct {
	Op     string // what we did
	Number uint16
	Name   string // index, column, constraint or lock, where the text names one
	Text   string // ours
}

func (e *ServerError) Error() string {
	return fmt.Sprintf("%s: %s (server error %d)", e.Op, e.Text, e.Number)
}

// Hint says what helps, where that is known.
func (e *ServerError) Hint() string {
	switch e.Number {
	case 1044, 1142, 1143:
		return "impact sync init prints the rights that the loads need"
	case 1045:
		return "look at user and password in the destination's dsn, dsn_file or profile"
	case errReadOnly, 1836:
		return "connect to the primary: this may be a replica"
	}
	return ""
}

// errReadOnly is the number of ER_OPTION_PREVENTS_STATEMENT.
const errReadOnly = 1290

// What the server's error numbers mean. The texts name columns and indexes, but
// no values.
var serverErrors = map[uint16]string{
	1040:        "the server has too many connections",
	1044:        "access to the database is denied",
	1045:        "user or password is wrong",
	1048:        "a NOT NULL column got NULL",
	1049:        "the database does not exist",
	1054:        "a column does not exist",
	1062:        "another row has the same value in a unique index",
	1100:        "a table was not locked",
	1114:        "the table or the disk is full",
	1142:        "the user lacks a privilege on the table",
	1143:        "the user lacks a privilege on a column",
	1146:        "a table does not exist",
	1148:        "local_infile is off",
	1153:        "a row is larger than max_allowed_packet",
	1205:        "waited too long for a lock",
	1213:        "deadlock",
	1227:        "the user lacks a privilege",
	1264:        "a value is out of range",
	1265:        "a value was cut",
	errReadOnly: "the server is read-only",
	1292:        "a value is not a date or number",
	1364:        "a column without default got no value",
	1366:        "a value does not fit the column's type or character set",
	1369:        "the row violates a view's CHECK OPTION",
	1406:        "a value is too long",
	1451:        "rows of another table refer to the row",
	1452:        "the row refers to a row that does not exist",
	1526:        "the table has no partition for the row",
	1644:        "a trigger or procedure refused the row",
	1665:        "the binary log's format does not allow it: set binlog_format to MIXED or ROW",
	1792:        "the transaction is read-only",
	1836:        "the server is read-only",
	3819:        "a CHECK constraint is violated",
	3948:        "local_infile is off",
	4025:        "a CHECK constraint is violated",
	4166:        "local_infile is off",
}

// The rows of the application decide about these: one row is to blame.
var rowErrors = map[uint16]string{
	1048: "null", 1062: "duplicate", 1153: "too_large", 1264: "out_of_range", 1265: "value", 1292: "value",
	1364: "null", 1366: "value", 1369: "check", 1406: "too_long", 1451: "has_children", 1452: "no_parent", 1526: "no_partition",
	1644: "trigger", 3819: "check", 4025: "check", 1690: "out_of_range", 1411: "value", 3140: "json", 4022: "value",
}

// transientErrors may not happen again.
var transientErrors = map[uint16]bool{
	1040: true, 1053: true, 1077: true, 1129: false, 1158: true, 1159: true, 1160: true, 1161: true,
	1205: true, 1213: true, 1317: true, 1927: true, 2006: true, 2013: true, 4031: true, 3024: true,
}

// quoted finds what the server names: in the texts of these errors the last
// quoted word is an index, column or constraint.
var (
	dupKey     = regexp.MustCompile(`for key '([^']*)'$`)
	columnName = regexp.MustCompile(`(?i)column '([^']*)'|for column .?([^' ` + "`" + `]+)`)
	constraint = regexp.MustCompile("CONSTRAINT `([^`]*)`")
)

func nameIn(e *mysql.MySQLError) string {
	switch e.Number {
	case 1062:
		if m := dupKey.FindStringSubmatch(e.Message); m != nil {
			name := m[1]
			if i := strings.LastIndexByte(name, '.'); i >= 0 {
				name = name[i+1:] // MySQL 8 writes table.index
			}
			return name
		}
	case 1451, 1452, 3819, 4025:
		if m := constraint.FindStringSubmatch(e.Message); m != nil {
			return m[1]
		}
	case 1048, 1054, 1264, 1265, 1364, 1406:
		if m := columnName.FindStringSubmatch(e.Message); m != nil {
			return m[1] + m[2]
		}
	}
	return ""
}

// classify turns an error of the driver into one without values, and marks it
// where another try may help.
func classify(op string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", op, err)
	}
	var me *mysql.MySQLError
	if errors.As(err, &me) {
		out := &ServerError{Op: op, Number: me.Number, Name: nameIn(me), Text: serverErrors[me.Number]}
		if out.Text == "" {
			out.Text = "the server refused it"
		}
		if out.Name != "" {
			out.Text += ": " + out.Name
		}
		if transientErrors[me.Number] {
			return run.Transient(out)
		}
		return out
	}
	if isConnectionError(err) {
		return run.Transient(fmt.Errorf("%s: the connection was lost", op))
	}
	return fmt.Errorf("%s: %w", op, err)
}

func isConnectionError(err error) bool {
	var ne net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, mysql.ErrMalformPkt) || errors.Is(err, mysql.ErrPktSync) || errors.As(err, &ne)
}

// connectError is classify for a connection that could not be made.
func connectError(err error) error {
	var me *mysql.MySQLError
	if errors.As(err, &me) {
		return classify("connect", err)
	}
	if e := encryptionError(err); e != nil {
		return e
	}
	if isConnectionError(err) {
		return run.Transient(fmt.Errorf("connect: %w", err))
	}
	return classify("connect", err)
}

func number(err error) uint16 {
	var me *mysql.MySQLError
	if errors.As(err, &me) {
		return me.Number
	}
	var se *ServerError
	if errors.As(err, &se) {
		return se.Number
	}
	return 0
}

// eachRow calls scan for every row and closes the rows.
func eachRow(op string, rows *sql.Rows, scan func() error) (err error) {
	defer func() { err = errors.Join(err, classify(op, rows.Close())) }()
	for rows.Next() {
		if err := scan(); err != nil {
			return classify(op, err)
		}
	}
	return classify(op, rows.Err())
}

func isUnknownVariable(err error) bool {
	n := number(err)
	return n == 1193 || n == 1238 || n == 1227
}

// badRow returns what is wrong with a row, if the row is to blame for an error.
func badRow(err error) (run.Bad, bool) {
	var se *ServerError
	if !errors.As(err, &se) {
		return run.Bad{}, false
	}
	code, ok := rowErrors[se.Number]
	if !ok {
		return run.Bad{}, false
	}
	b := run.Bad{Code: code, Reason: se.Text}
	switch se.Number {
	case 1048, 1264, 1265, 1364, 1406:
		b.Column = se.Name
	}
	return b, true
}
