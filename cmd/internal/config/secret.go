package config

import (
	"fmt"
	"regexp"
	"strings"
)

// Lookup returns the value of an environment variable, as [os.LookupEnv] does.
type Lookup func(name string) (value string, ok bool)

// redacted stands for every secret in print.
const redacted = "[redacted]"

// A Secret is a string that is never printed: every verb of fmt, JSON and text
// encoding give "[redacted]". The zero Secret is empty.
type Secret struct {
	value   string
	missing []string // variables that are not set
}

// Reveal returns the secret, or an error that names the variables that are not
// set.
func (s Secret) Reveal() (string, error) {
	if len(s.missing) > 0 {
		return "", fmt.Errorf("environment variable %s is not set", strings.Join(s.missing, ", "))
	}
	return s.value, nil
}

// Missing returns the environment variables that are not set.
func (s Secret) Missing() []string { return s.missing }

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// GoString returns "[redacted]".
func (s Secret) GoString() string { return redacted }

// Format writes "[redacted]" for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText returns "[redacted]".
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

var variable = regexp.MustCompile(`\$?\$\{([A-Za-z_][A-Za-z0-9_]*)(:-([^}]*))?\}`)

// expand replaces ${NAME} and ${NAME:-default}; "$${" stands for "${". What a
// variable holds is not expanded again. As in a shell the default also stands in
// for a variable that is set to nothing.
func expand(s string, env Lookup) (out string, missing []string) {
	out = variable.ReplaceAllStringFunc(s, func(m string) string {
		if strings.HasPrefix(m, "$$") {
			return m[1:]
		}
		parts := variable.FindStringSubmatch(m)
		if env != nil {
			if v, ok := env(parts[1]); ok && (v != "" || parts[2] == "") {
				return v
			}
		}
		if parts[2] != "" {
			return parts[3]
		}
		missing = append(missing, parts[1])
		return ""
	})
	return out, missing
}
