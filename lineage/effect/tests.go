package effect

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"impact/lineage"
	"impact/lineage/bind"
	"impact/manifest"
)

// blockedByTests reports the data tests of a relation that no longer resolve. A
// failing test of severity error keeps dbt build from what is behind.
func (a *analysis) blockedByTests(r lineage.RelID) {
	if !a.loss.Any(r) {
		return
	}
	for _, t := range a.g.Manifest().TestsOf(a.g.Relation(r).UniqueID) {
		before := len(a.findings)
		a.test(t)
		if len(a.findings) > before && t.Severity != "WARN" {
			s := a.stopAt(r)
			s.blocking = true
			if s.path == nil {
				s.path = a.findings[before].Path
			}
		}
	}
}

// otherTests reports the tests that are left: singular ones, and those of
// relations that lost nothing but whose tests name others that did.
func (a *analysis) otherTests() {
	for _, t := range a.g.Manifest().Tests {
		a.test(t)
	}
}

// test reports a data test whose SQL no longer resolves, once.
func (a *analysis) test(t *manifest.Test) {
	if a.tested[t.UniqueID] || !a.dependsOnLoss(t.DependsOn) && !a.dependsOnLoss([]string{t.Attached}) {
		return
	}
	a.tested[t.UniqueID] = true
	if strings.TrimSpace(t.Compiled) != "" {
		a.compiledTest(t)
		return
	}
	a.declaredTest(t)
}

func (a *analysis) dependsOnLoss(ids []string) bool {
	for _, id := range ids {
		if r := a.g.ByID(id); r != lineage.None && a.loss.Any(r) {
			return true
		}
	}
	return false
}

func testSubject(t *manifest.Test) Subject {
	return Subject{Kind: "test", ID: t.UniqueID, Name: t.Name, File: t.Path}
}

// compiledTest binds the test's own SQL without what is gone.
func (a *analysis) compiledTest(t *manifest.Test) {
	base, _ := a.g.BindText(t.Compiled, nil)
	res, _ := a.g.BindText(t.Compiled, &a.loss)
	errs := newErrors(base.Diagnostics, res.Diagnostics)
	if len(errs) == 0 {
		// What the text does not say may still be in the arguments.
		if base.Confidence == bind.Widened {
			a.declaredTest(t)
		}
		return
	}
	d := errs[0]
	file := path.Join("target", "compiled", t.PackageName, t.Path)
	raw := ""
	if t.Generic {
		file = path.Join("target", "compiled", t.PackageName, t.Path, t.Name+".sql")
	} else {
		raw = t.RawCode
	}
	f := a.testFinding(t, d.Column, fmt.Sprintf("test %s names %s, which is gone", t.Name, d.Column))
	f.At = place(lineage.PlaceIn(file, t.Compiled, raw, t.Path, d.Span))
	a.addTest(f, t)
}

// declaredTest looks for lost columns in what a generic test is given.
func (a *analysis) declaredTest(t *manifest.Test) {
	if attached := a.g.ByID(t.Attached); attached != lineage.None {
		named := []string{t.ColumnName}
		named = append(named, manifest.Identifiers(t.Where)...)
		for _, arg := range t.Arguments {
			if arg.Name != "to" && arg.Name != "field" && arg.Name != "values" {
				named = append(named, words(arg.Value)...)
			}
		}
		for _, c := range named {
			if c != "" && a.loss.Has(attached, c) {
				a.addTest(a.testFinding(t, c, fmt.Sprintf("test %s names %s, which is gone", t.Name, c)), t)
				return
			}
		}
	}
	for _, arg := range t.Arguments {
		if arg.Name != "field" {
			continue
		}
		for _, id := range t.DependsOn {
			if r := a.g.ByID(id); r != lineage.None && id != t.Attached && a.loss.Has(r, arg.Value.String()) {
				a.addTest(a.testFinding(t, arg.Value.String(), fmt.Sprintf("test %s names %s, which is gone", t.Name, arg.Value.String())), t)
				return
			}
		}
	}
	if !t.Generic {
		for _, c := range manifest.Identifiers(t.RawCode) {
			for _, id := range t.DependsOn {
				if r := a.g.ByID(id); r != lineage.None && a.loss.Has(r, c) {
					f := a.testFinding(t, c, fmt.Sprintf("test %s seems to name %s, which is gone", t.Name, c))
					f.Confidence = bind.Widened.String()
					a.addTest(f, t)
					return
				}
			}
		}
	}
}

