package manifest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBrokenManifestsSayWhatIsWrongAndWhere(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text   string
		want         string // the whole message
		hint         string // part of the hint
		reason       error
		wantsNothing bool
	}{
		{name: "an empty file", text: "", want: "m.json: the file is empty", reason: ErrEmpty},
		{name: "white space only", text: " \n\t", want: "m.json: the file is empty", reason: ErrEmpty},
		{name: "an HTML page", text: "\n<!DOCTYPE html><html></html>", want: "m.json: this is an HTML or XML page, not JSON", hint: "login"},
		{name: "a byte order mark", text: "\xef\xbb\xbf{}", want: "m.json: the file starts with a byte order mark, which JSON does not allow", hint: "PowerShell"},
		{name: "UTF-16", text: "\xff\xfe{\x00}\x00", want: "m.json: the file is UTF-16, not UTF-8", hint: "PowerShell"},
		{name: "a list", text: "[1]", want: "m.json: byte 0: want an object, found an array", hint: "manifest.json"},
		{name: "text", text: "compiled", want: "m.json: byte 0: invalid character 'c' at start of value"},
		{name: "a truncated file", text: `{"nodes": {"model.a.b": {"name": "x`, want: `m.json: byte 35: nodes["model.a.b"].name: the file ends too early: unexpected EOF`, reason: ErrTruncated, hint: "download"},
		{name: "a truncated file after a value", text: `{"nodes": {"model.a.b": {"columns": {"id": {}`, want: `m.json: byte 45: nodes["model.a.b"].columns: the file ends too early: unexpected EOF`, reason: ErrTruncated},
		{name: "a NUL byte", text: "{\"nodes\": {\x00}}", want: `m.json: byte 11: nodes: invalid character '\x00' at start of value`},
		{name: "a control character in a text", text: "{\"nodes\": {\"a\": {\"name\": \"x\ny\"}}}", want: `m.json: byte 27: nodes.a.name: invalid character '\n' in string (expecting non-control character)`},
		{name: "more after the end", text: `{"nodes": {}} {}`, want: "m.json: byte 14: there is more after the end of the JSON value"},
		{name: "nodes that are a list", text: `{"nodes": [1]}`, want: "m.json: byte 10: nodes: want an object, found an array"},
		{name: "a node that is a text", text: `{"nodes": {"model.a.b": "x"}}`, want: `m.json: byte 24: nodes["model.a.b"]: want an object, found a string`},
		{name: "a node that is null", text: `{"nodes": {"model.a.b": null}}`, want: `m.json: byte 24: nodes["model.a.b"]: want an object, found null`},
		{name: "columns that are a text", text: `{"nodes": {"model.a.b": {"columns": "id"}}}`, want: `m.json: byte 36: nodes["model.a.b"].columns: want an object, found a string`},
		{name: "a column that is a number", text: `{"nodes": {"model.a.b": {"columns": {"id": 1}}}}`, want: `m.json: byte 43: nodes["model.a.b"].columns.id: want an object, found a number`},
		{name: "a config that is a list", text: `{"nodes": {"model.a.b": {"config": []}}}`, want: `m.json: byte 35: nodes["model.a.b"].config: want an object, found an array`},
		{name: "a constraint that is a text", text: `{"nodes": {"model.a.b": {"constraints": [{}, "x"]}}}`, want: `m.json: byte 45: nodes["model.a.b"].constraints[1]: want an object, found a string`},
		{name: "an exposure that is a list", text: `{"nodes": {}, "exposures": {"exposure.a.b": []}}`, want: `m.json: byte 44: exposures["exposure.a.b"]: want an object, found an array`},
		{name: "another artifact", text: `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"}, "results": []}`,
			want: `m.json: byte 89: metadata.dbt_schema_version: this is dbt's run_results.json, not its manifest.json`, reason: ErrWrongArtifact, hint: "manifest.json"},
		{name: "an object that is no manifest", text: `{"a": 1}`, want: "m.json: not the artifact that was asked for: it has neither nodes nor sources", reason: ErrWrongArtifact, hint: "target"},
		{name: "nodes that are null", text: `{"nodes": null}`, wantsNothing: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, err := Decode(strings.NewReader(tt.text), "m.json", Options{})
			if tt.wantsNothing {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var e *Error
			if !errors.As(err, &e) || m != nil {
				t.Fatalf("got %v, %v; want an *Error and no manifest", m, err)
			}
			if err.Error() != tt.want {
				t.Errorf("message\n got: %s\nwant: %s", err, tt.want)
			}
			if !strings.Contains(e.Hint, tt.hint) {
				t.Errorf("hint %q lacks %q", e.Hint, tt.hint)
			}
			if tt.reason != nil && !errors.Is(err, tt.reason) {
				t.Errorf("errors.Is(%v, %v) is false", err, tt.reason)
			}
		})
	}
}

