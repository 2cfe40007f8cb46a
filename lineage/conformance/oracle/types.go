package oracle

import (
	"strings"

	g "github.com/goccy/go-googlesql"
)

// typeText writes a type as BigQuery does.
func typeText(t g.Googlesql_TypeNode) string {
	if t == nil {
		return ""
	}
	switch {
	case got(t.IsArray()):
		return "ARRAY<" + typeText(got(got(t.AsArray()).ElementType())) + ">"
	case got(t.IsStruct()):
		var sb strings.Builder
		sb.WriteString("STRUCT<")
		for i, f := range got(got(t.AsStruct()).Fields()) {
			if i > 0 {
				sb.WriteString(", ")
			}
			if f.Name != "" {
				sb.WriteString(f.Name + " ")
			}
			sb.WriteString(typeText(f.Type_))
		}
		sb.WriteByte('>')
		return sb.String()
	}
	text := got(t.DebugString(false))
	switch text {
	case "DOUBLE", "FLOAT":
		return "FLOAT64"
	case "INT32", "UINT32", "UINT64":
		return "INT64"
	}
	return text
}

// shape returns the fields of a struct, or of the elements of an array.
func shape(t g.Googlesql_TypeNode) *typ {
	for t != nil && got(t.IsArray()) {
		t = got(got(t.AsArray()).ElementType())
	}
	if t == nil || !got(t.IsStruct()) {
		return nil
	}
	out := &typ{}
	for _, f := range got(got(t.AsStruct()).Fields()) {
		out.names = append(out.names, f.Name)
		out.fields = append(out.fields, shape(f.Type_))
	}
	return out
}
