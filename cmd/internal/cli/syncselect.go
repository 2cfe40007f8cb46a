package cli

import (
	"path"
	"slices"
	"sort"
	"strings"

	"impact/internal/spelling"
	"impact/lineage/destination"
)

// The ways to name loads. A pattern without a method is a load's or an
// exposure's name.
const (
	byName        = ""
	byExposure    = "exposure"
	byTag         = "tag"
	byOwner       = "owner"
	byDestination = "destination"
)

// chosen splits the loads into those that are selected and the others. Without
// any selection all are meant. As in dbt, words are alternatives and commas
// within a word demand both.
func (s *syncProject) chosen(selectors, excludes []string) (selected, others []*destination.Load, err error) {
	take, err := s.matches(selectors)
	if err != nil {
		return nil, nil, err
	}
	drop, err := s.matches(excludes)
	if err != nil {
		return nil, nil, err
	}
	all := len(selectors) == 0
	for _, l := range s.Loads {
		if (all || take[l]) && !drop[l] {
			selected = append(selected, l)
		} else {
			others = append(others, l)
		}
	}
	err = s.problemsOf(func(exposure string) bool {
		e := s.exposure(exposure)
		return all || e == nil || slices.ContainsFunc(selectors, func(w string) bool {
			method, pattern := splitSelector(w)
			return (method == byName || method == byExposure) && match(pattern, e.Name)
		})
	})
	return selected, others, err
}

// words splits selections at spaces, as dbt does.
func words(selections []string) []string {
	var out []string
	for _, s := range selections {
		out = append(out, strings.Fields(s)...)
	}
	return out
}

func (s *syncProject) matches(selections []string) (map[*destination.Load]bool, error) {
	out := map[*destination.Load]bool{}
	for _, word := range selections {
		var both map[*destination.Load]bool
		for part := range strings.SplitSeq(word, ",") {
			found, err := s.matchOne(part)
			if err != nil {
				return nil, err
			}
			if both == nil {
				both = found
				continue
			}
			for l := range both {
				if !found[l] {
					delete(both, l)
				}
			}
		}
		for l := range both {
			out[l] = true
		}
	}
	return out, nil
}

func splitSelector(word string) (method, pattern string) {
	if m, p, ok := strings.Cut(word, ":"); ok {
		switch m {
		case byExposure, byTag, byOwner, byDestination:
			return m, p
		}
	}
	return byName, word
}

func (s *syncProject) matchOne(part string) (map[*destination.Load]bool, error) {
	method, pattern := splitSelector(part)
	out := map[*destination.Load]bool{}
	for _, l := range s.Loads {
		if slices.ContainsFunc(s.names(l, method), func(name string) bool { return match(pattern, name) }) {
			out[l] = true
		}
	}
	if len(out) > 0 || s.hasProblem(method, pattern) {
		return out, nil
	}
	kind := method
	if kind == byName || kind == byExposure {
		kind = "load"
	}
	err := &NameError{Kind: kind, Name: pattern, Candidates: nearestFirst(pattern, s.known(method))}
	if m, _, ok := strings.Cut(part, ":"); ok && method == byName {
		return nil, &NameError{Kind: "selector", Name: m + ":", Candidates: nearestFirst(m+":", []string{byDestination + ":", byExposure + ":", byOwner + ":", byTag + ":"})}
	}
	if len(s.Loads) == 0 {
		err.Help = "no exposure of the manifest has a meta.impact block; docs/sync.md shows one"
	}
	return nil, err
}

// hasProblem reports whether an exposure of this name has loads that are not
// sound: its mistakes are worth more than "unknown".
func (s *syncProject) hasProblem(method, pattern string) bool {
	if method != byName && method != byExposure {
		return false
	}
	for _, p := range s.Problems {
		if e := s.exposure(p.Exposure); e != nil && match(pattern, e.Name) {
			return true
		}
	}
	return false
}

// names are what a load is called under a method.
func (s *syncProject) names(l *destination.Load, method string) []string {
	e := s.exposure(l.Exposure)
	switch method {
	case byDestination:
		return []string{l.Destination}
	case byTag:
		if e == nil {
			return l.Tags
		}
		return append(slices.Clone(l.Tags), e.Tags...)
	case byOwner:
		if e == nil {
			return nil
		}
		return slices.DeleteFunc([]string{e.Owner.Name, e.Owner.Email}, func(n string) bool { return n == "" })
	}
	names := []string{l.Name}
	if e != nil {
		names = append(names, e.Name, e.Name+"/"+l.Table)
	}
	return names
}

func (s *syncProject) known(method string) []string {
	var out []string
	for _, l := range s.Loads {
		names := s.names(l, method)
		if method == byName || method == byExposure {
			names = names[:1]
		}
		out = append(out, names...)
	}
	sort.Strings(out)
	return slices.Compact(out)
}

// selectors are all words that select something, for completion.
func (s *syncProject) selectors() []string {
	out := s.known(byName)
	for _, method := range []string{byTag, byOwner, byDestination} {
		for _, name := range s.known(method) {
			if !strings.ContainsAny(name, " ,") {
				out = append(out, method+":"+name)
			}
		}
	}
	return out
}

// match compares without case; * stands for anything.
func match(pattern, name string) bool {
	pattern, name = strings.ToLower(pattern), strings.ToLower(name)
	if pattern == name {
		return true
	}
	if !strings.Contains(pattern, "*") {
		return false
	}
	// A slash is an ordinary character here.
	ok, err := path.Match(strings.ReplaceAll(pattern, "/", "\x00"), strings.ReplaceAll(name, "/", "\x00"))
	return err == nil && ok
}

// nearestFirst orders names for the candidates of an error: the nearest first,
// the others as they are.
func nearestFirst(typed string, names []string) []string {
	out := slices.Clone(names)
	sort.SliceStable(out, func(i, j int) bool { return closeness(typed, out[i]) < closeness(typed, out[j]) })
	return out
}

func closeness(typed, name string) int {
	typed, name = strings.ToLower(typed), strings.ToLower(name)
	d := spelling.Distance([]rune(typed), []rune(name))
	if strings.Contains(name, typed) {
		d = min(d, 1)
	}
	return d
}
