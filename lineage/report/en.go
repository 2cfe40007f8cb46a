package report

import (
	"fmt"
	"strings"

	"impact/lineage/effect"
)

func english() *catalogue {
	return &catalogue{
		titles: map[section]string{
			sectionBreaks:    "What breaks",
			sectionElsewhere: "What silently means another column",
			sectionTests:     "Tests that fail",
			sectionLoads:     "Loads",
			sectionStale:     "Not updated until the repair",
			sectionLost:      "Lost without an error",
			sectionColumns:   "Destination columns",
			sectionValues:    "Values that change after the repair",
			sectionRows:      "Rows that depend on it",
			sectionNotes:     "Also mentioned by",
			sectionOwners:    "Who should know",
			sectionRepairs:   "Repair in this order",
			sectionCoverage:  "Coverage",
		},
		severities: map[effect.Severity]string{
			effect.Break: "break", effect.Loss: "loss", effect.Stale: "stale",
			effect.Rows: "rows", effect.Value: "value", effect.Note: "note",
		},
		via: map[string]string{}, // the names of the analysis are English
		rungs: map[string]string{
			"id": "dbt id", "meta": "meta", "connector": "the connector's rule",
			"normalized": "similar spelling", "bare": "the column's name alone",
		},
		count:    func(n int, noun string) string { return fmt.Sprintf("%d %s", n, englishNoun(n, noun)) },
		list:     englishList,
		headline: englishHeadline,
		verdict: func(v verdict) string {
			var parts []string
			if v&stops != 0 {
				parts = append(parts, "stops updating")
			}
			switch {
			case v&gone != 0:
				parts = append(parts, "is gone")
			case v&refused != 0:
				parts = append(parts, "refuses NULL")
			case v&changes != 0:
				parts = append(parts, "changes")
			}
			return strings.Join(parts, ", then ")
		},
		disappears: func(columns string, n int) string {
			return fmt.Sprintf("%s disappears from %d %s", columns, n, englishNoun(n, "relation"))
		},
		understood: func(c effect.Coverage) string {
			text := fmt.Sprintf("%d of %d %s understood", c.Bound, c.Models, englishNoun(c.Models, "model"))
			if c.Models > 0 {
				text += fmt.Sprintf(" (%d%%)", c.Percent)
			}
			return text
		},
		remaining: func(c effect.Coverage) string {
			var parts []string
			add := func(n int, what string) {
				if n > 0 {
					parts = append(parts, fmt.Sprintf("%d %s", n, what))
				}
			}
			add(c.Widened, "partly understood")
			add(c.Unparsed, "not parsed")
			add(c.NotCompiled, "not compiled")
			add(c.Python, "in Python")
			if c.OpenSources > 0 {
				parts = append(parts, fmt.Sprintf("%d of %d %s without a catalog", c.OpenSources, c.Sources, englishNoun(c.Sources, "source")))
			}
			return strings.Join(parts, ", ")
		},
		onDrop: func(onDrop, relation, column string) string {
			switch onDrop {
			case "null":
				return fmt.Sprintf("The lake keeps %s and fills it with NULL (on_drop: null).", column)
			case "fails":
				return fmt.Sprintf("The transfer of %s fails until the field is taken out of it (on_drop: fails).", relation)
			}
			return ""
		},
		asked: func(asked, rung string) string { return fmt.Sprintf("%s, found by %s", asked, rung) },
		more:  func(n int) string { return fmt.Sprintf("… and %d more", n) },
		moreHow: func(n int) string {
			return fmt.Sprintf("… and %d more (--format json lists all)", n)
		},
		steps: func(n int) string { return fmt.Sprintf("… %d %s …", n, englishNoun(n, "step")) },
		gaps: func(affected, all int) string {
			switch affected {
			case 0:
				return fmt.Sprintf("%d %s elsewhere in the project, none behind this column", all, englishNoun(all, "gap"))
			case all:
				return fmt.Sprintf("%d %s behind this column: the answer may be incomplete", all, englishNoun(all, "gap"))
			}
			return fmt.Sprintf("%d of %d gaps are behind this column: the answer may be incomplete", affected, all)
		},
		confidence: func(c string) string {
			switch c {
			case "", "exact":
				return ""
			case "widened":
				return "possibly: something on the way was not understood"
			}
			return c
		},
		hint: "hint", warning: "warning", owner: "owner", evidence: "Evidence",
		unknownColumn: "No catalog lists this column; only SQL names it.",
		finding:       "finding", effect: "worst effect", subject: "what", where: "where",
	}
}

func englishNoun(n int, noun string) string {
	noun = strings.ReplaceAll(noun, "_", " ")
	if n == 1 {
		return noun
	}
	return noun + "s"
}

func englishList(names []string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

func englishHeadline(h headline) string {
	count := func(n int, noun string) string { return fmt.Sprintf("%d %s", n, englishNoun(n, noun)) }
	var parts []string
	if h.stopped > 0 {
		parts = append(parts, "stops "+count(h.stopped, "load"))
	}
	if h.lost > 0 {
		parts = append(parts, "silently loses "+count(h.lost, "column"))
	}
	switch {
	case h.columns > 0 && len(h.tables) == 1:
		parts = append(parts, fmt.Sprintf("reaches %s of %s", count(h.columns, "column"), h.tables[0]))
	case h.columns > 0:
		parts = append(parts, fmt.Sprintf("reaches %s of %d destination tables", count(h.columns, "column"), len(h.tables)))
	}
	if h.rows > 0 && len(parts) < 2 {
		parts = append(parts, "decides the rows of "+count(h.rows, "relation"))
	}
	if h.changed > 0 && h.columns == 0 && len(parts) < 2 {
		parts = append(parts, "changes "+count(h.changed, "column"))
	}
	if h.stale > 0 && len(parts) == 0 {
		parts = append(parts, "leaves "+count(h.stale, "relation")+" without updates")
	}
	if len(h.broken) > 0 {
		var broken []string
		for _, t := range h.broken {
			broken = append(broken, count(t.n, t.noun))
		}
		breaks := "breaks " + englishList(broken)
		if len(broken) > 1 && len(parts) == 1 {
			return fmt.Sprintf("Dropping %s %s, and %s", h.column, breaks, parts[0])
		}
		return fmt.Sprintf("Dropping %s %s", h.column, englishList(append([]string{breaks}, parts...)))
	}
	switch {
	case len(parts) > 0:
		return fmt.Sprintf("Dropping %s breaks nothing, but %s", h.column, englishList(parts))
	case h.notes > 0:
		return fmt.Sprintf("Dropping %s breaks nothing; it is only mentioned in %s", h.column, count(h.notes, "place"))
	case h.coverage.Bound < h.coverage.Models:
		return fmt.Sprintf("Nothing that was understood reads %s", h.column)
	}
	return fmt.Sprintf("Nothing in this project reads %s", h.column)
}
