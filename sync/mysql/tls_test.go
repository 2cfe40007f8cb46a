package mysql_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"impact/sync/mysql"
	"impact/sync/synctest"
)

// authority signs certificates for a test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// issue writes NAME.pem and NAME-key.pem into a folder. Without a signer the
// certificate is an authority's.
func issue(t *testing.T, dir, name string, by *authority, hosts ...string) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: hosts,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: by == nil,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	signer := by
	if by == nil {
		signer = &authority{c, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, signer.cert, &key.PublicKey, signer.key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{name + ".pem": {Type: "CERTIFICATE", Bytes: der}, name + "-key.pem": {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{cert, key}
}

func TestConnectionsAreEncryptedAsAsked(t *testing.T) {
	t.Parallel()
	server.Need(t)
	if server.MySQL56() {
		return // speaks TLS 1.0 only, which is not spoken here
	}
	dir := t.TempDir()
	ca := issue(t, dir, "ca", nil)
	issue(t, dir, "server", ca, "db.example.com")
	issue(t, dir, "client", ca)
	issue(t, dir, "other", nil)
	if err := os.WriteFile(filepath.Join(dir, "no.pem"), []byte("hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	secure, err := synctest.Start(synctest.ServerOptions{Memory: true, Args: []string{
		"--ssl-ca=" + filepath.Join(dir, "ca.pem"), "--ssl-cert=" + filepath.Join(dir, "server.pem"), "--ssl-key=" + filepath.Join(dir, "server-key.pem")}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := secure.Stop(); err != nil {
			t.Error(err)
		}
	}()
	secure.Exec(t, "", "CREATE DATABASE app", "CREATE USER known IDENTIFIED BY 'p@ss/w:rd' REQUIRE X509", "GRANT ALL ON app.* TO known",
		"CREATE USER any IDENTIFIED BY 'p@ss/w:rd' REQUIRE SSL", "GRANT ALL ON app.* TO any")
	at := fmt.Sprintf("127.0.0.1:%d/app", secure.Port)
	plain := func(user string) string {
		return fmt.Sprintf("%s:p@ss/w:rd@tcp(127.0.0.1:%d)/app", user, secure.Port)
	}
	url := func(user, query string) string { return "mysql2://" + user + ":p%40ss%2Fw%3Ard@" + at + "?" + query }
	named := func(tls mysql.TLS) *mysql.TLS {
		if tls.Verify == "" {
			tls.ServerName = "db.example.com"
		}
		return &tls
	}
	for _, c := range []struct {
		name string
		dsn  string
		tls  *mysql.TLS
		err  string // "" if it connects
		hint string
	}{
		{"the authority is ours", plain("any"), named(mysql.TLS{CA: "ca.pem"}), "", ""},
		{"with a certificate of ours", plain("known"), named(mysql.TLS{CA: "ca.pem", Cert: "client.pem", Key: "client-key.pem"}), "", ""},
		{"the name is not checked", plain("any"), named(mysql.TLS{CA: "ca.pem", Verify: mysql.VerifyCA}), "", ""},
		{"nothing is checked", plain("any"), named(mysql.TLS{Verify: mysql.VerifyNothing}), "", ""},
		{"the user wants a certificate", plain("known"), named(mysql.TLS{CA: "ca.pem"}), "user or password is wrong", ""},
		{"the user wants encryption", plain("any"), nil, "user or password is wrong", ""},
		{"another authority", plain("any"), named(mysql.TLS{CA: "other.pem"}), "unknown authority", "tls: {ca: FILE}"},
		{"another authority without the name", plain("any"), named(mysql.TLS{CA: "other.pem", Verify: mysql.VerifyCA}), "unknown authority", "tls: {ca: FILE}"},
		{"the system's authorities", plain("any"), named(mysql.TLS{}), "unknown authority", "tls: {ca: FILE}"},
		{"another name", plain("any"), &mysql.TLS{CA: "ca.pem"}, "127.0.0.1", "server_name"},
		{"no such file", plain("any"), &mysql.TLS{CA: "gone.pem"}, "read the certificate authority: ", ""},
		{"no certificate", plain("any"), &mysql.TLS{CA: "no.pem"}, "no.pem holds no certificate in PEM form", ""},
		{"a key of another certificate", plain("any"), &mysql.TLS{CA: "ca.pem", Cert: "client.pem", Key: "other-key.pem"}, "client.pem and other-key.pem are no certificate and its key", ""},
		{"twice", plain("any") + "?tls=true", &mysql.TLS{CA: "ca.pem"}, "keep one", ""},
		{"a URL with an authority", url("any", "sslca=ca.pem&pool=5&encoding=utf8mb4&reconnect=true"), nil, "", ""},
		{"a URL with all", url("known", "sslca=ca.pem&sslcert=client.pem&sslkey=client-key.pem&ssl_mode=verify_ca"), nil, "", ""},
		{"a URL that wants encryption only", url("any", "ssl_mode=SSL_MODE_REQUIRED"), nil, "", ""},
		{"a URL that wants the name", url("any", "sslca=ca.pem&ssl_mode=verify_identity"), nil, "127.0.0.1", "server_name"},
		{"a URL with another authority", url("any", "sslca=other.pem"), nil, "unknown authority", "tls: {ca: FILE}"},
		{"a URL that prefers encryption", url("any", "ssl_mode=preferred"), nil, "", ""},
		{"a URL without", url("any", "ssl_mode=disabled"), nil, "user or password is wrong", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, err := mysql.Open(t.Context(), mysql.Options{DSN: c.dsn, TLS: c.tls, Dir: dir})
			if err == nil {
				defer db.Close()
			}
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Fatalf("got %v, want %s", err, c.err)
			}
			if err == nil {
				return
			}
			if text := err.Error(); strings.Contains(text, "hunter2") || strings.Contains(text, "w:rd") || strings.Contains(text, "w%3Ard") {
				t.Errorf("a secret: %s", text)
			}
			var hinter interface{ Hint() string }
			if c.hint != "" && (!errors.As(err, &hinter) || !strings.Contains(hinter.Hint(), c.hint)) {
				t.Errorf("no hint %q", c.hint)
			}
		})
	}
	_, err = mysql.Open(t.Context(), mysql.Options{DSN: server.DSN("mysql"), TLS: &mysql.TLS{Verify: mysql.VerifyNothing}})
	if err == nil || !strings.Contains(err.Error(), "the server takes no encrypted connections") {
		t.Error(err)
	}
}
