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
	s, err := newScanner(r, name, opts)
	if err != nil {
		return nil, err
	}
	rr = &RunResults{Path: name}
	found := false
	err = s.artifact("run-results", &rr.Metadata, func(name string) (err error) {
		switch name {
		case "results":
			found = true
			rr.Results = nil
			err = s.array(func() error {
				result, err := s.result()
				rr.Results = append(rr.Results, result)
				return err
			})
		case "elapsed_time":
			rr.Elapsed, err = s.seconds()
		case "args":
			rr.Command, err = s.command()
		default:
			err = s.skip()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, &Error{File: name, Offset: -1, Err: fmt.Errorf("%w: it has no results", ErrWrongArtifact),
			Hint: "give the run_results.json that dbt build writes"}
	}
	if v := rr.Metadata.SchemaVersion; v > 6 {
		s.warn.addf("run results schema v%d is newer than v6, the newest one known", v)
	}
	rr.Warnings = s.warn.all()
	return rr, nil
}

// command reads the name of the dbt command out of its arguments.
func (s *scanner) command() (string, error) {
	var which, rpc string
	err := s.object(func(name []byte) (err error) {
		switch string(name) {
		case "which":
			which, err = s.name()
		case "rpc_method":
			rpc, err = s.name()
		default:
			err = s.skip()
		}
		return err
	})
	if which == "" { // "docs.generate" as the RPC server called it
		which = rpc[strings.LastIndexByte(rpc, '.')+1:]
	}
	return which, err
}

func (s *scanner) result() (*Result, error) {
	if kind, ok := s.peek(); ok && kind != ValueObject {
		return nil, s.unexpected(ValueObject)
	}
	r := &Result{}
	err := s.object(func(name []byte) (err error) {
		switch string(name) {
		case "unique_id":
			r.UniqueID, err = s.name()
		case "status":
			r.Status, err = s.name()
		case "message":
			r.Message, err = s.text()
		case "thread_id":
			r.Thread, err = s.name()
		case "execution_time":
			r.ExecutionTime, err = s.seconds()
		case "timing":
			r.Timing, err = s.timing()
		case "failures":
			r.Failures = nil
			if kind, _ := s.peek(); kind == ValueNull {
				return s.skip()
			}
			var n int
			n, err = s.integer()
			r.Failures = &n
		case "compiled":
			r.Compiled, err = s.flag()
		case "compiled_code":
			r.CompiledCode, err = s.text()
		case "relation_name":
			r.RelationName, err = s.text()
		default:
			err = s.skip()
		}
		return err
	})
	return r, err
}

func (s *scanner) timing() ([]Timing, error) {
	var list []Timing
	err := s.array(func() error {
		if kind, ok := s.peek(); ok && kind != ValueObject {
			return s.unexpected(ValueObject)
		}
		var t Timing
		err := s.object(func(name []byte) (err error) {
			switch string(name) {
			case "name":
				t.Name, err = s.name()
			case "started_at":
				t.StartedAt, err = s.time()
			case "completed_at":
				t.CompletedAt, err = s.time()
			default:
				err = s.skip()
			}
			return err
		})
		list = append(list, t)
		return err
	})
	return list, err
}

// seconds reads a number of seconds; another value is a warning.
func (s *scanner) seconds() (time.Duration, error) {
	b, ok, err := s.scalar()
	if !ok || err != nil {
		return 0, err
	}
	f, err := strconv.ParseFloat(string(b), 64)
	const limit = float64(1<<63-1024) / float64(time.Second)
	if err != nil || !(f > -limit && f < limit) {
		s.warn.addf("%s: want a number of seconds, found %.40q: ignored", s.path(), b)
		return 0, nil
	}
	return time.Duration(f * float64(time.Second)), nil
}

// time reads a time stamp; the zero time for null. Another value is a warning.
func (s *scanner) time() (time.Time, error) {
	b, ok, err := s.scalar()
	if !ok || len(b) == 0 || err != nil {
		return time.Time{}, err
	}
	t, err := parseTime(string(b))
	if err != nil {
		s.warn.addf("%s: want a time, found %.40q: ignored", s.path(), b)
	}
	return t, nil
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
