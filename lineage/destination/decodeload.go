package destination

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"impact/manifest"
)

// load reads one load; its problems are added to d.
func (d *decoder) load(ls layers) *Load {
	l := &Load{
		Exposure: d.exposure.UniqueID, Name: d.exposure.Name, Path: ls[0].path,
		Guard: DefaultGuard(),
	}
	l.Destination = d.required(ls, "destination", "the name of a destination in impact.yml")
	l.Table = d.required(ls, "table", "the table to load")
	if f, _ := ls.get("table"); l.Table != "" {
		d.tableName(f, l.Table)
	}
	l.Model = d.model(ls)
	l.Mode = d.mode(ls)
	l.Runner = RunnerImpact
	if d.choice(ls, "runner", "impact", "external") == "external" {
		l.Runner = RunnerExternal
	}
	if d.choice(ls, "on_bad_row", "fail", "reject") == "reject" {
		l.OnBadRow = RejectBadRow
	}
	if f, ok := ls.get("key"); ok {
		l.Key = d.names(f)
	}
	d.columns(ls, l)
	if f, ok := ls.get("values"); ok {
		l.Values = d.constants(f)
	}
	if f, ok := ls.get("scope"); ok {
		l.Scope = d.constants(f)
	}
	d.stamp(ls, l)
	d.lookups(ls, l)
	d.delete(ls, l)
	d.guard(ls, l)
	l.Create = d.boolean(ls, "create")
	l.Chunked = d.boolean(ls, "chunked")
	l.Full = d.boolean(ls, "full")
	if f, ok := ls.get("max_transaction_rows"); ok {
		l.MaxTransactionRows = d.count(f, 1)
	}
	if f, ok := ls.get("tags"); ok {
		l.Tags = d.names(f)
	}
	d.contradictions(ls, l)
	return l
}

func (d *decoder) required(ls layers, key, what string) string {
	f, ok := ls.get(key)
	if !ok {
		d.fail(ls[0], fmt.Sprintf("add %s: %s", key, what), "%s is missing", key)
		return ""
	}
	s, _ := d.text(f)
	return s
}

func (d *decoder) tableName(f field, name string) {
	parts := strings.Split(name, ".")
	if len(parts) > 2 || parts[0] == "" || parts[len(parts)-1] == "" {
		d.fail(f, "", "want table or database.table, not %q", name)
	}
}

func (d *decoder) choice(ls layers, key string, words ...string) string {
	f, ok := ls.get(key)
	if !ok {
		return words[0]
	}
	s, _ := d.word(f, words)
	return s
}

func (d *decoder) mode(ls layers) Mode {
	f, ok := ls.get("mode")
	if !ok {
		d.fail(ls[0], "add mode: mirror, replace, upsert or append", "mode is missing")
		return 0
	}
	if s, _ := f.value.Text(); s == "truncate_insert" {
		return Replace
	}
	s, _ := d.word(f, []string{"mirror", "replace", "upsert", "append"})
	switch s {
	case "mirror":
		return Mirror
	case "replace":
		return Replace
	case "upsert":
		return Upsert
	case "append":
		return Append
	}
	return 0
}

func (d *decoder) columns(ls layers, l *Load) {
	f, ok := ls.get("columns")
	if !ok {
		l.AllColumns = true
		return
	}
	switch f.value.Kind() {
	case manifest.ValueArray:
		for _, name := range d.names(f) {
			l.Columns = append(l.Columns, Mapping{Column: name, From: name})
		}
	case manifest.ValueObject:
		for key, v := range f.value.Members() {
			item := field{f.path + "." + key, v}
			if from, ok := d.text(item); ok && d.columnName(item, key) {
				l.Columns = append(l.Columns, Mapping{Column: key, From: from})
			}
		}
		if f.value.Len() == 0 {
			d.fail(f, "leave columns out to load all of them", "is empty")
		}
	default:
		d.fail(f, "", "want destination column: model column, or a list of names, not %s", kindOf(f.value))
	}
}

// columnName checks the key of a mapping, which is a destination column.
func (d *decoder) columnName(f field, name string) bool {
	if strings.TrimSpace(name) == name && name != "" && !strings.ContainsFunc(name, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		return true
	}
	d.fail(f, "", "%q is no column name", name)
	return false
}

func (d *decoder) constants(f field) []Constant {
	if !d.object(f, "column: constant") {
		return nil
	}
	var out []Constant
	for key, v := range f.value.Members() {
		item := field{f.path + "." + key, v}
		if !d.columnName(item, key) {
			continue
		}
		lit, ok := literal(v)
		if !ok {
			d.fail(item, "", "want a string, a number, true, false or null, not %s", kindOf(v))
			continue
		}
		out = append(out, Constant{Column: key, Value: lit})
	}
	if f.value.Len() == 0 {
		d.fail(f, "", "is empty")
	}
	return out
}