// words are the names in an argument of a test, at any depth.
func words(v manifest.Value) []string {
	var out []string
	for _, it := range v.Items() {
		out = append(out, words(it)...)
	}
	for _, m := range v.Members() {
		out = append(out, words(m)...)
	}
	if v.Kind() == manifest.ValueString {
		out = append(out, v.String())
		out = append(out, manifest.Identifiers(v.String())...)
	}
	return out
}

func (a *analysis) testFinding(t *manifest.Test, column, message string) Finding {
	f := Finding{
		Rule: RuleTestUnresolved, Severity: Break, Subject: testSubject(t), Columns: []string{column},
		Message: message, Confidence: bind.Exact.String(),
	}
	for _, id := range append([]string{t.Attached}, t.DependsOn...) {
		r := a.g.ByID(id)
		if r == lineage.None {
			continue
		}
		if f.Owner == nil {
			f.Owner = a.owner(r)
		}
		if c, ok := a.g.Column(r, column); ok && a.loss.Has(r, column) {
			f.Path = a.pathTo(c)
			f.Owner = a.owner(r)
			break
		}
	}
	return f
}

func (a *analysis) addTest(f Finding, t *manifest.Test) {
	if t.Severity == "WARN" {
		f.Message += " (severity warn)"
	}
	id := a.add(f)
	a.repair(Repair{Subject: f.Subject, What: "remove or change test " + t.Name, At: f.At, Owner: f.Owner, Findings: []string{id}})
}

// unitTests reports unit tests of a model that give or expect a lost column. A
// model whose unit test fails is not built.
func (a *analysis) unitTests(model lineage.RelID) {
	for _, u := range a.g.Manifest().UnitTests {
		if a.g.ByID(u.Model) != model {
			continue
		}
		var columns []string
		var path []Step
		lost := func(r lineage.RelID, named []string) {
			for _, c := range named {
				if !a.loss.Has(r, c) || slices.Contains(columns, c) {
					continue
				}
				columns = append(columns, c)
				if id, ok := a.g.Column(r, c); ok && path == nil {
					path = a.pathTo(id)
				}
			}
		}
		lost(model, u.Expect.Columns)
		for _, given := range u.Given {
			if r := a.givenRelation(u, given.Input); r != lineage.None {
				lost(r, given.Columns)
			}
		}
		if len(columns) == 0 {
			continue
		}
		s := a.stopAt(model)
		s.untested = true
		if s.path == nil {
			s.path = path
		}
		subject := Subject{Kind: "unit_test", ID: u.UniqueID, Name: u.Name, File: u.Path}
		owner := a.owner(model)
		id := a.add(Finding{
			Rule: RuleUnitTest, Severity: Break, Subject: subject, Columns: columns, Confidence: bind.Exact.String(), Path: path, Owner: owner,
			Message: fmt.Sprintf("unit test %s names %s, which %s gone", u.Name, list(columns), plural(len(columns), "is", "are")),
		})
		a.repair(Repair{Subject: subject, What: "take " + list(columns) + " out of unit test " + u.Name, Owner: owner, Findings: []string{id}})
	}
}

// givenRelation is the relation that a unit test's input means.
func (a *analysis) givenRelation(u *manifest.UnitTest, input string) lineage.RelID {
	ref, ok := manifest.ParseReference(input)
	if !ok {
		return lineage.None
	}
	model := a.g.ByID(u.Model)
	candidates := u.DependsOn
	if model != lineage.None && a.g.Relation(model).Node != nil {
		candidates = append(slices.Clip(candidates), a.g.Relation(model).Node.DependsOn...)
	}
	for _, id := range candidates {
		r := a.g.ByID(id)
		if r == lineage.None {
			continue
		}
		if n := a.g.Relation(r).Node; n != nil && ref.Matches(n) {
			return r
		}
	}
	return lineage.None
}
