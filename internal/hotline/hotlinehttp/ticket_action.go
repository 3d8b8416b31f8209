package hotlinehttp

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/knowledge"
	"yichuang/internal/once"
	"yichuang/internal/web"
)

// step is an action with what its form says, ready to be done.
type step func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error)

// deed is one action on a ticket as a form posts it: its address, its permission and how its fields are read.
type deed struct {
	slug   string
	action hotline.Action
	perm   actor.Permission
	read   func(f *web.Form, l lookups) step
	asked  hotline.AskKind // what a unit must have asked for, of the deeds that decide
}

// deeds lists every action of the record page.
var deeds = slices.Concat(steps, legDeeds, afterDeeds)

// steps are the actions of the straight way, and what goes with it anywhere.
var steps = []deed{
	{"accept", hotline.ActAccept, hotline.PermAccept, readAccept, ""},
	{"answer", hotline.ActAnswer, hotline.PermAccept, withText("reply", (*hotline.Module).Answer), ""},
	{"refuse", hotline.ActRefuse, hotline.PermRefuse, readRefuse, ""},
	{"emergency", hotline.ActEmergency, hotline.PermEmergency, readEmergency, ""},
	{"escalate", hotline.ActEscalate, hotline.PermEmergency, withText("reason", (*hotline.Module).Escalate), ""},
	{"dispatch", hotline.ActDispatch, hotline.PermDispatch, readDispatch, ""},
	{"sign", hotline.ActSign, hotline.PermSign, plain((*hotline.Module).Sign), ""},
	{"propose", hotline.ActPropose, hotline.PermSubmit, readReply((*hotline.Module).Propose), ""},
	{"send-back", hotline.ActSendBack, hotline.PermSignOff, withText("reason", (*hotline.Module).SendBack), ""},
	{"submit", hotline.ActSubmit, hotline.PermSignOff, readReply((*hotline.Module).Submit), ""},
	{"approve", hotline.ActApprove, hotline.PermReview, withText("remark", (*hotline.Module).Approve), ""},
	{"reject", hotline.ActReject, hotline.PermReview, withText("reason", (*hotline.Module).Reject), ""},
	{"call", hotline.ActCallback, hotline.PermCallback, readCallback, ""},
	{"close", hotline.ActClose, hotline.PermCallback, withText("finding", (*hotline.Module).Close), ""},
	{"rework", hotline.ActRework, hotline.PermRework, readRework, ""},
	{"urge", hotline.ActUrge, hotline.PermUrge, readUrging, ""},
	{"withdraw", hotline.ActWithdraw, hotline.PermWithdraw, withText("reason", (*hotline.Module).Withdraw), ""},
	{"archive", hotline.ActArchive, hotline.PermArchive, plain((*hotline.Module).Archive), ""},
	{"comment", hotline.ActComment, hotline.PermComment, withText("text", (*hotline.Module).Comment), ""},
	{"attach", hotline.ActAttach, hotline.PermComment, readAttach, ""},
	{"ask-extension", hotline.ActAskExtension, hotline.PermExtend, readExtension, ""},
	{"grant-extension", hotline.ActGrantExt, hotline.PermDecide, decide(true), hotline.AskedExtension},
	{"deny-extension", hotline.ActDenyExt, hotline.PermDecide, decide(false), hotline.AskedExtension},
	{"suspend", hotline.ActSuspend, hotline.PermSuspend, readSuspend, ""},
	{"resume", hotline.ActResume, hotline.PermSuspend, withText("remark", (*hotline.Module).Resume), ""},
}

// files reports whether files may come with the deed.
func (d deed) files() bool {
	return slices.Contains([]hotline.Action{hotline.ActPropose, hotline.ActSubmit, hotline.ActAttach, hotline.ActDispute}, d.action)
}

// options are those of the deed's route.
func (d deed) options() []web.RouteOption {
	if d.files() {
		return []web.RouteOption{web.MaxBody(uploadBody)}
	}
	return nil
}

// deedOf finds the deed of an action or, where there is none of it, an empty one.
func deedOf(action hotline.Action) deed {
	for _, d := range deeds {
		if d.action == action {
			return d
		}
	}
	return deed{}
}

