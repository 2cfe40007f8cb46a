package files

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"impact/sync/plan"
)

func TestDigitsOfDecimalsAreKnown(t *testing.T) {
	t.Parallel()
	file := func(precision, scale int32) []byte {
		return encode(t, arrow.NewSchema([]arrow.Field{column("v", &arrow.Decimal128Type{Precision: precision, Scale: scale})}, nil), `[{"v":"1"}]`, 10)
	}
	for _, c := range []struct {
		name             string
		files            [][]byte
		precision, scale int
	}{
		{"a type of its own", [][]byte{file(12, 2)}, 12, 2},
		{"BigQuery's, which says nothing", [][]byte{file(38, 9)}, 0, 0},
		{"parts of one type", [][]byte{file(12, 2), file(12, 2)}, 12, 2},
		{"parts of two types", [][]byte{file(12, 2), file(14, 2)}, 0, 0},
	} {
		dir := t.TempDir()
		for i, data := range c.files {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.parquet", i)), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		m, err := source(dir).Describe(t.Context(), "m")
		if err != nil {
			t.Fatal(err)
		}
		if f := m.Fields[0]; f.Kind != plan.Decimal || f.Precision != c.precision || f.Scale != c.scale {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}