func TestOddLeavesAreWarnings(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"a name that is an object", node(`"alias": {"a": 1}`), `nodes["model.shop.orders"].alias: want text, found an array or an object: ignored`},
		{"a flag that is a word", node(`"config": {"full_refresh": "maybe"}`), `nodes["model.shop.orders"].config.full_refresh: want true or false, found "maybe": ignored`},
		{"bytes that are not UTF-8", node("\"description\": \"a\xffb\""), `nodes["model.shop.orders"].description: some text is not valid Unicode: read with U+FFFD in its place`},
		{"half of a surrogate pair", node(`"description": "\ud83d"`), `nodes["model.shop.orders"].description: some text is not valid Unicode: read with U+FFFD in its place`},
		{"a node without depends_on", `{` + v12 + `, "nodes": {"model.a.b": {"resource_type": "model"}, "seed.a.c": {"resource_type": "seed"}}}`, "models, snapshots and tests that do not say what they depend on: 1 (the first is model.a.b)"},
		{"an unknown resource type", `{` + v12 + `, "nodes": {"x.a.b": {"resource_type": "hologram"}}}`, `nodes of unknown resource types, which are not read: 1 (the first is x.a.b, a "hologram")`},
		{"a partition_by without a field", node(`"config": {"partition_by": {"granularity": "day"}}`), `byte 298: no column name in {"granularity":"day"}`},
		{"no metadata", `{"nodes": {}}`, "the file does not say which schema version it has; read as the newest one"},
		{"a version of the future", strings.Replace(node(`"tags": []`), "v12", "v13", 1), "manifest schema v13 (dbt 1.10.2) is newer than v12, the newest one known: what is new in it is not read"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := decode(t, tt.text)
			if len(m.Warnings) != 1 || m.Warnings[0] != tt.want {
				t.Errorf("warnings are\n %q, want\n %q", m.Warnings, tt.want)
			}
		})
	}
}

func TestWarningsAreBoundedAndCounted(t *testing.T) {
	t.Parallel()
	m := decode(t, node(`"tags": [`+strings.Repeat("{},", 999)+`{}]`))
	if n := len(m.Warnings); n != maxWarnings+1 || m.Warnings[n-1] != "… and 980 more warnings of this file" {
		t.Errorf("%d warnings, the last is %q", n, m.Warnings[n-1])
	}
}

func TestDeepNestingIsAnErrorAndNoStackOverflow(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{`{"nodes": `, `{"nodes": {"model.a.b": {"meta": `, `{"nodes": {}, "exposures": {"e": `} {
		for _, open := range []string{"[", `{"a":`} {
			_, err := Decode(strings.NewReader(prefix+strings.Repeat(open, 2_000_000)), "m.json", Options{})
			if err == nil || len(err.Error()) > 1000 {
				t.Errorf("%s%s…: got %.80v", prefix, open, err)
			}
		}
	}
}

func TestGzipIsRecognisedByItsFirstBytes(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, node(`"description": "`+strings.Repeat("long ", 100_000)+`"`))
	_ = z.Close()
	path := filepath.Join(t.TempDir(), "manifest.json") // no .gz
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := Read(path, Options{})
	if err != nil || m.Path != path || len(m.Nodes[0].Description) != 500_000 {
		t.Fatalf("got %v, %v", m, err)
	}

	_, err = Decode(bytes.NewReader(b.Bytes()[:b.Len()/2]), "cut.gz", Options{})
	if !errors.Is(err, ErrTruncated) {
		t.Errorf("half of a gzip file: %v", err)
	}
	broken := bytes.Clone(b.Bytes())
	broken[len(broken)-6] ^= 1
	if _, err = Decode(bytes.NewReader(broken), "sum.gz", Options{}); !errors.Is(err, gzip.ErrChecksum) {
		t.Errorf("a gzip file with a wrong check sum: %v", err)
	}
	if _, err = Decode(bytes.NewReader(b.Bytes()), "big.gz", Options{MaxSize: 1000}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a gzip file beyond MaxSize: %v", err)
	}
	if _, err = Decode(strings.NewReader("\x1f\x8b"), "head.gz", Options{}); err == nil {
		t.Error("a gzip header alone is accepted")
	}
}

