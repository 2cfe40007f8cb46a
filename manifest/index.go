package manifest

// index fills the look-up tables and HasCompiledSQL.
func (m *Manifest) index() {
	m.byID = make(map[string]*Node, len(m.Nodes))
	m.children = make(map[string][]*Node, len(m.Nodes))
	for _, n := range m.Nodes {
		m.byID[n.UniqueID] = n
		if n.Kind == KindModel && n.Compiled != "" {
			m.Metadata.HasCompiledSQL = true
		}
		for _, parent := range n.DependsOn {
			m.children[parent] = append(m.children[parent], n)
		}
	}
}

// resolve gives tests and the like the unique id of the node that they name in
// words, and files the tests under it.
func (m *Manifest) resolve() {
	r := resolver{m: m, byName: map[string][]*Node{}}
	for _, n := range m.Nodes {
		r.byName[n.Name] = append(r.byName[n.Name], n)
	}
	m.byAttached = make(map[string][]*Test, len(m.Tests))
	for _, t := range m.Tests {
		if t.Attached == "" && t.Generic {
			t.Attached = r.text(t.modelText, t.PackageName, t.DependsOn)
		}
		t.modelText = ""
		if t.Attached != "" {
			m.byAttached[t.Attached] = append(m.byAttached[t.Attached], t)
		}
	}
	for _, u := range m.UnitTests {
		if u.Model == "" {
			u.Model = r.id(Reference{Name: u.ModelName, Version: u.version}, u.PackageName, u.DependsOn)
		}
	}
	for _, sm := range m.SemanticModels {
		sm.Model = r.text(sm.modelText, sm.PackageName, sm.DependsOn)
		sm.modelText = ""
	}
	r.metrics()
}

// metrics resolves what metrics Name: models in the old form, semantic models in
// the newest.
func (r *resolver) metrics() {
	for _, x := range r.m.Metrics {
		if x.modelText != "" {
			x.Model = r.text(x.modelText, x.PackageName, x.DependsOn)
			x.modelText = ""
		}
		if x.semanticName == "" {
			continue
		}
		for _, sm := range r.m.SemanticModels {
			if sm.Name == x.semanticName && (x.SemanticModel == "" || sm.PackageName == x.PackageName) {
				x.SemanticModel = sm.UniqueID
			}
		}
		x.semanticName = ""
	}
}

// A resolver finds nodes by what ref() and source() call them.
type resolver struct {
	m      *Manifest
	byName map[string][]*Node
}

// text returns the unique id of the node that a text such as
// "{{ get_where_subquery(ref('orders')) }}" refers to, or "".
func (r *resolver) text(text, pkg string, dependsOn []string) string {
	ref, ok := findReference(text)
	if !ok {
		if len(dependsOn) == 1 {
			return dependsOn[0]
		}
		return ""
	}
	return r.id(ref, pkg, dependsOn)
}

// id returns the unique id of the node that a reference means: one of dependsOn
// if possible, else one of the package, else one of the whole project.
func (r *resolver) id(ref Reference, pkg string, dependsOn []string) string {
	best, bestRank := "", 0
	consider := func(n *Node, rank int) {
		if n == nil || !ref.Matches(n) {
			return
		}
		if n.PackageName == pkg {
			rank += 2
		}
		if n.Latest || n.Version == "" {
			rank++ // a ref without a version means the latest one
		}
		if rank > bestRank {
			best, bestRank = n.UniqueID, rank
		}
	}
	for _, id := range dependsOn {
		consider(r.m.byID[id], 5)
	}
	if best == "" {
		for _, n := range r.byName[ref.Name] {
			consider(n, 1)
		}
	}
	return best
}
