package destination

import (
	"fmt"
	"io/fs"
	"sort"
	"strconv"
	"strings"

	"impact/internal/spelling"
	"impact/manifest"
)

// Options are what [Decode] may use besides the manifest.
type Options struct {
	// Project is the root of the dbt project. With it problems carry the line
	// and column in the exposure's yml file. May be nil.
	Project fs.FS
}

// blockKeys are the keys of a meta.impact block.
var blockKeys = [...]string{
	"destination", "table", "model", "mode", "key", "columns", "values", "stamp", "lookup", "scope", "delete",
	"guard", "runner", "on_bad_row", "create", "chunked", "max_transaction_rows", "full", "tags", "loads",
}

// Decode reads the meta.impact block of an exposure strictly. It returns the
// loads that are sound, in the order of the block, and every problem of the
// others, in the order of the file as far as that is known. An exposure without
// the block has neither.
func Decode(e *manifest.Exposure, opts Options) ([]*Load, []Problem) {
	return decode(e, &files{project: opts.Project})
}

// DecodeAll decodes many exposures, in their order, and reads each yml file only
// once.
func DecodeAll(exposures []*manifest.Exposure, opts Options) (loads []*Load, problems []Problem) {
	f := &files{project: opts.Project}
	for _, e := range exposures {
		l, p := decode(e, f)
		loads, problems = append(loads, l...), append(problems, p...)
	}
	return loads, problems
}

func decode(e *manifest.Exposure, f *files) ([]*Load, []Problem) {
	d := &decoder{exposure: e}
	loads := d.decode()
	if len(loads) == 0 && len(d.problems) == 0 {
		return nil, nil
	}
	d.locator = f.locate(e)
	d.finish()
	for _, l := range loads {
		l.File = e.Path
		if at, ok := d.locator.find(l.Path); ok {
			l.Line = at.Line
		}
	}
	return loads, d.problems
}

type decoder struct {
	exposure *manifest.Exposure
	problems []Problem
	locator  *locator
}

// field is a value with the path it was found at.
type field struct {
	path  string
	value manifest.Value
}

func (f field) get(key string) (field, bool) {
	v, ok := f.value.Lookup(key)
	return field{f.path + "." + key, v}, ok
}