func deedAt(slug string) deed {
	for _, d := range deeds {
		if d.slug == slug {
			return d
		}
	}
	return deed{}
}

// perform does a deed and goes back to where its form stood. A refusal shows the record again with what was typed.
func (s desks) perform(d deed) web.Handler {
	return func(c *web.Ctx) error {
		f := c.Form()
		found, err := s.Hotline.Find(c.Context(), c.Param("no"))
		if err != nil {
			return err
		}
		l, err := s.lookups(c)
		if err != nil {
			return err
		}
		do, cmd := d.read(f, l), commandOf(f, found.ID)
		if d.files() {
			cmd.Files = s.uploads(c, f)
		}
		if !f.OK() {
			return s.refused(c, d, http.StatusUnprocessableEntity)
		}
		t, err := do(c.Context(), s.Hotline, cmd)
		if err != nil {
			return s.refusedBy(c, d, err)
		}
		if d.action == hotline.ActDispatch {
			s.Advice.FollowAdvice(c.Context(), t.ID, advice.ModelUnit)
		}
		c.FlashSaved(doneText(d.action, &t), draftKey(t.No, d.slug))
		return c.Redirect(web.LocalPath(f.Text("back"), ticketPath(t.No)))
	}
}

// commandOf addresses the ticket as the form does.
func commandOf(f *web.Form, id hotline.TicketID) hotline.Command {
	return hotline.Command{TicketID: id, LegID: hotline.LegID(f.Text("leg")), Version: f.Version(), Key: f.Text("key"),
		Cites: knowledge.Refs(append(f.All("cite"), f.Text("cite_other"))...)}
}

func draftKey(no, slug string) string { return "ticket-" + no + "-" + slug }

// refusedBy shows the form again where it can be corrected; every other error becomes an error page.
func (s desks) refusedBy(c *web.Ctx, d deed, err error) error {
	f := c.Form()
	if errors.Is(err, once.ErrReused) {
		f.Say("这张表单刚才已经提交过，那一次已经生效。请看办理记录，确实要再提交一次的，核对后再按按钮。")
		return s.refused(c, d, http.StatusConflict)
	}
	if !f.Take(err) {
		return err
	}
	chooseAgain(f)
	if errors.Is(err, hotline.ErrVersion) {
		f.Say("这张工单刚被别人改过，这次没有提交。变化列在上面，您填写的内容都在，核对后可以再按一次按钮。")
	}
	return s.refused(c, d, web.Status(errs.KindOf(err)))
}

// doneText says what was done.
func doneText(action hotline.Action, t *hotline.Ticket) string {
	switch action {
	case hotline.ActSubmit:
		return "答复已提交，等待热线办审核。"
	case hotline.ActPropose:
		return "已报分管负责人签批。"
	case hotline.ActDraftReturn:
		return "退单已拟稿，等待本单位分管负责人确认；确认前没有向热线办申请，办理时限照常计算。"
	case hotline.ActAskExtension:
		return "延期申请已提交，等待审批。"
	case hotline.ActAttach:
		return "附件已上传。"
	case hotline.ActAskReturn, hotline.ActAskHelp, hotline.ActAskSuspend, hotline.ActAskTerminate, hotline.ActDispute:
		return action.Label() + "已提交，等待热线办审核。办理时限照常计算。"
	case hotline.ActApprove:
		return "工单 " + t.No + "：答复审核通过，现在是“" + t.State.Label() + "”。"
	case hotline.ActReject:
		return "工单 " + t.No + "：答复已退回承办单位，现在是“" + t.State.Label() + "”。"
	case hotline.ActMerge:
		return "工单 " + t.No + " 已并单，它的来电人随目标工单一起答复和回访。"
	case hotline.ActUnmerge:
		return "工单 " + t.No + " 已拆出，现在是“" + t.State.Label() + "”。"
	}
	return "工单 " + t.No + "：" + action.Label() + "完成，现在是“" + t.State.Label() + "”。"
}

// plain reads a form without fields.
func plain(do func(*hotline.Module, context.Context, hotline.Command) (hotline.Ticket, error)) func(*web.Form, lookups) step {
	return func(*web.Form, lookups) step {
		return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
			return do(m, ctx, cmd)
		}
	}
}

