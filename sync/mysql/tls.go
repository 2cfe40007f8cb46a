package mysql

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// Verify says what of the server's certificate is checked.
type Verify string

// The checks. The first is the default.
const (
	VerifyIdentity Verify = "identity" // who signed it, and that it is the server's
	VerifyCA       Verify = "ca"       // who signed it: for servers that are reached under another name
	VerifyNothing  Verify = "none"     // encrypted, but nobody knows with whom
)

// TLS says how connections are encrypted. A connection with it is never made in
// plain text. The zero value checks the server against the system's authorities.
type TLS struct {
	CA         string // file of authorities, PEM; "": the system's
	Cert, Key  string // files of our certificate and its key, PEM; "": none
	ServerName string // that the certificate is for; "": the host's
	Verify     Verify // "": VerifyIdentity
}

// Config reads the files, relative ones in dir. Errors name files and hold
// nothing of them.
func (t TLS) Config(dir string) (*tls.Config, error) {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName}
	read := func(what, name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read the %s: %w", what, err)
		}
		return text, nil
	}
	if t.CA != "" {
		text, err := read("certificate authority", t.CA)
		if err != nil {
			return nil, err
		}
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s holds no certificate in PEM form", t.CA)
		}
	}
	if (t.Cert == "") != (t.Key == "") {
		return nil, errors.New("a certificate of ours needs its key, and the key its certificate")
	}
	if t.Cert != "" {
		cert, err := read("certificate", t.Cert)
		if err != nil {
			return nil, err
		}
		key, err := read("certificate's key", t.Key)
		if err != nil {
			return nil, err
		}
		pair, err := tls.X509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("%s and %s are no certificate and its key in PEM form: %s", t.Cert, t.Key, strings.TrimPrefix(err.Error(), "tls: "))
		}
		cfg.Certificates = []tls.Certificate{pair}
	}
	switch t.Verify {
	case "", VerifyIdentity:
	case VerifyNothing:
		cfg.InsecureSkipVerify = true
	case VerifyCA:
		cfg.InsecureSkipVerify = true // what it skips is the name; the rest is checked here
		roots := cfg.RootCAs
		cfg.VerifyConnection = func(s tls.ConnectionState) error { return signedBy(roots, s.PeerCertificates) }
	default:
		return nil, fmt.Errorf("verify is %q, want identity, ca or none", t.Verify)
	}
	return cfg, nil
}

// signedBy checks a chain of certificates without a name.
func signedBy(roots *x509.CertPool, chain []*x509.Certificate) error {
	if len(chain) == 0 {
		return errors.New("the server sent no certificate")
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between})
	return err
}

// An EncryptionError says that no encrypted connection could be made.
type EncryptionError struct {
	err  error
	help string
}

func (e *EncryptionError) Error() string { return "connect: " + e.err.Error() }

// Unwrap returns what was wrong.
func (e *EncryptionError) Unwrap() error { return e.err }

// Hint says what helps.
func (e *EncryptionError) Hint() string { return e.help }

// encryptionError finds out whether encryption is what failed.
func encryptionError(err error) error {
	unknown, name, invalid := x509.UnknownAuthorityError{}, x509.HostnameError{}, x509.CertificateInvalidError{}
	var alert tls.AlertError
	var help string
	switch {
	case errors.As(err, &unknown):
		help = "name the authority that signed the server's certificate: tls: {ca: FILE} (docs/sync.md)"
	case errors.As(err, &name):
		help = "if the server is reached under another name: tls: {server_name: NAME}, or tls: {verify: ca}"
	case errors.As(err, &invalid):
		help = "look at the server's certificate: its dates, and what it may be used for"
	case errors.Is(err, mysql.ErrNoTLS):
		err = errors.New("the server takes no encrypted connections")
		help = "switch TLS on in the server, or connect without"
	case errors.As(err, &alert):
		help = "the server may want a certificate of ours: tls: {cert: FILE, key: FILE}"
	default:
		return nil
	}
	return &EncryptionError{err, help}
}
