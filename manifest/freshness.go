package manifest

import (
	"io"
	"time"
)

// Freshness is what "dbt source freshness" found: sources.json. Results keep the
// order of the file.
type Freshness struct {
	Path     string
	Metadata Metadata
	Elapsed  time.Duration
	Results  []*FreshnessResult
	Warnings []string
}

// A FreshnessResult is the age of one source.
type FreshnessResult struct {
	UniqueID      string
	Status        string // pass, warn, error, runtime error
	MaxLoadedAt   time.Time
	SnapshottedAt time.Time
	Age           time.Duration
	Filter        string // SQL of the criteria
	Error         string // of a runtime error
}

// ReadSources reads a sources.json, plain or gzip.
func ReadSources(path string, opts Options) (*Freshness, error) {
	return readFile(path, opts, DecodeSources)
}

// DecodeSources reads a sources.json from r; name stands for it in errors.
func DecodeSources(r io.Reader, name string, opts Options) (f *Freshness, err error) {
	defer guard(name, &f, &err)
	f = &Freshness{Path: name}
	file := resultsFile{
		artifact: "sources", title: "sources", newest: 3, hint: "give the sources.json that dbt source freshness writes",
		metadata: &f.Metadata, elapsed: &f.Elapsed, warnings: &f.Warnings,
		restart: func() { f.Results = nil },
		result: func(s *scanner) error {
			result, err := s.freshness()
			f.Results = append(f.Results, result)
			return err
		},
	}
	if err := file.read(r, name, opts); err != nil {
		return nil, err
	}
	return f, nil
}

func (s *scanner) freshness() (*FreshnessResult, error) {
	if err := s.want(ValueObject); err != nil {
		return nil, err
	}
	r := &FreshnessResult{}
	err := s.object(func(name []byte) (err error) {
		switch string(name) {
		case "unique_id":
			r.UniqueID = s.name()
		case "status":
			r.Status = s.name()
		case "max_loaded_at":
			r.MaxLoadedAt = s.time()
		case "snapshotted_at":
			r.SnapshottedAt = s.time()
		case "max_loaded_at_time_ago_in_s":
			r.Age = s.seconds()
		case "error":
			r.Error = s.text()
		case "criteria":
			r.Filter = ""
			err = s.object(func(name []byte) error {
				if string(name) == "filter" {
					r.Filter = s.text()
					return nil
				}
				s.skip()
				return nil
			})
		default:
			s.skip()
		}
		return err
	})
	return r, err
}
