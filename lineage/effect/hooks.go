package effect

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"impact/lineage"
	"impact/lineage/bind"
)

// hooks reports the hooks of a relation that no longer resolve: then the relation
// is not made, or is and counts as failed.
func (a *analysis) hooks(r lineage.RelID) {
	for _, h := range a.hooksOf()[a.g.Relation(r).UniqueID] {
		a.hook(&h, r)
	}
}

// otherHooks reports the hooks that are left: those of relations that are not made
// from the one that lost a column, and operations.
func (a *analysis) otherHooks() {
	for _, n := range a.g.Manifest().Nodes {
		r := a.g.ByID(n.UniqueID)
		if a.hooked[n.UniqueID] {
			continue
		}
		for _, h := range a.hooksOf()[n.UniqueID] {
			if !a.hook(&h, r) || r == lineage.None {
				continue
			}
			for _, d := range a.g.Descendants(r) {
				if d != r {
					a.inherit(d)
					a.staleModel(d)
				}
			}
		}
	}
}

// hooksOf are the hooks by the node that they belong to.
func (a *analysis) hooksOf() map[string][]lineage.Hook {
	if a.hooksBy == nil {
		a.hooksBy = map[string][]lineage.Hook{}
		for _, h := range a.g.Hooks() {
			a.hooksBy[h.Node.UniqueID] = append(a.hooksBy[h.Node.UniqueID], h)
		}
	}
	return a.hooksBy
}

// hook reports one hook of a relation, or an operation where there is none, and
// says whether it fails.
func (a *analysis) hook(h *lineage.Hook, r lineage.RelID) bool {
	a.hooked[h.Node.UniqueID] = true
	f := Finding{Rule: RuleHookUnresolved, Severity: Break, Confidence: bind.Exact.String()}
	var of string
	if r != lineage.None {
		f.Subject, f.Owner = a.subject(r), a.owner(r)
		of = h.Kind + " of " + a.g.Relation(r).Name
	} else {
		f.Subject = Subject{Kind: "operation", ID: h.Node.UniqueID, Name: h.Node.Name, File: a.g.SourceFile(h.Node)}
		of = "operation " + h.Node.Name
	}
	lost := lineage.RelID(lineage.None)
	if h.Text != "" {
		base, _ := a.g.BindText(h.Text, nil)
		if !slices.ContainsFunc(base.Inputs, func(in *bind.Relation) bool { return a.loss.Any(lineage.RelID(in.ID)) }) {
			return false
		}
		after, _ := a.g.BindText(h.Text, &a.loss)
		errs := newErrors(base.Diagnostics, after.Diagnostics)
		if len(errs) == 0 {
			return false
		}
		f.Columns = []string{errs[0].Column}
		f.Message = fmt.Sprintf("%s names %s, which is gone", of, errs[0].Column)
		f.At = place(a.g.HookPlace(h, errs[0].Span))
		for _, in := range base.Inputs {
			if id := lineage.RelID(in.ID); a.loss.Has(id, errs[0].Column) {
				lost = id
			}
		}
	} else {
		c, id := a.mentions(h)
		if id == lineage.None {
			return false
		}
		f.Columns, f.Confidence, lost = []string{c}, bind.Widened.String(), id
		f.Message = fmt.Sprintf("%s seems to name %s, which is gone", of, c)
	}
	if lost != lineage.None {
		if c, ok := a.g.Column(lost, f.Columns[0]); ok {
			f.Path = a.pathTo(c)
		}
	}
	if r != lineage.None && f.Confidence == bind.Exact.String() {
		a.breaks(r, f.Path)
	}
	id := a.add(f)
	a.repair(Repair{Subject: f.Subject, What: fmt.Sprintf("take %s out of %s", f.Columns[0], of), At: f.At, Owner: f.Owner, Findings: []string{id}})
	return true
}

// mentions finds a lost column that a hook with Jinja of its own seems to name:
// one of its relation, or of those that it refers to.
func (a *analysis) mentions(h *lineage.Hook) (string, lineage.RelID) {
	for _, id := range append([]string{h.Node.UniqueID}, h.Node.DependsOn...) {
		r := a.g.ByID(id)
		if r == lineage.None {
			continue
		}
		for _, c := range a.loss.Columns(r) {
			if hasWord(strings.ToLower(h.Raw), c) {
				return c, r
			}
		}
	}
	return "", lineage.None
}

// hasWord reports whether a text has a word that is no part of a longer one.
func hasWord(text, word string) bool {
	inWord := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	for at := 0; word != ""; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		at += len(word)
		after, _ := utf8.DecodeRuneInString(text[at:])
		if !inWord(before) && !inWord(after) {
			return true
		}
	}
	return false
}
