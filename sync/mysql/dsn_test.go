package mysql

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"
)

func TestURLsAreReadAsRailsReadsThem(t *testing.T) {
	t.Parallel()
	type login struct {
		User, Password, Net, Addr, DB, Prefer string
		TLS                                   *TLS
	}
	for _, c := range []struct {
		name, dsn string
		want      login
		err       string
	}{
		{"all of it", "mysql2://u%40x:p%2F%3A%25w+d@db.example.com:3307/app_production?pool=5", login{"u@x", "p/:%w+d", "tcp", "db.example.com:3307", "app_production", "", nil}, ""},
		{"defaults", "mysql://db/app", login{"", "", "tcp", "db:3306", "app", "", nil}, ""},
		{"without a host", "trilogy:///app", login{"", "", "tcp", "127.0.0.1:3306", "app", "", nil}, ""},
		{"IPv6", "mysql2://u@[::1]/app", login{"u", "", "tcp", "[::1]:3306", "app", "", nil}, ""},
		{"a socket", "MYSQL2://u:p@localhost/app?socket=%2Frun%2Fmysqld.sock", login{"u", "p", "unix", "/run/mysqld.sock", "app", "", nil}, ""},
		{"an authority", "mysql2://u:p@db/app?sslca=config/ca.pem", login{"u", "p", "tcp", "db:3306", "app", "", &TLS{CA: "config/ca.pem", Verify: VerifyCA}}, ""},
		{"the whole check", "trilogy://u:p@db/app?ssl_ca=ca.pem&ssl_mode=VERIFY_IDENTITY", login{"u", "p", "tcp", "db:3306", "app", "", &TLS{CA: "ca.pem", Verify: VerifyIdentity}}, ""},
		{"sslverify", "mysql2://u:p@db/app?sslca=ca.pem&sslverify=true", login{"u", "p", "tcp", "db:3306", "app", "", &TLS{CA: "ca.pem", Verify: VerifyIdentity}}, ""},
		{"required", "mysql2://u:p@db/app?ssl_mode=required", login{"u", "p", "tcp", "db:3306", "app", "", &TLS{Verify: VerifyNothing}}, ""},
		{"preferred", "mysql2://u:p@db/app?ssl_mode=preferred", login{"u", "p", "tcp", "db:3306", "app", "preferred", nil}, ""},
		{"an unknown mode", "mysql2://u:hunter2@db/app?ssl_mode=hunter2", login{}, "ssl_mode is none of"},
		{"encryption that is not understood", "mysql2://u:hunter2@db/app?sslcipher=hunter2", login{}, "only ssl_mode, sslca"},
		{"disabled, with a certificate", "mysql2://u:hunter2@db/app?ssl_mode=disabled&sslca=x", login{}, "ssl_mode is disabled"},
		{"no database", "mysql2://u:hunter2@db", login{}, "it names no database"},
		{"another scheme", "postgres://u:hunter2@db/app", login{}, "its URL is none of mysql2://"},
		{"raw characters", "mysql2://u:hunter2%zz@db/app", login{}, "it is no URL"},
		{"a raw slash", "mysql2://u:hunter2/x@db/app", login{}, "it "},
		{"a broken parameter", "mysql2://u:hunter2@db/app?socket=%zz", login{}, "hexadecimal"},
		{"a timeout that is none", "mysql2://u:hunter2@db/app?connect_timeout=hunter2", login{}, "connect_timeout"},
		{"the driver's own form", "u:p@tcp(db:3307)/app?tls=skip-verify", login{"u", "p", "tcp", "db:3307", "app", "skip-verify", nil}, ""},
		{"the driver's own form with a URL as password", "u:mysql2://x@tcp(db:3307)/app", login{"u", "mysql2://x", "tcp", "db:3307", "app", "", nil}, ""},
		{"an unknown tls", "u:hunter2@tcp(db:3307)/app?tls=own", login{}, "its tls is none of"},
		{"neither", "hunter2", login{}, "nor a URL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg, tls, err := parseDSN(c.dsn)
			if c.err != "" {
				if !errors.Is(err, ErrDSN) || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "hunter2") {
					t.Fatalf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, login{cfg.User, cfg.Passwd, cfg.Net, cfg.Addr, cfg.DBName, cfg.TLSConfig, tls}); d != "" {
				t.Error(d)
			}
		})
	}
}

func FuzzDSN(f *testing.F) {
	f.Add("mysql2://u:hunter2@db/app?sslca=%2Fx&ssl_mode=verify_ca")
	f.Add("u:hunter2@tcp(db)/app?tls=hunter2")
	f.Add("mysql://[::1%25hunter2]/x")
	f.Fuzz(func(t *testing.T, dsn string) {
		cfg, _, err := parseDSN(dsn)
		if (cfg == nil) == (err == nil) {
			t.Fatalf("%v, %v", cfg, err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a secret: %v", err)
		}
		if err == nil {
			_, _ = mysql.NewConnector(cfg) // may refuse it, but not panic
		}
	})
}
