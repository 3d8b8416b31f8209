package hotlinehttp_test

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"yichuang/internal/hotline"
)

// window opens a further window of a browser, with cookies of its own.
func window(t *testing.T, ctx context.Context) context.Context {
	t.Helper()
	run(t, ctx) // the first step starts the browser
	other, end := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	run(t, other)
	return other
}

func TestANewOrderAppearsWithoutReload(t *testing.T) {
	ctx := browser(t)
	o := newOffice(t)
	url := o.serve(t)
	desk, unit, stranger := window(t, ctx), window(t, ctx), window(t, ctx)
	enter(t, desk, url, dispatcher)
	visit(t, desk, url+"/hotline?state=TRIAGE", 1440, 900)
	enter(t, unit, url, liaison)
	visit(t, unit, url+"/hotline/unit", 1440, 900)
	enter(t, stranger, url, other)
	visit(t, stranger, url+"/hotline/unit", 1440, 900)
	o.Clock.Advance(time.Minute)
	tk := o.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) { in.Title = "红园路停水" })
	eventually(t, desk, "the new order on the dispatcher's desk", `document.querySelector("yc-live summary").textContent === "1 件新工单" && document.querySelector("yc-live li a").textContent.includes("红园路停水")`)
	run(t, desk, chromedp.Click("yc-live summary"))
	picture(t, desk, "live-new-1440")
	o.MoveTo(t, tk, hotline.Dispatched)
	eventually(t, desk, "an order that was taken is new no longer", `document.querySelector("yc-live").hidden`)
	eventually(t, unit, "the new order on the unit's desk", `document.querySelector("yc-live summary").textContent === "1 件新工单"`)
	if !eval[bool](t, stranger, `document.querySelector("yc-live").hidden`) {
		t.Error("another unit heard of it")
	}
}

func TestTwoPeopleOnOneOrderSeeEachOtherAndNoSaveIsLost(t *testing.T) {
	ctx := browser(t)
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Handling)
	url := o.serve(t)
	one, two := window(t, ctx), window(t, ctx)
	enter(t, one, url, liaison)
	visit(t, one, url+path(tk, "?do=propose"), 1440, 900)
	enter(t, two, url, head)
	visit(t, two, url+path(tk, "?do=submit"), 1440, 900)
	eventually(t, one, "the head", `document.querySelector(".live-people").textContent.includes("同时在看")`)
	eventually(t, two, "the liaison", `document.querySelector(".live-people").textContent.includes("同时在看")`)
	run(t, one, chromedp.SendKeys("[name=reply_public]", "已更换阀门，供水恢复。"))
	eventually(t, two, "the liaison writing", `document.querySelector(".live-people").textContent.includes("正在填写：报签")`)
	run(t, two, chromedp.SendKeys("[name=reply_public]", "阀门已更换，请放心用水。"))
	picture(t, two, "live-people-1440")
	fill := `document.querySelector("[name=solved]").value = "已解决"; document.querySelector("[name=contacted_at]").value = "2026-05-08T16:00"; document.querySelector("#act-form").requestSubmit(); true`
	eval[bool](t, one, fill)
	eventually(t, one, "the first save", `document.querySelector("#notices").textContent.includes("已报分管负责人签批")`)
	eventually(t, two, "what happened meanwhile", `document.querySelector("yc-live a").textContent.includes("报签")`)
	eval[bool](t, two, fill)
	eventually(t, two, "the conflict", `document.querySelector(".conflict-table").textContent.includes("公开答复")`)
	picture(t, two, "live-conflict-1440")
	if !eval[bool](t, two, `document.querySelector(".conflict-table").textContent.includes("已更换阀门，供水恢复。") && document.querySelector("[name=reply_public]").value === "阀门已更换，请放心用水。"`) {
		t.Error("the difference or the typed text is missing")
	}
	eval[bool](t, two, `document.querySelector("#act-form").requestSubmit(); true`)
	eventually(t, two, "the second save after the conflict", `document.querySelector("#notices").textContent.includes("答复已提交")`)
	run(t, one, chromedp.Navigate(url+"/hotline/unit"))
	if d := o.Get(t, tk.ID); d.State != hotline.Review || d.Legs[0].ReplyPublic != "阀门已更换，请放心用水。" {
		t.Errorf("%s with %q", d.State, d.Legs[0].ReplyPublic)
	}
	eventually(t, two, "nobody else any more", `!document.querySelector(".live-people")`)
}
