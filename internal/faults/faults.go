package faults

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"sort"
	"strings"
)

// A Case is what came of a fault in one place.
type Case struct {
	Fault    string
	Name     string // "" if the fault has one case
	Happened string
	Survived bool
	Output   string // of a test that failed
}

// event is a line of "go test -json".
type event struct {
	Action, Test, Output, Key, Value string
	Elapsed                          float64
}

// test is what is known of a test.
type test struct {
	result string
	attrs  map[string]string
	output strings.Builder
	leaf   bool
}

// Run runs the tests of all faults in the folder of the module.
func Run(ctx context.Context, dir string) ([]Case, error) {
	seen := map[string]bool{}
	var names []string
	for _, f := range List() {
		name, _, _ := strings.Cut(f.Test, "/")
		if !seen[name] {
			seen[name] = true
			names = append(names, regexp.QuoteMeta(name))
		}
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-json", "-count=1", "-parallel=6", "-timeout=20m", "-run=^("+strings.Join(names, "|")+")$", "./sync/mysql")
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("run the tests: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("run the tests: %w", err)
	}
	tests, rest, readErr := read(out)
	err = cmd.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || len(tests) == 0) {
		return nil, fmt.Errorf("run the tests: %w\n%s%s", err, rest, stderr.String())
	}
	return cases(List(), tests), readErr
}

// read gathers what tests say. rest is the output that belongs to none.
func read(in io.Reader) (tests map[string]*test, rest string, err error) {
	tests = map[string]*test{}
	var other strings.Builder
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var e event
		if json.Unmarshal(sc.Bytes(), &e) != nil {
			other.Write(append(sc.Bytes(), '\n'))
			continue
		}
		if e.Test == "" {
			other.WriteString(e.Output)
			continue
		}
		t := tests[e.Test]
		if t == nil {
			t = &test{attrs: map[string]string{}, leaf: true}
			tests[e.Test] = t
			for name := e.Test; ; {
				i := strings.LastIndexByte(name, '/')
				if i < 0 {
					break
				}
				if name = name[:i]; tests[name] != nil {
					tests[name].leaf = false
				}
			}
		}
		switch e.Action {
		case "attr":
			t.attrs[e.Key] = e.Value
		case "pass", "fail", "skip":
			t.result = e.Action
		case "output":
			if !strings.HasPrefix(e.Output, "=== ") {
				t.output.WriteString(e.Output)
			}
		}
	}
	return tests, other.String(), sc.Err()
}

// cases brings what tests say into the order of the list.
func cases(list []Fault, tests map[string]*test) []Case {
	var names []string
	for name := range tests {
		names = append(names, name)
	}
	sort.Strings(names)
	var out []Case
	for _, f := range list {
		want := strings.ReplaceAll(f.Test, " ", "_")
		n := len(out)
		for _, name := range names {
			t := tests[name]
			if !t.leaf || (name != want && !strings.HasPrefix(name, want+"/")) {
				continue
			}
			c := Case{Fault: f.Name, Happened: t.attrs["happened"], Survived: t.result == "pass"}
			if sub, ok := strings.CutPrefix(name, want+"/"); ok {
				c.Name = strings.ReplaceAll(sub, "_", " ")
			}
			if exact := t.attrs["fault"]; exact != "" {
				c.Name = exact
			}
			if c.Happened == "" {
				c.Happened = f.Happened
			}
			if !c.Survived {
				c.Happened, c.Output = "the test says "+t.result, t.output.String()
				if t.result == "" {
					c.Happened = "the test did not end"
				}
			}
			out = append(out, c)
		}
		if len(out) == n {
			out = append(out, Case{Fault: f.Name, Happened: "no test ran"})
		}
	}
	return out
}

// Write prints a line for each case and one that sums them up. It reports
// whether all were survived.
func Write(w io.Writer, all []Case) bool {
	survived := 0
	for _, c := range all {
		name, verdict := c.Fault, "FAILED"
		if c.Name != "" {
			name += ": " + c.Name
		}
		if c.Survived {
			verdict = "survived"
			survived++
		}
		fmt.Fprintf(w, "%-8s  %s — %s\n", verdict, name, c.Happened)
		if c.Output != "" {
			fmt.Fprintf(w, "          %s\n", strings.ReplaceAll(strings.TrimSpace(c.Output), "\n", "\n          "))
		}
	}
	fmt.Fprintf(w, "%d faults, %d survived\n", len(all), survived)
	return survived == len(all)
}
