package lineage_test

import (
	"context"
	"path/filepath"
	"testing"

	"impact/internal/shared"
	"impact/lineage"
	"impact/manifest"
)

// BenchmarkProject builds the graph of a project of 2,530 real models, artifacts
// and all, as a cold run of the command does.
func BenchmarkProject(b *testing.B) {
	name := filepath.Join(shared.Dir(b), "corpus", "bq_x10.json.gz")
	b.ReportAllocs()
	models := 0
	for b.Loop() {
		m, err := manifest.Read(name, manifest.Options{})
		if err != nil {
			b.Fatal(err)
		}
		g, err := lineage.Build(context.Background(), lineage.Input{Manifest: m})
		if err != nil {
			b.Fatal(err)
		}
		models += g.Coverage().Models
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(models), "µs/model")
}

// BenchmarkBuild leaves the reading of the manifest out.
func BenchmarkBuild(b *testing.B) {
	m, err := manifest.Read(filepath.Join(shared.Dir(b), "corpus", "bq_x10.json.gz"), manifest.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lineage.Build(context.Background(), lineage.Input{Manifest: m}); err != nil {
			b.Fatal(err)
		}
	}
}
