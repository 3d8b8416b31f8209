package hotlinehttp

import (
	"context"
	"net/http"

	"yichuang/internal/hotline"
	"yichuang/internal/rest"
)

// parameterBody is a parameter as a program gives it.
type parameterBody struct {
	Value     int    `json:"value" doc:"数值"`
	Basis     string `json:"basis,omitempty" maxLength:"200" doc:"依据文件和条款；确认时必填"`
	Confirmed bool   `json:"confirmed,omitempty" doc:"是否已由文件确认"`
	// Categories narrow a scoped parameter.
	Categories string `json:"categories,omitempty" maxLength:"8000" doc:"适用的事项分类代码，空格隔开；不传为全部。只用于 scoped 的参数"`
}

// parameterList is the parameters in force and the newest of those superseded.
type parameterList struct {
	Current []hotline.ParameterRow `json:"current"`
	Past    []hotline.ParameterRow `json:"past"`
}

func (a api) registerParameters(k *rest.Kit) {
	table := func(ctx context.Context) (*rest.Body[parameterList], error) {
		current, past, err := a.m.ParameterTable(ctx)
		if err != nil {
			return nil, err
		}
		return rest.OK(parameterList{current, past}), nil
	}
	rest.Register(k, op(http.MethodGet, "/parameters", "办理参数：现行和历史"), hotline.PermRuleRead, func(ctx context.Context, _ *struct{}) (*rest.Body[parameterList], error) {
		return table(ctx)
	})
	rest.Register(k, op(http.MethodPost, "/parameters/{name}", "修改或确认一个办理参数"), hotline.PermPolicy, func(ctx context.Context, in *struct {
		Name string `path:"name" maxLength:"40" doc:"参数名"`
		Body parameterBody
	}) (*rest.Body[parameterList], error) {
		p := hotline.Parameter{Name: in.Name, Value: in.Body.Value, Categories: in.Body.Categories, Basis: in.Body.Basis, Confirmed: in.Body.Confirmed}
		if err := a.m.ChangeParameter(ctx, p); err != nil {
			return nil, err
		}
		return table(ctx)
	})
}
