package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"impact/sync/plan"
	"impact/sync/run"
)

type format uint8

const (
	csvFormat format = iota + 1
	gzipFormat
	parquetFormat
)

// formatOf returns the format that a file's name states.
func formatOf(path string) (format, error) {
	name := strings.ToLower(filepath.Base(path))
	switch {
	case strings.HasSuffix(name, ".csv"):
		return csvFormat, nil
	case strings.HasSuffix(name, ".csv.gz"):
		return gzipFormat, nil
	case strings.HasSuffix(name, ".parquet"):
		return parquetFormat, nil
	}
	return 0, fmt.Errorf("%s: the name must end in .csv, .csv.gz or .parquet", path)
}

// A part is one file of a model.
type part struct {
	path   string
	format format
}

// list returns the files that a path stands for, in the order of their names.
func list(path string) ([]part, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return folder(path)
	case err == nil:
		return partsOf([]string{path})
	case errors.Is(err, fs.ErrNotExist) && isPattern(path):
		found, err := filepath.Glob(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(found) == 0 {
			return nil, &run.MissingError{Relation: path, Help: "no file is called like that: look at the pattern and the folder"}
		}
		return partsOf(found)
	}
	return nil, reading(path, err)
}

// folder returns the files of a folder. Everything in it must be part of the
// model, so that nothing is left out unseen; names that begin with a dot or an
// underscore are what exports write beside the data.
func folder(path string) ([]part, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "_"):
		case e.IsDir():
			return nil, fmt.Errorf("%s has a folder %s: columns kept in the names of folders are not read", path, e.Name())
		default:
			found = append(found, filepath.Join(path, e.Name()))
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s is an empty folder", path)
	}
	return partsOf(found)
}

func partsOf(paths []string) ([]part, error) {
	parts := make([]part, 0, len(paths))
	for _, path := range paths {
		f, err := formatOf(path)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part{path: path, format: f})
	}
	return parts, nil
}

func (p part) describe(ctx context.Context) (content, error) {
	if p.format == parquetFormat {
		return describeParquet(ctx, p.path)
	}
	return describeCSV(ctx, p)
}

// open starts reading columns of the file, which must still have the fields of
// the model.
func (p part) open(ctx context.Context, fields []plan.Field, columns []string) (opened, error) {
	if p.format == parquetFormat {
		return openParquet(ctx, p.path, fields, columns)
	}
	return openCSV(p, fields, columns)
}

// sorted reports whether the rows of a Parquet file are in order, by reading the
// columns of the order alone: they are a small part of the file, and the first
// row that is out of order ends it.
func (p part) sorted(ctx context.Context, fields []plan.Field, order []run.Order) (ok bool, err error) {
	columns := make([]string, len(order))
	for i, o := range order {
		columns[i] = o.Column
	}
	in, err := p.open(ctx, fields, columns)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return inOrder(ctx, in, fields, order)
}
