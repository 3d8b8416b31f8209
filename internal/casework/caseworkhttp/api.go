package caseworkhttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/party"
	"yichuang/internal/rest"
	"yichuang/internal/web"
)

func op(method, path, summary string) huma.Operation {
	return huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"办件"}}
}

// applicantBody is somebody who applies, as a program writes him.
type applicantBody struct {
	Name   string `json:"name" maxLength:"100" doc:"姓名或单位名称"`
	IDType string `json:"id_type" maxLength:"20" doc:"居民身份证、统一社会信用代码或其他证件"`
	IDNo   string `json:"id_no" maxLength:"40" doc:"证件号码"`
	Phone  string `json:"phone" maxLength:"20" doc:"联系电话"`
}

func (b applicantBody) applicant() party.Applicant {
	return party.Applicant{Contact: party.Contact{Name: b.Name, Phone: b.Phone}, IDType: b.IDType, IDNo: b.IDNo}
}

// RegisterAPI adds the API of cases: what the pages do, a program can do.
func RegisterAPI(k *rest.Kit, d Deps) {
	m := d.Casework
	registerReads(k, m)
	registerIntake(k, m)
	registerSteps(k, m)
	registerOffice(k, m)
	registerHearing(k, m)
	registerOnline(k, d)
	registerPlatform(k, m)
	registerLicences(k, m)
	registerPublicAPI(k, m)
}

