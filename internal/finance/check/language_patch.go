package check

import (
	"reflect"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// lowercase lets rules write functions and the methods of tables in lower case, as T05.row("201").c2 or rows(T03): the
// library knows Go's methods by their capital letters.
type lowercase struct{}

var (
	scopeType = reflect.TypeFor[*scope]()
	tableType = reflect.TypeFor[*Table]()
)

// Visit renames the callee of a call where a method of that name exists.
func (lowercase) Visit(node *ast.Node) {
	call, ok := (*node).(*ast.CallNode)
	if !ok {
		return
	}
	switch callee := call.Callee.(type) {
	case *ast.IdentifierNode:
		callee.Value = capital(scopeType, callee.Value)
	case *ast.MemberNode:
		if name, ok := callee.Property.(*ast.StringNode); ok {
			name.Value = capital(tableType, name.Value)
		}
	}
}

func capital(t reflect.Type, name string) string {
	if name == "" {
		return name
	}
	up := strings.ToUpper(name[:1]) + name[1:]
	if _, ok := t.MethodByName(up); ok {
		return up
	}
	return name
}
