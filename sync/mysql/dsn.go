package mysql

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// schemes are those of URLs as Rails' DATABASE_URL has them.
var schemes = []string{"mysql2", "mysql", "trilogy", "mariadb"}

// parseDSN reads the driver's form, user:password@tcp(host:port)/database, or a
// URL. Its errors hold nothing of the text: it is a secret. tls is nil where the
// text leaves encryption to the driver's form, or does not speak of it.
func parseDSN(dsn string) (cfg *mysql.Config, tls *TLS, err error) {
	scheme, _, isURL := strings.Cut(dsn, "://")
	if isURL && !strings.ContainsAny(scheme, "@(:/") {
		if !slices.Contains(schemes, strings.ToLower(scheme)) {
			return nil, nil, fmt.Errorf("%w: its URL is none of %s", ErrDSN, strings.Join(schemes, "://, ")+"://")
		}
		cfg, tls, err = parseURL(dsn)
	} else if cfg, err = mysql.ParseDSN(dsn); err != nil {
		if strings.Contains(err.Error(), "unknown config name") {
			return nil, nil, fmt.Errorf("%w: its tls is none of true, false, skip-verify and preferred", ErrDSN)
		}
		err = fmt.Errorf("%w: it is not of the form user:password@tcp(host:port)/database, nor a URL such as mysql2://user:password@host:3306/database", ErrDSN)
	}
	if err == nil && cfg.DBName == "" {
		err = fmt.Errorf("%w: it names no database", ErrDSN)
	}
	if err != nil {
		return nil, nil, err
	}
	return cfg, tls, nil
}

// configOf reads the DSN and the certificates.
func configOf(opts Options) (*mysql.Config, error) {
	cfg, encryption, err := parseDSN(opts.DSN)
	if err != nil {
		return nil, err
	}
	if opts.TLS != nil && (encryption != nil || cfg.TLSConfig != "") {
		return nil, fmt.Errorf("%w: it says how to encrypt, and so does tls: keep one", ErrDSN)
	}
	if opts.TLS != nil {
		encryption = opts.TLS
	}
	if encryption == nil {
		return cfg, nil
	}
	if cfg.TLS, err = encryption.Config(opts.Dir); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTLS, err)
	}
	if host, _, err := net.SplitHostPort(cfg.Addr); err == nil && cfg.TLS.ServerName == "" {
		cfg.TLS.ServerName = host
	}
	return cfg, nil
}

// Address returns the host:port, or "localhost" for a socket, and the database
// of a DSN; "" if it cannot be read.
func Address(dsn string) (address, database string) {
	cfg, _, err := parseDSN(dsn)
	if err != nil {
		return "", ""
	}
	if cfg.Net == "unix" {
		return "localhost", cfg.DBName
	}
	return cfg.Addr, cfg.DBName
}

func parseURL(dsn string) (*mysql.Config, *TLS, error) {
	u, err := url.Parse(dsn)
	if err != nil || u.Opaque != "" {
		// A URL that Go does not read has a raw character in user or password, most
		// of the time.
		return nil, nil, fmt.Errorf("%w: it is no URL: user and password may hold letters, digits and - . _ ~, all else in %%XX", ErrDSN)
	}
	cfg := mysql.NewConfig()
	cfg.User, cfg.DBName = u.User.Username(), strings.TrimPrefix(u.Path, "/")
	cfg.Passwd, _ = u.User.Password()
	host, port := u.Hostname(), u.Port()
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "3306"
	}
	cfg.Net, cfg.Addr = "tcp", net.JoinHostPort(host, port)
	if strings.Contains(cfg.DBName, "/") {
		return nil, nil, fmt.Errorf("%w: its path is no name of a database", ErrDSN)
	}
	s := &urlSettings{cfg: cfg}
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		name, raw, _ := strings.Cut(pair, "=")
		value, err := url.PathUnescape(raw) // as Rails does: + is no space
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %%XX of a parameter is not hexadecimal", ErrDSN)
		}
		if name == "" {
			continue
		}
		if err := s.set(strings.ToLower(name), value); err != nil {
			return nil, nil, err
		}
	}
	tls, err := s.encryption()
	return cfg, tls, err
}

// urlSettings gathers the parameters of a URL that mean something here.
type urlSettings struct {
	cfg    *mysql.Config
	tls    TLS
	mode   string
	verify string // sslverify
	on     bool
}

// encryptionNames are the parameters about encryption, by the names of both of
// Rails' adapters.
const encryptionNames = "ssl_mode, sslca, sslcert, sslkey, sslverify"

// set takes one parameter. Those of Rails' connection pool and sessions mean
// nothing here and are left alone, as Rails leaves alone what it does not know;
// but nothing about encryption is.
func (s *urlSettings) set(name, value string) error {
	switch name {
	case "socket":
		if value != "" {
			s.cfg.Net, s.cfg.Addr = "unix", value
		}
	case "connect_timeout":
		n, err := strconv.ParseFloat(value, 64)
		if err != nil || n < 0 || n > 86400 {
			return fmt.Errorf("%w: connect_timeout is no number of seconds", ErrDSN)
		}
		s.cfg.Timeout = time.Duration(n * float64(time.Second))
	case "sslca", "ssl_ca":
		s.tls.CA = value
	case "sslcert", "ssl_cert":
		s.tls.Cert = value
	case "sslkey", "ssl_key":
		s.tls.Key = value
	case "ssl":
		s.on = value == "true" || value == "1"
	case "ssl_mode", "sslmode", "ssl-mode":
		s.mode = strings.NewReplacer("-", "_", "ssl_mode_", "", "ssl_", "").Replace(strings.ToLower(value))
	case "sslverify":
		s.verify = strings.ToLower(value)
	default:
		if strings.HasPrefix(name, "ssl") || strings.HasPrefix(name, "tls") {
			return fmt.Errorf("%w: of parameters about encryption only %s are understood", ErrDSN, encryptionNames)
		}
	}
	return nil
}

// encryption is at least as strict as what the adapter would do.
func (s *urlSettings) encryption() (*TLS, error) {
	files := s.tls.CA != "" || s.tls.Cert != "" || s.tls.Key != ""
	switch s.mode {
	case "disabled":
		if files {
			return nil, fmt.Errorf("%w: ssl_mode is disabled, but a certificate is named", ErrDSN)
		}
		return nil, nil
	case "verify_identity":
		s.tls.Verify = VerifyIdentity
	case "verify_ca":
		s.tls.Verify = VerifyCA
	case "required", "preferred", "":
		switch {
		case s.verify == "true" || s.verify == "1":
			s.tls.Verify = VerifyIdentity
		case s.tls.CA != "" && s.verify == "":
			s.tls.Verify = VerifyCA
		case s.mode == "" && !s.on && !files && s.verify == "":
			return nil, nil
		case s.mode == "preferred" && !files:
			s.cfg.TLSConfig = "preferred"
			return nil, nil
		default:
			s.tls.Verify = VerifyNothing
			if s.tls.CA != "" {
				s.tls.CA = ""
			}
		}
	default:
		return nil, fmt.Errorf("%w: ssl_mode is none of disabled, preferred, required, verify_ca and verify_identity", ErrDSN)
	}
	return &s.tls, nil
}
