package hotlinehttp_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"yichuang/internal/hotline"
)

// act opens the form of an action on a ticket as somebody, and sends it; more addresses the form further ("&ask=…").
func (o office) act(t *testing.T, user string, tk hotline.Ticket, slug, more string, pairs ...string) {
	t.Helper()
	desk := o.Site.As(user)
	page := desk.Get(path(tk, "?do="+slug+more)).Want(200)
	if action := `action="` + path(tk, "/"+slug) + `"`; !strings.Contains(page.Body.String(), action) {
		t.Fatalf("%s is not offered the form %s", user, slug)
	}
	for _, name := range []string{"version", "key", "seen", "leg", "ask"} {
		if strings.Contains(page.Body.String(), `name="`+name+`" value="`) {
			pairs = append(pairs, name, hidden(t, page, name))
		}
	}
	if more != "" && !strings.Contains(more, "leg=") {
		more = ""
	}
	desk.Post(path(tk, "/"+slug), pairs...).Goes(path(tk, ""))
}

// ask gives what waits on a ticket.
func (o office) ask(t *testing.T, tk hotline.Ticket, kind hotline.AskKind) hotline.Ask {
	t.Helper()
	for _, a := range o.Get(t, tk.ID).Asks {
		if a.Kind == kind && a.State == hotline.AskWaiting {
			return a
		}
	}
	t.Fatalf("no %s waits on %s", kind, tk.No)
	return hotline.Ask{}
}

func (o office) is(t *testing.T, tk hotline.Ticket, want hotline.State) hotline.Dossier {
	t.Helper()
	d := o.Get(t, tk.ID)
	if d.State != want {
		t.Fatalf("%s is %s, want %s", tk.No, d.State, want)
	}
	return d
}

func TestAReturnIsAskedForAndAccepted(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Dispatched)
	o.act(t, head, tk, "ask-return", "", "ground", hotline.ReturnReasons[0], "reason", "供水由水务局负责。", "other_unit", o.Other.ID)
	o.Site.As(head).Get("/hotline/asks").Has(tk.No, "退单", "不属于本单位职责").Lacks("accept-return")
	o.Site.As(other).Get("/hotline/asks").Lacks(tk.No)
	o.Site.As(dispatcher).Get("/hotline/asks?kind=return").Has(tk.No, "do=accept-return&amp;leg=", "供水")
	o.Site.As(dispatcher).Get(path(tk, "")).Has("待审批的申请", "认为应由 市水务局 办理", "同意退单", "不予退单")
	o.Site.As(liaison).Get(path(tk, "")).Has("待审批的申请").Lacks("?do=accept-return", "?do=ask-return")
	o.act(t, dispatcher, tk, "accept-return", "", "unit_id", o.Other.ID, "remark", "改派水务局")
	d := o.is(t, tk, hotline.Dispatched)
	if d.UnitID != o.Other.ID {
		t.Errorf("the order is with %s", d.Unit)
	}
	o.Site.As(dispatcher).Get(path(tk, "")).Has("退单单位：市住建局", "改派：市水务局")
	o.Site.As(dispatcher).Get("/hotline/asks?state=all").Has(tk.No, "同意")
}

func TestHelpIsAskedForAndGiven(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Handling)
	o.act(t, liaison, tk, "ask-help", "", "unit_id", o.Other.ID, "matter", "查明供水管道", "reason", "需要水务局配合")
	a := o.ask(t, tk, hotline.AskedHelp)
	o.Site.As(dispatcher).Get(path(tk, "?do=add-help&leg="+string(a.LegID)+"&ask="+a.ID)).Has("查明供水管道", "需要水务局配合", `name="ask" value="`+a.ID)
	o.act(t, dispatcher, tk, "add-help", "&ask="+a.ID, "unit_id", o.Other.ID, "matter", "查明供水管道")
	o.Site.As(other).Get("/hotline/unit").Has(tk.No, "协办")
	o.act(t, other, tk, "sign", "")
	o.Site.As(other).Get(path(tk, "?do=propose")).Has("协办答复", "由主办单位汇总")
	o.act(t, other, tk, "propose", "", "reply_public", "管道完好，没有漏水。", "solved", "解释说明") // without a word with the caller
	o.Site.As(liaison).Get(path(tk, "?do=propose")).Has("协办单位和下级单位的答复", "管道完好，没有漏水。", "公开答复")
	o.is(t, tk, hotline.Handling)
}

