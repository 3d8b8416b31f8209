package hotlinehttp

import (
	"context"
	"net/http"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/rest"
)

// adviceBody is what is typed of a request so far.
type adviceBody struct {
	Title    string `json:"title,omitempty" maxLength:"120"`
	Content  string `json:"content" maxLength:"8000" doc:"诉求内容，可以是没有写完的"`
	Address  string `json:"address,omitempty" maxLength:"200"`
	Kind     string `json:"kind,omitempty" maxLength:"10" doc:"诉求类型"`
	Category string `json:"category,omitempty" maxLength:"200" doc:"已选的事项分类代码"`
	Area     string `json:"area,omitempty" maxLength:"20" doc:"行政区划代码"`
	Phone    string `json:"phone,omitempty" maxLength:"24" doc:"来电号码，用于查同一来电人的工单"`
}

// modelKindBody names a kind of model.
type modelKindBody struct {
	Kind string `json:"kind" enum:"category,unit" doc:"category 事项分类，unit 承办单位"`
}

// registerAdvice adds suggestions while a request is typed, and the models that make them.
func (a api) registerAdvice(k *rest.Kit) {
	rest.Register(k, op(http.MethodPost, "/advice", "登记建议：事项分类、承办单位、疑似重复和知识条目（只建议，不改变任何工单）"), hotline.PermRegister, func(ctx context.Context, in *struct{ Body adviceBody }) (*rest.Body[advice.Advice], error) {
		b := in.Body
		out, err := a.Advice.Advise(ctx, hotline.RegisterInput{Title: b.Title, Content: b.Content, Address: b.Address, Kind: b.Kind, Category: b.Category, Area: b.Area, Phone: b.Phone})
		if err != nil {
			return nil, err
		}
		return rest.OK(out), nil
	})
	note := op(http.MethodPost, "/tickets/{id}/advice", "记录登记（category）或派单（unit）时的建议是否采纳")
	note.DefaultStatus = http.StatusNoContent
	rest.Register(k, note, hotline.PermRegister, func(ctx context.Context, in *struct {
		ticketInput
		Body modelKindBody
	}) (*rest.Nothing, error) {
		return nil, a.Advice.NoteAdvice(ctx, hotline.TicketID(in.ID), in.Body.Kind)
	})
	rest.Register(k, op(http.MethodGet, "/models", "建议模型的版本、检验数据和采纳情况"), hotline.PermRuleRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[advice.ModelRow]], error) {
		list, err := a.Advice.Models(ctx)
		if err != nil {
			return nil, err
		}
		return rest.List(list, ""), nil
	})
	train := op(http.MethodPost, "/models", "用办结工单训练一个新版本")
	train.DefaultStatus = http.StatusAccepted
	rest.Register(k, train, hotline.PermModel, func(ctx context.Context, in *struct{ Body modelKindBody }) (*rest.Body[advice.ModelVersion], error) {
		v, err := a.Advice.AskTraining(ctx, in.Body.Kind)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	})
	rest.Register(k, op(http.MethodPost, "/models/{id}/activate", "启用一个模型版本"), hotline.PermModel, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[advice.ModelVersion], error) {
		v, err := a.Advice.ActivateModel(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	})
}
