package bigquery

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"

	bq "google.golang.org/api/bigquery/v2"
)

// FuzzPage decodes whatever a server may send: only JSON is accepted, and what is
// accepted has its values.
func FuzzPage(f *testing.F) {
	for _, s := range []string{
		`{"rows":[{"f":[{"v":"1"},{"v":null}]}],"totalRows":"1","pageToken":"x"}`,
		`{"kind":"k","schema":{"fields":[]},"jobComplete":true,"rows":[]}`,
		`{"rows":[{"f":[{"v":"\u00e9\ud83d\ude00\n\\\/"},{"v":"\ud800x"}]}]}`,
		`{"rows":[{"f":[{"v":{"f":[]}},{"v":[1.5e-3,-0,true]}]}]}`,
		`{}`, `[]`, `{"rows":[{"f":[{},{}]},{"f":[{"v":"a","v":"b"},{"w":0}]}]} `,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var p page
		if err := p.decode(bytes.Clone(src), []form{formText, formInt}); err != nil {
			if !errors.Is(err, errBroken) {
				t.Fatal(err)
			}
			return
		}
		if !json.Valid(src) {
			t.Fatalf("%q is no JSON", src)
		}
		for i := range p.rows() {
			if row, err := p.row(i); err == nil && len(row) != 2 {
				t.Fatal(row)
			}
		}
	})
}

// FuzzPageText reads back what the standard library wrote.
func FuzzPageText(f *testing.F) {
	f.Add("", "a\"b\\c\n", true)
	f.Add("看護師😀", "<&>\u2028\x00\x7f", false)
	f.Fuzz(func(t *testing.T, a, b string, escape bool) {
		if !utf8.ValidString(a) || !utf8.ValidString(b) {
			return
		}
		type cell struct {
			V any `json:"v"`
		}
		type row struct {
			F []cell `json:"f"`
		}
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(escape)
		if err := enc.Encode(map[string]any{"pageToken": b, "rows": []row{{[]cell{{a}, {nil}}}, {[]cell{{b}, {a}}}}}); err != nil {
			t.Fatal(err)
		}
		var p page
		if err := p.decode(buf.Bytes(), []form{formText, formText}); err != nil {
			t.Fatal(err)
		}
		first, err := p.row(0)
		if err != nil || string(first[0]) != a || first[0] == nil || first[1] != nil {
			t.Fatalf("%q %v", first, err)
		}
		second, err := p.row(1)
		if err != nil || string(second[0]) != b || string(second[1]) != a || p.token != b {
			t.Fatalf("%q %v", second, err)
		}
	})
}

// FuzzArrow decodes whatever a server may send: nothing but an error may come of
// a message that contradicts itself.
func FuzzArrow(f *testing.F) {
	s := &bq.TableSchema{Fields: []*bq.TableFieldSchema{fieldOf("c1", "INTEGER"), fieldOf("c2", "STRING"), fieldOf("c3", "NUMERIC"),
		fieldOf("c4", "TIMESTAMP"), fieldOf("c5", "BOOLEAN"), fieldOf("c6", "BYTES")}}
	forms := []form{formInt, formText, formDecimal, formTimestamp, formBool, formBytes}
	names := []string{"c1", "c2", "c3", "c4", "c5", "c6"}
	schema, batches := arrowMessages(s, [][]any{{"1", "a", "1.5", "0", "true", "AA=="}, {nil, nil, nil, nil, nil, nil}, {"-5", "看", "-0.1", "-1", "false", ""}}, 2)
	for _, b := range batches {
		f.Add(schema, b.data)
	}
	f.Add([]byte{255, 255, 255, 255, 255, 255, 255, 255}, []byte{1})
	f.Fuzz(func(t *testing.T, schema, data []byte) {
		d, err := newDecoder(schema, forms, names)
		if err != nil {
			return
		}
		var b batch
		if d.decode(data, &b) != nil {
			return
		}
		for i := range min(b.rows(), 10_000) {
			if row, err := b.row(i); err == nil && len(row) != len(forms) {
				t.Fatal(row)
			}
		}
	})
}

// FuzzValue turns texts of the API into values: the result has the form that is
// promised, and turning it again changes nothing.
func FuzzValue(f *testing.F) {
	for i, s := range []string{"", "-12", "1.5e-9", "0012.300", "true", "AP8=", "2024-02-29", "2024-02-29T23:59:59.100", "-1", "23:59:59.5"} {
		f.Add(s, uint8(i))
	}
	f.Fuzz(func(t *testing.T, s string, n uint8) {
		form := form(n % uint8(formTime+1))
		got, err := appendText(nil, []byte(s), form)
		if err != nil || form == formTimestamp || form == formBool || form == formBytes {
			return
		}
		again, err := appendText(nil, got, form)
		if err != nil || !bytes.Equal(got, again) {
			t.Fatalf("%q became %q and then %q: %v", s, got, again, err)
		}
	})
}