func literal(v manifest.Value) (Literal, bool) {
	switch v.Kind() {
	case manifest.ValueNull:
		return Literal{}, true
	case manifest.ValueBool:
		b, _ := v.Bool()
		return Literal{Bool, strconv.FormatBool(b)}, true
	case manifest.ValueNumber:
		s, _ := v.Number()
		return Literal{Number, s}, true
	case manifest.ValueString:
		s, _ := v.Text()
		return Literal{String, s}, true
	}
	return Literal{}, false
}

func (d *decoder) stamp(ls layers, l *Load) {
	f, ok := ls.get("stamp")
	if !ok || !d.object(f, "{insert: column, write: column}") {
		return
	}
	d.unknown(f, []string{"insert", "write"})
	if in, ok := f.get("insert"); ok {
		l.Stamp.Insert, _ = d.text(in)
	}
	if w, ok := f.get("write"); ok {
		l.Stamp.Write, _ = d.text(w)
	}
	if f.value.Len() == 0 {
		d.fail(f, "", "is empty")
	}
}

func (d *decoder) lookups(ls layers, l *Load) {
	f, ok := ls.get("lookup")
	if !ok || !d.object(f, "foreign key column: {table, column, by, from}") {
		return
	}
	keys := []string{"table", "column", "by", "from"}
	for name, v := range f.value.Members() {
		item := field{f.path + "." + name, v}
		if !d.columnName(item, name) || !d.object(item, "{table, column, by, from}") {
			continue
		}
		d.unknown(item, keys)
		k := Lookup{Column: name}
		for i, dst := range []*string{&k.Table, &k.Select, &k.By, &k.From} {
			sub, ok := item.get(keys[i])
			if !ok {
				d.fail(item, "", "%s is missing", keys[i])
				continue
			}
			*dst, _ = d.text(sub)
		}
		if sub, ok := item.get("table"); ok && k.Table != "" {
			d.tableName(sub, k.Table)
		}
		l.Lookups = append(l.Lookups, k)
	}
	if f.value.Len() == 0 {
		d.fail(f, "", "is empty")
	}
}

func (d *decoder) delete(ls layers, l *Load) {
	f, ok := ls.get("delete")
	if !ok {
		return
	}
	if s, ok := f.value.Text(); ok {
		switch s {
		case "hard":
		case "soft":
			d.fail(f, "write delete: {soft: deleted_at}", "soft needs the column that marks a deleted row")
		default:
			d.fail(f, "want hard, {soft: column} or {children: cascade}", "unknown value %q", s)
		}
		return
	}
	if !d.object(f, "hard, {soft: column} or {children: cascade}") {
		return
	}
	d.unknown(f, []string{"soft", "children"})
	if s, ok := f.get("soft"); ok {
		l.Delete.Soft, _ = d.text(s)
	}
	if c, ok := f.get("children"); ok {
		_, l.Delete.Cascade = d.word(c, []string{"cascade"})
	}
	if f.value.Len() == 0 {
		d.fail(f, "", "is empty")
	}
}

func (d *decoder) guard(ls layers, l *Load) {
	f, ok := ls.get("guard")
	if !ok || !d.object(f, "{max_delete, max_change, min_rows}") {
		return
	}
	d.unknown(f, []string{"max_delete", "max_change", "min_rows"})
	if v, ok := f.get("max_delete"); ok {
		l.Guard.MaxDelete = d.limit(v)
	}
	if v, ok := f.get("max_change"); ok {
		l.Guard.MaxChange = d.limit(v)
	}
	if v, ok := f.get("min_rows"); ok {
		l.Guard.MinRows = d.count(v, 0)
	}
}

var percent = regexp.MustCompile(`^(\d{1,3}(?:\.\d{1,6})?)\s*%$`)

// limit reads "5%" or a number of rows.
func (d *decoder) limit(f field) Limit {
	if s, ok := f.value.Text(); ok {
		if m := percent.FindStringSubmatch(s); m != nil {
			n, err := strconv.ParseFloat(m[1], 64)
			if err == nil && n <= 100 {
				return Limit{n, true}
			}
		}
		d.fail(f, "", "want a percentage from 0%% to 100%% or a number of rows, not %q", s)
		return Limit{}
	}
	return Limit{N: float64(d.count(f, 0))}
}

// count reads a whole number from least on.
func (d *decoder) count(f field, least int64) int64 {
	s, ok := f.value.Number()
	n, err := strconv.ParseInt(s, 10, 64)
	if !ok || err != nil || n < least || n > 1<<52 {
		got := kindOf(f.value)
		if ok {
			got = s
		}
		d.fail(f, "", "want a whole number of %d or more, not %s", least, got)
	}
	return n
}
