package manifest

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// latestSchema is the newest manifest schema that the reader was written for.
const latestSchema = 12

// Read reads a manifest.json, plain or gzip. A file that cannot be opened gives
// the error of [os.Open], a broken one an *[Error].
func Read(path string, opts Options) (*Manifest, error) {
	return readFile(path, opts, Decode)
}

// Decode reads a manifest.json from r; name stands for it in errors.
func Decode(r io.Reader, name string, opts Options) (m *Manifest, err error) {
	defer guard(name, &m, &err)
	s, err := newScanner(r, name, opts)
	if err != nil {
		return nil, err
	}
	b := newBuilder(s)
	if err := s.artifact("manifest", &b.m.Metadata, b.section); err != nil {
		return nil, err
	}
	if b.nodes == nil && b.sources == nil {
		return nil, &Error{File: name, Offset: -1, Err: fmt.Errorf("%w: it has neither nodes nor sources", ErrWrongArtifact),
			Hint: "give the manifest.json that dbt writes into its target folder"}
	}
	return b.manifest(), nil
}

const bugHint = "this is a bug of impact: please report it"

// guard is the last resort at the border of the package: a panic of the JSON
// library must not take the program down. The tests do not count on it.
func guard[T any](name string, result *T, err *error) {
	if p := recover(); p != nil {
		var none T
		*result = none
		*err = &Error{File: name, Offset: -1, Err: fmt.Errorf("the reader failed: %v", p), Hint: bugHint}
	}
}

// artifact reads the object that every artifact is: "metadata" itself, every
// other member with section. It refuses another artifact than want, if the
// metadata says so.
func (s *scanner) artifact(want string, md *Metadata, section func(name string) error) error {
	var url string
	err := s.sections(want, func(name string) error {
		if name != "metadata" {
			return section(name)
		}
		if err := s.load(); err != nil {
			return err
		}
		var err error
		*md, url, err = s.metadata()
		if err != nil {
			return err
		}
		return s.checkArtifact(want, url)
	})
	if err != nil {
		return err
	}
	if err := s.end(); err != nil {
		return err
	}
	if url == "" {
		s.warn.addf("the file does not say which schema version it has; read as the newest one")
	}
	return nil
}

// checkArtifact compares the name in a schema URL such as
// https://schemas.getdbt.com/dbt/run-results/v6.json with the one wanted.
func (s *scanner) checkArtifact(want, url string) error {
	got := artifactName(url)
	if got == "" || got == want {
		return nil
	}
	e := &Error{File: s.file, Path: "metadata.dbt_schema_version", Offset: s.dec.InputOffset(), Err: &wrongArtifactError{want: fileName(want), got: fileName(got)}}
	e.Hint = "give the " + fileName(want) + " of the same target folder"
	return e
}