func TestErrorsOfTheSystemAndOfTheReaderAreKept(t *testing.T) {
	t.Parallel()
	if _, err := Read(filepath.Join(t.TempDir(), "none.json"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that does not exist: %v", err)
	}
	if _, err := Read(t.TempDir(), Options{}); err == nil {
		t.Error("a folder is read as a file")
	}
	cause := errors.New("the disk is on fire")
	r := io.MultiReader(strings.NewReader(`{"nodes": {"a`), errReader{cause})
	if _, err := Decode(r, "m.json", Options{}); !errors.Is(err, cause) {
		t.Errorf("an error of the reader: %v", err)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

func TestOtherArtifactsRefuseWhatTheyAreNot(t *testing.T) {
	t.Parallel()
	text := node(`"tags": []`)
	readers := map[string]func(io.Reader, string, Options) error{
		"catalog.json":           func(r io.Reader, n string, o Options) error { _, err := DecodeCatalog(r, n, o); return err },
		"run_results.json":       func(r io.Reader, n string, o Options) error { _, err := DecodeRunResults(r, n, o); return err },
		"sources.json":           func(r io.Reader, n string, o Options) error { _, err := DecodeSources(r, n, o); return err },
		"semantic_manifest.json": func(r io.Reader, n string, o Options) error { _, err := DecodeSemanticManifest(r, n, o); return err },
	}
	for name, read := range readers {
		err := read(strings.NewReader(text), "x.json", Options{})
		if !errors.Is(err, ErrWrongArtifact) || !strings.Contains(err.Error(), "this is dbt's manifest.json, not its "+name) {
			t.Errorf("%s: %v", name, err)
		}
		if err := read(strings.NewReader(`{"a": 1}`), "x.json", Options{}); !errors.Is(err, ErrWrongArtifact) {
			t.Errorf("%s: %v", name, err)
		}
		if err := read(strings.NewReader(`[`), "x.json", Options{}); err == nil {
			t.Errorf("%s: a list is accepted", name)
		}
	}
}

func TestHostileExpressionsDoNotTakeQuadraticTime(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"[", "]", "[a]", "(", "'", "\"", "`", "{{", "a,", "::", "['", "a.b "} {
		keyColumns("[" + strings.Repeat(unit, 300_000) + "]")
		findReference(strings.Repeat(unit, 300_000))
	}
	for _, unit := range []string{"ref(", "ref('a'", "source('a',", "ref(v="} {
		findReference(strings.Repeat(unit, 300_000))
	}
}

func TestLongListsDoNotTakeQuadraticTime(t *testing.T) {
	t.Parallel()
	var list strings.Builder
	for i := range 200_000 {
		if i > 0 {
			list.WriteByte(',')
		}
		fmt.Fprintf(&list, `"x%d"`, i)
	}
	m := decode(t, `{`+v12+`, "nodes": {"model.a.b": {"resource_type": "model", "depends_on": {"nodes": [`+list.String()+`]}, "tags": [`+list.String()+`], "config": {"tags": [`+list.String()+`], "cluster_by": [`+list.String()+`]}}},
		"exposures": {"exposure.a.b": {"depends_on": {"nodes": [`+list.String()+`]}, "meta": {"a": [`+strings.Repeat("[],", 200_000)+`0]}}}}`)
	if n := m.Nodes[0]; len(n.DependsOn) != 200_000 || len(n.Tags) != 200_000 || len(n.Config.ClusterBy) != 200_000 || len(m.Exposures[0].DependsOn) != 200_000 {
		t.Error("a long list is cut")
	}
}
