package cli

import "testing"

func TestNearestFindsTypingErrorsOnly(t *testing.T) {
	t.Parallel()
	names := []string{"field", "graph", "sql", "version"}
	tests := []struct{ typed, want string }{
		{"grahp", "graph"},
		{"Graph", "graph"},
		{"feild", "field"},
		{"versions", "version"},
		{"sq", "sql"},
		{"x", ""},
		{"sqll", "sql"},
		{"salary", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := nearest(tt.typed, names); got != tt.want {
			t.Errorf("nearest(%q) = %q, want %q", tt.typed, got, tt.want)
		}
	}
}
