package value_test

import (
	"bytes"
	"math/big"
	"testing"

	"impact/sync/value"
)

func TestDecimalsHaveOneForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in string
		scale    int
		want     string // "" for an error
	}{
		{"leading zeros go", "007", 0, "7"},
		{"the scale is filled up", "1.5", 3, "1.500"},
		{"there is no negative zero", "-0.00", 2, "0.00"},
		{"an exponent is applied", "12.5e-3", 4, "0.0125"},
		{"a large exponent too", "1E+20", 0, "100000000000000000000"},
		{"a sign may be written", "+3", 0, "3"},
		{"nothing is no number", "", 0, ""},
		{"a point is no number", ".", 0, ""},
		{"words are no number", "NaN", 0, ""},
		{"an absurd exponent is refused", "1e999999999", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			neg, whole, frac, err := value.SplitDecimal([]byte(c.in))
			got := ""
			if err == nil {
				got = string(value.JoinDecimal(neg, whole, frac, c.scale))
			}
			if got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestJSONHasOneForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in       string
		exact, doubles string // "" for an error
	}{
		{"members are sorted and spaces go", `{"b" : 1, "a": [ ]}`, `{"a":[],"b":1}`, `{"a":[],"b":1}`},
		{"numbers have their shortest form", `[1.50, 1e2, -0]`, `[1.5,100,0]`, `[1.5,100,0]`},
		{"text keeps every digit", `0.12345678901234567890123`, `0.12345678901234567890123`, `0.12345678901234568`},
		{"long integers too", `12345678901234567890`, `12345678901234567890`, `1.2345678901234567e+19`},
		{"markup is not escaped", `"<é>"`, `"<é>"`, `"<é>"`},
		{"a whole number has one form however it is rounded to it", `[7777777777777777.7777, 1e16, 1e18]`, `[7777777777777777.7777,10000000000000000,1000000000000000000]`, `[7777777777777778,10000000000000000,1e+18]`},
		{"two documents are none", `1 2`, "", ""},
		{"broken characters are refused", "\"\xff\"", "", ""},
		{"a half is refused", `{"a":`, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for n, want := range map[value.Numbers]string{value.Exact: c.exact, value.Doubles: c.doubles} {
				got, err := value.JSON([]byte(c.in), n)
				if string(got) != want || (err != nil) != (want == "") {
					t.Errorf("%q, %v, want %q", got, err, want)
				}
			}
		})
	}
}

func FuzzDecimalKeepsItsValue(f *testing.F) {
	for _, s := range []string{"1", "-1.50", "1e3", ".5", "5.", "+0", "1e-400"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		neg, whole, frac, err := value.SplitDecimal([]byte(s))
		if err != nil {
			return
		}
		got := string(value.JoinDecimal(neg, whole, frac, len(frac)))
		a, ok := new(big.Rat).SetString(s)
		b, ok2 := new(big.Rat).SetString(got)
		if ok && (!ok2 || a.Cmp(b) != 0) {
			t.Fatalf("%q became %q", s, got)
		}
	})
}

func FuzzJSONIsStable(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e-3,null]}`, `"x"`, `[{"b":1,"b":2}]`, `1e300`, `7777777777777777.7777`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, n := range []value.Numbers{value.Exact, value.Doubles} {
			once, err := value.JSON(in, n)
			if err != nil {
				continue
			}
			twice, err := value.JSON(once, n)
			if err != nil || !bytes.Equal(once, twice) {
				t.Fatalf("%q became %q, then %q: %v", in, once, twice, err)
			}
		}
	})
}
