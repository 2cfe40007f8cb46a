package salesforce

import "strings"

// layerPrefixes are what people put before names on their way through a
// warehouse.
var layerPrefixes = []string{"sf_", "sfdc_", "stg_", "raw_", "salesforce_"}

// Normalize brings spellings of one field together: it lowers, and takes off
// prefixes such as sf_ and stg_, the suffix of custom fields, underscores,
// hyphens and spaces. Different fields may become equal: what it finds is a
// guess that the caller must report as one.
func Normalize(name string) string {
	key := strings.ToLower(name)
	for {
		rest := key
		for _, prefix := range layerPrefixes {
			if after, ok := strings.CutPrefix(rest, prefix); ok && separators.Replace(after) != "" {
				rest = strings.TrimLeft(after, "_")
			}
		}
		if rest == key {
			break
		}
		key = rest
	}
	for _, suffix := range []string{"__c", "__pc", "_c", "_pc"} {
		if before, ok := strings.CutSuffix(key, suffix); ok && separators.Replace(before) != "" {
			key = before
			break
		}
	}
	return separators.Replace(key)
}

var separators = strings.NewReplacer("_", "", "-", "", " ", "", "\u3000", "")

// NormalizeTable is [Normalize] for tables and objects: it also makes the last
// word singular, as Opportunity and opportunities mean the same.
func NormalizeTable(name string) string {
	key := Normalize(name)
	switch n := len(key); {
	case n > 4 && strings.HasSuffix(key, "ies"):
		return key[:n-3] + "y"
	case n > 4 && hasAnySuffix(key, "sses", "shes", "ches", "xes", "zes"):
		return key[:n-2]
	case n > 3 && strings.HasSuffix(key, "s") && !hasAnySuffix(key, "ss", "us", "is"):
		return key[:n-1]
	}
	return key
}

func hasAnySuffix(text string, suffixes ...string) bool {
	for _, suffix := range suffixes {
		if strings.HasSuffix(text, suffix) {
			return true
		}
	}
	return false
}
