package destination

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
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
