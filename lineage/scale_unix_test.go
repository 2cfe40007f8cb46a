//go:build unix

package lineage_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"impact/internal/generate"
	"impact/lineage"
	"impact/manifest"
)

// BenchmarkGenerated reads the artifacts of generated projects and builds their
// graphs: the time of a model must not grow with the project. cpu-ms/model
// counts all processors; peak-MB is the most memory that the process had, so
// each size is best run alone.
func BenchmarkGenerated(b *testing.B) {
	for _, models := range []int{100, 1000, 10000} {
		b.Run(fmt.Sprintf("%d models", models), func(b *testing.B) {
			dir := b.TempDir()
			name, catalog := filepath.Join(dir, "manifest.json"), filepath.Join(dir, "catalog.json")
			func() { // the project itself is not to count
				p := generate.New(generate.Options{Models: models, Seed: 1})
				written(b, name, p.WriteManifest)
				written(b, catalog, p.WriteCatalog)
			}()
			debug.FreeOSMemory() // what the generator used would count as a peak
			resetPeak()
			var decode time.Duration
			start := cpu(b)
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				before := cpu(b)
				m, err := manifest.Read(name, manifest.Options{})
				if err != nil {
					b.Fatal(err)
				}
				c, err := manifest.ReadCatalog(catalog, manifest.Options{})
				if err != nil {
					b.Fatal(err)
				}
				decode += cpu(b) - before
				g, err := lineage.Build(context.Background(), lineage.Input{Manifest: m, Catalog: c})
				if err != nil {
					b.Fatal(err)
				}
				if got := g.Coverage().Bound; got != models {
					b.Fatalf("%d of %d models are bound", got, models)
				}
			}
			all := cpu(b) - start
			n := float64(b.N)
			ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / n }
			b.ReportMetric(ms(all), "cpu-ms/op")
			b.ReportMetric(ms(decode), "decode-ms/op")
			b.ReportMetric(ms(all)/float64(models), "cpu-ms/model")
			b.ReportMetric(peakMB(), "peak-MB")
		})
	}
}

func written(t testing.TB, name string, to func(w io.Writer) error) {
	t.Helper()
	var text bytes.Buffer
	if err := to(&text); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// cpu is the processor time that this process has used.
func cpu(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resetPeak starts the count of peakMB anew where the system can.
func resetPeak() {
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600) // Linux only; elsewhere the peak is the process's
}

// peakMB is the most memory that the process had, 0 where the system does not
// say.
func peakMB() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmHWM: %f kB", &kb); err == nil {
			return kb / 1024
		}
	}
	return 0
}
