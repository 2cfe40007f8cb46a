package manifest

import (
	"encoding/json"
	"slices"
	"testing"
)

func parse(t *testing.T, text string) Value {
	t.Helper()
	v, err := ParseValue([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestValueKeepsOrderNumbersAndOffsets(t *testing.T) {
	t.Parallel()
	text := ` {"z": 1.50, "a": [true, null, "x\n<b>"], "o": {"k": -0e7}}`
	v := parse(t, text)
	if got, want := v.String(), `{"z":1.50,"a":[true,null,"x\n\u003cb\u003e"],"o":{"k":-0e7}}`; got != want {
		t.Errorf("String is %s, want %s", got, want)
	}
	if b, err := json.Marshal(v); err != nil || string(b) != v.String() {
		t.Errorf("Marshal gives %s, %v", b, err)
	}
	var keys []string
	for key := range v.Members() {
		keys = append(keys, key)
	}
	if !slices.Equal(keys, []string{"z", "a", "o"}) {
		t.Errorf("keys are %v", keys)
	}
	if n, ok := v.Get("z").Number(); !ok || n != "1.50" {
		t.Errorf("z is %q, %v", n, ok)
	}
	for _, at := range []struct {
		v    Value
		want string
	}{{v, "{"}, {v.Get("z"), "1.50"}, {v.Get("a"), "["}, {v.Get("o").Get("k"), "-0e7"}} {
		if got := text[at.v.Offset():]; len(got) < len(at.want) || got[:len(at.want)] != at.want {
			t.Errorf("the offset of %v is %d", at.v, at.v.Offset())
		}
	}
	for i, item := range v.Get("a").Items() {
		switch i {
		case 0:
			if b, ok := item.Bool(); !b || !ok {
				t.Error("item 0 is not true")
			}
		case 1:
			if !item.IsNull() {
				t.Error("item 1 is not null")
			}
		case 2:
			if s, ok := item.Text(); !ok || s != "x\n<b>" || item.String() != s {
				t.Errorf("item 2 is %q", s)
			}
		}
	}
}

func TestTheZeroValueIsNullAndSafe(t *testing.T) {
	t.Parallel()
	var v Value
	if !v.IsNull() || v.Len() != 0 || v.Offset() != 0 || v.String() != "null" || !v.Get("a").Get("b").IsNull() || !v.Equal(Value{}) {
		t.Error("the zero Value is not null everywhere")
	}
	for range v.Items() {
		t.Error("null has items")
	}
	for range parse(t, "[1]").Members() {
		t.Error("an array has members")
	}
	if _, ok := parse(t, `{"a": null}`).Lookup("a"); !ok {
		t.Error("a member that is null is not there")
	}
}

func TestValuesAreEqualWhateverTheOrderOfTheirMembers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		a, b string
		want bool
	}{
		{`{"a": 1, "b": [2]}`, `{"b": [2], "a": 1}`, true},
		{`{"a": 1}`, `{"a": 1.0}`, false},
		{`{"a": 1}`, `{"b": 1}`, false},
		{`{"a": 1}`, `{"a": 1, "b": 1}`, false},
		{`[1, 2]`, `[2, 1]`, false},
		{`"1"`, `1`, false},
		{`null`, `null`, true},
		{`{"a": 1, "a": 2}`, `{"a": 2}`, true},
	}
	for _, tt := range tests {
		if got := parse(t, tt.a).Equal(parse(t, tt.b)); got != tt.want {
			t.Errorf("%s equals %s: %v", tt.a, tt.b, got)
		}
	}
}
