package caseworkhttp_test

import (
	"context"
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/clock"
)

// done gives the case of a step, or fails.
func done(t *testing.T) func(c casework.Case, err error) casework.Case {
	return func(c casework.Case, err error) casework.Case {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

func on(c casework.Case) casework.Command { return casework.Command{CaseID: c.ID} }

// paperOf gives the number of the case's last voucher of a kind.
func (h hall) paperOf(t *testing.T, c casework.Case, kind casework.VoucherKind) (no, code string) {
	t.Helper()
	s := h.Get(t, c.ID)
	for _, v := range s.Vouchers {
		if v.Kind == kind {
			no = v.No
		}
	}
	return no, h.Casework.QueryCode(casework.VisitID(s.VisitID))
}

// next lets so much time pass that the limits of the public pages are fresh.
func (h hall) next() { h.Clock.Set(h.Clock.Now() + 2*60*1000) }

// Whoever was refused, denied, stopped or put off reads on his progress what the paper says, and the paper itself; nobody else does.
func TestAnApplicantReadsWhatHeWasTold(t *testing.T) {
	h := newHall(t)
	must := done(t)
	it := h.Ready(t)
	public, win, z, d := h.site.As(""), h.Window(t), h.Chief(t), h.Approver(t, 1)
	m := h.Casework

	refused := h.Receive(t, it, "M1")
	why := casework.RefuseInput{Ground: casework.NotEligible, Basis: "劳动合同法第五十八条", Reason: "申请人被限制从事此项经营"}
	must(m.ProposeRefusal(win, on(refused), why))
	must(m.Refuse(z, on(refused), why))
	no, code := h.paperOf(t, refused, casework.VoucherRefused)
	said := []string{"申请人依法不得提出此项申请", "劳动合同法第五十八条", "申请人被限制从事此项经营", "六十日内依法申请行政复议", "六个月内依法向人民法院提起行政诉讼"}
	public.Post("/cases", "code", code, "tail", "1234").Want(200).Has(append(said, no, "接件回执", "/matters", "请求更正")...)
	public.Post("/cases/papers", "code", code, "tail", "1234", "no", no).Want(200).Has(append(said, "马建国", "验证码")...).Lacks("622901199003071239", "13993001234")
	public.Post("/cases/papers", "code", code, "tail", "1234", "no", no, "format", "pdf").Want(200).Has("%PDF")
	public.Post("/cases/papers", "code", code, "tail", "0000", "no", no).Want(404).Lacks("马建国")
	public.Get("/cases/papers").Want(405)
	public.Call("POST", "/public/case-papers", `{"code":"`+code+`","phone_tail":"1234","no":"`+no+`"}`).Want(200).Has("申请人被限制从事此项经营")
	public.Call("POST", "/public/case-papers", `{"code":"`+code+`","phone_tail":"0000","no":"`+no+`"}`).Want(404)
	public.Call("POST", "/public/case-progress", `{"code":"`+code+`","phone_tail":"1234"}`).Want(200).Has(`"notices"`, `"依据"`, "申请人被限制从事此项经营", `"papers"`)
	h.site.As("W").Get("/casework/cases/" + refused.No).Want(200).Has("凭查询码在网上阅读")

	h.next()
	running := h.Accepted(t, it)
	start := clock.Day(2025, 9, 1)
	must(m.ProposeExtension(z, on(running), "需要征求上级意见"))
	must(m.Extend(h.Head(t), on(running), casework.ExtendInput{}))
	must(m.ProposeSuspension(z, on(running), casework.ProcedureInput{Type: "testing", Start: start, Expected: clock.Day(2025, 9, 5), Notice: start, Reason: "消防检测"}))
	must(m.Suspend(d, on(running)))
	procedure, other := h.paperOf(t, running, casework.VoucherProcedure)
	public.Post("/cases", "code", other, "tail", "1234").Want(200).Has("需要征求上级意见", "延长后的法定办结日", "2025年10月", "检测", "2025-09-05", "5 个工作日", "书面告知日期")
	public.Post("/cases/papers", "code", code, "tail", "1234", "no", procedure).Want(404).Lacks("检测") // of another visit
	public.Post("/cases/papers", "code", other, "tail", "1234", "no", procedure).Want(200).Has("特别程序告知书")

	h.next()
	denied := h.Accepted(t, it)
	must(m.Review(z, on(denied), "不符合"))
	must(m.Deny(d, on(denied), casework.DecideInput{Opinion: "注册资本不足二百万元", Basis: "劳动合同法第五十七条"}))
	no, code = h.paperOf(t, denied, casework.VoucherDenied)
	public.Post("/cases", "code", code, "tail", "1234").Want(200).Has("注册资本不足二百万元", "劳动合同法第五十七条", "行政复议").Lacks(`value="` + no + `"`)
	public.Post("/cases/papers", "code", code, "tail", "1234", "no", no).Want(404) // not delivered yet
	must(m.Deliver(win, on(denied), casework.DeliverInput{Way: casework.Ways[2]}))
	receipt, _ := h.paperOf(t, denied, casework.VoucherDelivery)
	public.Post("/cases/papers", "code", code, "tail", "1234", "no", receipt).Want(200).Has("尚未在网上阅读", "电子送达")
	public.Post("/cases/papers", "code", code, "tail", "1234", "no", no).Want(200).Has("注册资本不足二百万元")
	public.Post("/cases/papers", "code", code, "tail", "1234", "no", receipt).Want(200).Has("凭查询码和手机号后四位在网上阅读“不予决定书”（" + no)
	for range 10 {
		public.Post("/cases/papers", "code", code, "tail", "0000", "no", no)
	}
	public.Post("/cases/papers", "code", code, "tail", "1234", "no", no).Want(429)
}

// An applicant asks for a correction, once at a time; whoever may correct answers, and he reads the answer.
func TestAnApplicantAsksForACorrection(t *testing.T) {
	h := newHall(t)
	c := h.Accepted(t, h.Ready(t))
	_, code := h.paperOf(t, c, casework.VoucherReceipt)
	public, z := h.site.As(""), h.site.As("Z")
	ask := func(tail, text string) []string {
		return []string{"code", code, "tail", tail, "no", c.No, "text", text}
	}
	public.Post("/cases/correct", ask("0000", "窗口号写错了")...).Want(404)
	public.Post("/cases/correct", ask("1234", "")...).Want(422)
	public.Post("/cases/correct", ask("1234", strings.Repeat("长", 201))...).Want(422)
	public.Post("/cases/correct", ask("1234", "窗口号应当是 8 号")...).Want(200).Has("更正请求已交承办单位", "正在核对")
	public.Post("/cases/correct", ask("1234", "还有一处")...).Want(422).Has("已经有一个更正请求在处理")
	at := "/casework/cases/" + c.No
	z.Get("/casework/waiting").Want(200).Has("申请人请求更正：窗口号应当是 8 号")
	z.Get(at).Want(200).Has("申请人请求更正：窗口号应当是 8 号")
	z.Post(at+"/correct", "field", "window_no", "value", "8", "reason", "核对属实").Goes(at)
	public.Post("/cases", "code", code, "tail", "1234").Want(200).Has("承办单位已经更正")
	public.Call("POST", "/public/case-corrections", `{"code":"`+code+`","phone_tail":"1234","no":"`+c.No+`","text":"日期不对"}`).Want(200)
	if _, err := h.Casework.Decline(h.Chief(t), on(c), casework.ActAskCorrect, "日期由系统记录"); err != nil {
		t.Fatal(err)
	}
	public.Post("/cases", "code", code, "tail", "1234").Want(200).Has("没有更正：日期由系统记录")
}

// Whoever agreed to messages is told of an electronic delivery, unless he has read the decision by then.
func TestAnElectronicDeliveryIsTold(t *testing.T) {
	h := newHall(t)
	it := h.Ready(t)
	for _, tt := range []struct {
		agreed, read bool
		way          string
		want         int
	}{{true, false, casework.Ways[2], 1}, {true, true, casework.Ways[2], 0}, {false, false, casework.Ways[2], 0}, {true, false, casework.Ways[0], 0}} {
		in := caseworktest.Input(it, "M1", "M2", "M3")
		in.Messages = tt.agreed
		got, err := h.Casework.Receive(h.Window(t), in)
		if err != nil {
			t.Fatal(err)
		}
		c := got.Cases[0]
		must := done(t)
		must(h.Casework.Accept(h.Window(t), on(c), casework.NormalMode))
		must(h.Casework.Review(h.Chief(t), on(c), "不符合"))
		must(h.Casework.Deny(h.Approver(t, 1), on(c), casework.DecideInput{Opinion: "注册资本不足", Basis: "劳动合同法第五十七条"}))
		must(h.Casework.Deliver(h.Window(t), on(c), casework.DeliverInput{Way: tt.way}))
		if no, code := h.paperOf(t, c, casework.VoucherDenied); tt.read {
			h.site.As("").Post("/cases/papers", "code", code, "tail", "1234", "no", no).Want(200)
		}
		sent := 0
		if _, err := h.Outbox.Send(h.System(), func(_ context.Context, _, text string) error {
			if sent++; !strings.Contains(text, "已经电子送达") || !strings.Contains(text, c.No) {
				t.Error(text)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if sent != tt.want {
			t.Errorf("%+v: %d messages", tt, sent)
		}
	}
}
