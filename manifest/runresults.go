package manifest

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// RunResults is what one dbt command did: run_results.json. Results keep the
// order of the file, which is the order in which they finished.
//
// Not every command runs anything: "dbt docs generate" and "dbt compile" list
// tests as "success" that nobody executed. Command says which one it was.
type RunResults struct {
	Path     string
	Metadata Metadata
	Command  string // args.which: "build", "run", "test", "generate", …; "" if unknown
	// Partial is the option with which the command left rows out: "--empty" (all
	// of them) or "--sample"; "" if it left out none.
	Partial  string
	Elapsed  time.Duration
	Results  []*Result
	Warnings []string
}

// A Result is the outcome of one node.
type Result struct {
	UniqueID      string
	Status        string // success, error, skipped, partial success; pass, fail, warn; no-op
	Message       string
	Thread        string
	ExecutionTime time.Duration
	Timing        []Timing // compile, execute; empty for skipped nodes
	Failures      *int     // rows that a test found; nil where nothing was counted
	Compiled      *bool    // dbt 1.8 and later
	CompiledCode  string   // dbt 1.8 and later
	RelationName  string   // dbt 1.8 and later
}

// Timing is one phase of a result. Times are zero where dbt wrote none.
type Timing struct {
	Name        string // "compile", "execute"
	StartedAt   time.Time
	CompletedAt time.Time
}

// CompletedAt returns when the last phase ended, zero if dbt did not say.
func (r *Result) CompletedAt() time.Time {
	var last time.Time
	for _, t := range r.Timing {
		if t.CompletedAt.After(last) {
			last = t.CompletedAt
		}
	}
	return last
}

// GeneratedTime returns GeneratedAt as a time, zero if it is not one.
func (md Metadata) GeneratedTime() time.Time {
	t, _ := parseTime(md.GeneratedAt)
	return t
}

// ReadRunResults reads a run_results.json, plain or gzip.
func ReadRunResults(path string, opts Options) (*RunResults, error) {
	return readFile(path, opts, DecodeRunResults)
}

// DecodeRunResults reads a run_results.json from r; name stands for it in errors.
func DecodeRunResults(r io.Reader, name string, opts Options) (rr *RunResults, err error) {
	defer guard(name, &rr, &err)
	rr = &RunResults{Path: name}
	file := resultsFile{
		artifact: "run-results", title: "run results", newest: 6, hint: "give the run_results.json that dbt build writes",
		metadata: &rr.Metadata, elapsed: &rr.Elapsed, warnings: &rr.Warnings,
		restart: func() { rr.Results = nil },
		result: func(s *scanner) error {
			result, err := s.result()
			rr.Results = append(rr.Results, result)
			return err
		},
		args: func(s *scanner) (err error) {
			rr.Command, rr.Partial, err = s.command()
			return err
		},
	}
	if err := file.read(r, name, opts); err != nil {
		return nil, err
	}
	return rr, nil
}

// A resultsFile is an artifact that lists results: run_results.json, sources.json.
type resultsFile struct {
	artifact, title string
	newest          int // schema version known
	hint            string

	metadata *Metadata
	elapsed  *time.Duration
	warnings *[]string
	restart  func()               // forgets the results: the list comes again
	result   func(*scanner) error // reads one
	args     func(*scanner) error // reads the command's arguments, nil: passed over
}

func (f *resultsFile) read(r io.Reader, name string, opts Options) error {
	s, err := newScanner(r, name, opts)
	if err != nil {
		return err
	}
	found := false
	err = s.artifact(f.artifact, f.metadata, func(name string) error {
		switch {
		case name == "results":
			found = true
			f.restart()
			return s.items(func() error { return f.result(s) })
		case name == "elapsed_time":
			if err := s.load(); err != nil {
				return err
			}
			*f.elapsed = s.seconds()
			return nil
		case name == "args" && f.args != nil:
			if err := s.load(); err != nil {
				return err
			}
			return f.args(s)
		}
		return s.pass()
	})
	if err != nil {
		return err
	}
	if !found {
		return &Error{File: name, Offset: -1, Err: fmt.Errorf("%w: it has no results", ErrWrongArtifact), Hint: f.hint}
	}
	if v := f.metadata.SchemaVersion; v > f.newest {
		s.warn.addf("%s schema v%d is newer than v%d, the newest one known", f.title, v, f.newest)
	}
	*f.warnings = s.warn.all()
	return nil
}

