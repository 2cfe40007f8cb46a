package cli

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"impact/sync/mysql"
	"impact/sync/plan"
	"impact/sync/synctest"
)

// server is the MariaDB server of the scripts.
var server *synctest.Server

// tests is the test binary with the server around it.
type tests struct{ m *testing.M }

func (t tests) Run() int { return synctest.Main(t.m, &server, synctest.ServerOptions{}) }

// databases numbers the databases of scripts.
var databases atomic.Int64

// boardDDL is the application that scripts load into: ids of its own, a foreign
// key by them, and natural keys beside them.
var boardDDL = []string{
	`CREATE TABLE companies (id BIGINT NOT NULL AUTO_INCREMENT, salesforce_id VARCHAR(18) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, name VARCHAR(100) NOT NULL,
	  created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL, PRIMARY KEY (id), UNIQUE KEY by_salesforce (salesforce_id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
	`CREATE TABLE jobs (id BIGINT NOT NULL AUTO_INCREMENT, salesforce_id VARCHAR(18) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, company_id BIGINT NOT NULL,
	  title VARCHAR(20) NOT NULL, salary INT, views INT NOT NULL DEFAULT 0, PRIMARY KEY (id), UNIQUE KEY by_salesforce (salesforce_id),
	  CONSTRAINT jobs_company FOREIGN KEY (company_id) REFERENCES companies (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
}

// boardDatabase makes a database with the application's tables and the ledger.
func boardDatabase() (name string, drop func(), err error) {
	name = fmt.Sprintf("board%d", databases.Add(1))
	if err := server.Try("", "CREATE DATABASE "+name+" CHARACTER SET utf8mb4"); err != nil {
		return "", nil, err
	}
	drop = func() { _ = server.Try("", "DROP DATABASE "+name) }
	if err := server.Try(name, boardDDL...); err != nil {
		return "", drop, err
	}
	return name, drop, nil
}

// TestSyncScripts runs testdata/sync: whole loads, in the project testdata/shop
// with a database of its own for each script.
//
//	sql 'STATEMENT' …            changes the database
//	rows 'QUERY' 'a|b' …         compares its rows
//	sqlite 'STATEMENT' …         changes app.sqlite3
//	replace FILE OLD NEW         changes text of a file
//	url [USER]                   names it by a URL as Rails has it
//	ledger                       creates the ledger in it
//	approve impact …             runs the command with --approve of plan.json
func TestSyncScripts(t *testing.T) {
	t.Parallel()
	server.Need(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/sync", UpdateScripts: *update, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			shop, err := filepath.Abs("testdata/shop")
			if err != nil {
				return err
			}
			if err := os.CopyFS(env.WorkDir, os.DirFS(shop)); err != nil {
				return err
			}
			name, drop, err := boardDatabase()
			if err != nil {
				return err
			}
			env.Defer(drop)
			env.Setenv("BOARD", name)
			env.Setenv("BOARD_DSN", server.DSN(name))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exitsWith,
			"sql": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(server.Try(ts.Getenv("BOARD"), args...))
			},
			"sqlite": func(ts *testscript.TestScript, _ bool, args []string) {
				db, err := sql.Open("sqlite", ts.MkAbs("app.sqlite3"))
				ts.Check(err)
				for _, q := range args {
					_, err := db.Exec(q)
					ts.Check(err)
				}
				ts.Check(db.Close())
			},
			"replace": func(ts *testscript.TestScript, _ bool, args []string) {
				text := ts.ReadFile(args[0])
				if !strings.Contains(text, args[1]) {
					ts.Fatalf("%s does not hold %q", args[0], args[1])
				}
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o600))
			},
			"url": func(ts *testscript.TestScript, _ bool, args []string) {
				user := append(args, "root")[0]
				ts.Setenv("BOARD_DSN", fmt.Sprintf("mysql2://%s@127.0.0.1:%d/%s?pool=5&encoding=utf8mb4", user, server.Port, ts.Getenv("BOARD")))
			},
			"ledger": func(ts *testscript.TestScript, _ bool, _ []string) {
				ts.Check(server.Try(ts.Getenv("BOARD"), mysql.LedgerDDL("")...))
			},
			"approve": func(ts *testscript.TestScript, _ bool, args []string) {
				f, err := plan.ReadFile("plan.json", []byte(ts.ReadFile("plan.json")))
				ts.Check(err)
				ts.Check(ts.Exec(args[0], append(args[1:], "--approve", f.Hash)...))
			},
			"rows": func(ts *testscript.TestScript, _ bool, args []string) {
				got, err := server.TryRows(ts.Getenv("BOARD"), args[0])
				ts.Check(err)
				if strings.Join(got, "\n") != strings.Join(args[1:], "\n") {
					ts.Fatalf("rows of %s:\n%s\nwant:\n%s", args[0], strings.Join(got, "\n"), strings.Join(args[1:], "\n"))
				}
			},
		},
	})
}
