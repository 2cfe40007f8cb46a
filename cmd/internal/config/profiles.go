package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"impact/internal/spelling"
	"impact/internal/yml"
)

// ErrNoProfiles says that dbt's profiles.yml was not found.
var ErrNoProfiles = errors.New("no profiles.yml found")

// ProfileOptions say which output of which profile is meant. The zero value
// means what dbt would take.
type ProfileOptions struct {
	Dir     string // --profiles-dir; ""; where dbt looks
	Name    string // --profile; "": that of dbt_project.yml
	Target  string // --target; "": DBT_TARGET, then the profile's own
	Project string // the dbt project
	Work    string // the folder in which the command runs
	Home    string // of the user
	Env     Lookup
}

// A Profile is one output of dbt's profiles.yml. Its values may be secrets: it
// prints as its name, however it is printed.
type Profile struct {
	File   string
	Name   string
	Target string
	Type   string // of the adapter: "bigquery", "duckdb", "mysql"

	path   string // of the output in the file
	at     yml.Position
	env    Lookup
	values map[string]profileValue
}

// profileValue is a scalar as it is written; parts of mappings have dotted keys.
type profileValue struct {
	text string
	at   yml.Position
}

// String returns "profile/target".
func (p Profile) String() string { return p.Name + "/" + p.Target }

// GoString returns the same.
func (p Profile) GoString() string { return p.String() }

// Format writes the name for every verb.
func (p Profile) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(p.String())) }

// ReadProfile finds profiles.yml as dbt does (the folder that was named,
// DBT_PROFILES_DIR, the project's folder, the current one, ~/.dbt) and returns
// the output that dbt would use. Of Jinja only env_var() is evaluated, and only
// where a value is asked for.
func ReadProfile(opts ProfileOptions) (*Profile, error) {
	file, err := findProfiles(opts)
	if err != nil {
		return nil, err
	}
	name := opts.Name
	if name == "" {
		if name, err = projectProfile(opts.Project, opts.Env); err != nil {
			return nil, err
		}
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("read profiles: %w", err)
	}
	if info.Size() > maxSize {
		return nil, &Error{File: file, Message: fmt.Sprintf("is larger than %d KiB", maxSize>>10)}
	}
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read profiles: %w", err)
	}
	return decodeProfile(file, src, name, opts)
}

func findProfiles(opts ProfileOptions) (string, error) {
	dirs := []string{opts.Project, opts.Work}
	if opts.Home != "" {
		dirs = append(dirs, filepath.Join(opts.Home, ".dbt"))
	}
	if dir := lookupOr(opts.Env, "DBT_PROFILES_DIR", ""); dir != "" {
		dirs = []string{dir}
	}
	if opts.Dir != "" {
		dirs = []string{opts.Dir}
	}
	var tried []string
	for _, dir := range dirs {
		if dir == "" {
			continue
		}
		file := filepath.Join(dir, "profiles.yml")
		if isFile(file) {
			return file, nil
		}
		tried = append(tried, dir)
	}
	return "", fmt.Errorf("%w in %s", ErrNoProfiles, strings.Join(tried, ", "))
}

func lookupOr(env Lookup, name, fallback string) string {
	if env != nil {
		if v, ok := env(name); ok && v != "" {
			return v
		}
	}
	return fallback
}

// projectProfile reads the profile's name from dbt_project.yml.
func projectProfile(dir string, env Lookup) (name string, err error) {
	if name := lookupOr(env, "DBT_PROFILE", ""); name != "" {
		return name, nil
	}
	file := filepath.Join(dir, "dbt_project.yml")
	src, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) || dir == "" {
		return "", &Error{File: file, Message: "is not there, so the name of the profile is not known", Hint: "name the profile with --profile"}
	}
	if err != nil {
		return "", fmt.Errorf("read the project: %w", err)
	}
	defer func() {
		if recover() != nil {
			name, err = "", &Error{File: file, Message: "is no YAML that can be read"}
		}
	}()
	name, err = projectKey(src, "profile")
	if err != nil {
		return "", &Error{File: file, Message: "is no YAML that can be read", Hint: "name the profile with --profile"}
	}
	if name == "" {
		return "", &Error{File: file, Path: "profile", Message: "is not stated", Hint: "name the profile with --profile"}
	}
	return render(name, env)
}

