package archivehttp

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/archive"
	"yichuang/internal/clock"
	"yichuang/internal/rest"
)

type archiveRecordOut struct {
	ID          string        `json:"id"`
	Kind        string        `json:"kind"`
	No          string        `json:"no" doc:"工单号"`
	Class       string        `json:"class" doc:"保管期限类别"`
	State       string        `json:"state" enum:"kept,due,proposed,destroyed"`
	ArchivedAt  clock.Instant `json:"archived_at"`
	KeepUntil   clock.Date    `json:"keep_until,omitempty" doc:"保管到；空为永久"`
	Files       int           `json:"files"`
	Size        int64         `json:"size"`
	ContentSM3  string        `json:"content_sm3" doc:"归档时的内容校验值"`
	Holds       int           `json:"holds" doc:"有效的封存"`
	ListID      string        `json:"list_id,omitempty"`
	DestroyedAt clock.Instant `json:"destroyed_at,omitempty"`
	Version     int64         `json:"version"`
}

func outOf(r archive.Record) archiveRecordOut {
	return archiveRecordOut{r.ID, r.Kind, r.No, r.Class, string(r.State), r.ArchivedAt, r.KeepUntil, r.Files, r.Size, r.ContentSM3, r.Holds, r.ListID, r.DestroyedAt, r.Version}
}

type archiveListOut struct {
	ID         string        `json:"id"`
	No         string        `json:"no"`
	State      string        `json:"state" enum:"proposed,approved,rejected,done"`
	Reason     string        `json:"reason"`
	Records    int           `json:"records"`
	Destroyed  int           `json:"destroyed"`
	Spared     int           `json:"spared" doc:"因封存剔除"`
	ProposedAt clock.Instant `json:"proposed_at"`
	DecidedAt  clock.Instant `json:"decided_at,omitempty"`
	EndedAt    clock.Instant `json:"ended_at,omitempty"`
	Version    int64         `json:"version"`
}

type archiveDecisionIn struct {
	Approve bool   `json:"approve"`
	Remark  string `json:"remark,omitempty" maxLength:"200" doc:"不批准时必填"`
}

func listOutOf(l archive.List) archiveListOut {
	return archiveListOut{l.ID, l.No, string(l.State), l.Reason, l.Records, l.Destroyed, l.Spared, l.ProposedAt, l.DecidedAt, l.EndedAt, l.Version}
}

func (h handlers) registerAPI(api *rest.Kit) {
	tags := []string{"档案"}
	rest.Register(api, huma.Operation{Method: "GET", Path: "/archive/records", Summary: "档案目录", Tags: tags}, archive.PermRead,
		func(ctx context.Context, in *struct {
			rest.Paging
			State string `query:"state" enum:"kept,due,proposed,destroyed"`
			Class string `query:"class" maxLength:"20"`
			No    string `query:"no" maxLength:"40" doc:"工单号"`
			Held  bool   `query:"held" doc:"只要封存的"`
		}) (*rest.Body[rest.Page[archiveRecordOut]], error) {
			list, next, err := h.m.Records(ctx, archive.Filter{State: archive.State(in.State), Class: in.Class, No: in.No, Held: in.Held, After: in.After, Limit: in.Limit})
			if err != nil {
				return nil, err
			}
			out := make([]archiveRecordOut, len(list))
			for i, r := range list {
				out[i] = outOf(r)
			}
			return rest.List(out, next), nil
		})
	rest.Register(api, huma.Operation{Method: "GET", Path: "/archive/records/{id}", Summary: "查看档案", Tags: tags}, archive.PermRead,
		func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[archiveFileOut], error) {
			return h.fileOut(ctx, in.ID.ID)
		})
	rest.Register(api, huma.Operation{Method: "GET", Path: "/archive/lists", Summary: "销毁清册", Tags: tags}, archive.PermRead,
		func(ctx context.Context, in *struct {
			After string `query:"after" maxLength:"64"`
		}) (*rest.Body[rest.Page[archiveListOut]], error) {
			list, next, err := h.m.Lists(ctx, in.After)
			if err != nil {
				return nil, err
			}
			out := make([]archiveListOut, len(list))
			for i, l := range list {
				out[i] = listOutOf(l)
			}
			return rest.List(out, next), nil
		})
	rest.Register(api, huma.Operation{Method: "POST", Path: "/archive/lists/{id}/decision", Summary: "审批销毁清册", Tags: tags}, archive.PermApprove,
		func(ctx context.Context, in *struct {
			rest.ID
			rest.IfMatch
			Body archiveDecisionIn
		}) (*rest.Versioned[archiveListOut], error) {
			version, err := in.RequireVersion()
			if err != nil {
				return nil, err
			}
			l, err := h.m.Decide(ctx, in.ID.ID, version, in.Body.Approve, in.Body.Remark)
			if err != nil {
				return nil, err
			}
			return rest.WithVersion(listOutOf(l), l.Version), nil
		})
	h.registerChanges(api)
}
