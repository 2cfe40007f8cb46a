package destination

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"impact/manifest"
)

func seed(f *testing.F, files ...string) {
	f.Helper()
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
}

// roundTrip checks what every schema promises: its snapshot reads back equal.
func roundTrip(t *testing.T, s *Schema) {
	t.Helper()
	var out bytes.Buffer
	if err := WriteSnapshot(&out, s); err != nil {
		t.Fatal(err)
	}
	back, err := ReadSnapshot("snapshot.json", out.Bytes())
	if err != nil {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}
	var again bytes.Buffer
	if err := WriteSnapshot(&again, back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(out.String(), again.String()); diff != "" {
		t.Fatalf("snapshot changed (-first +second):\n%s", diff)
	}
}

func FuzzReadSchemaRB(f *testing.F) {
	seed(f, "testdata/schema/rails7.rb")
	f.Add([]byte("create_table \"a\", { id: false } do |t| t.string(\"x\") ; end\n<<~X\n"))
	f.Add([]byte("-> { -> do [ %w(a b) => { a: 1 } ] end }"))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, _ := ReadSchemaRB("schema.rb", src)
		roundTrip(t, s)
	})
}

func FuzzReadStructureSQL(f *testing.F) {
	seed(f, "testdata/schema/mysql8.sql", "testdata/schema/sqlite.sql")
	f.Fuzz(func(t *testing.T, src []byte) {
		s, _ := ReadStructureSQL("structure.sql", src)
		roundTrip(t, s)
	})
}

func FuzzReadSnapshot(f *testing.F) {
	f.Add([]byte(`{"format":"impact.schema/1","tables":[{"name":"a","columns":[{"name":"x","type":"int"}],"primary_key":["x"]}]}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := ReadSnapshot("snapshot.json", src)
		if err == nil {
			roundTrip(t, s)
		}
	})
}

// FuzzDecode gives any JSON as meta: what is sound must be complete.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"impact":{"destination":"d","table":"t","mode":"mirror","key":["id"],"columns":{"id":"id"},"lookup":{"a":{"table":"p","column":"id","by":"k","from":"f"}},"scope":{"s":1},"guard":{"max_delete":"5%"}}}`))
	f.Add([]byte(`{"impact":{"mode":"upsert","loads":[{"model":"m","table":"t"},{}]}}`))
	f.Fuzz(func(t *testing.T, meta []byte) {
		text := `{"metadata":{},"nodes":{},"sources":{},"exposures":{"exposure.p.x":{"unique_id":"exposure.p.x","name":"x","depends_on":{"nodes":["model.p.m"]},"meta":` + string(meta) + `}}}`
		m, err := manifest.Decode(strings.NewReader(text), "manifest.json", manifest.Options{})
		if err != nil {
			return
		}
		for _, e := range m.Exposures {
			loads, problems := Decode(e, Options{})
			for _, p := range problems {
				if p.Path == "" || p.Message == "" {
					t.Fatalf("empty problem: %+v", p)
				}
			}
			for _, l := range loads {
				if l.Destination == "" || l.Table == "" || l.Model == "" || l.Mode == 0 || l.Name == "" {
					t.Fatalf("incomplete load: %+v", l)
				}
				l.Expand([]string{"id", "a"}).Reads()
				Check(l, nil)
			}
			ReferencedColumns(e)
		}
	})
}

// FuzzLocate gives any file as the yml of an exposure.
func FuzzLocate(f *testing.F) {
	seed(f, "testdata/load/sound.yml", "testdata/load/broken.yml")
	f.Fuzz(func(t *testing.T, src []byte) {
		all := &files{project: fstest.MapFS{"x.yml": {Data: src}}}
		loc := all.locate(&manifest.Exposure{Name: "several", Path: "x.yml"})
		for _, p := range []string{"meta.impact.loads[1].guard.min_rows", "config.meta.impact", "[0]", ".", "]["} {
			if at, ok := loc.find(p); ok && at.Line < 0 {
				t.Fatalf("%s: %v", p, at)
			}
		}
	})
}
