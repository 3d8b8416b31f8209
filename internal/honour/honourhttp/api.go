package honourhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/evidence/evidencehttp"
	"yichuang/internal/honour"
	"yichuang/internal/org"
	"yichuang/internal/rest"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"政务之星"}}
}

func made(path, summary string) huma.Operation {
	o := op(http.MethodPost, path, summary)
	o.DefaultStatus = http.StatusCreated
	return o
}

// OfCandidate addresses a candidate of a round.
type OfCandidate struct {
	rest.ID
	Candidate string `path:"candidate" maxLength:"40" doc:"候选人编号"`
}

// Change addresses a round for a change.
type Change struct {
	rest.ID
	rest.IfMatch
}

func versioned(r honour.Round, err error) (*rest.Versioned[honour.Round], error) {
	return rest.WithVersion(r, r.Version), err
}

// RegisterAPI adds the selection's part of the API: what the pages do, a program can do.
func RegisterAPI(k *rest.Kit, d Deps) {
	m := d.Honour
	registerRounds(k, m)
	registerCandidates(k, m)
	evidencehttp.RegisterAPI(k, d.Blobs, evidencehttp.Routes{Path: "/honour/candidates/{id}", Name: "候选人的事迹材料", Tag: "政务之星", Add: honour.PermNominate, Read: honour.PermRead, Keep: m.AddDeedFiles, Open: m.OpenFile})
	evidencehttp.RegisterAPI(k, d.Blobs, evidencehttp.Routes{Path: "/honour/candidates/{id}/veto", Name: "否决的佐证", Tag: "政务之星", Add: honour.PermScore, Keep: m.AddVetoFiles})
	registerPublic(k, m, d.Org)
	rest.Register(k, op(http.MethodGet, "/honour/rules", "评选办法的各版，现行的在前"), honour.PermRead, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[honour.Rules]], error) {
		list, err := m.Rules(ctx)
		return rest.List(list, ""), err
	})
	rest.Register(k, op(http.MethodPost, "/honour/rules", "保存评选办法的新版"), honour.PermManage, func(ctx context.Context, in *struct{ Body honour.Rules }) (*rest.Body[honour.Rules], error) {
		r, err := m.SaveRules(ctx, in.Body)
		return rest.OK(r), err
	})
}

func registerRounds(k *rest.Kit, m *honour.Module) {
	rest.Register(k, op(http.MethodGet, "/honour/rounds", "评选，新的在前"), honour.PermRead, func(ctx context.Context, in *struct {
		After string `query:"after" maxLength:"40" doc:"上一页的 next"`
	}) (*rest.Body[rest.Page[honour.Round]], error) {
		list, next, err := m.Rounds(ctx, in.After)
		return rest.List(list, next), err
	})
	rest.Register(k, made("/honour/rounds", "发起评选"), honour.PermManage, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body honour.RoundInput
	}) (*rest.Created[honour.Round], error) {
		in.Body.Key = in.IdempotencyKey.IdempotencyKey
		r, err := m.OpenRound(ctx, in.Body)
		return rest.Made(r, "/honour/rounds/"+r.ID, r.Version), err
	})
	rest.Register(k, op(http.MethodGet, "/honour/rounds/{id}", "一次评选和它的候选人"), honour.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[honour.Sheet], error) {
		s, err := m.Round(ctx, in.ID.ID)
		return rest.WithVersion(s, s.Version), err
	})
	rest.Register(k, op(http.MethodPost, "/honour/rounds/{id}/advance", "进入下一阶段：提名、评分、投票、公示"), honour.PermManage, func(ctx context.Context, in *Change) (*rest.Versioned[honour.Round], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		return versioned(m.Advance(ctx, in.ID.ID, version))
	})
	rest.Register(k, op(http.MethodPost, "/honour/rounds/{id}/void", "终止评选"), honour.PermManage, func(ctx context.Context, in *struct {
		Change
		Body struct {
			Reason string `json:"reason" maxLength:"500"`
		}
	}) (*rest.Versioned[honour.Round], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		return versioned(m.VoidRound(ctx, in.ID.ID, version, in.Body.Reason))
	})
	rest.Register(k, op(http.MethodPost, "/honour/rounds/{id}/decision", "公示期满后审定"), honour.PermDecide, func(ctx context.Context, in *struct {
		Change
		Body honour.DecideInput
	}) (*rest.Versioned[honour.Round], error) {
		version, err := in.RequireVersion()
		if err != nil {
			return nil, err
		}
		return versioned(m.Decide(ctx, in.ID.ID, version, in.Body))
	})
	rest.Register(k, op(http.MethodPost, "/honour/rounds/{id}/codes", "发放群众投票码"), honour.PermManage, func(ctx context.Context, in *struct {
		rest.ID
		Body struct {
			Count int64 `json:"count" minimum:"1" maximum:"500"`
		}
	}) (*rest.Body[rest.Page[string]], error) {
		list, err := m.IssueCodes(ctx, in.ID.ID, in.Body.Count)
		return rest.List(list, ""), err
	})
}

