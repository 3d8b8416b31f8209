package rest

import (
	"reflect"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
)

// Field has the name of a type of package errs.
type Field struct{ Size int }

func TestTypesOfOneNameAreToldApart(t *testing.T) {
	name := schemaNames()
	for _, c := range []struct {
		t    reflect.Type
		want string
	}{
		{reflect.TypeFor[errs.Field](), "Field"},
		{reflect.TypeFor[Field](), "RestField"},
		{reflect.TypeFor[*errs.Field](), "Field"},
		{reflect.TypeFor[*Field](), "RestField"},
		{reflect.TypeFor[Page[errs.Field]](), "PageField"},
		{reflect.TypeFor[Page[Field]](), "RestPageField"},
		{reflect.TypeFor[Page[errs.Field]](), "PageField"},
		{reflect.TypeFor[clock.Date](), "Date"},
	} {
		if got := name(c.t, "hint"); got != c.want {
			t.Errorf("%s is %s, want %s", c.t, got, c.want)
		}
	}
}