// withText reads a form with one text.
func withText(field string, do func(*hotline.Module, context.Context, hotline.Command, string) (hotline.Ticket, error)) func(*web.Form, lookups) step {
	return func(f *web.Form, _ lookups) step {
		text := f.Text(field)
		return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
			return do(m, ctx, cmd, text)
		}
	}
}

func readClassify(f *web.Form, l lookups) hotline.Classify {
	return hotline.Classify{Category: l.readCategory(f), Area: l.readArea(f), Urgency: f.Text("urgency"), Accused: f.Text("accused_unit")}
}

func readAccept(f *web.Form, l lookups) step {
	in := readClassify(f, l)
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.Accept(ctx, cmd, in)
	}
}

func readRefuse(f *web.Form, _ lookups) step {
	ground, told := int(f.Int("ground")), f.Text("told")
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.Refuse(ctx, cmd, ground, told)
	}
}

func readEmergency(f *web.Form, _ lookups) step {
	to, remark := f.Text("to"), f.Text("remark")
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.Emergency(ctx, cmd, to, remark)
	}
}

// readDispatch takes the unit from the full list where one was chosen there, else from the suggestions.
func readDispatch(f *web.Form, l lookups) step {
	in := hotline.DispatchInput{UnitID: f.Text("unit_other"), Helpers: readHelpers(f), Remark: f.Text("remark"), Classify: readClassify(f, l)}
	if in.UnitID == "" {
		in.UnitID = f.Text("unit_id")
	}
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.Dispatch(ctx, cmd, in)
	}
}

func readUrging(f *web.Form, _ lookups) step {
	in := hotline.Urging{Remark: f.Text("remark"), ByCaller: f.Bool("by_caller"), Spoke: f.Text("spoke_with")}
	in.ByPhone = in.Spoke != ""
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.Urge(ctx, cmd, in)
	}
}

func readReply(do func(*hotline.Module, context.Context, hotline.Command, hotline.Reply) (hotline.Ticket, error)) func(*web.Form, lookups) step {
	return func(f *web.Form, _ lookups) step {
		r := hotline.Reply{Public: f.Text("reply_public"), Inside: f.Text("reply_internal"), Solved: f.Text("solved"), ContactedAt: f.Instant("contacted_at")}
		return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
			return do(m, ctx, cmd, r)
		}
	}
}

func readAttach(f *web.Form, _ lookups) step {
	kind := hotline.AttachmentKind(f.Text("kind"))
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.AddAttachments(ctx, cmd, kind, cmd.Files)
	}
}

// unreached is the outcome of a call that nobody answered.
const unreached = "未接通"

func callbackOf(f *web.Form) hotline.CallbackResult {
	r := hotline.CallbackResult{Channel: f.Text("channel"), Reason: f.Text("reason"), Code: f.Text("reason_code"), Note: f.Text("note")}
	if result := f.Required("result", "回访结果"); result != unreached {
		r.Reached, r.Result, r.Attitude, r.Solved = true, result, f.Text("attitude"), f.Text("solved")
	}
	return r
}

func readCallback(f *web.Form, _ lookups) step {
	r := callbackOf(f)
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.RecordCallback(ctx, cmd, r)
	}
}

func readRework(f *web.Form, _ lookups) step {
	unit, reason := f.Text("unit_other"), f.Text("reason")
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.Rework(ctx, cmd, unit, reason)
	}
}

func readExtension(f *web.Form, _ lookups) step {
	days, reason := int(f.Int("days")), f.Text("reason")
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.AskExtension(ctx, cmd, days, reason)
	}
}

func decide(grant bool) func(*web.Form, lookups) step {
	return func(f *web.Form, _ lookups) step {
		remark := f.Text("reason")
		return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
			return m.DecideExtension(ctx, cmd, grant, remark)
		}
	}
}

func readSuspend(f *web.Form, _ lookups) step {
	in := hotline.SuspendInput{Measures: f.Text("measures"), ReviewOn: f.Date("review_at"), Told: f.Text("told")}
	return func(ctx context.Context, m *hotline.Module, cmd hotline.Command) (hotline.Ticket, error) {
		return m.Suspend(ctx, cmd, in)
	}
}
