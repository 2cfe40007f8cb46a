package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"
)

// Options say how a database is used.
type Options struct {
	// DSN is in the driver's form, user:password@tcp(host:port)/database, or a URL
	// as Rails has it, mysql2://user:password@host:port/database.
	DSN string
	// TLS encrypts connections; nil: as the DSN says.
	TLS *TLS
	// Dir is the folder of files with relative names.
	Dir string
	// TimeZone is the wall clock of DATETIME columns that receive instants;
	// nil: UTC.
	TimeZone *time.Location
	// WorkSchema is the database of the ledger and of copies of tables; "": that
	// of the table.
	WorkSchema string
	// Databases are further ones of the server whose tables loads name.
	Databases []string
	// CreateLedger creates the ledger's tables where they are missing.
	CreateLedger bool
	// Streams is the number of connections that fill a copy of a table; 0: 2.
	Streams int
	// InsertOnly never uses LOAD DATA, even where the server allows it.
	InsertOnly bool
}

// A Database is one MySQL or MariaDB database as a destination. It may be used
// by many goroutines.
type Database struct {
	db        *sql.DB
	connector driver.Connector
	opts      Options
	name      string // of the database
	version   version

	mu        sync.Mutex
	databases []string       // whose tables are described; nil until they are known
	rights    *privileges    // of the user, when the schema was read last
	closed    map[int64]bool // ids of our connections that are given up, but may live on in the server
}

// version is what matters of the server's version.
type version struct {
	text    string
	mariadb bool
	number  int // 50744, 80036, 101106
}

// ErrDSN says that a DSN cannot be understood.
var ErrDSN = errors.New("the DSN cannot be used")

// ErrTLS says that the certificates cannot be used.
var ErrTLS = errors.New("the certificates cannot be used")

// Open connects to the database. Errors do not contain the DSN.
func Open(ctx context.Context, opts Options) (*Database, error) {
	cfg, err := configOf(opts)
	if err != nil {
		return nil, err
	}
	cfg.ParseTime = false
	cfg.ClientFoundRows = true
	cfg.InterpolateParams = false
	cfg.MultiStatements = false
	cfg.AllowAllFiles = false
	cfg.AllowOldPasswords = false
	cfg.Params = nil
	cfg.MaxAllowedPacket = 0 // ask the server
	cfg.Logger = silent{}
	if cfg.Timeout == 0 {
		cfg.Timeout = 15 * time.Second
	}
	if err := cfg.Apply(mysql.Charset("utf8mb4", "utf8mb4_bin")); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if opts.TimeZone == nil {
		opts.TimeZone = time.UTC
	}
	if opts.Streams == 0 {
		opts.Streams = 2
	}
	d := &Database{db: sql.OpenDB(connector), connector: connector, opts: opts, name: cfg.DBName, closed: map[int64]bool{}}
	d.db.SetMaxIdleConns(0) // a connection's session is ours: it is not handed on
	if err := d.identify(ctx); err != nil {
		return nil, errors.Join(err, d.db.Close())
	}
	return d, nil
}

// silent drops what the driver would print to stderr: it returns errors too.
type silent struct{}

// Print does nothing.
func (silent) Print(...any) {}

// Close closes all connections.
func (d *Database) Close() error { return d.db.Close() }

var versionNumber = regexp.MustCompile(`^(\d+)\.(\d+)\.(\d+)`)

func (d *Database) identify(ctx context.Context) error {
	var v, name string
	if err := d.db.QueryRowContext(ctx, "SELECT VERSION(), COALESCE(DATABASE(), '')").Scan(&v, &name); err != nil {
		return connectError(err)
	}
	d.version = parseVersion(v)
	if name != "" {
		d.name = name
	}
	return nil
}

// identities ask a server who it is, the surest answer first: not every server
// has the first two, and the last is as good as the names that servers are given.
var identities = []string{
	"SELECT CONCAT('uuid ', @@server_uuid)",
	"SELECT CONCAT('uid ', @@server_uid)",
	"SELECT CONCAT_WS(' ', 'host', @@hostname, @@port, @@socket, @@datadir, @@server_id)",
}

// Server names the server itself, whatever address leads to it: two databases
// with one name are on one server. It is "" where the server does not say.
func (d *Database) Server(ctx context.Context) (string, error) {
	for _, q := range identities {
		var name sql.NullString
		switch err := d.db.QueryRowContext(ctx, q).Scan(&name); {
		case err == nil && name.Valid:
			return "mysql " + name.String, nil
		case err != nil && !isUnknownVariable(err):
			return "", classify("identify the server", err)
		}
	}
	return "", nil
}

// Name is the database that tables without one are in.
func (d *Database) Name() string { return d.name }

func parseVersion(v string) version {
	out := version{text: v, mariadb: strings.Contains(strings.ToLower(v), "mariadb")}
	// Old replication clients were told "5.5.5-10.11.6-MariaDB".
	v = strings.TrimPrefix(v, "5.5.5-")
	if m := versionNumber.FindStringSubmatch(v); m != nil {
		a, _ := strconv.Atoi(m[1])
		b, _ := strconv.Atoi(m[2])
		c, _ := strconv.Atoi(m[3])
		out.number = a*10000 + b*100 + c
	}
	return out
}

// severalLocks reports whether a connection can hold more than one lock of
// GET_LOCK. Before that a second one gives up the first.
func (v version) severalLocks() bool {
	if v.mariadb {
		return v.number >= 100002
	}
	return v.number >= 50705
}

// settings make a session strict, whatever the server's defaults, and let it wait
// for a model that is slow: with the connection its locks would go.
var settings = []string{
	"SET SESSION sql_mode='STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_VALUE_ON_ZERO', time_zone='+00:00', " +
		"lock_wait_timeout=2, innodb_lock_wait_timeout=10, max_error_count=1000, max_sort_length=12288, completion_type=0, foreign_key_checks=1, unique_checks=1, autocommit=1, " +
		"sql_safe_updates=0, sql_auto_is_null=0, sql_select_limit=18446744073709551615, net_write_timeout=3600, net_read_timeout=3600, wait_timeout=86400",
	"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
}

// optionalSettings are not known to every server.
var optionalSettings = []string{"SET SESSION idle_transaction_timeout=0, idle_write_transaction_timeout=0", "SET SESSION max_statement_time=0", "SET SESSION max_execution_time=0", "SET SESSION information_schema_stats_expiry=0", "SET SESSION system_versioning_asof=DEFAULT"}

// conn pins a connection with our session settings.
func (d *Database) conn(ctx context.Context) (*sql.Conn, error) {
	c, err := d.db.Conn(ctx)
	if err != nil {
		return nil, connectError(err)
	}
	if err := prepare(func(statement string) error {
		_, err := c.ExecContext(ctx, statement)
		return err
	}); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// prepare makes the session of a connection ours.
func prepare(exec func(statement string) error) error {
	for _, s := range settings {
		if err := exec(s); err != nil {
			return classify("prepare session", err)
		}
	}
	for _, s := range optionalSettings {
		if err := exec(s); err != nil && !isUnknownVariable(err) {
			return classify("prepare session", err)
		}
	}
	return nil
}

// giveUp remembers a connection that may still live in the server.
func (d *Database) giveUp(id int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed[id] = true
}

func (d *Database) gaveUp(id int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closed[id]
}
