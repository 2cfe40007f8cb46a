package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// seeds are small artifacts of every shape, and broken ones.
func seeds(f *testing.F) {
	f.Helper()
	for _, text := range []string{
		"", "{}", "[]", "null", `{"nodes": {}}`, `{"nodes": null, "sources": {"source.a.b.c": {"name": "c"}}}`,
		node(`"columns": {"id": {"name": "id", "meta": {"a": [1, 2.50, -0, 1e400, true, null, "\u00e9\ud83d\ude00\ud83d"]}}}, "config": {"unique_key": ["a"], "partition_by": {"field": "d"}}`),
		node(`"config": {"enabled": false}`), node("\"description\": \"\xff\""), node("\"name\": \"x\x00\""),
		`{"nodes": {"test.a.b": {"test_metadata": {"name": "unique", "kwargs": {"model": "{{ ref('a', v=1) }}"}}}}}`,
		`{"nodes": {}, "exposures": {"e": {"meta": {"a": {}}, "depends_on": {"nodes": ["x"]}}}, "metrics": {"m": {"filters": [{}]}}, "unit_tests": {"u": {"given": [{"rows": "a,b"}]}}}`,
		`{` + semantics + `}`,
		`{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}, "nodes": {"model.a.b": {"metadata": {"type": "t"}, "columns": {"B": {"index": 2, "name": "B"}, "A": {"index": 1}}}}, "sources": {}, "errors": ["x"]}`,
		`{"results": [{"unique_id": "a", "timing": [{"completed_at": "2026-01-01T00:00:00Z"}], "failures": 1}], "args": {"which": "build"}}`,
		`{"nodes": {}} x`, `{"nodes": {},}`, `{"a" 1}`, "\xef\xbb\xbf{}", "{\"nodes\":{}}\r\n",
	} {
		f.Add([]byte(text))
	}
}

// readable reports whether encoding/json reads an object of these bytes. Numbers
// keep their text, because a number may be too large for a float64.
func readable(data []byte) (map[string]any, bool) {
	var v any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if !json.Valid(data) || d.Decode(&v) != nil {
		return nil, false
	}
	m, ok := v.(map[string]any)
	return m, ok
}

func FuzzDecodeManifest(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Decode(bytes.NewReader(data), "f", Options{MaxSize: 1 << 20})
		v, ok := readable(data)
		if err != nil {
			checkError(t, err)
			return
		}
		if !ok && !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
			t.Fatalf("accepted %q, which encoding/json refuses", data)
		}
		again, err := Decode(bytes.NewReader(data), "f", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(m, again) {
			t.Fatal("reading twice gives two results")
		}
		for _, n := range m.Nodes {
			if m.Node(n.UniqueID) != n {
				t.Fatalf("Node(%q) is another one", n.UniqueID)
			}
			section := "nodes"
			if _, there := object(v["nodes"])[n.UniqueID]; !there || n.Kind == KindSource {
				section = "sources"
			}
			raw := object(object(v[section])[n.UniqueID])
			if raw == nil || v == nil {
				continue // a gzip file
			}
			if n.Kind == KindSource && object(object(v["nodes"])[n.UniqueID]) != nil {
				continue // in both sections
			}
			o := oracle{t, "f", n.UniqueID, raw}
			o.equal("name", n.Name, o.text("name"))
			o.equal("description", n.Description, o.text("description"))
			o.equal("database", n.Database, o.text("database"))
			o.equal("relation_name", n.RelationName, o.text("relation_name"))
			o.equal("depends_on", n.DependsOn, distinctIDs(raw["depends_on"]))
			o.equal("number of columns", len(n.Columns), len(object(raw["columns"])))
		}
		for _, x := range m.Exposures {
			o := oracle{t, "f", x.UniqueID, object(object(v["exposures"])[x.UniqueID])}
			o.equal("name", x.Name, o.text("name"))
		}
	})
}

// checkError checks that an error is one of ours and no guarded panic.
func checkError(t *testing.T, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("the error is no *Error: %v", err)
	}
	if e.Hint == bugHint {
		t.Fatalf("the reader panicked: %v", err)
	}
}

func FuzzDecodeCatalog(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := DecodeCatalog(bytes.NewReader(data), "f", Options{MaxSize: 1 << 20})
		if err != nil {
			checkError(t, err)
			return
		}
		v, ok := readable(data)
		if v == nil {
			if !ok && !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
				t.Fatalf("accepted %q, which encoding/json refuses", data)
			}
			return
		}
		if want := len(object(v["nodes"])) + len(object(v["sources"])); len(c.Relations) != want {
			t.Fatalf("%d relations, want %d", len(c.Relations), want)
		}
	})
}

func FuzzDecodeOthers(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		opts := Options{MaxSize: 1 << 20}
		_, err1 := DecodeRunResults(bytes.NewReader(data), "f", opts)
		_, err2 := DecodeSources(bytes.NewReader(data), "f", opts)
		s, err3 := DecodeSemanticManifest(bytes.NewReader(data), "f", opts)
		for _, err := range []error{err1, err2, err3} {
			if err != nil {
				checkError(t, err)
			} else if _, ok := readable(data); !ok && !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
				t.Fatalf("accepted %q, which encoding/json refuses", data)
			}
		}
		if err3 == nil {
			decodeEmpty.WithSemantics(s)
		}
	})
}

var decodeEmpty = &Manifest{}

// FuzzValue reads any JSON as a Value and back.
func FuzzValue(f *testing.F) {
	seeds(f)
	f.Add([]byte(`{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12,"m":13,"n":14,"o":15,"p":16,"q":17,"a":18,"q":19}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var want any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		valid := json.Valid(data)
		v, err := ParseValue(data)
		if valid != (err == nil) && len(data) > 0 {
			t.Fatalf("%q: encoding/json says valid=%v, we say %v", data, valid, err)
		}
		if err != nil {
			checkError(t, err)
			return
		}
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, plain(v)); diff != "" {
			t.Fatal(diff)
		}
		text := v.AppendJSON(nil)
		if !json.Valid(text) || !utf8.Valid(text) {
			t.Fatalf("%q is written as %q", data, text)
		}
		back, err := ParseValue(text)
		if err != nil || !back.Equal(v) || !v.Equal(back) {
			t.Fatalf("%q is read back as %v, %v", text, back, err)
		}
	})
}

// plain makes of a Value what encoding/json makes of JSON.
func plain(v Value) any {
	switch v.Kind() {
	case ValueBool:
		b, _ := v.Bool()
		return b
	case ValueNumber:
		n, _ := v.Number()
		return json.Number(n)
	case ValueString:
		s, _ := v.Text()
		return s
	case ValueArray:
		list := make([]any, 0, v.Len())
		for _, item := range v.Items() {
			list = append(list, plain(item))
		}
		return list
	case ValueObject:
		members := make(map[string]any, v.Len())
		for name, value := range v.Members() {
			members[name] = plain(value)
		}
		return members
	}
	return nil
}
