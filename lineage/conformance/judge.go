package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"impact/lineage/conformance/oracle"
)

// A judge asks the analyzer, and keeps what it said in a folder: its answers
// depend on nothing but the statement and the tables. It starts the analyzer at
// the first question that was not asked before.
type judge struct {
	dir    string // "" to keep nothing
	oracle *oracle.Oracle
	asked  int
	kept   int
}

func (j *judge) start() (*oracle.Oracle, error) {
	if j.oracle == nil {
		o, err := oracle.New()
		if err != nil {
			return nil, fmt.Errorf("start the oracle: %w", err)
		}
		j.oracle = o
	}
	return j.oracle, nil
}

// analyze returns the analyzer's answer about a statement.
func (j *judge) analyze(c *Case) (*oracle.Analysis, error) {
	return remembered(j, oracle.AnalysisVersion, "analysis", c, func(o *oracle.Oracle) *oracle.Analysis {
		j.asked++
		return o.Analyze(c.SQL, c.Tables)
	})
}

// breaks returns, by table and column, the error of the analyzer about the
// statement where that table lacks that column: "" where it still compiles.
func (j *judge) breaks(c *Case) (map[string]string, error) {
	out, err := remembered(j, oracle.CompilesVersion, "breaks", c, func(o *oracle.Oracle) *map[string]string {
		found := map[string]string{}
		for _, t := range c.Tables {
			for _, col := range t.Columns {
				j.asked++
				_, found[t.Name+"\x00"+col.Name] = o.Counterfactual(c.SQL, c.Tables, t.Name, col.Name)
			}
		}
		return &found
	})
	if err != nil {
		return nil, err
	}
	return *out, nil
}

// remembered returns a kept answer, or asks and keeps it. A kept answer that
// cannot be read is asked for again.
func remembered[T any](j *judge, version, kind string, c *Case, ask func(*oracle.Oracle) *T) (*T, error) {
	path := ""
	if j.dir != "" {
		question, err := json.Marshal(struct {
			Version, Kind, SQL string
			Tables             []*oracle.Table
		}{version, kind, c.SQL, c.Tables})
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(question)
		name := hex.EncodeToString(sum[:])
		path = filepath.Join(j.dir, name[:2], name[2:]+".json")
		if text, err := os.ReadFile(path); err == nil {
			out := new(T)
			if json.Unmarshal(text, out) == nil {
				j.kept++
				return out, nil
			}
		}
	}
	o, err := j.start()
	if err != nil {
		return nil, err
	}
	out := ask(o)
	if path == "" {
		return out, nil
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	part := path + ".part"
	if err := os.WriteFile(part, text, 0o644); err != nil {
		return nil, err
	}
	return out, os.Rename(part, path)
}
