package salesforce

import (
	"slices"
	"strings"
	"unicode/utf8"

	"impact/internal/spelling"
)

// maxCompared bounds the characters of a name that are compared: the distance
// of two names takes time by the product of their lengths.
const maxCompared = 200

// Nearest returns at most n candidates that a mistyped name may mean, the
// nearest first. It compares normalised names, dotted ones part by part, and
// counts characters to insert, delete, replace or swap with their neighbour:
// at most a third of the name may differ. Candidates of which the name is a
// part, or the other way around, follow. Among equals the order is that of
// the candidates; repeated candidates are listed once.
func Nearest(name string, candidates []string, n int) []string {
	typed := compared(name)
	if len(typed) == 0 || n <= 0 {
		return nil
	}
	type match struct {
		name string
		far  int
	}
	most := (len(typed) + 1) / 3
	var matches []match
	seen := make(map[string]bool, len(candidates))
	for _, candidate := range candidates {
		if seen[candidate] {
			continue
		}
		seen[candidate] = true
		key := compared(candidate)
		far := max(len(key)-len(typed), len(typed)-len(key))
		if far <= most {
			if d := spelling.Distance(typed, key); d <= most {
				matches = append(matches, match{candidate, d})
				continue
			}
		}
		if within(string(key), string(typed)) {
			matches = append(matches, match{candidate, most + 1 + far})
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int { return a.far - b.far })
	names := make([]string, 0, min(n, len(matches)))
	for _, m := range matches[:min(n, len(matches))] {
		names = append(names, m.name)
	}
	return names
}

// within reports whether one name is a part of the other. Very short names are
// a part of nearly all.
func within(a, b string) bool {
	if utf8.RuneCountInString(a) > utf8.RuneCountInString(b) {
		a, b = b, a
	}
	return utf8.RuneCountInString(a) >= 3 && strings.Contains(b, a)
}

// compared is a name as it is compared: the parts before the last dot are
// tables.
func compared(name string) []rune {
	parts := strings.Split(name, ".")
	for i, part := range parts {
		if i < len(parts)-1 {
			parts[i] = NormalizeTable(part)
			continue
		}
		parts[i] = Normalize(part)
	}
	runes := []rune(strings.Join(parts, "."))
	return runes[:min(len(runes), maxCompared)]
}