// command reads the name of the dbt command out of its arguments, and the option
// with which it left rows out.
func (s *scanner) command() (which, partial string, err error) {
	var rpc string
	err = s.object(func(name []byte) error {
		switch string(name) {
		case "empty", "sample":
			// What is not given is left out, null or false. What there is to
			// sample is told in several ways.
			v := s.value()
			b, isBool := v.Bool()
			if given := !v.IsNull() && (b || !isBool); given && partial != "--empty" {
				partial = "--" + string(name)
			}
		case "which":
			which = s.name()
		case "rpc_method":
			rpc = s.name()
		default:
			s.skip()
		}
		return nil
	})
	if which == "" { // "docs.generate" as the RPC server called it
		which = rpc[strings.LastIndexByte(rpc, '.')+1:]
	}
	return which, partial, err
}

func (s *scanner) result() (*Result, error) {
	if err := s.want(ValueObject); err != nil {
		return nil, err
	}
	r := &Result{}
	err := s.object(func(name []byte) (err error) {
		switch string(name) {
		case "unique_id":
			r.UniqueID = s.name()
		case "status":
			r.Status = s.name()
		case "message":
			r.Message = s.text()
		case "thread_id":
			r.Thread = s.name()
		case "execution_time":
			r.ExecutionTime = s.seconds()
		case "timing":
			r.Timing, err = s.timing()
		case "failures":
			r.Failures = nil
			if s.peek() == ValueNull {
				s.skip()
			} else {
				r.Failures = ptr(s.integer())
			}
		case "compiled":
			r.Compiled = s.flag()
		case "compiled_code":
			r.CompiledCode = s.text()
		case "relation_name":
			r.RelationName = s.text()
		default:
			s.skip()
		}
		return err
	})
	return r, err
}

func (s *scanner) timing() ([]Timing, error) {
	var list []Timing
	err := s.array(func() error {
		if err := s.want(ValueObject); err != nil {
			return err
		}
		var t Timing
		err := s.object(func(name []byte) error {
			switch string(name) {
			case "name":
				t.Name = s.name()
			case "started_at":
				t.StartedAt = s.time()
			case "completed_at":
				t.CompletedAt = s.time()
			default:
				s.skip()
			}
			return nil
		})
		list = append(list, t)
		return err
	})
	return list, err
}

// seconds reads a number of seconds; another value is a warning.
func (s *scanner) seconds() time.Duration {
	b, ok := s.scalar()
	if !ok {
		return 0
	}
	f, err := strconv.ParseFloat(string(b), 64)
	const limit = float64(1<<63-1024) / float64(time.Second)
	if err != nil || !(f > -limit && f < limit) {
		s.warn.addf("%s: want a number of seconds, found %.40q: ignored", s.where(), b)
		return 0
	}
	return time.Duration(f * float64(time.Second))
}

// time reads a time stamp; the zero time for null. Another value is a warning.
func (s *scanner) time() time.Time {
	b, ok := s.scalar()
	if !ok || len(b) == 0 {
		return time.Time{}
	}
	t, err := parseTime(string(b))
	if err != nil {
		s.warn.addf("%s: want a time, found %.40q: ignored", s.where(), b)
	}
	return t
}

// parseTime reads a time stamp as dbt writes it: RFC 3339 with up to nine
// digits of a second, in UTC where it names no zone.
func parseTime(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("not a time stamp")
}
