package rest

import (
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// schemaNames names the schemas of the description after their types. Where two packages have a type of one name, such
// as hotline.Row and knowledge.Row, the one that is described later carries its package: KnowledgeRow.
func schemaNames() func(t reflect.Type, hint string) string {
	given := map[string]reflect.Type{}
	return func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		name := huma.DefaultSchemaNamer(t, hint)
		if was, taken := given[name]; taken && was != t && t.Name() != "" {
			name = homeOf(t) + name
		}
		given[name] = t
		return name
	}
}

// homeOf is the package of a type, or, for Page[knowledge.Row], of what it is a page of, with a capital letter.
func homeOf(t reflect.Type) string {
	home := t.PkgPath()
	if _, args, generic := strings.Cut(t.Name(), "["); generic {
		args = strings.TrimSuffix(args, "]")
		if i := strings.LastIndex(args, "."); i > 0 {
			home = args[:i]
		}
	}
	base := path.Base(home)
	return strings.ToUpper(base[:1]) + base[1:]
}