func registerCandidates(k *rest.Kit, m *honour.Module) {
	rest.Register(k, op(http.MethodGet, "/honour/colleagues", "可以提名的人员"), honour.PermNominate, func(ctx context.Context, _ *struct{}) (*rest.Body[rest.Page[honour.Colleague]], error) {
		list, err := m.Colleagues(ctx)
		return rest.List(list, ""), err
	})
	rest.Register(k, made("/honour/rounds/{id}/candidates", "提名"), honour.PermNominate, func(ctx context.Context, in *struct {
		rest.ID
		Body honour.NominateInput
	}) (*rest.Created[honour.Candidate], error) {
		c, err := m.Nominate(ctx, in.ID.ID, in.Body)
		return rest.Made(c, "/honour/rounds/"+in.ID.ID, c.Version), err
	})
	rest.Register(k, op(http.MethodPost, "/honour/rounds/{id}/candidates/{candidate}/score", "评分，百分之一分"), honour.PermScore, func(ctx context.Context, in *struct {
		OfCandidate
		rest.IfMatch
		Body struct {
			Points map[string]int64 `json:"points" doc:"按评选项目代码，0 到 10000"`
		}
	}) (*rest.Versioned[honour.Candidate], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		c, err := m.Score(ctx, in.ID.ID, in.Candidate, version, in.Body.Points)
		return rest.WithVersion(c, c.Version), err
	})
	rest.Register(k, op(http.MethodPost, "/honour/rounds/{id}/candidates/{candidate}/veto", "否决，写明理由和佐证"), honour.PermScore, func(ctx context.Context, in *struct {
		OfCandidate
		Body honour.VetoInput
	}) (*rest.Body[honour.Candidate], error) {
		c, err := m.Veto(ctx, in.ID.ID, in.Candidate, in.Body)
		return rest.OK(c), err
	})
	rest.Register(k, op(http.MethodPost, "/honour/rounds/{id}/candidates/{candidate}/lift", "撤销否决，写明理由"), honour.PermDecide, func(ctx context.Context, in *struct {
		OfCandidate
		Body struct {
			Reason string `json:"reason" maxLength:"500"`
		}
	}) (*rest.Body[honour.Candidate], error) {
		c, err := m.Lift(ctx, in.ID.ID, in.Candidate, in.Body.Reason)
		return rest.OK(c), err
	})
	vote := op(http.MethodPost, "/honour/rounds/{id}/candidates/{candidate}/vote", "职工投票，每人一票，不记名")
	vote.DefaultStatus = http.StatusNoContent
	rest.Register(k, vote, honour.PermVote, func(ctx context.Context, in *struct{ OfCandidate }) (*rest.Nothing, error) {
		return &rest.Nothing{}, m.Vote(ctx, in.ID.ID, in.Candidate)
	})
	rest.Register(k, op(http.MethodGet, "/honour/rounds/{id}/candidates/{candidate}/certificate", "荣誉证书的内容"), honour.PermRead, func(ctx context.Context, in *struct{ OfCandidate }) (*rest.Body[honour.Certificate], error) {
		c, err := m.Certificate(ctx, in.ID.ID, in.Candidate)
		return rest.OK(c), err
	})
}

// OfCentre names the centre of a public call.
type OfCentre struct {
	Centre string `path:"centre" maxLength:"40" doc:"中心代码"`
}

func (in OfCentre) enter(ctx context.Context, o *org.Module) (context.Context, error) {
	c, err := o.CentreByCode(ctx, in.Centre)
	a := actor.From(ctx)
	return actor.With(ctx, &actor.Actor{Kind: actor.Citizen, CentreID: c.ID, IP: a.IP, RequestID: a.RequestID}), err
}

func registerPublic(k *rest.Kit, m *honour.Module, o *org.Module) {
	rest.Public(k, op(http.MethodGet, "/public/honour/{centre}", "正在投票和公示的评选，历次政务之星"), func(ctx context.Context, in *OfCentre) (*rest.Body[honour.Bulletin], error) {
		ctx, err := in.enter(ctx, o)
		if err != nil {
			return nil, err
		}
		b, err := m.Bulletin(ctx)
		return rest.OK(b), err
	})
	vote := op(http.MethodPost, "/public/honour/{centre}/votes", "群众凭投票码投票，一码一票")
	vote.DefaultStatus = http.StatusNoContent
	rest.Public(k, vote, func(ctx context.Context, in *struct {
		OfCentre
		Body struct {
			Round     string `json:"round" maxLength:"40"`
			Candidate string `json:"candidate" maxLength:"40"`
			Code      string `json:"code" maxLength:"20"`
		}
	}) (*rest.Nothing, error) {
		ctx, err := in.enter(ctx, o)
		if err != nil {
			return nil, err
		}
		return &rest.Nothing{}, m.VoteByCode(ctx, in.Body.Round, in.Body.Candidate, in.Body.Code)
	})
}
