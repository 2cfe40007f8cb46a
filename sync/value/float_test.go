package value

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestAFloatThatLooksCanonicalIs(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", "-", "0", "-0", "0.0", "0.", ".5", "-.5", "1", "-1", "01", "1.0", "1.50", "1.5", "0.1", "0.0001", "0.00001", "0.00012", "-0.0001", "0.000",
		"999999", "1000000", "999999.5", "123456.123456789", "123456.1234567891", "0.12345678901234", "0.123456789012345", "1e5", "NaN", "Infinity", "1.5.5", "1 ", "+1", "1.-5", "9007199254740993"}
	for range 200_000 {
		f := math.Pow(10, float64(r.IntN(14)-6)) * (r.Float64() - 0.5)
		texts = append(texts, strconv.FormatFloat(f, 'f', r.IntN(17), 64), strconv.FormatFloat(f, 'g', -1, 64),
			fmt.Sprintf("%d.%d", r.IntN(2_000_000), r.IntN(1_000_000_000)))
	}
	n := 0
	for _, s := range texts {
		if !CanonicalFloat([]byte(s)) {
			continue
		}
		n++
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || string(FormatFloat(f)) != s {
			t.Fatalf("%q is written %q", s, FormatFloat(f))
		}
	}
	if n < 100_000 {
		t.Fatalf("only %d of %d were seen to be canonical", n, len(texts))
	}
}
