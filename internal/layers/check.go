package layers

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Violation is an import that a rule forbids.
type Violation struct {
	File   string // slash-separated, from the repository's root
	Line   int    // 0 when the package itself is meant
	Import string // "" when the package itself is meant
	Rule   string // what is wrong and why
}

func (v Violation) String() string {
	if v.Import == "" {
		return fmt.Sprintf("%s: %s", v.File, v.Rule)
	}
	return fmt.Sprintf("%s:%d: import %q: %s", v.File, v.Line, v.Import, v.Rule)
}

// source is the import clause of one file.
type source struct {
	file    string
	pkg     string // the folder, "." at the root
	isTest  bool
	imports []imported
}

type imported struct {
	path string
	line int
}

// Check reads the imports of the module in root and returns what the rules
// forbid, sorted by file and line.
func Check(root fs.FS, rules Rules) ([]Violation, error) {
	sources, err := read(root)
	if err != nil {
		return nil, err
	}
	var found []Violation
	files := map[string]int{} // per entry, the files that are no tests
	placeless := map[string]bool{}
	for _, src := range sources {
		if rules.rung(src.pkg) < 0 && !placeless[src.pkg] {
			placeless[src.pkg] = true
			found = append(found, Violation{File: src.file, Rule: fmt.Sprintf("package %s has no rung in internal/layers/rules.go", src.pkg)})
		}
		for _, imp := range src.imports {
			report := func(format string, args ...any) {
				found = append(found, Violation{src.file, imp.line, imp.path, fmt.Sprintf(format, args...)})
			}
			if ours, ok := rules.ours(imp.path); ok {
				if rule := rules.checkOurs(src, ours); rule != "" {
					report("%s", rule)
				}
				continue
			}
			entry, ok := rules.entry(imp.path)
			if !ok {
				if isThirdParty(imp.path) {
					report("no entry in internal/layers/rules.go: name who may import it, and why we need it")
				}
				continue
			}
			if src.isTest && entry.InTests {
				continue
			}
			if entry.From != nil && !slices.Contains(entry.From, src.pkg) {
				report("%s (%s)", entry.allowed(), entry.Reason)
				continue
			}
			if !src.isTest {
				files[entry.Import]++
				if entry.Files > 0 && files[entry.Import] > entry.Files {
					report("at most %d file may import it (%s)", entry.Files, entry.Reason)
				}
			}
		}
	}
	return found, nil
}

// checkOurs judges the import of one of our packages; "" is approval.
func (r Rules) checkOurs(src source, target string) string {
	if target == src.pkg {
		return "" // an external test of the package itself
	}
	if covers(r.ForTests, target) {
		switch {
		case src.isTest || covers(r.ForTests, src.pkg):
			return ""
		default:
			return "only tests may import it"
		}
	}
	from, to := r.rung(src.pkg), r.rung(target)
	switch {
	case from < 0 || to < 0:
		return "" // reported once for the package
	case covers(r.Leaves, src.pkg) && !src.isTest:
		return fmt.Sprintf("%s imports nothing of ours", src.pkg)
	case from == to:
		return fmt.Sprintf("%s and %s are on the same rung and do not know each other", src.pkg, target)
	case from > to:
		return fmt.Sprintf("imports go down only, and %s is above %s", target, src.pkg)
	}
	return ""
}

func (e Entry) allowed() string {
	switch {
	case len(e.From) == 0 && e.InTests:
		return "only tests may import it"
	case len(e.From) == 0:
		return "nobody may import it"
	}
	return "only " + strings.Join(e.From, ", ") + " may import it"
}

// ours returns the folder of an import of this module.
func (r Rules) ours(importPath string) (string, bool) {
	if importPath == r.Module {
		return ".", true
	}
	return strings.CutPrefix(importPath, r.Module+"/")
}

// rung returns the position of a package on the ladder, 0 at the top, -1 when
// nothing covers it.
func (r Rules) rung(pkg string) int {
	best, length := -1, -1
	for i, rung := range r.Ladder {
		for _, name := range rung {
			if within(name, pkg) && len(name) > length {
				best, length = i, len(name)
			}
		}
	}
	return best
}

// entry returns the entry with the longest name that covers an import.
func (r Rules) entry(importPath string) (Entry, bool) {
	best, found := Entry{}, false
	for _, entry := range r.Entries {
		if within(entry.Import, importPath) && (!found || len(entry.Import) > len(best.Import)) {
			best, found = entry, true
		}
	}
	return best, found
}

// isThirdParty tells other modules from the standard library: their first
// element is a domain.
func isThirdParty(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return strings.Contains(first, ".")
}

func covers(names []string, pkg string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return within(name, pkg) })
}

func within(name, pkg string) bool {
	return pkg == name || strings.HasPrefix(pkg, name+"/")
}

// read parses the import clauses of all Go files of the module.
func read(root fs.FS) ([]source, error) {
	var sources []source
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != "." && ignored(root, name) {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		src, err := readImports(root, name)
		if err != nil {
			return err
		}
		sources = append(sources, src)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read imports: %w", err)
	}
	slices.SortFunc(sources, func(a, b source) int { return cmp.Compare(a.file, b.file) })
	return sources, nil
}

// ignored reports folders that belong to no package of this module.
func ignored(root fs.FS, dir string) bool {
	base := path.Base(dir)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules" {
		return true
	}
	_, err := fs.Stat(root, path.Join(dir, "go.mod"))
	return err == nil
}

func readImports(root fs.FS, name string) (source, error) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return source{}, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ImportsOnly)
	if err != nil {
		return source{}, err
	}
	src := source{file: name, pkg: path.Dir(name), isTest: strings.HasSuffix(name, "_test.go")}
	for _, spec := range file.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return source{}, fmt.Errorf("%s: import %s: %w", name, spec.Path.Value, err)
		}
		src.imports = append(src.imports, imported{importPath, set.Position(spec.Pos()).Line})
	}
	return src, nil
}
