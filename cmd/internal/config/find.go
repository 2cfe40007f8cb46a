package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"impact/internal/yml"
)

// ErrNotFound says that there is neither an impact.yml nor a dbt project in a
// folder or above it.
var ErrNotFound = errors.New("no impact.yml and no dbt project found")

// A Project is where the files of a command are.
type Project struct {
	Root       string  // the folder of impact.yml, else of the dbt project
	DBTDir     string  // the folder of dbt_project.yml; "" if there is none
	TargetPath string  // where dbt writes its artifacts; "" without DBTDir
	Config     *Config // never nil
}

// Path returns a path of the configuration as a file name: relative ones are
// relative to Root.
func (p *Project) Path(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(p.Root, name)
}

// Find looks for impact.yml and the dbt project in dir and upward, up to the
// root of the git repository. An impact.yml decides where the dbt project is by
// its dbt.dir; without that it is the one found on the way, else the folder of
// impact.yml or its sub-folder dbt. The error is [ErrNotFound], or what is wrong
// with impact.yml.
func Find(dir string, opts Options) (*Project, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find project: %w", err)
	}
	start, dbt, file := dir, "", ""
	for {
		for _, name := range []string{"impact.yml", "impact.yaml"} {
			if path := filepath.Join(dir, name); file == "" && isFile(path) {
				file = path
			}
		}
		if dbt == "" && isDBT(dir) {
			dbt = dir
		}
		parent := filepath.Dir(dir)
		if file != "" || parent == dir || exists(filepath.Join(dir, ".git")) {
			break
		}
		dir = parent
	}
	if file == "" && dbt == "" {
		return nil, fmt.Errorf("%w in %s or above", ErrNotFound, start)
	}
	p := &Project{Root: dbt, DBTDir: dbt, Config: Default()}
	if file != "" {
		if p.Config, err = Read(file, opts); err != nil {
			return nil, err
		}
		p.Root = filepath.Dir(file)
		if err := p.placeDBT(); err != nil {
			return nil, err
		}
	}
	if p.DBTDir != "" {
		p.TargetPath = targetPath(p, opts.Env)
	}
	return p, nil
}

func (p *Project) placeDBT() error {
	if stated := p.Config.DBT.Dir; stated != "" {
		p.DBTDir = p.Path(stated)
		if !isDir(p.DBTDir) {
			at := p.Config.at["dbt.dir"]
			return Errors{{File: p.Config.File, Line: at.Line, Col: at.Col, Path: "dbt.dir", Message: fmt.Sprintf("there is no folder %q", stated)}}
		}
		return nil
	}
	for _, dir := range []string{p.DBTDir, p.Root, filepath.Join(p.Root, "dbt")} {
		if dir != "" && isDBT(dir) {
			p.DBTDir = dir
			return nil
		}
	}
	return nil
}

// targetPath follows impact.yml, then dbt's own order: DBT_TARGET_PATH,
// target-path of dbt_project.yml, "target". Relative paths are relative to the
// dbt project.
func targetPath(p *Project, env Lookup) string {
	target := p.Config.DBT.TargetPath
	if target == "" && env != nil {
		target, _ = env("DBT_TARGET_PATH")
	}
	if target == "" {
		target = projectTarget(p.DBTDir, env)
	}
	if target == "" {
		target = "target"
	}
	if filepath.IsAbs(target) {
		return filepath.Clean(target)
	}
	return filepath.Join(p.DBTDir, target)
}

var envVar = regexp.MustCompile(`\{\{\s*env_var\(\s*['"](\w+)['"]\s*(?:,\s*['"]([^'"]*)['"]\s*)?\)\s*\}\}`)

// projectTarget reads target-path of dbt_project.yml. What is wrong with that
// file is dbt's to say.
func projectTarget(dir string, env Lookup) (target string) {
	defer func() {
		if recover() != nil {
			target = ""
		}
	}()
	src, err := os.ReadFile(filepath.Join(dir, "dbt_project.yml"))
	if err != nil {
		return ""
	}
	if target, err = projectKey(src, "target-path"); err != nil {
		return ""
	}
	target = envVar.ReplaceAllStringFunc(target, func(m string) string {
		parts := envVar.FindStringSubmatch(m)
		if env != nil {
			if v, ok := env(parts[1]); ok {
				return v
			}
		}
		return parts[2]
	})
	if strings.Contains(target, "{{") { // Jinja of another kind
		return ""
	}
	return target
}

// projectKey is the text at a key of dbt_project.yml, "" if there is none.
func projectKey(src []byte, key string) (string, error) {
	if len(src) > maxSize {
		return "", fmt.Errorf("is larger than %d KiB", maxSize>>10)
	}
	file, err := yml.Parse(src)
	if err != nil || len(file.Docs) == 0 {
		return "", err
	}
	for _, m := range yml.Members(file.Docs[0].Body) {
		if s, ok := yml.Content(m.Value).(*ast.StringNode); ok && yml.Key(m) == key {
			return s.Value, nil
		}
	}
	return "", nil
}

// isDBT reports whether dir is a dbt project, or holds the artifacts of one.
func isDBT(dir string) bool {
	return isFile(filepath.Join(dir, "dbt_project.yml")) || isFile(filepath.Join(dir, "target", "manifest.json"))
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