func artifactName(url string) string {
	_, rest, ok := strings.Cut(url, "/dbt/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// fileName is the name that dbt gives an artifact.
func fileName(artifact string) string {
	return strings.ReplaceAll(artifact, "-", "_") + ".json"
}

func schemaVersion(url string) int {
	url = strings.TrimSuffix(url, ".json")
	i := strings.LastIndex(url, "/v")
	if i < 0 {
		return 0
	}
	n, err := strconv.Atoi(url[i+2:])
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// metadata reads the metadata of an artifact and its schema URL.
func (s *scanner) metadata() (md Metadata, url string, err error) {
	err = s.object(func(name []byte) error {
		switch string(name) {
		case "dbt_schema_version":
			url = s.text()
			md.SchemaVersion = schemaVersion(url)
		case "dbt_version":
			md.DBTVersion = s.text()
		case "adapter_type":
			md.AdapterType = s.text()
		case "project_name":
			md.ProjectName = s.text()
		case "generated_at":
			md.GeneratedAt = s.text()
		case "invocation_id":
			md.InvocationID = s.text()
		default:
			s.skip()
		}
		return nil
	})
	return md, url, err
}

// A builder collects what a manifest holds. Everything is kept by unique id
// until the end, because the last one of a repeated id counts.
type builder struct {
	s *scanner
	m *Manifest

	node rawNode // reused

	nodes, sources, functions *nodeSet // nil if the file lacks the section
	units                     map[string]*UnitTest
	exposures                 map[string]*Exposure
	metrics                   map[string]*Metric
	semantics                 map[string]*SemanticModel
	queries                   map[string]*SavedQuery
	groups                    map[string]*Group
	macros                    map[string]*Macro

	noDependencies   int // models, snapshots and tests without depends_on.nodes
	firstIndependent string
	unknownTypes     int
	firstUnknown     string
}

// nodeSet is one of the sections that hold nodes.
type nodeSet struct {
	nodes map[string]*Node
	tests map[string]*Test
}

func newBuilder(s *scanner) *builder { return &builder{s: s, m: &Manifest{Path: s.file}} }

// section reads one member of the manifest. A section that stands there twice
// replaces what the first one said.
func (b *builder) section(name string) error {
	switch name {
	case "nodes":
		b.nodes = &nodeSet{map[string]*Node{}, map[string]*Test{}}
		return b.readNodes(b.nodes, "")
	case "sources":
		b.sources = &nodeSet{map[string]*Node{}, map[string]*Test{}}
		return b.readNodes(b.sources, KindSource)
	case "functions":
		b.functions = &nodeSet{map[string]*Node{}, map[string]*Test{}}
		return b.readNodes(b.functions, KindFunction)
	case "macros":
		b.macros = map[string]*Macro{}
		return b.readMacros()
	case "unit_tests":
		b.units = map[string]*UnitTest{}
		return readEach(b, b.units, unitTest)
	case "exposures":
		b.exposures = map[string]*Exposure{}
		return readEach(b, b.exposures, exposure)
	case "metrics":
		b.metrics = map[string]*Metric{}
		return readEach(b, b.metrics, metric)
	case "semantic_models":
		b.semantics = map[string]*SemanticModel{}
		return readEach(b, b.semantics, semanticModel)
	case "saved_queries":
		b.queries = map[string]*SavedQuery{}
		return readEach(b, b.queries, savedQuery)
	case "groups":
		b.groups = map[string]*Group{}
		return readEach(b, b.groups, group)
	}
	return b.s.pass() // docs, disabled, selectors, parent_map, child_map, group_map
}

// readEach reads a section of small resources: each is read as a whole and made
// into a T, except those that are disabled.
func readEach[T any](b *builder, into map[string]*T, build func(r *resource) *T) error {
	return b.s.members(func(id string) error {
		if err := b.s.want(ValueObject); err != nil {
			return err
		}
		delete(into, id)
		r := &resource{Value: b.s.value(), id: id, warn: &b.s.warn}
		if r.enabled() {
			into[id] = build(r)
		}
		return nil
	})
}

// manifest puts everything in order and resolves what needs the whole.
func (b *builder) manifest() *Manifest {
	m := b.m
	for _, set := range []*nodeSet{b.nodes, b.sources} {
		if set != nil {
			m.Nodes = append(m.Nodes, sorted(set.nodes)...)
			m.Tests = append(m.Tests, sorted(set.tests)...)
		}
	}
	if b.functions != nil {
		m.Functions = sorted(b.functions.nodes)
	}
	slices.SortFunc(m.Nodes, func(x, y *Node) int { return cmp.Compare(x.UniqueID, y.UniqueID) })
	slices.SortFunc(m.Tests, func(x, y *Test) int { return cmp.Compare(x.UniqueID, y.UniqueID) })
	m.UnitTests = sorted(b.units)
	m.Exposures = sorted(b.exposures)
	m.Metrics = sorted(b.metrics)
	m.SemanticModels = sorted(b.semantics)
	m.SavedQueries = sorted(b.queries)
	m.Groups = sorted(b.groups)
	m.Macros = slices.DeleteFunc(sorted(b.macros), func(x *Macro) bool {
		return m.Metadata.AdapterType != "" && x.PackageName == "dbt_"+m.Metadata.AdapterType
	})
	m.index()
	m.resolve()

	md := m.Metadata
	if md.SchemaVersion > latestSchema {
		b.s.warn.addf("manifest schema v%d (dbt %s) is newer than v%d, the newest one known: what is new in it is not read", md.SchemaVersion, md.DBTVersion, latestSchema)
	}
	if b.noDependencies > 0 {
		b.s.warn.addf("models, snapshots and tests that do not say what they depend on: %d (the first is %s)", b.noDependencies, b.firstIndependent)
	}
	if b.unknownTypes > 0 {
		b.s.warn.addf("nodes of unknown resource types, which are not read: %d (the first is %s)", b.unknownTypes, b.firstUnknown)
	}
	m.Warnings = b.s.warn.all()
	return m
}

// sorted returns the values of a map in the order of its keys.
func sorted[T any](byID map[string]*T) []*T {
	ids := make([]string, 0, len(byID))
	for id := range byID {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	list := make([]*T, 0, len(ids))
	for _, id := range ids {
		list = append(list, byID[id])
	}
	return list
}
