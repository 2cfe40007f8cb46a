package examples_test

import (
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"impact/examples"
)

type manifest struct {
	Nodes map[string]struct {
		Name         string          `json:"name"`
		Version      json.RawMessage `json:"version"`
		ResourceType string          `json:"resource_type"`
		CompiledCode string          `json:"compiled_code"`
		CompiledPath string          `json:"compiled_path"`
	} `json:"nodes"`
	Sources map[string]struct {
		Name    string                     `json:"name"`
		Columns map[string]json.RawMessage `json:"columns"`
	} `json:"sources"`
}

// models returns the lines of every model's compiled SQL by the name that
// truth.json uses.
func (m manifest) models() map[string][]string {
	models := map[string][]string{}
	for _, node := range m.Nodes {
		if node.ResourceType != "model" {
			continue
		}
		name := node.Name
		if v := strings.Trim(string(node.Version), `"`); v != "" && v != "null" {
			name += "_v" + v
		}
		models[name] = strings.Split(node.CompiledCode, "\n")
	}
	return models
}

func decode[T any](t *testing.T, name string) T {
	t.Helper()
	data, err := fs.ReadFile(examples.MedicalJobs(), name)
	if err != nil {
		t.Fatal(err)
	}
	var value T
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatalf("decode %s: %v", name, err)
	}
	return value
}

func TestEveryFileTheDemoNeedsIsEmbedded(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"README.md",
		"impact.yml",
		"truth.json",
		"apps/job_board/db/schema.rb",
		"apps/clinic_portal/db/schema.rb",
		"dbt/dbt_project.yml",
		"dbt/models/staging/salesforce/_salesforce__sources.yml",
		"dbt/target/semantic_manifest.json",
		"dbt/target-duckdb/catalog.json",
		"dbt/target-duckdb/run_results.json",
		"local/impact.yml",
		"local/marts/job_board__job_offers.parquet",
		"salesforce/sfdx-project.json",
		"salesforce/force-app/main/default/objects/JobOffer__c/fields/Salary_Min__c.field-meta.xml",
	} {
		if _, err := fs.Stat(examples.MedicalJobs(), name); err != nil {
			t.Error(err)
		}
	}
}

func TestTheEmbeddedFilesStaySmallAndNameNoMachine(t *testing.T) {
	t.Parallel()
	const limit = 3 << 20
	machine := regexp.MustCompile(`/(?:root|home|Users|tmp|var/folders|work)/`)
	var size int
	err := fs.WalkDir(examples.MedicalJobs(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(examples.MedicalJobs(), name)
		if err != nil {
			return err
		}
		size += len(data)
		if found := machine.Find(data); found != nil {
			t.Errorf("%s holds a path of a machine: %s", name, found)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if size > limit {
		t.Errorf("the embedded files have %d bytes, more than %d", size, limit)
	}
}

func TestBothTargetsHoldTheSameNodesAndLinesOfModels(t *testing.T) {
	t.Parallel()
	bigquery := decode[manifest](t, "dbt/target/manifest.json")
	duckdb := decode[manifest](t, "dbt/target-duckdb/manifest.json")

	lines := func(m manifest) map[string]int {
		count := map[string]int{}
		for id, node := range m.Nodes {
			count[id] = 0 // the adapters' own generic tests differ in shape
			if node.ResourceType == "model" {
				count[id] = strings.Count(node.CompiledCode, "\n")
			}
		}
		return count
	}
	if diff := cmp.Diff(lines(bigquery), lines(duckdb)); diff != "" {
		t.Errorf("lines of compiled SQL by node (-bigquery +duckdb):\n%s", diff)
	}
}

func TestTheCompiledFilesAreThoseOfTheManifest(t *testing.T) {
	t.Parallel()
	for id, node := range decode[manifest](t, "dbt/target/manifest.json").Nodes {
		if node.ResourceType != "model" {
			continue
		}
		file, err := fs.ReadFile(examples.MedicalJobs(), path.Join("dbt", node.CompiledPath))
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(node.CompiledCode, string(file)); diff != "" {
			t.Errorf("%s (-manifest +file):\n%s", id, diff)
		}
	}
}

func TestTheTruthsPointAtTheFieldsTheyName(t *testing.T) {
	t.Parallel()
	m := decode[manifest](t, "dbt/target/manifest.json")
	models := m.models()
	columns := map[string]bool{}
	for _, source := range m.Sources {
		for column := range source.Columns {
			columns[source.Name+"."+column] = true
		}
	}
	truths := decode[[]struct {
		Field  string `json:"field"`
		Breaks []struct {
			Model string `json:"model"`
			Line  int    `json:"line"`
			Col   int    `json:"col"`
		} `json:"breaks"`
		Rows  []string `json:"rows"`
		Tests []string `json:"tests"`
	}](t, "truth.json")

	for _, truth := range truths {
		if !columns[truth.Field] {
			t.Errorf("%s is no column of a source", truth.Field)
		}
		_, field, _ := strings.Cut(truth.Field, ".")
		for _, b := range truth.Breaks {
			lines := models[b.Model]
			if b.Line < 1 || b.Line > len(lines) {
				t.Errorf("%s: %s has no line %d", truth.Field, b.Model, b.Line)
				continue
			}
			line := []rune(lines[b.Line-1])
			if b.Col < 1 || b.Col > len(line) || !regexp.MustCompile(`^(\w+\.)?`+field+`\b`).MatchString(string(line[b.Col-1:])) {
				t.Errorf("%s: %s:%d:%d is not where it stands: %s", truth.Field, b.Model, b.Line, b.Col, string(line))
			}
		}
		for _, test := range truth.Tests {
			if m.Nodes[test].ResourceType != "test" {
				t.Errorf("%s: there is no test %s", truth.Field, test)
			}
		}
		for _, name := range truth.Rows {
			if _, ok := models[name]; !ok && m.Nodes["snapshot.medical_jobs."+name].Name == "" {
				t.Errorf("%s: there is no model or snapshot %s", truth.Field, name)
			}
		}
	}
}