func TestSuspensionIsAskedForAndDecided(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Handling)
	form := []string{"measures", "配件停产，已向厂家订货", "told", "配件到货后立即维修", "review_at", "2026-05-20"}
	o.act(t, liaison, tk, "ask-suspension", "", form...)
	a := o.ask(t, tk, hotline.AskedSuspension)
	o.act(t, supervisor, tk, "deny-suspension", "&ask="+a.ID, "reason", "可以先用替代配件")
	o.is(t, tk, hotline.Handling)
	o.act(t, liaison, tk, "ask-suspension", "", form...)
	a = o.ask(t, tk, hotline.AskedSuspension)
	o.act(t, supervisor, tk, "grant-suspension", "&leg="+string(a.LegID)+"&ask="+a.ID, "reason", "同意")
	o.is(t, tk, hotline.Suspended)
	o.Site.As(agent).Get(path(tk, "")).Has("2026-05-20 周三 复查", "告知来电人：配件到货后立即维修", "不予挂账")
}

func TestTerminationIsAskedForAndDecided(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Handling)
	ask := func() {
		o.act(t, liaison, tk, "ask-termination", "", "ground", hotline.TerminateReasons[0], "reason", "双方已起诉", "told", "请等待法院判决")
	}
	ask()
	o.act(t, supervisor, tk, "deny-termination", "", "reason", "请先说明行政处理结果")
	ask()
	o.Site.As(supervisor).Get(path(tk, "?do=terminate")).Has("双方已起诉", "btn-danger")
	o.act(t, supervisor, tk, "terminate", "")
	o.is(t, tk, hotline.Terminated)
	o.Site.As(agent).Get(path(tk, "")).Has(hotline.TerminateReasons[0], "告知来电人：请等待法院判决")
}

func TestMergingAndTakingApart(t *testing.T) {
	o := newOffice(t)
	into := o.Ticket(t, hotline.Handling)
	tk := o.Ticket(t, hotline.Triage)
	o.Site.As(dispatcher).Get(path(tk, "?do=merge")).Has("并入哪张工单", into.No)
	o.Site.As(dispatcher).Post(path(tk, "/merge"), "key", "m0", "reason", "同一件事").Want(422).Has("请选择或填写要并入的工单号")
	o.act(t, dispatcher, tk, "merge", "", "into", into.No, "reason", "同一小区同一件事")
	o.is(t, tk, hotline.Merged)
	o.Site.As(dispatcher).Get(path(into, "")).Has("关联的工单", tk.No, "并入本单", "未回访")
	o.Site.As(dispatcher).Get(path(tk, "")).Has("目标工单 "+into.No, "?do=unmerge#act")
	o.act(t, dispatcher, tk, "unmerge", "", "reason", "不是同一件事")
	o.is(t, tk, hotline.Triage)
	o.Site.As(dispatcher).Get(path(into, "")).Has("已拆单")
}

