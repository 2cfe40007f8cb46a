package conformance

import (
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"impact/lineage/conformance/oracle"
	"impact/lineage/syntax"
)

// Options say what is compared.
type Options struct {
	Shared     string // folder of the cases and the corpus
	Statements string // folder of our own statements
	Example    string // folder of the example project, "" to leave it out
	Keep       string // folder that keeps the analyzer's answers, "" to keep nothing
	Only       string // sets whose name contains this, "" for all
	Breaks     bool   // drop every input column as well
	Log        func(format string, args ...any)
}

// A Set is the outcome for one set of statements.
type Set struct {
	Name        string
	Comparisons []*Comparison
	Breaks      []Breaks // beside Comparisons; zero where there is none
}

// Run compares both sides on every set and returns the sets in a fixed order:
// the cases, the example, the projects of the corpus.
func Run(opts Options) ([]*Set, error) {
	d, ok := syntax.Lookup("bigquery")
	if !ok {
		return nil, fmt.Errorf("there is no dialect bigquery")
	}
	r := &runner{opts: opts, dialect: d, judge: &judge{dir: opts.Keep}}
	own := func(string) ([]*Case, error) { return readStatements(opts.Statements) }
	for _, read := range []func(string) ([]*Case, error){own, readTricky, readClean, readOther} {
		cases, err := read(opts.Shared)
		if err != nil {
			return nil, err
		}
		if err := r.cases(cases); err != nil {
			return nil, err
		}
	}
	if opts.Example != "" && strings.Contains("example", opts.Only) {
		p, err := readProject("example", filepath.Join(opts.Example, "dbt", "target", "manifest.json"), "")
		if err != nil {
			return nil, err
		}
		p.dir = filepath.Join(opts.Example, "dbt")
		if err := r.project(p); err != nil {
			return nil, err
		}
	}
	projects, err := readCorpus(opts.Shared)
	if err != nil {
		return nil, err
	}
	for _, p := range projects {
		if !strings.Contains(p.name, opts.Only) {
			continue
		}
		if err := r.project(p); err != nil {
			return nil, err
		}
	}
	return r.sets, nil
}

// One compares a single statement and returns the analyzer's answer beside the
// outcome.
func One(c *Case, breaks bool) (*Set, *oracle.Analysis, error) {
	d, ok := syntax.Lookup("bigquery")
	if !ok {
		return nil, nil, fmt.Errorf("there is no dialect bigquery")
	}
	r := &runner{dialect: d, judge: &judge{}}
	set := &Set{Name: c.Set}
	if _, err := r.one(set, c, breaks); err != nil {
		return nil, nil, err
	}
	truth, err := r.judge.analyze(c)
	return set, truth, err
}

type runner struct {
	opts    Options
	dialect *syntax.Dialect
	judge   *judge
	sets    []*Set
}

func (r *runner) log(format string, args ...any) {
	if r.opts.Log != nil {
		r.opts.Log(format, args...)
	}
}

func (r *runner) cases(cases []*Case) error {
	if len(cases) == 0 || !strings.Contains(cases[0].Set, r.opts.Only) {
		return nil
	}
	set := &Set{Name: cases[0].Set}
	for _, c := range cases {
		breaks := r.opts.Breaks && (c.Set == "statements" || c.Set == "tricky")
		if _, err := r.one(set, c, breaks); err != nil {
			return err
		}
	}
	r.sets = append(r.sets, set)
	r.log("%s: %d statements", set.Name, len(set.Comparisons))
	return nil
}

func (r *runner) project(p *project) error {
	set := &Set{Name: p.name}
	err := p.cases(func(c *Case) ([]oracle.Output, error) {
		return r.one(set, c, r.opts.Breaks)
	})
	if err != nil {
		return err
	}
	if len(set.Comparisons) == 0 {
		return nil
	}
	r.sets = append(r.sets, set)
	r.log("%s: %d models; %d answers asked for, %d kept ones", p.name, len(set.Comparisons), r.judge.asked, r.judge.kept)
	return nil
}

// one compares one statement and returns the output columns that the analyzer
// gives it.
func (r *runner) one(set *Set, c *Case, breaks bool) ([]oracle.Output, error) {
	if c.Unknown != "" {
		set.add(&Comparison{Case: c, Status: Unjudged, Differences: []string{c.Unknown}}, Breaks{})
		return nil, nil
	}
	truth, err := r.judge.analyze(c)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", c.Set, c.Name, err)
	}
	e := newEngine(r.dialect, c.SQL, c.Tables)
	result := compare(c, truth, e.answer())
	var broken Breaks
	if breaks && truth.Error == "" && result.Status != Refused {
		answers, err := r.judge.breaks(c)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", c.Set, c.Name, err)
		}
		broken = compareBreaks(c, answers, e)
	}
	set.add(result, broken)
	return truth.Outputs, nil
}

func (s *Set) add(c *Comparison, b Breaks) {
	s.Comparisons = append(s.Comparisons, c)
	s.Breaks = append(s.Breaks, b)
}

// Figures sums a set up.
func (s *Set) Figures() Figures {
	f := Figures{Statements: len(s.Comparisons), Statuses: map[Status]int{}}
	for i, c := range s.Comparisons {
		f.Statuses[c.Status]++
		f.Columns = f.Columns.Plus(c.Columns)
		f.Paths = f.Paths.Plus(c.Paths)
		f.Names = f.Names.Plus(c.Names)
		f.Types = f.Types.Plus(c.Types)
		f.UnknownTypes += c.UnknownType
		f.Uses = f.Uses.Plus(c.Uses)
		f.Breaks = f.Breaks.Plus(s.Breaks[i].Pairs)
	}
	return f
}

// reasons counts why statements of a set are not judged, most frequent first.
func (s *Set) reasons() []string {
	count, name := map[string]int{}, map[string]string{}
	for _, c := range s.Comparisons {
		if c.Status == Unjudged && len(c.Differences) > 0 {
			count[c.Differences[0]]++
			if name[c.Differences[0]] == "" {
				name[c.Differences[0]] = c.Case.Name
			}
		}
	}
	out := make([]string, 0, len(count))
	for reason := range count {
		out = append(out, reason)
	}
	sort.Slice(out, func(i, j int) bool {
		if count[out[i]] != count[out[j]] {
			return count[out[i]] > count[out[j]]
		}
		return out[i] < out[j]
	})
	for i, reason := range out {
		out[i] = fmt.Sprintf("%d x %s (first: %s)", count[reason], reason, name[reason])
	}
	return out
}
