package synctest

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql" // registers the driver that talks to the server
)

// ServerOptions say how the server is started.
type ServerOptions struct {
	Args []string // more arguments of the server
	// MySQL is the folder of a MySQL 5.6 server as .ci/setup-mysql56 prints it;
	// "" starts MariaDB.
	MySQL string
	// Memory keeps the data in memory where the system offers that as a folder:
	// making and dropping tables, which tests do most, then costs a third less.
	Memory bool
}

// MySQLFolder is the variable that names the MySQL server whose turn it is.
const MySQLFolder = "IMPACT_MYSQL56"

// A Server is a private MariaDB or MySQL server.
type Server struct {
	Port int

	dir   string
	args  []string
	mysql string     // folder of the program; "" for MariaDB
	mu    sync.Mutex // of cmd: a fault kills the server from another goroutine
	cmd   *exec.Cmd
	db    *sql.DB
	next  atomic.Int64
	why   string // why there is none
}

// Main starts a server, runs the tests of a binary, stops the server, and
// returns the exit code. Where MariaDB is missing, the tests run without it and
// those that ask for it are skipped.
//
// More tests than processors run at once, unless -parallel says how many: most of
// their time they wait, for the server or for what they made happen to it.
func Main(m *testing.M, s **Server, o ServerOptions) int {
	if err := parallel(4 * runtime.GOMAXPROCS(0)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	o.Memory = true
	server := &Server{why: "a fuzzer and its workers start no server"}
	if !fuzzes() {
		var err error
		if server, err = Start(o); err != nil {
			server = &Server{why: err.Error()}
		}
	}
	*s = server
	code := m.Run()
	if err := server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// parallel makes n tests run at once where the command line says nothing.
func parallel(n int) error {
	const name = "test.parallel"
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == name })
	if said {
		return nil
	}
	return flag.Set(name, strconv.Itoa(n))
}

// fuzzes reports whether the binary was started to fuzz: each worker is a process
// of its own.
func fuzzes() bool {
	f := flag.Lookup("test.fuzz")
	return f != nil && f.Value.String() != ""
}

// find looks for a program where servers are, too.
func find(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/opt/homebrew/bin"} {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s is not installed: .ci/setup-mariadb installs it", name)
}

