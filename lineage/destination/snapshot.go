package destination

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// SnapshotFormat is the value of "format" in a schema snapshot.
const SnapshotFormat = "impact.schema/1"

// snapshot is the file: the format beside the fields of the schema.
type snapshot struct {
	Format string `json:"format"`
	*Schema
}

// WriteSnapshot writes s as an indented JSON snapshot that [ReadSnapshot] reads
// back to an equal Schema. The same Schema always gives the same bytes.
func WriteSnapshot(w io.Writer, s *Schema) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(snapshot{Format: SnapshotFormat, Schema: s}); err != nil {
		return fmt.Errorf("write schema snapshot: %w", err)
	}
	return nil
}

// ReadSnapshot reads a snapshot strictly: an unknown format or key is an error,
// so that a newer snapshot is never read in part. name is used in errors.
func ReadSnapshot(name string, src []byte) (*Schema, error) {
	var head struct {
		Format string `json:"format"`
	}
	if err := json.Unmarshal(src, &head); err != nil {
		return nil, fmt.Errorf("read schema snapshot %s: %w", name, err)
	}
	if head.Format != SnapshotFormat {
		return nil, fmt.Errorf("read schema snapshot %s: format is %q, want %q", name, head.Format, SnapshotFormat)
	}
	snap := snapshot{Schema: &Schema{}}
	dec := json.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&snap); err != nil {
		return nil, fmt.Errorf("read schema snapshot %s: %w", name, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read schema snapshot %s: text after the end of the JSON object", name)
	}
	s := snap.Schema
	if err := s.validate(); err != nil {
		return nil, fmt.Errorf("read schema snapshot %s: %w", name, err)
	}
	s.normalize()
	return s, nil
}

// validate refuses what no reader of a real schema would have written.
func (s *Schema) validate() error {
	for i, t := range s.Tables {
		if t == nil || t.Name == "" {
			return fmt.Errorf("tables[%d] has no name", i)
		}
		for j, c := range t.Columns {
			if c.Name == "" {
				return fmt.Errorf("tables[%d] (%s): columns[%d] has no name", i, t.Name, j)
			}
		}
		for j, fk := range t.ForeignKeys {
			if fk.Table == "" || len(fk.Columns) == 0 || len(fk.Columns) != len(fk.RefColumns) {
				return fmt.Errorf("tables[%d] (%s): foreign_keys[%d] needs table and as many ref_columns as columns", i, t.Name, j)
			}
		}
	}
	for i, v := range s.Views {
		if v.Name == "" {
			return fmt.Errorf("views[%d] has no name", i)
		}
	}
	return nil
}

// ReadSchema reads src with the reader that the name's ending asks for: .rb
// (Rails' schema.rb), .sql (mysqldump's structure.sql) or .json (a snapshot).
func ReadSchema(name string, src []byte) (*Schema, []Warning, error) {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".rb":
		s, warnings := ReadSchemaRB(name, src)
		return s, warnings, nil
	case ".sql":
		s, warnings := ReadStructureSQL(name, src)
		return s, warnings, nil
	case ".json":
		s, err := ReadSnapshot(name, src)
		return s, nil, err
	default:
		return nil, nil, fmt.Errorf("read schema %s: unknown ending %q: want .rb (schema.rb), .sql (structure.sql) or .json (snapshot)", name, ext)
	}
}
