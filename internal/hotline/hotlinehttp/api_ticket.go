package hotlinehttp

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/knowledge"
	"yichuang/internal/rest"
)

// api is the REST surface of the hotline.
type api struct {
	Deps
	m *hotline.Module
}

// RegisterAPI adds the hotline's operations: everything that the desks do, and the citizen's side.
func RegisterAPI(k *rest.Kit, d Deps) {
	a := api{d, d.Hotline}
	a.registerReads(k)
	a.registerActions(k)
	a.registerLegs(k)
	a.registerAfter(k)
	a.registerAsks(k)
	a.registerAttachments(k)
	a.registerPublic(k)
	a.registerCatalogue(k)
	a.registerRuleFiles(k)
	a.registerDesk(k)
	a.registerImports(k)
	a.registerTopics(k)
	a.registerAdvice(k)
	a.registerAdmin(k)
	a.registerKnowledge(k, d.Knowledge)
	a.registerSupervisions(k)
}

func op(method, path, summary string) huma.Operation {
	o := huma.Operation{Method: method, Path: path, Summary: summary, Tags: []string{"12345 热线"}}
	return o
}

// ticketInput addresses a ticket by id or number.
type ticketInput struct {
	ID string `path:"id" maxLength:"40" doc:"工单的编号（id），查询时也可用工单号"`
}

// Change addresses a ticket for a change: which one, on the basis of which version, under which idempotency key.
type Change struct {
	ID    string `path:"id" maxLength:"40" doc:"工单编号（id）"`
	LegID string `query:"leg" maxLength:"40" doc:"承办件编号；不传为主办件"`
	rest.IfMatch
	rest.IdempotencyKey
}

func (c Change) command(required bool) (hotline.Command, error) {
	v, err := c.IfMatch.Version()
	if err == nil && v == 0 && required {
		err = rest.ErrVersionRequired
	}
	return hotline.Command{TicketID: hotline.TicketID(c.ID), LegID: hotline.LegID(c.LegID), Version: v, Key: c.IdempotencyKey.IdempotencyKey}, err
}

// changeWith is a Change with a body.
type changeWith[B any] struct {
	Change
	Body B
}

type ticketOutput = rest.Versioned[hotline.Ticket]

// act registers POST /tickets/{id}/<verb> with a body.
func act[B any](k *rest.Kit, verb, summary string, perm actor.Permission, versioned bool, do func(context.Context, hotline.Command, B) (hotline.Ticket, error)) {
	rest.Register(k, op(http.MethodPost, "/tickets/{id}/"+verb, summary), perm, func(ctx context.Context, in *changeWith[B]) (*ticketOutput, error) {
		cmd, err := in.Change.command(versioned)
		if err != nil {
			return nil, err
		}
		t, err := do(ctx, cmd, in.Body)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(t, t.Version), nil
	})
}

// actBare registers POST /tickets/{id}/<verb> without a body.
func actBare(k *rest.Kit, verb, summary string, perm actor.Permission, do func(context.Context, hotline.Command) (hotline.Ticket, error)) {
	rest.Register(k, op(http.MethodPost, "/tickets/{id}/"+verb, summary), perm, func(ctx context.Context, in *Change) (*ticketOutput, error) {
		cmd, err := in.command(true)
		if err != nil {
			return nil, err
		}
		t, err := do(ctx, cmd)
		if err != nil {
			return nil, err
		}
		return rest.WithVersion(t, t.Version), nil
	})
}

