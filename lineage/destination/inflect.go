package destination

import "strings"

// singular returns the singular of a table name as Rails' inflector forms it
// for the words that name tables, because schema.rb leaves out the column of a
// foreign key where it is the singular of the table and "_id". Words that Rails
// knows and this does not are found by the reader, which sees that the table
// has no such column, and warns.
func singular(word string) string {
	head, last := "", word
	if i := strings.LastIndexByte(word, '_'); i >= 0 {
		head, last = word[:i+1], word[i+1:]
	}
	return head + singularWord(last)
}

func singularWord(w string) string {
	lower := strings.ToLower(w)
	switch lower {
	case "equipment", "information", "rice", "money", "species", "series", "fish", "sheep", "jeans", "police", "news", "data":
		return singularException(w, lower)
	}
	for _, r := range [...]struct{ plural, singular string }{
		{"people", "person"}, {"children", "child"}, {"women", "woman"}, {"men", "man"},
		{"mice", "mouse"}, {"oxen", "ox"}, {"zombies", "zombie"}, {"movies", "movie"}, {"moves", "move"},
		{"quizzes", "quiz"}, {"matrices", "matrix"}, {"vertices", "vertex"}, {"indices", "index"},
		{"analyses", "analysis"}, {"diagnoses", "diagnosis"}, {"bases", "base"}, {"theses", "thesis"},
		{"crises", "crisis"}, {"axes", "axis"}, {"statuses", "status"}, {"aliases", "alias"}, {"viruses", "virus"},
		{"buses", "bus"}, {"shoes", "shoe"}, {"halves", "half"}, {"wolves", "wolf"}, {"knives", "knife"},
		{"wives", "wife"}, {"lives", "life"}, {"shelves", "shelf"}, {"leaves", "leaf"},
		{"sses", "ss"}, {"shes", "sh"}, {"ches", "ch"}, {"xes", "x"}, {"oes", "o"},
	} {
		if strings.HasSuffix(lower, r.plural) {
			return w[:len(w)-len(r.plural)] + r.singular
		}
	}
	switch {
	case strings.HasSuffix(lower, "ies") && len(w) > 3 && !strings.ContainsRune("aeiou", rune(lower[len(lower)-4])):
		return w[:len(w)-3] + "y"
	case strings.HasSuffix(lower, "ss"), !strings.HasSuffix(lower, "s"):
		return w
	}
	return w[:len(w)-1]
}

// singularException keeps the words that have no other singular; "data" is the
// plural of "datum".
func singularException(w, lower string) string {
	if lower == "data" {
		return w[:len(w)-4] + "datum"
	}
	return w
}