func TestAClosedOrderIsReopenedAndSetRight(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Closed)
	o.act(t, callbacker, tk, "reopen", "", "reason", "又停水了")
	if d := o.is(t, tk, hotline.Dispatched); d.Round != 2 {
		t.Errorf("round %d", d.Round)
	}
	o.Site.As(reviewer).Post(path(tk, "/correct"), "key", "c0", "title", tk.Title, "kind", tk.Kind, "channel", tk.Channel, "confidential", tk.Confidential, "urgency", tk.Urgency,
		"category", "0101", "reason", "照旧").Want(409).Has("完全一样")
	o.act(t, reviewer, tk, "correct", "", "title", tk.Title, "kind", tk.Kind, "channel", tk.Channel, "confidential", tk.Confidential, "urgency", tk.Urgency,
		"category", "0102 供水", "reason", "说的是停水")
	o.Site.As(agent).Get(path(tk, "")).Has("事项分类由“供热采暖”改为“供水”", "第 2 轮")
}

func TestALegIsSentDownAndTakenBack(t *testing.T) {
	o := newOffice(t)
	below := o.AddUnit(t, "市政管理所", o.Unit.ID)
	tk := o.Ticket(t, hotline.Handling)
	o.Site.As(liaison).Get(path(tk, "?do=send-down")).Has("市政管理所").Lacks(`<option value="` + o.Other.ID)
	o.act(t, liaison, tk, "send-down", "", "unit_id", below.ID, "matter", "现场查看")
	var child hotline.Leg
	for _, l := range o.Get(t, tk.ID).Legs {
		if l.Role == hotline.Child {
			child = l
		}
	}
	o.Site.As(liaison).Get(path(tk, "")).Has("下级承办", "办理要求", "?do=recall-down&amp;leg="+string(child.ID))
	o.act(t, liaison, tk, "recall-down", "&leg="+string(child.ID), "reason", "本局直接办理")
	o.Site.As(liaison).Get(path(tk, "")).Has("收回下级件", "已取消")
}

// Pictures of the record with everything that can wait on it.
func TestRecordsWithAsksFitTheirWindows(t *testing.T) {
	ctx := browser(t)
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Handling)
	o.act(t, liaison, tk, "ask-help", "", "unit_id", o.Other.ID, "matter", "查明供水管道", "reason", "需要水务局配合")
	rated := o.Ticket(t, hotline.Callback)
	if _, err := o.Hotline.RecordCallback(o.World.As(t, "callbacker"), hotline.Command{TicketID: rated.ID}, hotline.CallbackResult{Reached: true, Result: hotline.Unsatisfied, Reason: "没有人来过"}); err != nil {
		t.Fatal(err)
	}
	o.act(t, liaison, rated, "dispute", "", "reason", "已上门两次，有照片", "callback", o.Get(t, rated.ID).Callbacks[0].ID)
	triage, fresh := o.Ticket(t, hotline.Triage), o.Ticket(t, hotline.Handling)
	url := o.serve(t)
	for _, v := range []struct{ user, name, path string }{
		{dispatcher, "asks", "/hotline/asks"}, {dispatcher, "ask-help", path(tk, "?do=add-help&ask="+o.ask(t, tk, hotline.AskedHelp).ID)}, {dispatcher, "dispatch-helpers", path(triage, "?do=dispatch")},
		{dispatcher, "merge", path(triage, "?do=merge")}, {dispatcher, "correct", path(triage, "?do=correct")}, {reviewer, "adjudicate", path(rated, "?do=adjudicate")},
		{head, "ask-return", path(fresh, "?do=ask-return")}, {liaison, "ask-suspension", path(fresh, "?do=ask-suspension")}, {head, "unit-bulk", "/hotline/unit"}, {reviewer, "review-bulk", "/hotline/review"},
	} {
		enter(t, ctx, url, v.user)
		for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
			visit(t, ctx, url+v.path, size[0], size[1])
			if v.name == "dispatch-helpers" {
				run(t, ctx, chromedp.Click(".helpers summary"))
			}
			for _, c := range strings.Split(eval[string](t, ctx, complaints), "\n") {
				if c != "" {
					t.Errorf("%s at %d: %s", v.name, size[0], c)
				}
			}
			picture(t, ctx, fmt.Sprintf("%s-%d", v.name, size[0]))
		}
	}
}