// Bodies of the actions.
type (
	reasonBody struct {
		Reason string `json:"reason" maxLength:"8000" doc:"理由"`
	}
	remarkBody struct {
		Remark string `json:"remark,omitempty" maxLength:"8000" doc:"说明"`
	}
	urgeBody struct {
		Remark   string `json:"remark,omitempty" maxLength:"8000" doc:"说明"`
		ByCaller bool   `json:"by_caller,omitempty" doc:"来电人催办：同一工单一天只计一次"`
		ByPhone  bool   `json:"by_phone,omitempty" doc:"电话催办：热线办打给承办单位"`
		Spoke    string `json:"spoke_with,omitempty" maxLength:"40" doc:"电话催办时接电话的人"`
	}
	answerBody struct {
		Reply string   `json:"reply" maxLength:"8000" doc:"答复内容"`
		Cites []string `json:"cites,omitempty" maxItems:"10" doc:"引用的知识条目编号（ZS00001）；过期、下架的会被拒绝"`
	}
	refuseBody struct {
		Ground int    `json:"ground" doc:"不予受理的理由，1–8"`
		Told   string `json:"told,omitempty" maxLength:"8000" doc:"已告知来电人的途径或具体理由"`
	}
	emergencyBody struct {
		To     string `json:"to" enum:"110,119,120,122"`
		Remark string `json:"remark,omitempty" maxLength:"8000"`
	}
	closeBody struct {
		Finding string `json:"finding,omitempty" maxLength:"8000" doc:"不满意但认定诉求不合理或已依法处理的理由"`
	}
	reworkBody struct {
		UnitID string `json:"unit_id,omitempty" doc:"改由哪个单位办理；不传为原单位"`
		Reason string `json:"reason" maxLength:"8000"`
	}
	extensionBody struct {
		Days   int    `json:"days" doc:"延长的工作日数"`
		Reason string `json:"reason" maxLength:"8000"`
	}
	decisionBody struct {
		Grant  bool   `json:"grant"`
		Reason string `json:"reason,omitempty" maxLength:"8000" doc:"不予延期时必填"`
	}
	suspendBody struct {
		Measures string     `json:"measures" maxLength:"8000" doc:"原因和措施"`
		ReviewAt clock.Date `json:"review_at" doc:"复查日期"`
		Told     string     `json:"told,omitempty" maxLength:"8000" doc:"向来电人的说明；不传同原因和措施"`
	}
	textBody struct {
		Text string `json:"text" maxLength:"8000"`
	}
	callbackBody struct {
		Channel  string `json:"channel,omitempty" doc:"电话、短信、网络"`
		Reached  bool   `json:"reached" doc:"是否联系上"`
		Result   string `json:"result,omitempty" doc:"对结果：满意、基本满意、不满意"`
		Attitude string `json:"attitude,omitempty" doc:"对态度：满意、基本满意、不满意；不传同结果"`
		Solved   string `json:"solved,omitempty" doc:"是否解决：已解决、部分解决、解释说明、未解决"`
		Reason   string `json:"reason,omitempty" maxLength:"8000" doc:"来电人的话"`
		Code     string `json:"reason_code,omitempty" maxLength:"40" doc:"不满意的原因，如 问题没有解决；不传为 其他"`
		Note     string `json:"note,omitempty" maxLength:"8000"`
		About    string `json:"about,omitempty" maxLength:"40" doc:"并入的工单编号：这次回访的是它的来电人；不传为本工单的来电人"`
	}
	replyBody struct {
		Public      string        `json:"reply_public,omitempty" maxLength:"8000" doc:"公开答复；已报签的可不传"`
		Inside      string        `json:"reply_internal,omitempty" maxLength:"8000" doc:"内部说明"`
		Solved      string        `json:"solved,omitempty" doc:"办理结果：已解决、部分解决、解释说明、未解决"`
		ContactedAt clock.Instant `json:"contacted_at,omitempty" doc:"与来电人联系的时间"`
		Cites       []string      `json:"cites,omitempty" maxItems:"10" doc:"答复引用的知识条目编号（ZS00001）；过期、下架的会被拒绝。提交时不传则沿用报签时的"`
	}
)

func (b suspendBody) input() hotline.SuspendInput {
	return hotline.SuspendInput{Measures: b.Measures, ReviewOn: b.ReviewAt, Told: b.Told}
}

func (b replyBody) reply() hotline.Reply {
	return hotline.Reply{Public: b.Public, Inside: b.Inside, Solved: b.Solved, ContactedAt: b.ContactedAt}
}

