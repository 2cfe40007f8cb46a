package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

func TestRunWritesBothArtifacts(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	catalog := filepath.Join(t.TempDir(), "catalog.json")
	if code := run([]string{"--models", "5", "-o", "-", "--catalog", catalog}, &stdout, &stderr); code != 0 {
		t.Fatalf("exit %d: %s", code, &stderr)
	}
	if !json.Valid(stdout.Bytes()) {
		t.Error("stdout is not JSON")
	}
	if !strings.HasPrefix(stderr.String(), "5 models, ") {
		t.Errorf("stderr %q", &stderr)
	}
}

func TestRunRefusesWhatItCannotDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"--nonsense"}, 2},
		{[]string{"-h"}, 0},
		{[]string{"--models", "2", "-o", filepath.Join(t.TempDir(), "no", "folder.json")}, 4},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(c.args, &stdout, &stderr); code != c.code {
			t.Errorf("%v: exit %d, want %d: %s", c.args, code, c.code, &stderr)
		}
	}
}