// Start starts a server in a new temporary folder.
func Start(o ServerOptions) (*Server, error) {
	parent := ""
	if o.Memory {
		parent = memoryFolder()
	}
	dir, err := os.MkdirTemp(parent, "impact-server-*")
	if err != nil {
		return nil, fmt.Errorf("start server: %w", err)
	}
	s := &Server{dir: dir, args: o.Args, mysql: o.MySQL}
	if err := os.Mkdir(s.tmp(), 0o700); err != nil {
		return nil, errors.Join(fmt.Errorf("start server: %w", err), os.RemoveAll(dir))
	}
	if s.mysql == "" {
		s.mysql = os.Getenv(MySQLFolder)
	}
	install := s.installMariaDB
	if s.mysql != "" {
		install = s.installMySQL
	}
	if err := install(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.launch(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

// tmp is a temporary folder of its own: a server that starts removes the
// temporary tables that it finds there, and another one crashes over that.
func (s *Server) tmp() string { return filepath.Join(s.dir, "tmp") }

// MySQL56 reports whether the server is the MySQL 5.6 one, which lacks a JSON
// type, CHECK constraints, generated columns and sequences.
func (s *Server) MySQL56() bool { return s != nil && s.mysql != "" }

// installMySQL copies the data that the package has: an empty system.
func (s *Server) installMySQL() error {
	if err := os.CopyFS(filepath.Join(s.dir, "data"), os.DirFS(filepath.Join(s.mysql, "data", "mysql"))); err != nil {
		return fmt.Errorf("start server: %w", err)
	}
	return nil
}

func (s *Server) installMariaDB() error {
	install, err := find("mariadb-install-db")
	if err != nil {
		return err
	}
	if _, err := find("mariadbd"); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	args := append([]string{"--no-defaults", "--datadir=" + s.dir + "/data", "--auth-root-authentication-method=normal", "--skip-test-db"}, asUser()...)
	cmd := exec.CommandContext(ctx, install, args...)
	cmd.Env = append(os.Environ(), "TMPDIR="+s.tmp()) // it runs a server too
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("start server: %w: %s", err, out)
	}
	return nil
}

// asUser lets root run the server, which it refuses by default.
func asUser() []string {
	if os.Getuid() == 0 {
		return []string{"--user=root"}
	}
	return nil
}

func (s *Server) launch() error {
	if s.Port == 0 {
		l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
		if err != nil {
			return fmt.Errorf("start server: %w", err)
		}
		s.Port = l.Addr().(*net.TCPAddr).Port
		if err := l.Close(); err != nil {
			return fmt.Errorf("start server: %w", err)
		}
	}
	program := filepath.Join(s.mysql, "mysqld")
	if s.mysql == "" {
		var err error
		if program, err = find("mariadbd"); err != nil {
			return err
		}
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("start server: %w", err)
	}
	args := []string{"--no-defaults", "--tmpdir=" + s.tmp(), "--datadir=" + s.dir + "/data", "--socket=" + s.dir + "/s", "--pid-file=" + s.dir + "/pid",
		"--bind-address=127.0.0.1", "--port=" + strconv.Itoa(s.Port), "--local-infile=1",
		// Tests end processes, never the machine: nothing need reach the disk.
		"--innodb-flush-log-at-trx-commit=2", "--innodb-flush-method=nosync"}
	if s.mysql != "" {
		share := filepath.Join(s.mysql, "share")
		args = append(args, "--basedir="+s.mysql, "--lc-messages-dir="+share, "--character-sets-dir="+filepath.Join(share, "charsets"),
			"--character-set-server=utf8mb4", "--max-allowed-packet=16M")
	}
	args = append(append(args, asUser()...), s.args...)
	cmd := exec.Command(program, args...) //nolint:noctx // it ends with Stop
	if s.mysql != "" {
		cmd.Env = append(os.Environ(), "LD_LIBRARY_PATH="+s.mysql)
	}
	cmd.Stdout, cmd.Stderr = log, log
	err = cmd.Start()
	if e := log.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("start server: %w", err)
	}
	s.mu.Lock()
	s.cmd = cmd
	s.mu.Unlock()
	s.db, err = sql.Open("mysql", s.DSN(""))
	if err != nil {
		return fmt.Errorf("start server: %w", err)
	}
	for range 600 {
		if err = s.db.Ping(); err == nil { //nolint:noctx // local
			return s.closeToStrangers()
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	return errors.Join(fmt.Errorf("start server: %w: %s", err, text), s.stop(syscall.SIGKILL))
}

// closeToStrangers removes the users without a name of MySQL's package: they
// would be taken for every user that connects from here.
func (s *Server) closeToStrangers() error {
	if s.mysql == "" {
		return nil
	}
	return s.Try("", "DELETE FROM mysql.user WHERE User = ''", "DELETE FROM mysql.db WHERE User = ''", "FLUSH PRIVILEGES")
}

func (s *Server) stop(sig syscall.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return nil
	}
	err := s.cmd.Process.Signal(sig)
	_ = s.cmd.Wait() // it was told to end
	s.cmd = nil
	return err
}

// Stop ends the server and removes its data.
func (s *Server) Stop() error {
	if s.why != "" {
		return nil
	}
	return errors.Join(s.died(), s.db.Close(), s.stop(syscall.SIGTERM), os.RemoveAll(s.dir))
}

// died says why a server that should run does not.
func (s *Server) died() error {
	err := s.db.Ping() //nolint:noctx // local
	if err == nil {
		return nil
	}
	text, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	return fmt.Errorf("the server died: %w\n%s", err, text[max(0, len(text)-8000):])
}

// Kill ends the server at once, as a power failure does.
func (s *Server) Kill() error { return s.stop(syscall.SIGKILL) }

// Restart starts a killed server with its data.
func (s *Server) Restart() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("restart server: %w", err)
	}
	return s.launch()
}