func (a api) registerActions(k *rest.Kit) {
	m := a.m
	act(k, "accept", "受理", hotline.PermAccept, true, m.Accept)
	act(k, "answer", "直接答复", hotline.PermAccept, true, func(ctx context.Context, c hotline.Command, b answerBody) (hotline.Ticket, error) {
		c.Cites = knowledge.Refs(b.Cites...)
		return m.Answer(ctx, c, b.Reply)
	})
	act(k, "refuse", "不予受理", hotline.PermRefuse, true, func(ctx context.Context, c hotline.Command, b refuseBody) (hotline.Ticket, error) {
		return m.Refuse(ctx, c, b.Ground, b.Told)
	})
	act(k, "emergency", "紧急移交", hotline.PermEmergency, true, func(ctx context.Context, c hotline.Command, b emergencyBody) (hotline.Ticket, error) {
		return m.Emergency(ctx, c, b.To, b.Remark)
	})
	act(k, "escalate", "标为特急", hotline.PermEmergency, true, func(ctx context.Context, c hotline.Command, b reasonBody) (hotline.Ticket, error) {
		return m.Escalate(ctx, c, b.Reason)
	})
	act(k, "dispatch", "派单", hotline.PermDispatch, true, m.Dispatch)
	actBare(k, "sign", "签收", hotline.PermSign, m.Sign)
	act(k, "propose", "报签", hotline.PermSubmit, true, func(ctx context.Context, c hotline.Command, b replyBody) (hotline.Ticket, error) {
		c.Cites = knowledge.Refs(b.Cites...)
		return m.Propose(ctx, c, b.reply())
	})
	act(k, "send-back", "退改", hotline.PermSignOff, true, func(ctx context.Context, c hotline.Command, b reasonBody) (hotline.Ticket, error) {
		return m.SendBack(ctx, c, b.Reason)
	})
	act(k, "submit", "签批并提交答复", hotline.PermSignOff, true, func(ctx context.Context, c hotline.Command, b replyBody) (hotline.Ticket, error) {
		c.Cites = knowledge.Refs(b.Cites...)
		return m.Submit(ctx, c, b.reply())
	})
	act(k, "approve", "审核通过", hotline.PermReview, true, func(ctx context.Context, c hotline.Command, b remarkBody) (hotline.Ticket, error) {
		return m.Approve(ctx, c, b.Remark)
	})
	act(k, "reject", "审核退回", hotline.PermReview, true, func(ctx context.Context, c hotline.Command, b reasonBody) (hotline.Ticket, error) {
		return m.Reject(ctx, c, b.Reason)
	})
	act(k, "callbacks", "回访", hotline.PermCallback, true, func(ctx context.Context, c hotline.Command, b callbackBody) (hotline.Ticket, error) {
		return m.RecordCallback(ctx, c, hotline.CallbackResult{Channel: b.Channel, Reached: b.Reached, Result: b.Result, Attitude: b.Attitude, Solved: b.Solved, Reason: b.Reason, Code: b.Code, Note: b.Note, About: hotline.TicketID(b.About)})
	})
	act(k, "close", "办结", hotline.PermCallback, true, func(ctx context.Context, c hotline.Command, b closeBody) (hotline.Ticket, error) {
		return m.Close(ctx, c, b.Finding)
	})
	act(k, "rework", "重办", hotline.PermRework, true, func(ctx context.Context, c hotline.Command, b reworkBody) (hotline.Ticket, error) {
		return m.Rework(ctx, c, b.UnitID, b.Reason)
	})
	act(k, "urge", "催办", hotline.PermUrge, false, func(ctx context.Context, c hotline.Command, b urgeBody) (hotline.Ticket, error) {
		return m.Urge(ctx, c, hotline.Urging{Remark: b.Remark, ByCaller: b.ByCaller, ByPhone: b.ByPhone, Spoke: b.Spoke})
	})
	act(k, "withdraw", "撤回", hotline.PermWithdraw, true, func(ctx context.Context, c hotline.Command, b reasonBody) (hotline.Ticket, error) {
		return m.Withdraw(ctx, c, b.Reason)
	})
	actBare(k, "archive", "归档", hotline.PermArchive, m.Archive)
	act(k, "comments", "备注", hotline.PermComment, false, func(ctx context.Context, c hotline.Command, b textBody) (hotline.Ticket, error) {
		return m.Comment(ctx, c, b.Text)
	})
	act(k, "extension", "申请延期", hotline.PermExtend, true, func(ctx context.Context, c hotline.Command, b extensionBody) (hotline.Ticket, error) {
		return m.AskExtension(ctx, c, b.Days, b.Reason)
	})
	act(k, "extension-decision", "审批延期", hotline.PermDecide, true, func(ctx context.Context, c hotline.Command, b decisionBody) (hotline.Ticket, error) {
		return m.DecideExtension(ctx, c, b.Grant, b.Reason)
	})
	act(k, "suspend", "挂账", hotline.PermSuspend, true, func(ctx context.Context, c hotline.Command, b suspendBody) (hotline.Ticket, error) {
		return m.Suspend(ctx, c, b.input())
	})
	act(k, "resume", "恢复办理", hotline.PermSuspend, true, func(ctx context.Context, c hotline.Command, b remarkBody) (hotline.Ticket, error) {
		return m.Resume(ctx, c, b.Remark)
	})
}

type registerInput struct {
	rest.IdempotencyKey
	Body hotline.RegisterInput
}

func (a api) register(ctx context.Context, in *registerInput) (*rest.Created[hotline.Registered], error) {
	in.Body.Key = in.IdempotencyKey.IdempotencyKey
	t, err := a.m.Register(ctx, in.Body)
	if err != nil {
		return nil, err
	}
	return rest.Made(t, "/tickets/"+string(t.ID), t.Version), nil
}
