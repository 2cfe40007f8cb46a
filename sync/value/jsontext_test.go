package value

import (
	"encoding/json"
	"math"
	"testing"
	"unicode/utf8"
)

func TestJSONNumbersKeepTheirDigits(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0": "0", "-12": "-12", "7.00": "7", "12.30": `"12.3"`, "0.05": `"0.05"`, "100": "100",
		"9007199254740992": "9007199254740992", "9007199254740993": `"9007199254740993"`, "-9007199254740993": `"-9007199254740993"`,
		"123456789012345678901234567890": `"123456789012345678901234567890"`,
	} {
		if got := string(AppendJSONDecimal(nil, []byte(in))); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	for in, want := range map[float64]string{0: "0", 1234567: "1234567", 0.1: "0.1", 1e-9: "1e-09", 1e300: "1e+300", math.Inf(-1): `"-Infinity"`} {
		if got := string(AppendJSONFloat(nil, in)); got != want {
			t.Errorf("%g: %s, want %s", in, got, want)
		}
	}
	if got := string(AppendJSONFloat(nil, math.Copysign(0, -1))); got != "0" {
		t.Error(got)
	}
}

func FuzzAppendJSONString(f *testing.F) {
	f.Add("a\"\\\n\x00\u007f\u2028é")
	f.Fuzz(func(t *testing.T, text string) {
		out, err := AppendJSONString(nil, text)
		if err != nil {
			if utf8.ValidString(text) {
				t.Fatal(err)
			}
			return
		}
		var back string
		if err := json.Unmarshal(out, &back); err != nil || back != text {
			t.Fatalf("%q became %s: %v", text, out, err)
		}
	})
}
