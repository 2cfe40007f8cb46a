package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"impact/lineage/destination"
)

// FileFormat is the value of "format" in a plan file.
const FileFormat = "impact.plan/1"

// A File is a plan as it is kept: names, hashes and decisions, no row value.
// Running it means making the plan again and finding that nothing differs.
type File struct {
	Format      string      `json:"format"`
	Hash        string      `json:"hash"`
	Seal        string      `json:"seal"` // over all of the file, so that a change by hand is noticed
	Environment string      `json:"environment,omitempty"`
	Groups      []FileGroup `json:"groups"`
	Held        []FileHeld  `json:"held,omitempty"`
	Refusals    []Refusal   `json:"refusals,omitempty"`
	Notes       []Note      `json:"notes,omitempty"`
}

// FileGroup is a [Group] in a [File].
type FileGroup struct {
	Destination string     `json:"destination"`
	Loads       []FileLoad `json:"loads"`
}

// FileLoad is a [Load] in a [File].
type FileLoad struct {
	Name     string       `json:"name"`
	Table    string       `json:"table"`
	Model    string       `json:"model"`
	Relation string       `json:"relation"`
	Mode     string       `json:"mode"`
	Method   string       `json:"method"`
	Reason   string       `json:"reason,omitempty"`
	Key      []string     `json:"key,omitempty"`
	Columns  []FileColumn `json:"columns"`
	Create   []string     `json:"create,omitempty"` // statements that create the table first
	Version  string       `json:"version,omitempty"`
	Mapping  string       `json:"mapping"`
	DDL      string       `json:"ddl"`
}

// FileColumn is a [Column] in a [File].
type FileColumn struct {
	Name     string `json:"name"`
	Type     string `json:"type,omitempty"`
	Origin   string `json:"origin"`
	From     string `json:"from,omitempty"`
	Kind     string `json:"kind,omitempty"`
	Deferred bool   `json:"deferred,omitempty"`
}

// FileHeld is a [Held] in a [File].
type FileHeld struct {
	Load    string   `json:"load"`
	Reasons []Reason `json:"reasons"`
}

// File returns the plan in the form in which it is kept.
func (p *Plan) File() *File {
	f := &File{Format: FileFormat, Hash: p.Hash, Environment: p.Environment, Refusals: p.Refusals, Notes: p.Notes, Groups: []FileGroup{}}
	for _, g := range p.Groups {
		fg := FileGroup{Destination: g.Destination}
		for _, l := range g.Loads {
			fl := FileLoad{Name: l.Name(), Table: l.Spec.Table, Model: l.Spec.Model, Relation: l.Model.Relation,
				Mode: l.Spec.Mode.String(), Method: l.Method.String(), Reason: l.Reason, Key: l.Spec.Key,
				Version: l.Model.Version, Mapping: l.Mapping, DDL: l.DDL, Create: l.Create, Columns: []FileColumn{}}
			for _, c := range l.Columns {
				fc := FileColumn{Name: c.Name, Origin: c.Origin.String(), From: c.From, Deferred: c.Deferred}
				if c.Type != nil {
					fc.Type = c.Type.Type
				}
				if c.Origin != destination.Fixed {
					fc.Kind = c.Kind.String()
				}
				fl.Columns = append(fl.Columns, fc)
			}
			fg.Loads = append(fg.Loads, fl)
		}
		f.Groups = append(f.Groups, fg)
	}
	for _, h := range p.Held {
		f.Held = append(f.Held, FileHeld(h))
	}
	f.Seal = f.seal()
	return f
}

// seal hashes everything that the file says.
func (f *File) seal() string {
	c := *f
	c.Seal = ""
	return digest(c)
}

// MaxFile is the size of the largest plan file that is read: a thousand loads of
// a hundred columns need some 20 MB.
const MaxFile = 64 << 20

// Write writes the file as indented JSON. The same plan gives the same bytes.
func (f *File) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(f); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	return nil
}

// ReadFile reads a plan file strictly: an unknown format or key is an error,
// so that a plan of a newer version is never run in part, and so is any change
// since it was written. name is used in errors.
func ReadFile(name string, src []byte) (*File, error) {
	if len(src) > MaxFile {
		return nil, fmt.Errorf("read plan %s: it is larger than %d MB, so it is no plan", name, MaxFile>>20)
	}
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	var f File
	if err := dec.Decode(&f); err != nil {
		return nil, fmt.Errorf("read plan %s: %s", name, unreadable(err))
	}
	if f.Format != FileFormat {
		return nil, fmt.Errorf("read plan %s: format %q is not %q", name, f.Format, FileFormat)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("read plan %s: there is more behind the plan", name)
	}
	if f.Seal != f.seal() {
		return nil, fmt.Errorf("read plan %s: it was changed after it was written", name)
	}
	return &f, nil
}

// unreadable says in plain words why a file is no plan.
func unreadable(err error) string {
	var typed *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &typed):
		what := typed.Field
		if what == "" {
			what = "it"
		}
		return fmt.Sprintf("%s is of type %s, which no plan has there", what, typed.Value)
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is no JSON: %v (at byte %d)", err, syntax.Offset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too early"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// Versions returns the source versions that the plan was made for, by the
// unique id of the model: a run of the file reads these.
func (f *File) Versions() map[string]string {
	out := map[string]string{}
	for _, g := range f.Groups {
		for _, l := range g.Loads {
			if l.Version != "" {
				out[l.Model] = l.Version
			}
		}
	}
	return out
}

// A Difference is one way in which a plan is no longer what its file says.
type Difference struct {
	Load string
	What string // "environment", "mapping", "table", "rows of the model", "method", "no longer planned", "not in the plan", "the file itself"
}

// Stale compares the file with the plan as it is made now and returns what
// differs, sorted. The plan may run only if nothing does.
func (f *File) Stale(now *Plan) []Difference {
	type key struct{ dest, name string }
	old, fresh := map[key]FileLoad{}, map[key]FileLoad{}
	for _, g := range now.File().Groups {
		for _, l := range g.Loads {
			fresh[key{g.Destination, l.Name}] = l
		}
	}
	for _, g := range f.Groups {
		for _, l := range g.Loads {
			old[key{g.Destination, l.Name}] = l
		}
	}
	var out []Difference
	for _, g := range now.Groups {
		for _, l := range g.Loads {
			k := key{g.Destination, l.Name()}
			known := len(out)
			was, ok := old[k]
			delete(old, k)
			switch {
			case !ok:
				out = append(out, Difference{l.Name(), "not in the plan"})
				continue
			case was.Mapping != l.Mapping:
				out = append(out, Difference{l.Name(), "mapping"})
			}
			if was.DDL != l.DDL {
				out = append(out, Difference{l.Name(), "table"})
			}
			if !SameVersion(was.Version, l.Model.Version) {
				out = append(out, Difference{l.Name(), "rows of the model"})
			}
			if was.Method != l.Method.String() {
				out = append(out, Difference{l.Name(), "method"})
			}
			is := fresh[k]
			is.Version = was.Version // of which two may be the same rows
			if len(out) == known && digest(was) != digest(is) {
				out = append(out, Difference{l.Name(), "the file itself"})
			}
		}
	}
	for k := range old {
		out = append(out, Difference{k.name, "no longer planned"})
	}
	if f.Environment != now.Environment {
		out = append(out, Difference{What: "environment"})
	}
	if len(out) == 0 && f.Hash != now.Hash {
		out = append(out, Difference{What: "the file itself"})
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Load != out[j].Load {
			return out[i].Load < out[j].Load
		}
		return out[i].What < out[j].What
	})
	return out
}