func (d *decoder) fail(f field, hint, format string, args ...any) {
	d.problems = append(d.problems, Problem{
		Exposure: d.exposure.UniqueID, Path: f.path, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

func (d *decoder) decode() []*Load {
	block, ok := d.block()
	if !ok {
		return nil
	}
	if !d.object(block, "a mapping with destination, table, mode …") {
		return nil
	}
	d.unknown(block, blockKeys[:])
	loads, several := block.get("loads")
	if !several {
		return d.checked([]layers{{block}})
	}
	if loads.value.Kind() != manifest.ValueArray {
		d.fail(loads, "", "want a list of loads, not %s", kindOf(loads.value))
		return nil
	}
	if loads.value.Len() == 0 {
		d.fail(loads, "", "is empty")
	}
	var all []layers
	for i, v := range loads.value.Items() {
		f := field{fmt.Sprintf("%s[%d]", loads.path, i), v}
		if !d.object(f, "a mapping") {
			continue
		}
		keys := blockKeys[:len(blockKeys)-1] // without loads
		d.unknown(f, keys)
		all = append(all, layers{f, block})
	}
	return d.checked(all)
}

// block finds meta.impact or config.meta.impact. Where both are given they must
// say the same.
func (d *decoder) block() (field, bool) {
	a, okA := field{"meta", d.exposure.Meta}.get("impact")
	b, okB := field{"config.meta", d.exposure.ConfigMeta}.get("impact")
	if okA && okB && !a.value.Equal(b.value) {
		d.fail(b, "keep one of them", "differs from meta.impact")
		return field{}, false
	}
	if okB && !okA {
		return b, true
	}
	return a, okA
}

// layers are the places where a key of a load is looked for, in order.
type layers []field

func (ls layers) get(key string) (field, bool) {
	for _, f := range ls {
		if v, ok := f.get(key); ok {
			return v, true
		}
	}
	return field{ls[0].path + "." + key, manifest.Value{}}, false
}

func (d *decoder) checked(all []layers) []*Load {
	var loads []*Load
	names := map[string]int{}
	for _, ls := range all {
		before := len(d.problems)
		l := d.load(ls)
		for _, other := range loads {
			if Overlap(other, l) {
				d.fail(ls[0], "tell their rows apart by scope", "loads the same rows of %s as %s", l.Table, other.Path)
				break
			}
		}
		if len(d.problems) > before {
			continue
		}
		if len(all) > 1 {
			l.Name += "/" + l.Table
		}
		names[l.Name]++
		if n := names[l.Name]; n > 1 {
			l.Name += "#" + strconv.Itoa(n)
		}
		loads = append(loads, l)
	}
	return loads
}

// finish removes what was found twice through defaults, gives each problem its
// place in the file, and orders them.
func (d *decoder) finish() {
	seen := map[[2]string]bool{}
	kept := d.problems[:0]
	for _, p := range d.problems {
		k := [2]string{p.Path, p.Message}
		if seen[k] {
			continue
		}
		seen[k] = true
		p.File = d.exposure.Path
		if at, ok := d.locator.find(p.Path); ok {
			p.Line, p.Col = at.Line, at.Col
		}
		kept = append(kept, p)
	}
	d.problems = kept
	sort.SliceStable(kept, func(i, j int) bool {
		if kept[i].Line != kept[j].Line {
			return kept[i].Line < kept[j].Line
		}
		return kept[i].Col < kept[j].Col
	})
}

func (d *decoder) object(f field, want string) bool {
	if f.value.Kind() == manifest.ValueObject {
		return true
	}
	d.fail(f, "", "want %s, not %s", want, kindOf(f.value))
	return false
}

func (d *decoder) unknown(f field, keys []string) {
	for key := range f.value.Members() {
		known := false
		for _, k := range keys {
			known = known || k == key
		}
		if !known {
			sub, _ := f.get(key)
			d.fail(sub, spelling.Hint(key, keys), "unknown key %q", key)
		}
	}
}

// kindOf names a kind as a yml author does.
func kindOf(v manifest.Value) string {
	switch v.Kind() {
	case manifest.ValueObject:
		return "a mapping"
	case manifest.ValueArray:
		return "a list"
	case manifest.ValueNull:
		return "nothing"
	}
	return v.Kind().String()
}

// text reads a name: a string with something in it and nothing invisible.
func (d *decoder) text(f field) (string, bool) {
	s, ok := f.value.Text()
	switch {
	case !ok:
		d.fail(f, "", "want a name, not %s", kindOf(f.value))
	case strings.TrimSpace(s) == "":
		d.fail(f, "", "is empty")
	case s != strings.TrimSpace(s) || strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		d.fail(f, "", "%q has white space around it or control characters in it", s)
	default:
		return s, true
	}
	return "", false
}

// word reads one of the words; other spellings go through alias.
func (d *decoder) word(f field, words []string) (string, bool) {
	s, ok := d.text(f)
	if !ok {
		return "", false
	}
	for _, w := range words {
		if s == w {
			return s, true
		}
	}
	d.fail(f, spelling.Hint(s, words), "unknown value %q", s)
	return "", false
}

// names reads a name or a list of different names.
func (d *decoder) names(f field) []string {
	if f.value.Kind() != manifest.ValueArray {
		if s, ok := d.text(f); ok {
			return []string{s}
		}
		return nil
	}
	var out []string
	seen := map[string]bool{}
	for i, v := range f.value.Items() {
		item := field{fmt.Sprintf("%s[%d]", f.path, i), v}
		s, ok := d.text(item)
		if !ok {
			continue
		}
		if seen[strings.ToLower(s)] {
			d.fail(item, "", "%q stands there twice", s)
			continue
		}
		seen[strings.ToLower(s)] = true
		out = append(out, s)
	}
	if f.value.Len() == 0 {
		d.fail(f, "", "is empty")
	}
	return out
}

func (d *decoder) boolean(ls layers, key string) bool {
	f, ok := ls.get(key)
	if !ok {
		return false
	}
	b, ok := f.value.Bool()
	if !ok {
		d.fail(f, "", "want true or false, not %s", kindOf(f.value))
	}
	return b
}
