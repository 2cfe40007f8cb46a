package cli

import (
	"strings"
	"unicode/utf8"
)

// nearest returns the name that is most likely meant by a mistyped one, or ""
// when none is near: at most a third of its letters, rounded, may differ.
// Among equals the first wins.
func nearest(typed string, names []string) string {
	best, bestDistance := "", (utf8.RuneCountInString(typed)+1)/3+1
	for _, name := range names {
		if d := distance(strings.ToLower(typed), strings.ToLower(name)); d < bestDistance {
			best, bestDistance = name, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with their
// neighbour to turn a into b.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, previous, current := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range current {
		current[j] = j
	}
	for i := range s {
		before, previous, current = previous, current, before
		current[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			current[j+1] = min(previous[j+1]+1, current[j]+1, previous[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				current[j+1] = min(current[j+1], before[j-1]+1)
			}
		}
	}
	return current[len(t)]
}
