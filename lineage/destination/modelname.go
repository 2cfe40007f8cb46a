package destination

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"impact/internal/spelling"
	"impact/manifest"
)

// model resolves the node that is delivered among those that the exposure
// depends on.
func (d *decoder) model(ls layers) string {
	var ids, names []string
	for _, id := range d.exposure.DependsOn {
		if n := nodeName(id); n != "" {
			ids, names = append(ids, id), append(names, n)
		}
	}
	f, stated := ls.get("model")
	if !stated {
		switch len(ids) {
		case 1:
			return ids[0]
		case 0:
			d.fail(ls[0], "add depends_on: [ref('…')] to the exposure", "the exposure depends on no model")
		default:
			d.fail(ls[0], "add model: one of "+strings.Join(names, ", "), "the exposure depends on %d models: which one is loaded?", len(ids))
		}
		return ""
	}
	want, ok := d.text(f)
	if !ok {
		return ""
	}
	var hits []string
	for _, id := range ids {
		if means(want, id) {
			hits = append(hits, id)
		}
	}
	switch len(hits) {
	case 1:
		return hits[0]
	case 0:
		d.unknownModel(f, want, ids, names)
	default:
		d.fail(f, "write one of "+strings.Join(alike(want, hits), ", "), "%q means %d models", want, len(hits))
	}
	return ""
}

// means reports whether text names a node: by ref() or source(), by its unique
// id, or by its name with or without the version.
func means(text, id string) bool {
	if ref, ok := manifest.ParseReference(text); ok {
		return ref.MatchesID(id)
	}
	name := nodeName(id)
	return text == id || text == name || text == bareName(name)
}

// unknownModel reports a model that the exposure does not depend on.
func (d *decoder) unknownModel(f field, want string, ids, names []string) {
	if len(ids) == 0 {
		d.fail(f, "the exposure depends on no model", "the exposure does not depend on %q", want)
		return
	}
	ref, isCall := manifest.ParseReference(want)
	switch {
	case !isCall && strings.ContainsAny(want, "(){}"):
		d.fail(f, "write a name, or one of "+strings.Join(calls(ids), ", "), "%q is no model's name and no ref() with a literal name", want)
	case isCall:
		name := ref.Name
		if ref.Source != "" {
			name = ref.Source + "." + name
		}
		if ref.Version != "" {
			name += ".v" + ref.Version
		}
		hint := "want one of " + strings.Join(calls(ids), ", ")
		if near := spelling.Nearest(name, names); near != "" {
			hint = "did you mean " + callOf(ids[slices.Index(names, near)]) + "?"
		}
		d.fail(f, hint, "the exposure does not depend on %s", want)
	default:
		d.fail(f, spelling.Hint(want, names), "the exposure does not depend on %q", want)
	}
}

// alike spells nodes as a text does: as calls, or by their unique ids.
func alike(text string, ids []string) []string {
	if _, ok := manifest.ParseReference(text); ok {
		return calls(ids)
	}
	return ids
}

// calls are the ref() and source() calls that mean nodes; with the package where
// two would be called alike.
func calls(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = callOf(id)
		if j := slices.Index(out[:i], out[i]); j >= 0 {
			out[i], out[j] = callInPackage(id), callInPackage(ids[j])
		}
	}
	return out
}

func callInPackage(id string) string {
	pkg := strings.Split(id, ".")[1]
	return strings.Replace(callOf(id), "ref(", "ref('"+pkg+"', ", 1)
}

// callOf is the ref() or source() that means a node.
func callOf(id string) string {
	name := nodeName(id)
	if strings.HasPrefix(id, "source.") {
		source, table, _ := strings.Cut(name, ".")
		return fmt.Sprintf("source('%s', '%s')", source, table)
	}
	if v := versionSuffix.FindString(name); v != "" {
		return fmt.Sprintf("ref('%s', v=%s)", bareName(name), v[len(".v"):])
	}
	return fmt.Sprintf("ref('%s')", name)
}

// nodeName returns how a yml author names a node by its unique id: "jobs",
// "jobs.v2", for a source "crm.jobs"; "" for what is no relation.
func nodeName(id string) string {
	parts := strings.SplitN(id, ".", 3)
	if len(parts) < 3 {
		return ""
	}
	switch parts[0] {
	case "model", "seed", "snapshot", "source":
		return parts[2]
	}
	return ""
}

var versionSuffix = regexp.MustCompile(`\.v[^.]+$`)

func bareName(name string) string { return versionSuffix.ReplaceAllString(name, "") }
