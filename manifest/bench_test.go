package manifest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"testing"

	"impact/internal/shared"
)

// bigManifest writes a manifest of about size bytes into a temporary folder: the
// nodes of the corpus's big one, repeated under other ids.
func bigManifest(tb testing.TB, size int) (plain, zipped string) {
	tb.Helper()
	var v map[string]json.RawMessage
	if err := json.Unmarshal(readGzip(tb, filepath.Join(shared.Dir(tb), "corpus", "bq_x10.json.gz")), &v); err != nil {
		tb.Fatal(err)
	}
	var nodes map[string]json.RawMessage
	if err := json.Unmarshal(v["nodes"], &nodes); err != nil {
		tb.Fatal(err)
	}
	ids := make([]string, 0, len(nodes))
	for id := range nodes {
		ids = append(ids, id)
	}
	sort.Strings(ids)

	var b bytes.Buffer
	b.WriteString(`{"metadata": ` + string(v["metadata"]))
	for _, section := range []string{"sources", "macros", "docs", "exposures", "parent_map", "child_map", "disabled"} {
		fmt.Fprintf(&b, ", %q: %s", section, v[section])
	}
	b.WriteString(`, "nodes": {`)
	for round := 0; b.Len() < size; round++ {
		for _, id := range ids {
			if b.Len() >= size {
				break
			}
			if round > 0 || id != ids[0] {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, `"%s_r%d": %s`, id, round, nodes[id])
		}
	}
	b.WriteString("}}")

	dir := tb.TempDir()
	plain, zipped = filepath.Join(dir, "manifest.json"), filepath.Join(dir, "manifest.json.gz")
	if err := os.WriteFile(plain, b.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
	f, err := os.Create(zipped)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	z := gzip.NewWriter(w)
	if _, err := z.Write(b.Bytes()); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	return plain, zipped
}

// BenchmarkRead reads a manifest of 100 MB. The metric live-MB is what the
// Manifest keeps; the peak of the process is measured with
//
//	go test -c -o /tmp/m . && /usr/bin/time -v /tmp/m -test.run '^$' -test.bench Read/plain -test.benchtime 1x
func BenchmarkRead(b *testing.B) {
	plain, zipped := bigManifest(b, 100<<20)
	for name, path := range map[string]string{"plain": plain, "gzip": zipped} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(100 << 20)
			var m *Manifest
			for b.Loop() {
				var err error
				if m, err = Read(path, Options{}); err != nil {
					b.Fatal(err)
				}
			}
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			runtime.KeepAlive(m) // up to here; then it may go
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(before.HeapAlloc-after.HeapAlloc)/(1<<20), "live-MB")
		})
	}
}
