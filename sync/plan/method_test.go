package plan

import (
	"slices"
	"strings"
	"testing"

	"impact/lineage/destination"
)

func TestATableIsNotExchangedWhileAnotherOneIsToTakeItsPlace(t *testing.T) {
	t.Parallel()
	table := func(name string) string {
		return "CREATE TABLE `" + name + "` (`id` int NOT NULL, `v` int DEFAULT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB;\n"
	}
	for other, want := range map[string]Method{"_jobs_gho": Merge, "_jobs_ghc": Merge, "_jobs_new": Merge, "lhmn_jobs": Merge, "jobs_new": Swap, "_kids_gho": Swap, "_jobs_del": Swap} {
		in := Input{Loads: []*destination.Load{loadOf("jobs", "jobs", destination.Replace, nil)}, Models: map[string]Model{"model.p.jobs": modelOf("id", "v")},
			Schemas: map[string]*destination.Schema{"db": schemaOf(table("jobs") + table(other))}}
		l := build(t, in).Groups[0].Loads[0]
		if l.Method != want || strings.Contains(l.Reason, other) != (want == Merge) {
			t.Errorf("beside %s: %s (%s)", other, l.Method, l.Reason)
		}
	}
}

func TestColumnsThatNoModelHasAreTold(t *testing.T) {
	t.Parallel()
	in := Input{Loads: []*destination.Load{loadOf("jobs", "jobs", destination.Mirror, nil)}, Models: map[string]Model{"model.p.jobs": modelOf("id", "title")},
		Schemas: map[string]*destination.Schema{"db": schemaOf("CREATE TABLE `jobs` (`id` int NOT NULL, `title` text, `views` int DEFAULT NULL, `salary` int DEFAULT NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB;\n")}}
	want := Note{ID: NoteLeftAlone, Load: "jobs", Message: "the model has no column for views, salary: they are left as they are"}
	if p := build(t, in); !slices.Contains(p.Notes, want) {
		t.Errorf("notes %+v", p.Notes)
	}
	in.Models["model.p.jobs"] = modelOf("id", "title", "salary", "views")
	if p := build(t, in); len(p.Notes) > 0 {
		t.Errorf("notes %+v", p.Notes)
	}
	in.Loads[0].AllColumns, in.Loads[0].Columns = false, []destination.Mapping{{Column: "id", From: "id"}}
	if p := build(t, in); len(p.Notes) > 0 {
		t.Errorf("notes of a load that names its columns %+v", p.Notes)
	}
}
