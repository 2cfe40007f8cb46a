package destination

// Enumerations are written to JSON by the names that the block uses.

// MarshalText returns the name of the mode.
func (m Mode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// MarshalText returns the name of the runner.
func (r Runner) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// MarshalText returns the name of the policy.
func (b BadRow) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// MarshalText returns the name of the origin.
func (o Origin) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// MarshalText returns the name of the role.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// MarshalText returns "null", "bool", "number" or "string".
func (k LiteralKind) MarshalText() ([]byte, error) {
	return []byte([...]string{"null", "bool", "number", "string"}[min(int(k), 3)]), nil
}

// MarshalText returns the limit as the block writes it.
func (l Limit) MarshalText() ([]byte, error) { return []byte(l.String()), nil }
