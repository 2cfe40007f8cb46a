package syntax_test

import (
	"fmt"
	"reflect"
	"strings"

	"impact/lineage/syntax"
)

// checkTree returns what is wrong with the positions of a file's tree: a span
// that is inverted or reaches outside of its parent's or of the text, or an
// identifier whose text is not its name.
func checkTree(f *syntax.File) error {
	whole := syntax.Span{Pos: 0, End: syntax.Pos(len(f.Src))}
	for _, e := range f.Errors {
		if s := (syntax.Span{Pos: e.Pos, End: e.End}); !inside(s, whole) {
			return fmt.Errorf("error %q spans %v of %v", e.Message, s, whole)
		}
	}
	last := syntax.Pos(0)
	for _, s := range f.Stmts {
		if s.Extent().Pos < last {
			return fmt.Errorf("statement at %d overlaps the one before, which ends at %d", s.Extent().Pos, last)
		}
		last = s.Extent().End
		if err := checkNode(f.Src, s, whole); err != nil {
			return err
		}
	}
	return nil
}

func inside(s, parent syntax.Span) bool {
	return parent.Pos <= s.Pos && s.Pos <= s.End && s.End <= parent.End
}

// checkNode checks a tree without recursion, which may lean deep.
func checkNode(src string, n syntax.Node, whole syntax.Span) error {
	type item struct {
		v      reflect.Value
		parent syntax.Span
		path   string
	}
	stack := []item{{reflect.ValueOf(n), whole, ""}}
	for len(stack) > 0 {
		it := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		v := it.v
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface:
			if !v.IsNil() {
				stack = append(stack, item{v.Elem(), it.parent, it.path})
			}
		case reflect.Slice:
			for i := range v.Len() {
				stack = append(stack, item{v.Index(i), it.parent, it.path})
			}
		case reflect.Struct:
			parent, path := it.parent, it.path
			if v.CanAddr() && v.CanInterface() {
				if n, ok := v.Addr().Interface().(syntax.Node); ok {
					path = v.Type().Name()
					s := n.Extent()
					if id, ok := n.(*syntax.Ident); ok {
						if id.Name == "" && !id.Quoted && s == (syntax.Span{}) {
							continue // not given
						}
						if err := checkIdent(src, id); err != nil {
							return fmt.Errorf("in %s: %w", it.path, err)
						}
					}
					if !inside(s, it.parent) {
						return fmt.Errorf("%s at %d–%d reaches outside of %s at %d–%d", path, s.Pos, s.End, it.path, it.parent.Pos, it.parent.End)
					}
					parent = s
				}
			}
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() && f.Type != reflect.TypeFor[syntax.Span]() {
					stack = append(stack, item{v.Field(i), parent, path})
				}
			}
		}
	}
	return nil
}

func checkIdent(src string, id *syntax.Ident) error {
	if id.Hash != syntax.Fold(id.Name) {
		return fmt.Errorf("identifier %q has the hash of another", id.Name)
	}
	if id.Pos == id.End {
		return nil // a name that the grammar supplies
	}
	text := src[id.Pos:id.End]
	if !id.Quoted {
		if text != id.Name && !(strings.EqualFold(text, "offset") || strings.EqualFold(text, "ordinality")) {
			return fmt.Errorf("identifier %q stands at %q", id.Name, text)
		}
		return nil
	}
	if text == id.Name || len(text) >= 2 && text[1:len(text)-1] == id.Name {
		return nil
	}
	if strings.ContainsAny(text, "\\'\"`]$") {
		return nil // escapes, or a string that is an alias
	}
	return fmt.Errorf("quoted identifier %q stands at %q", id.Name, text)
}
