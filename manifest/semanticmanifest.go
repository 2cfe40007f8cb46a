package manifest

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A SemanticManifest is semantic_manifest.json: what MetricFlow reads. Its
// resources have no unique ids, packages or paths; [Manifest.WithSemantics]
// gives them the ids that dbt would. They keep the order of the file.
type SemanticManifest struct {
	Path           string
	SemanticModels []*SemanticModel
	Metrics        []*Metric
	SavedQueries   []*SavedQuery
	Warnings       []string
}

// ReadSemanticManifest reads a semantic_manifest.json, plain or gzip.
func ReadSemanticManifest(path string, opts Options) (*SemanticManifest, error) {
	return readFile(path, opts, DecodeSemanticManifest)
}

// DecodeSemanticManifest reads a semantic_manifest.json from r; name stands for
// it in errors.
func DecodeSemanticManifest(r io.Reader, name string, opts Options) (sm *SemanticManifest, err error) {
	defer guard(name, &sm, &err)
	s, err := newScanner(r, name, opts)
	if err != nil {
		return nil, err
	}
	sm = &SemanticManifest{Path: name}
	found := false
	err = s.sections("semantic-manifest", func(name string) (err error) {
		switch name {
		case "semantic_models":
			found = true
			sm.SemanticModels, err = readList(s, "semantic_models", semanticModel)
		case "metrics":
			sm.Metrics, err = readList(s, "metrics", metric)
		case "saved_queries":
			sm.SavedQueries, err = readList(s, "saved_queries", savedQuery)
		case "metadata": // every other artifact has it, this one does not
			if err = s.load(); err != nil {
				return err
			}
			var url string
			if _, url, err = s.metadata(); err == nil {
				err = s.checkArtifact("semantic-manifest", url)
			}
		default:
			err = s.pass()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := s.end(); err != nil {
		return nil, err
	}
	if !found {
		return nil, &Error{File: name, Offset: -1, Err: fmt.Errorf("%w: it has no semantic_models", ErrWrongArtifact),
			Hint: "give the semantic_manifest.json that dbt parse writes"}
	}
	sm.Warnings = s.warn.all()
	return sm, nil
}

// readList reads a list of small resources.
func readList[T any](s *scanner, section string, build func(*resource) *T) ([]*T, error) {
	var list []*T
	err := s.items(func() error {
		if err := s.want(ValueObject); err != nil {
			return err
		}
		list = append(list, build(&resource{Value: s.value(), id: fmt.Sprintf("%s[%d]", section, len(list)), warn: &s.warn}))
		return nil
	})
	for _, x := range list {
		switch x := any(x).(type) { // the place in the list is no unique id
		case *SemanticModel:
			x.UniqueID = ""
		case *Metric:
			x.UniqueID = ""
		case *SavedQuery:
			x.UniqueID = ""
		}
	}
	return list, err
}

// WithSemantics returns a manifest that also has the semantic models, metrics
// and saved queries of s which m lacks (by name), with unique ids in the root
// project and with their models resolved by relation. m stays as it is; the two
// share everything else.
func (m *Manifest) WithSemantics(s *SemanticManifest) *Manifest {
	out := *m
	project := m.Metadata.ProjectName
	out.SemanticModels = slices.Clone(m.SemanticModels)
	for _, x := range s.SemanticModels {
		if slices.ContainsFunc(m.SemanticModels, func(y *SemanticModel) bool { return y.Name == x.Name }) {
			continue
		}
		c := *x
		c.UniqueID = "semantic_model." + project + "." + x.Name
		c.PackageName = project
		if n := m.byRelation(x.relation); n != nil {
			c.Model = n.UniqueID
			c.DependsOn = []string{n.UniqueID}
		}
		out.SemanticModels = append(out.SemanticModels, &c)
	}
	out.Metrics = slices.Clone(m.Metrics)
	for _, x := range s.Metrics {
		if slices.ContainsFunc(m.Metrics, func(y *Metric) bool { return y.Name == x.Name }) {
			continue
		}
		c := *x
		c.UniqueID = "metric." + project + "." + x.Name
		c.PackageName = project
		out.Metrics = append(out.Metrics, &c)
	}
	out.SavedQueries = slices.Clone(m.SavedQueries)
	for _, x := range s.SavedQueries {
		if slices.ContainsFunc(m.SavedQueries, func(y *SavedQuery) bool { return y.Name == x.Name }) {
			continue
		}
		c := *x
		c.UniqueID = "saved_query." + project + "." + x.Name
		c.PackageName = project
		out.SavedQueries = append(out.SavedQueries, &c)
	}
	slices.SortFunc(out.SemanticModels, func(a, b *SemanticModel) int { return strings.Compare(a.UniqueID, b.UniqueID) })
	slices.SortFunc(out.Metrics, func(a, b *Metric) int { return strings.Compare(a.UniqueID, b.UniqueID) })
	slices.SortFunc(out.SavedQueries, func(a, b *SavedQuery) int { return strings.Compare(a.UniqueID, b.UniqueID) })
	r := resolver{m: &out}
	r.metrics()
	return &out
}

// byRelation returns the model, seed or snapshot that makes a relation.
func (m *Manifest) byRelation(r Relation) *Node {
	if r.Name == "" {
		return nil
	}
	for _, n := range m.Nodes {
		switch n.Kind {
		case KindModel, KindSeed, KindSnapshot:
			if strings.EqualFold(n.Alias, r.Name) && strings.EqualFold(n.Schema, r.Schema) &&
				(r.Database == "" || strings.EqualFold(n.Database, r.Database)) {
				return n
			}
		}
	}
	return nil
}
