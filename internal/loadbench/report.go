package loadbench

import (
	"fmt"
	"io"
	"sort"
	"strings"
)

// MaxMemory is how much a load may hold, in bytes, whatever its rows.
const MaxMemory = 64 << 20

// A Line is what was found of one step: medians.
type Line struct {
	Name    string
	Rows    int64
	Seconds float64
	Client  float64 // seconds of processor time
	Server  float64
	Memory  int64 // the largest, in bytes; 0: not ours
	Method  string
	Samples int
	Against string  // what it is compared with; "" if with nothing
	Ratio   float64 // how many times faster than that
	Target  float64 // what the ratio has to be; 0: reported only
	Server1 float64 // ratio to the server's own LOAD DATA
}

// A Report is what was found.
type Report struct {
	Lines       []Line
	Repetitions int
	Reads       int64 // by a reader, while replace ran
	Empty       int64 // of those, the table had no rows
	Failures    []string
}

func median(v []float64) float64 {
	s := append([]float64(nil), v...)
	sort.Float64s(s)
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

func (b *bench) report() *Report {
	r := &Report{Repetitions: b.Repetitions, Reads: b.reads, Empty: b.empty}
	seconds := map[step]float64{}
	for st, samples := range b.sample {
		var v []float64
		for _, s := range samples {
			v = append(v, s.seconds)
		}
		seconds[st] = median(v)
	}
	for _, l := range []struct {
		step    step
		against step
		target  float64
	}{
		{stepServer, "", 0}, {stepTruncate, "", 0}, {stepUpsert, "", 0},
		{stepFirst, stepServer, 1.2}, {stepReplace, stepTruncate, 1.2}, {stepMirror, stepUpsert, 5},
		{stepSame, stepUpsert, 0}, {stepTenth, stepUpsert, 0}, {stepOurs, stepUpsert, 0}, {stepAgain, stepTruncate, 0},
		{stepInsert, stepServer, 0}, {stepText, stepServer, 0}, {stepTextSame, stepUpsert, 0},
	} {
		if len(b.sample[l.step]) == 0 {
			continue
		}
		line := Line{Name: string(l.step), Rows: b.Rows, Seconds: seconds[l.step], Samples: len(b.sample[l.step]), Against: string(l.against), Target: l.target,
			Server1: seconds[stepServer] / seconds[l.step]}
		var client, server []float64
		for _, s := range b.sample[l.step] {
			client, server = append(client, s.client), append(server, s.server)
			line.Memory = max(line.Memory, s.memory)
			line.Method = s.method
		}
		line.Client, line.Server = median(client), median(server)
		if seconds[l.against] > 0 {
			line.Ratio = seconds[l.against] / line.Seconds
		}
		if line.Ratio < line.Target {
			r.Failures = append(r.Failures, fmt.Sprintf("%s: %.2fx, %.1fx wanted", line.Name, line.Ratio, line.Target))
		}
		if line.Memory > MaxMemory {
			r.Failures = append(r.Failures, fmt.Sprintf("%s: %d MB, %d MB allowed", line.Name, line.Memory>>20, MaxMemory>>20))
		}
		r.Lines = append(r.Lines, line)
	}
	if r.Empty > 0 {
		r.Failures = append(r.Failures, fmt.Sprintf("a reader found an empty table %d times while replace ran", r.Empty))
	}
	return r
}

// Write prints the report: a table, and one line that sums it up.
func (r *Report) Write(w io.Writer) {
	fmt.Fprintf(w, "%-46s %9s %8s %8s %9s %-6s %8s %10s  %s\n", "step", "rows", "seconds", "rows/s", "memory", "method", "x server", "x compared", "target")
	for _, l := range r.Lines {
		memory, ratio, target := "", "", ""
		if l.Memory > 0 {
			memory = fmt.Sprintf("%d MB", l.Memory>>20)
		}
		if l.Against != "" {
			ratio = fmt.Sprintf("%.2f", l.Ratio)
			target = "with " + l.Against
		}
		if l.Target > 0 {
			target = fmt.Sprintf(">= %.1f %s", l.Target, target)
		}
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-46s %9d %8.2f %8.0f %9s %-6s %8.2f %10s  %s", l.Name, l.Rows, l.Seconds, float64(l.Rows)/l.Seconds, memory, l.Method, l.Server1, ratio, target), " "))
	}
	fmt.Fprintf(w, "medians of %d repetitions in turns (steps with a target and what they are compared with; the others once); memory: largest resident size of the process\n", r.Repetitions)
	fmt.Fprintf(w, "reader during replace: %d reads, empty %d times\n", r.Reads, r.Empty)
	fmt.Fprintln(w, r.Summary())
}

// Summary is one line.
func (r *Report) Summary() string {
	by := map[string]Line{}
	memory := int64(0)
	for _, l := range r.Lines {
		by[l.Name] = l
		memory = max(memory, l.Memory)
	}
	if _, ok := by[string(stepMirror)]; !ok {
		return fmt.Sprintf("bench-sync: nothing with a target was measured, memory %d MB (%d MB)", memory>>20, MaxMemory>>20)
	}
	s := fmt.Sprintf("bench-sync: mirror %.1fx (5.0x), replace %.2fx (1.2x), first load %.2fx (1.2x), memory %d MB (%d MB): ",
		by[string(stepMirror)].Ratio, by[string(stepReplace)].Ratio, by[string(stepFirst)].Ratio, memory>>20, MaxMemory>>20)
	if len(r.Failures) == 0 {
		return s + "all targets met"
	}
	return s + "missed: " + strings.Join(r.Failures, "; ")
}
