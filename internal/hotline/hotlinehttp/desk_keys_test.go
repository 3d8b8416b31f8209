package hotlinehttp_test

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"

	"yichuang/internal/hotline"
)

func keys(text string, opts ...chromedp.KeyOption) chromedp.Action[chromedp.Void] {
	return chromedp.KeyEvent(text, opts...)
}

// at waits until a field of the form has the focus.
func at(t *testing.T, ctx context.Context, field string) {
	t.Helper()
	eventually(t, ctx, "focus on "+field, `document.activeElement.name === "`+field+`"`)
}

func TestACallIsRegisteredWithoutTheMouse(t *testing.T) {
	ctx := browser(t)
	o := newOffice(t)
	earlier := o.Ticket(t, hotline.Handling, func(in *hotline.RegisterInput) { in.Phone = "13909300001" })
	url := o.serve(t)
	enter(t, ctx, url, agent)
	visit(t, ctx, url+"/hotline/new", 1440, 900)
	at(t, ctx, "phone")
	run(t, ctx, keys("13909300001\r"))
	at(t, ctx, "name")
	eventually(t, ctx, "history of the caller", `document.querySelector("#look").textContent.includes("`+earlier.Title+`")`)
	run(t, ctx, keys("马女士\r"))
	at(t, ctx, "channel")
	run(t, ctx, keys("\r"))
	at(t, ctx, "kind")
	run(t, ctx, keys("3"))
	eventually(t, ctx, "kind chosen by its key", `document.querySelector("[name=kind]:checked").value === "投诉"`)
	run(t, ctx, keys("\r"))
	at(t, ctx, "urgency")
	run(t, ctx, keys("8"), keys("\r"))
	at(t, ctx, "content")
	run(t, ctx, keys("红园小区二号楼停水，请尽快恢复。"))
	picture(t, ctx, "new-filled-1440")
	run(t, ctx, keys("\r", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	eventually(t, ctx, "the number of the new ticket", `document.querySelector(".done-code").textContent.length === 10`)
	eventually(t, ctx, "focus on 再登记一件", `document.activeElement.textContent.includes("再登记一件")`)
	d, err := o.Hotline.Find(o.System(), "20260508-000002")
	if err != nil || d.Kind != hotline.Complaint || d.Urgency != hotline.Urgent || d.State != hotline.Triage {
		t.Fatalf("registered as %s %s %s: %v", d.Kind, d.Urgency, d.State, err)
	}
	run(t, ctx, keys("\r"))
	at(t, ctx, "phone")
	if eval[bool](t, ctx, `!document.querySelector("[data-draft-note]").hidden`) {
		t.Error("the draft of the registered call came back")
	}
}

func TestADraftSurvivesAClosedPage(t *testing.T) {
	ctx := browser(t)
	o := newOffice(t)
	url := o.serve(t)
	enter(t, ctx, url, agent)
	visit(t, ctx, url+"/hotline/new", 1440, 900)
	run(t, ctx, keys("13909300002"))
	eventually(t, ctx, "draft saved", `document.querySelector("[data-draft-state]").textContent.includes("草稿已保存")`)
	visit(t, ctx, url+"/hotline/unit", 1440, 900)
	visit(t, ctx, url+"/hotline/new", 1440, 900)
	eventually(t, ctx, "draft restored", `document.querySelector("[name=phone]").value === "13909300002" && !document.querySelector("[data-draft-note]").hidden`)
}

func TestOneKeyClosesACallback(t *testing.T) {
	ctx := browser(t)
	o := newOffice(t)
	first, second := o.Ticket(t, hotline.Callback), o.Ticket(t, hotline.Callback)
	url := o.serve(t)
	enter(t, ctx, url, callbacker)
	visit(t, ctx, url+"/hotline/callback", 1440, 900)
	run(t, ctx, chromedp.Click(".secret button"))
	eventually(t, ctx, "number in place", `document.querySelector(".secret-open").textContent.includes("13800000001")`)
	run(t, ctx, keys("1"))
	eventually(t, ctx, "next ticket", `document.querySelector("#notices").textContent.includes("`+first.No+`") && document.querySelector(".sheet-open h2").textContent.includes("`+second.No+`")`)
	if d := o.Get(t, first.ID); d.State != hotline.Closed {
		t.Errorf("%s is %s", d.No, d.State)
	}
	run(t, ctx, chromedp.WaitReady("html.js"), keys("3"))
	eventually(t, ctx, "room for the reason", `document.querySelector(".sheet-more").open && document.activeElement.name === "reason"`)
	picture(t, ctx, "callback-unsatisfied-1440")
}