func registerReads(k *rest.Kit, m *casework.Module) {
	rest.Register(k, op(http.MethodGet, "/casework/cases", "办件：在办的按最近期限，办结的按新旧"), casework.PermRead, func(ctx context.Context, in *struct {
		rest.Paging
		State string `query:"state" maxLength:"20" doc:"状态"`
		Done  bool   `query:"done" doc:"已结束的办件"`
		Work  string `query:"work" enum:"check,explain" doc:"工作清单：check 待核查的告知承诺，explain 待公开超期原因"`
		Unit  string `query:"unit" maxLength:"40" doc:"办理单位"`
	}) (*rest.Body[rest.Page[casework.Listed]], error) {
		list, next, err := m.Cases(ctx, casework.Filter{State: casework.State(in.State), Done: in.Done, Work: casework.Worklist(in.Work), UnitID: in.Unit, After: in.After, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/casework/cases/{id}", "一个办件：时钟、材料、记录、文书和可以进行的操作"), casework.PermRead, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Versioned[casework.Sheet], error) {
		s, err := m.Find(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(s, s.Version), nil
	})
	rest.Register(k, op(http.MethodPost, "/casework/cases/{id}/applicant", "查看申请人信息（记入日志）"), casework.PermReadPersonal, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[casework.Person], error) {
		p, err := m.RevealApplicant(ctx, casework.CaseID(in.ID.ID))
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	})
	rest.Register(k, op(http.MethodGet, "/casework/proposals", "等待批复的呈请"), casework.PermDecline, func(ctx context.Context, in *struct{ rest.Paging }) (*rest.Body[rest.Page[casework.WaitingProposal]], error) {
		list, next, err := m.Waiting(ctx, in.After)
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodGet, "/casework/vouchers", "待打印的文书"), casework.PermReadPersonal, func(ctx context.Context, in *struct{ rest.Paging }) (*rest.Body[rest.Page[casework.Voucher]], error) {
		list, next, err := m.Unprinted(ctx, in.After)
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Register(k, op(http.MethodPost, "/casework/vouchers/{id}/print", "取文书内容打印（记入日志）"), casework.PermReadPersonal, func(ctx context.Context, in *struct{ rest.ID }) (*rest.Body[casework.Paper], error) {
		p, err := m.Print(ctx, in.ID.ID)
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	})
}

func registerIntake(k *rest.Kit, m *casework.Module) {
	create := op(http.MethodPost, "/casework/visits", "接件：一次来访，一项或几项申请，一张回执")
	create.DefaultStatus = http.StatusCreated
	rest.Register(k, create, casework.PermReceive, func(ctx context.Context, in *struct {
		rest.IdempotencyKey
		Body struct {
			Applicant applicantBody         `json:"applicant"`
			Agent     *applicantBody        `json:"agent,omitempty" doc:"代办人；本人办理不传"`
			Window    string                `json:"window,omitempty" maxLength:"20" doc:"窗口编号"`
			Channel   string                `json:"channel,omitempty" enum:"窗口,邮寄,上门" doc:"申请方式，不填为窗口"`
			Identity  string                `json:"identity,omitempty" enum:"card,manual,real_name" doc:"怎样核验来办的人的身份：card 读卡，manual 人工核对证件，real_name 线上实名；邮寄的不填，其余必填"`
			Authority string                `json:"agent_authority,omitempty" enum:"letter,guardian,officer,helper" doc:"代办授权：letter 授权委托书，guardian 法定代理人，officer 单位经办人，helper 帮办代办员；有代办人的必填"`
			Package   string                `json:"package,omitempty" maxLength:"40" doc:"一件事的编号：所申请的事项都是它的成员"`
			Items     []casework.IntakeItem `json:"items" doc:"申请的事项"`
			Messages  bool                  `json:"messages,omitempty" doc:"来办的人同意用短信接收评价邀请和证照期满提醒"`
		}
	}) (*rest.Created[casework.Intake], error) {
		input := casework.IntakeInput{Applicant: in.Body.Applicant.applicant(), Window: in.Body.Window, Channel: in.Body.Channel, Package: in.Body.Package, Messages: in.Body.Messages, Identity: in.Body.Identity, Authority: in.Body.Authority, Items: in.Body.Items, Key: in.IdempotencyKey.IdempotencyKey}
		if in.Body.Agent != nil {
			input.Agent = in.Body.Agent.applicant()
		}
		got, err := m.Receive(ctx, input)
		if err != nil {
			return nil, err
		}
		return rest.Made(got, "/casework/cases/"+string(got.Cases[0].ID), got.Cases[0].Version), nil
	})
}

// stepInput addresses a case for one step, with what the step says.
type stepInput[T any] struct {
	rest.ID
	rest.IfMatch
	rest.IdempotencyKey
	Body T
}

// nothing is the body of a step that says nothing.
type nothing struct{}

// reasonBody is the body of a step that says one text.
type reasonBody struct {
	Reason string `json:"reason" maxLength:"2000" doc:"理由、意见或说明"`
}

// step registers one step of a case.
func step[T any](k *rest.Kit, action casework.Action, summary string, do func(ctx context.Context, cmd casework.Command, in T) (casework.Case, error)) {
	perm := casework.PermissionOf(action)
	o := op(http.MethodPost, "/casework/cases/{id}/"+path(action), summary)
	rest.Register(k, o, perm, func(ctx context.Context, in *stepInput[T]) (*rest.Versioned[casework.Case], error) {
		version, err := in.Version()
		if err != nil {
			return nil, err
		}
		c, err := do(ctx, casework.Command{CaseID: casework.CaseID(in.ID.ID), Version: version, Key: in.IdempotencyKey.IdempotencyKey}, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(c, c.Version), nil
	})
}

// path is an action as addresses spell it.
func path(a casework.Action) string {
	out := []byte(a)
	for i := range out {
		if out[i] == '_' {
			out[i] = '-'
		}
	}
	return string(out)
}

// said registers a step that says one text.
func said(k *rest.Kit, action casework.Action, summary string, do func(ctx context.Context, cmd casework.Command, text string) (casework.Case, error)) {
	step(k, action, summary, func(ctx context.Context, cmd casework.Command, in reasonBody) (casework.Case, error) {
		return do(ctx, cmd, in.Reason)
	})
}

// bare registers a step that says nothing.
func bare(k *rest.Kit, action casework.Action, summary string, do func(ctx context.Context, cmd casework.Command) (casework.Case, error)) {
	step(k, action, summary, func(ctx context.Context, cmd casework.Command, _ nothing) (casework.Case, error) { return do(ctx, cmd) })
}

func registerPublicAPI(k *rest.Kit, m *casework.Module) {
	rest.Public(k, op(http.MethodGet, "/public/overdue-cases", "超期办件和公开的原因，新的在前"), func(ctx context.Context, in *struct{ rest.Paging }) (*rest.Body[rest.Page[casework.Overrun]], error) {
		list, next, err := m.Overruns(asApplicant(ctx), in.After)
		if err != nil {
			return nil, err
		}
		return rest.List(list, next), nil
	})
	rest.Public(k, op(http.MethodPost, "/public/case-progress", "凭查询码查询办件进度"), func(ctx context.Context, in *struct {
		Body struct {
			Code string `json:"code" maxLength:"20" doc:"查询码"`
			Tail string `json:"phone_tail" maxLength:"4" doc:"手机号后四位"`
		}
	}) (*rest.Body[casework.Progress], error) {
		p, err := m.Track(asApplicant(ctx), in.Body.Code, in.Body.Tail)
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	}, web.Limit(publicRate))
	rest.Public(k, op(http.MethodPost, "/public/case-papers", "凭查询码阅读本人的文书（记入日志）"), func(ctx context.Context, in *struct{ Body casework.OwnVoucher }) (*rest.Body[casework.Paper], error) {
		p, err := m.ReadOwn(asApplicant(ctx), in.Body)
		if err != nil {
			return nil, err
		}
		return rest.OK(p), nil
	}, web.Limit(publicRate))
	rest.Public(k, op(http.MethodPost, "/public/case-corrections", "凭查询码请求更正办件的记录"), func(ctx context.Context, in *struct {
		Body struct {
			casework.Own
			Text string `json:"text" minLength:"1" maxLength:"200" doc:"哪里有误，应当是什么"`
		}
	}) (*rest.Body[takenCase], error) {
		c, err := m.AskOwn(asApplicant(ctx), in.Body.Own, in.Body.Text)
		if err != nil {
			return nil, err
		}
		return rest.OK(takenCase{c.No, c.ItemName, c.State.Label()}), nil
	}, web.Limit(publicRate))
	rest.Public(k, op(http.MethodPost, "/public/voucher-verifications", "凭编号和验证码验证文书"), func(ctx context.Context, in *struct {
		Body struct {
			No   string `json:"no" maxLength:"40" doc:"文书编号"`
			Code string `json:"code" maxLength:"20" doc:"验证码"`
		}
	}) (*rest.Body[casework.Verified], error) {
		v, err := m.Verify(asApplicant(ctx), in.Body.No, in.Body.Code)
		if err != nil {
			return nil, err
		}
		return rest.OK(v), nil
	}, web.Limit(publicRate))
}

// asApplicant lets whoever asks be somebody without an account, in the centre that is asked.
func asApplicant(ctx context.Context) context.Context {
	return actor.With(ctx, casework.ApplicantActor(actor.From(ctx).CentreID, web.ClientIP(ctx), web.RequestID(ctx)))
}