// decodeProfile finds the output. Everything else in the file is left alone:
// other profiles may use what this machine does not have.
func decodeProfile(file string, src []byte, name string, opts ProfileOptions) (p *Profile, err error) {
	defer func() {
		if r := recover(); r != nil {
			p, err = nil, &Error{File: file, Message: "is no YAML that can be read"}
		}
	}()
	parsed, perr := yml.Parse(src)
	if perr != nil {
		e := unreadable(file, perr)
		if !errors.Is(perr, yml.ErrTooDeep) {
			e.Message = "is no YAML that can be read" // the parser quotes lines, which may hold secrets
		}
		return nil, e
	}
	d := &decoder{config: &Config{at: map[string]yml.Position{}}, env: opts.Env, anchors: map[string]ast.Node{}}
	fail := func(path string, at yml.Position, hint, format string, args ...any) error {
		return &Error{File: file, Line: at.Line, Col: at.Col, Path: path, Message: fmt.Sprintf(format, args...), Hint: hint}
	}
	var top []entry
	if len(parsed.Docs) > 0 {
		d.collect(parsed.Docs[0])
		top = d.mapping("", parsed.Docs[0].Body, nil)
	}
	profile, names := pick(top, name)
	if profile == nil {
		return nil, fail("", yml.Position{}, spelling.Hint(name, names), "there is no profile %q", name)
	}
	members := d.mapping(profile.path, profile.value, nil)
	outputs, _ := pick(members, "outputs")
	if outputs == nil {
		return nil, fail(profile.path, yml.Place(profile.node), "", "has no outputs")
	}
	target := opts.Target
	if target == "" {
		target = lookupOr(opts.Env, "DBT_TARGET", "")
	}
	if stated, _ := pick(members, "target"); target == "" && stated != nil {
		text, _ := scalar(d.content(stated.value))
		if target, err = render(text, opts.Env); err != nil {
			return nil, fail(stated.path, yml.Place(stated.node), "", "%v", err)
		}
	}
	if target == "" {
		target = "default"
	}
	output, names := pick(d.mapping(outputs.path, outputs.value, nil), target)
	if output == nil {
		return nil, fail(outputs.path, yml.Place(outputs.node), spelling.Hint(target, names), "there is no target %q", target)
	}
	p = &Profile{File: file, Name: name, Target: target, path: output.path, at: yml.Place(output.node), env: opts.Env, values: map[string]profileValue{}}
	p.gather(d, "", output.value, 0)
	if len(d.errors) > 0 {
		d.errors[0].File = file
		return nil, d.errors[0]
	}
	if p.Type, err = p.Need("type"); err != nil {
		return nil, err
	}
	return p, nil
}

// pick returns the member called name, and the names of all.
func pick(members []entry, name string) (*entry, []string) {
	var names []string
	for i := range members {
		if members[i].key == name {
			return &members[i], nil
		}
		if members[i].key != "config" {
			names = append(names, members[i].key)
		}
	}
	return nil, names
}

func (p *Profile) gather(d *decoder, prefix string, n ast.Node, depth int) {
	for _, e := range d.mapping(p.path+prefix, n, nil) {
		key := strings.TrimPrefix(prefix+"."+e.key, ".")
		value := d.content(e.value)
		if text, ok := scalar(value); ok {
			p.values[key] = profileValue{text: text, at: yml.Place(placed(e.value, e.node))}
			continue
		}
		switch value.(type) {
		case *ast.MappingNode, *ast.MappingValueNode:
			if depth < 4 { // dbt's own go two deep
				p.gather(d, prefix+"."+e.key, value, depth+1)
			}
		}
	}
}

// scalar returns the text of a value that is one.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// Text returns the value of a key, "" if it is not there; keys of nested
// mappings are dotted. An error names the place, never the value.
func (p *Profile) Text(key string) (string, error) {
	v, ok := p.values[key]
	if !ok {
		return "", nil
	}
	text, err := render(v.text, p.env)
	if err != nil {
		return "", &Error{File: p.File, Line: v.at.Line, Col: v.at.Col, Path: p.path + "." + key, Message: err.Error(), Hint: jinjaHint(err)}
	}
	return text, nil
}

// Need is Text for a key that must be there.
func (p *Profile) Need(key string) (string, error) {
	text, err := p.Text(key)
	if err == nil && text == "" {
		return "", &Error{File: p.File, Line: p.at.Line, Col: p.at.Col, Path: p.path + "." + key, Message: "is not stated"}
	}
	return text, err
}

// JSON returns a nested mapping of texts as a JSON object, nil if it is not
// there.
func (p *Profile) JSON(key string) ([]byte, error) {
	object := map[string]string{}
	var keys []string
	for k := range p.values {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		member, ok := strings.CutPrefix(k, key+".")
		if !ok {
			continue
		}
		text, err := p.Text(k)
		if err != nil {
			return nil, err
		}
		object[member] = text
	}
	if len(object) == 0 {
		return nil, nil
	}
	return json.Marshal(object)
}

var (
	jinja       = regexp.MustCompile(`\{\{[^{}]*\}\}|\{%[^{}]*%\}|\{#[^{}]*#\}`)
	envVarCall  = regexp.MustCompile(`^\{\{-?\s*env_var\(\s*(?:'(\w+)'|"(\w+)")\s*(?:,\s*(?:'([^']*)'|"([^"]*)"|(\d+))\s*)?\)\s*((?:\|\s*\w+\s*)*)-?\}\}$`)
	errNotAsked = errors.New("only env_var('NAME') and env_var('NAME', 'default') are evaluated here")
)

func jinjaHint(err error) string {
	if errors.Is(err, errNotAsked) {
		return "write the value, or an env_var()"
	}
	return "set the variable, or give env_var() a default"
}

// render evaluates env_var() with the filters that change a value's type, which
// does not matter here.
func render(text string, env Lookup) (string, error) {
	var failed error
	out := jinja.ReplaceAllStringFunc(text, func(m string) string {
		parts := envVarCall.FindStringSubmatch(m)
		if parts == nil {
			failed = errNotAsked
			return ""
		}
		for _, filter := range strings.FieldsFunc(parts[6], func(r rune) bool { return r == '|' || r == ' ' || r == '\t' }) {
			switch filter {
			case "int", "float", "string", "as_number", "as_bool", "as_native", "as_text", "trim":
			default:
				failed = errNotAsked
			}
		}
		name := parts[1] + parts[2]
		if env != nil {
			if v, ok := env(name); ok {
				return v
			}
		}
		// The comma tells an empty default from none.
		if !strings.Contains(m, ",") {
			failed = fmt.Errorf("environment variable %s is not set", name)
		}
		return parts[3] + parts[4] + parts[5]
	})
	if failed == nil && (strings.Contains(out, "{{") || strings.Contains(out, "{%")) && out == text {
		failed = errNotAsked
	}
	return out, failed
}
