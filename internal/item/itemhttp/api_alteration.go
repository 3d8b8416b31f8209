package itemhttp

import (
	"context"
	"net/http"

	"yichuang/internal/clock"
	"yichuang/internal/item"
	"yichuang/internal/rest"
)

// alterationPage is a page of alterations.
type alterationPage = rest.Body[rest.Page[item.Altered]]

// registerAlterations adds what is done with the directory itself: 暂停, 恢复, 取消, 拆分, 合并.
func registerAlterations(k *rest.Kit, d Deps) {
	rest.Register(k, op(http.MethodGet, "/item-changes", "事项变动"), item.PermRead, func(ctx context.Context, in *struct {
		rest.Paging
		State item.State `query:"state" maxLength:"20" doc:"状态"`
	}) (*alterationPage, error) {
		list, next, err := d.Item.Alterations(ctx, item.AlterationFilter{State: in.State, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	draft := op(http.MethodPost, "/item-changes", "编制事项变动：暂停、恢复、取消、拆分、合并")
	draft.DefaultStatus = http.StatusCreated
	rest.Register(k, draft, item.PermWrite, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body item.AlterationInput
	}) (*rest.Created[item.Alteration], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		a, err := d.Item.Alter(ctx, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.Made(a, "/item-changes/"+a.ID, a.Version), nil
	})
	rest.Register(k, op(http.MethodGet, "/item-changes/{id}", "一项事项变动：原事项、新事项和经过"), item.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[item.AlterationSheet], error) {
		s, err := d.Item.AlterationSheet(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Alteration.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/item-changes/{id}/steps/{action}", "办理事项变动：送审、通过、退回、发布、废弃"), item.PermRead, func(ctx context.Context, in *struct {
		rest.ID
		rest.IfMatch
		Action item.Action `path:"action" enum:"submit,pass,return,publish,discard" doc:"步骤"`
		Body   struct {
			Day    *clock.Date `json:"day,omitempty" doc:"生效日期；不传是编制时所填，没有填的是发布那天"`
			Reason string      `json:"reason,omitempty" maxLength:"500"`
		}
	}) (*rest.Versioned[item.Alteration], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		a, err := d.Item.MoveAlteration(ctx, in.ID.ID, version, in.Action, item.Change{Day: dayOf(in.Body.Day), Reason: in.Body.Reason})
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(a, a.Version), nil
	})
	rest.Public(k, op(http.MethodGet, "/public/item-changes", "公布的事项变动"), func(ctx context.Context, in *struct {
		OfCentre
		rest.Paging
	}) (*rest.Body[rest.Page[item.PublicAlteration]], error) {
		ctx, _, err := d.visitor(ctx, in.OfCentre)
		if err != nil {
			return nil, err
		}
		list, next, err := d.Item.PublishedAlterations(ctx, in.After)
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
}
