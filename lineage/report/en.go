package report

import (
	"fmt"
	"strings"

	"impact/lineage/effect"
)

func english() *catalogue {
	return &catalogue{
		own: true,
		rules: map[effect.Rule]ruleText{
			effect.RuleModelUnresolved:    {"{name} no longer exists, so the SQL of {subject} fails", "take {name} out of {subject}"},
			effect.RuleModelSetOperation:  {"the branches of a set operation in {subject} no longer have the same columns", "bring the branches to the same columns"},
			effect.RuleModelElsewhere:     {"without {name} the name now means another column, and nothing fails", "say which column is meant"},
			effect.RuleModelUnread:        {"{subject} may break: its SQL could not be read", "compile the project, or look at the model"},
			effect.RuleModelStale:         {"{subject} is not built because something above it breaks", ""},
			effect.RuleModelColumnLost:    {"{columns} disappears through a star", ""},
			effect.RuleModelValue:         {"the values of {columns} change", ""},
			effect.RuleModelRows:          {"{column} decides the rows of {subject}", "check which rows {subject} should have"},
			effect.RuleTestUnresolved:     {"the test names {columns}", "change or remove the test"},
			effect.RuleUnitTest:           {"the unit test names {columns}", "take {columns} out of the unit test"},
			effect.RuleContract:           {"the contract of {subject} promises {columns}", "take {columns} out of the contract, or supply it"},
			effect.RuleConfig:             {"the config of {subject} names {columns}", "take {columns} out of the config"},
			effect.RuleFreshness:          {"loaded_at_field of {subject} is {columns}", "choose another loaded_at_field"},
			effect.RuleSourceFrozen:       {"the transfer that fills {subject} fails, so it stops updating", "take {column} out of the transfer"},
			effect.RuleExposureStale:      {"{subject} shows old data until the repair", ""},
			effect.RuleExposureColumnLost: {"{subject} loses {columns}", ""},
			effect.RuleExposureValue:      {"{columns} in {subject} changes", ""},
			effect.RuleExposureRows:       {"{column} decides the rows that {subject} shows", ""},
			effect.RuleLoadColumnMissing:  {"the load {subject} maps {columns}, which is gone", "take {columns} out of the mapping"},
			effect.RuleLoadStale:          {"the load {subject} is held back until the repair", ""},
			effect.RuleDestinationNotNull: {"{columns} of {subject} would be NULL but is NOT NULL without a default", "supply a value, or allow NULL"},
			effect.RuleDestinationLost:    {"{columns} disappears from {subject}", "stop reading {columns} in the application"},
			effect.RuleDestinationValue:   {"the values of {columns} in {subject} change", ""},
			effect.RuleDestinationRows:    {"{column} decides the rows of {subject}", ""},
			effect.RuleDocMentions:        {"the documentation of {subject} lists {columns}", "take {columns} out of the documentation"},
			effect.RuleMetricMentions:     {"the metric {subject} uses {columns}", "check the metric"},
			effect.RuleSemanticMentions:   {"the semantic model {subject} names {columns}", "take {columns} out of the semantic model"},
			effect.RuleStandardField:      {"{column} is a standard field and cannot be deleted; it can only be hidden from the integration user, or no longer be filled", ""},
		},
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