// Pid returns the id of the server's process, 0 while there is none.
func (s *Server) Pid() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd == nil {
		return 0
	}
	return s.cmd.Process.Pid
}

// DSN names a database of the server, "" none.
func (s *Server) DSN(database string) string {
	return fmt.Sprintf("root@tcp(127.0.0.1:%d)/%s", s.Port, database)
}

// Need skips a test that needs the server where there is none; with CI=true it
// fails.
func (s *Server) Need(t testing.TB) {
	t.Helper()
	if s == nil || s.why == "" {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal(s.why)
	}
	t.Skip(s.why)
}

var unsafeName = regexp.MustCompile(`[^a-z0-9]+`)

// Database makes a database for one test and returns its name. It is dropped at
// the end of the test. options follow its name in CREATE DATABASE.
func (s *Server) Database(t testing.TB, options ...string) string {
	t.Helper()
	s.Need(t)
	name := unsafeName.ReplaceAllString(strings.ToLower(t.Name()), "_")
	if len(name) > 40 {
		name = name[:40]
	}
	name = fmt.Sprintf("%s_%d", name, s.next.Add(1))
	if len(options) == 0 {
		options = []string{"CHARACTER SET utf8mb4"}
	}
	s.Exec(t, "", "CREATE DATABASE "+name+" "+strings.Join(options, " "))
	t.Cleanup(func() {
		if _, err := s.db.Exec("DROP DATABASE IF EXISTS " + name); err != nil { //nolint:noctx // local
			t.Errorf("drop database: %v", err)
		}
	})
	return name
}

// Exec runs statements in a database.
func (s *Server) Exec(t testing.TB, database string, statements ...string) {
	t.Helper()
	if err := s.Try(database, statements...); err != nil {
		t.Fatal(err)
	}
}

// giveBack returns a connection to the pool, in no test's database: who kills the
// connections of a database meets nobody else's.
func giveBack(c *sql.Conn) {
	_, _ = c.ExecContext(context.Background(), "USE information_schema") // one that is broken is not given out again
	_ = c.Close()
}

// Try is Exec that returns the error.
func (s *Server) Try(database string, statements ...string) error {
	ctx := context.Background()
	c, err := s.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer giveBack(c)
	if database != "" {
		statements = append([]string{"USE " + database}, statements...)
	}
	for _, q := range statements {
		if _, err := c.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%.200s: %w", q, err)
		}
	}
	return nil
}

// Rows runs a query in a database and returns each row as its values joined by
// "|", NULL as "NULL".
func (s *Server) Rows(t testing.TB, database, query string) []string {
	t.Helper()
	out, err := s.TryRows(database, query)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TryRows is Rows that returns the error.
func (s *Server) TryRows(database, query string) (out []string, err error) {
	ctx := context.Background()
	c, err := s.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer giveBack(c)
	if _, err := c.ExecContext(ctx, "USE "+database); err != nil {
		return nil, fmt.Errorf("use: %w", err)
	}
	rows, err := c.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("%.200s: %w", query, err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	names, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("columns: %w", err)
	}
	for rows.Next() {
		v := make([]sql.NullString, len(names))
		ptr := make([]any, len(v))
		for i := range v {
			ptr[i] = &v[i]
		}
		if err := rows.Scan(ptr...); err != nil {
			return nil, fmt.Errorf("scan: %w", err)
		}
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = v[i].String
			if !v[i].Valid {
				parts[i] = "NULL"
			}
		}
		out = append(out, strings.Join(parts, "|"))
	}
	return out, rows.Err()
}
