package bind

import "impact/lineage/syntax"

// pseudoColumn tells whether a name is one of the columns that every table, or
// every wildcard table, of a warehouse has beside its own, and its type.
func (b *binder) pseudoColumn(id *syntax.Ident) (TypeKind, bool) {
	var buf [32]byte
	if len(id.Name) < 4 || len(id.Name) > len(buf) {
		return Unknown, false
	}
	name := lower(buf[:0], id.Name)
	if kind, ok := pseudoColumns[string(name)]; ok {
		return kind, true
	}
	if b.traits.rowID && string(name) == "rowid" {
		return Int64, true
	}
	kind, ok := b.traits.systemColumns[string(name)]
	return kind, ok
}

var pseudoColumns = map[string]TypeKind{
	"_table_suffix": String, "_partitiontime": Timestamp, "_partitiondate": Date, "_file_name": String,
	"_change_type": String, "_change_timestamp": Timestamp, "_change_sequence_number": String,
	"metadata$filename": String, "metadata$file_row_number": Int64, "metadata$action": String,
	"metadata$isupdate": Bool, "metadata$row_id": String, "_metadata": Unknown, "_rowguid": String,
}

// pseudoValue is the pseudo-column of a range variable that stands for one input.
func (b *binder) pseudoValue(v *rangeVar, id *syntax.Ident, kind TypeKind) (value, bool) {
	in, ok := b.soleInput(v)
	if !ok {
		if len(v.opens) != 1 || v.opens[0].input < 0 {
			return value{}, false
		}
		in = v.opens[0].input
	}
	out := append(b.allocSrcs(1), src{leaf: b.leaves.column(in, id.Name), pos: id.Pos, kind: Direct})
	return value{srcs: b.keepSrcs(out), typ: basic(kind)}, true
}

// keywordValue says whether an unresolved single name is a function that is
// called without parentheses, and the type of its value.
func keywordValue(id *syntax.Ident) (TypeKind, bool) {
	var buf [32]byte
	if id.Quoted || len(id.Name) > len(buf) {
		return Unknown, false
	}
	kind, ok := keywordValues[string(lower(buf[:0], id.Name))]
	return kind, ok
}

var keywordValues = map[string]TypeKind{
	"current_date": Date, "current_time": Time, "current_timestamp": Timestamp, "current_datetime": Datetime,
	"localtime": Time, "localtimestamp": Timestamp, "sysdate": Timestamp, "systimestamp": Timestamp, "getdate": Timestamp,
	"current_user": String, "session_user": String, "user": String, "current_role": String,
	"current_schema": String, "current_database": String, "current_catalog": String,
	"rownum": Int64, "level": Int64, "default": Unknown,
}
