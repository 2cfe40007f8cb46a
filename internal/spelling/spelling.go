package spelling

import (
	"fmt"
	"strings"
)

// longest is how many characters of a word are compared.
const longest = 200

// Nearest returns the one of words that a mistyped word most likely means, ""
// if none is near: without regard to case, at most a third of its letters,
// rounded, may differ, and one more where both start alike, as singular and
// plural do. Among equals the first wins.
func Nearest(word string, words []string) string {
	typed := []rune(strings.ToLower(word))
	best, least := "", len(typed)+1
	for _, w := range words {
		other := []rune(strings.ToLower(w))
		most := (len(typed) + 1) / 3
		if most > 0 && 2*alike(typed, other) > len(typed) {
			most++
		}
		if d := Distance(typed, other); d <= most && d < least {
			best, least = w, d
		}
	}
	return best
}

// alike is how many characters a and b have in common at their start.
func alike(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// Hint says which of words is meant by one that is none of them, or, where none
// is near, which there are.
func Hint(word string, words []string) string {
	if near := Nearest(word, words); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "want one of " + strings.Join(words, ", ")
}

// Distance is the number of characters to insert, delete, replace or swap with
// their neighbour to turn a into b, where no character is edited twice. Words of
// more than 200 characters are far from all others.
func Distance(a, b []rune) int {
	if len(a) > longest || len(b) > longest {
		return max(len(a), len(b))
	}
	older, before, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range a {
		older, before, row = before, row, older
		row[0] = i + 1
		for j, s := range b {
			cost := 1
			if r == s {
				cost = 0
			}
			row[j+1] = min(before[j+1]+1, row[j]+1, before[j]+cost)
			if i > 0 && j > 0 && r == b[j-1] && a[i-1] == s {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
