package hotlinehttp_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/store"
)

// pick is what the checkbox of a row sends.
func pick(t hotline.Ticket, leg hotline.LegID) string {
	return fmt.Sprintf("%s|%s|%d|%s", t.No, t.ID, t.Version, leg)
}

// lines counts the audit lines of an action on a ticket.
func (o office) lines(t *testing.T, action string, ticket hotline.Ticket) int {
	t.Helper()
	n := 0
	err := o.DB.Read(o.System(), func(tx *store.Tx) error {
		list, err := audit.List(tx, o.Centre, audit.Filter{Object: string(ticket.ID), Action: action})
		n = len(list)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSeveralAtOnceHaveAResultEach(t *testing.T) {
	o := newOffice(t)
	one, two, moved := o.Ticket(t, hotline.Draft), o.Ticket(t, hotline.Draft), o.Ticket(t, hotline.Draft)
	stale := moved
	moved = o.MoveTo(t, moved, hotline.Triage)
	desk := o.Site.As(agent)
	desk.Get("/hotline?state=DRAFT").Want(200).Has(pick(one, ""), pick(two, ""), "/hotline/bulk/accept")
	desk.Get("/hotline?state=TRIAGE").Has(moved.No).Lacks(pick(moved, ""), "/hotline/bulk/dispatch") // call-takers do not dispatch
	form := []string{"key", "b1", "back", "/hotline?state=DRAFT", "pick", pick(one, ""), "pick", pick(two, ""), "pick", pick(stale, ""), "pick", "nonsense"}
	first := desk.Post("/hotline/bulk/accept", form...).Want(200)
	first.Has("完成 2 件，2 件没有办成", one.No, two.No, "刚被别人改过", "列表已经变化")
	for _, tk := range []hotline.Ticket{one, two} {
		if d := o.Get(t, tk.ID); d.State != hotline.Triage || o.lines(t, "hotline.accept", tk) != 1 {
			t.Errorf("%s is %s with %d lines in the audit log", tk.No, d.State, o.lines(t, "hotline.accept", tk))
		}
	}
	desk.Post("/hotline/bulk/accept", form...).Want(200).Has("完成 2 件") // the same press again
	if o.lines(t, "hotline.accept", one) != 1 {
		t.Error("a press sent twice was done twice")
	}
	desk.Post("/hotline/bulk/accept", "key", "b2").Want(422).Has("没有勾选工单")
	desk.Post("/hotline/bulk/dispatch", form...).Want(403)
	many := []string{"key", "b3"}
	for i := range 101 {
		many = append(many, "pick", fmt.Sprintf("no|id%d|1|", i))
	}
	desk.Post("/hotline/bulk/accept", many...).Want(422).Has("一次最多处理 100 件")
}

func TestSeveralAreDispatchedAsSuggested(t *testing.T) {
	o := newOffice(t)
	known := o.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) { in.Category = "0102" })
	unknown := o.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) { in.Category = "0201" })
	if _, err := o.Hotline.SaveRule(o.World.As(t, "dispatcher"), hotline.Rule{Category: "0102", UnitID: o.Other.ID, From: 0, To: clock.NoDate, Basis: "派单目录"}); err != nil {
		t.Fatal(err)
	}
	desk := o.Site.As(dispatcher)
	desk.Post("/hotline/bulk/dispatch", "key", "d1", "pick", pick(known, ""), "pick", pick(unknown, "")).Want(200).Has("完成 1 件，1 件没有办成", "没有建议单位")
	if d := o.Get(t, known.ID); d.State != hotline.Dispatched || d.UnitID != o.Other.ID {
		t.Errorf("%s at %s", d.State, d.Unit)
	}
}

func TestAUnitSignsSeveralOfItsOwnOnly(t *testing.T) {
	o := newOffice(t)
	own, foreign := o.Ticket(t, hotline.Dispatched), o.Ticket(t, hotline.Dispatched)
	leg := func(tk hotline.Ticket) hotline.LegID { return o.Lead(t, tk.ID).ID }
	page := o.Site.As(liaison).Get("/hotline/unit").Want(200)
	page.Has(pick(own, leg(own)), "/hotline/bulk/sign").Lacks("/hotline/bulk/submit")
	o.Site.As(other).Post("/hotline/bulk/sign", "key", "s0", "pick", pick(foreign, leg(foreign))).Want(200).Has("没有这张工单，或您无权查看")
	o.Site.As(liaison).Post("/hotline/bulk/sign", "key", "s1", "pick", pick(own, leg(own)), "pick", pick(foreign, leg(foreign))).Want(200).Has("2 件全部完成")
	proposed := o.LegTo(t, o.Ticket(t, hotline.Handling), hotline.SignOff)
	o.Site.As(head).Post("/hotline/bulk/submit", "key", "s2", "pick", pick(proposed, leg(proposed))).Want(200).Has("1 件全部完成", "待审核")
}

func TestRowsArePickedByTheKeyboard(t *testing.T) {
	ctx := browser(t)
	o := newOffice(t)
	for range 3 {
		o.Ticket(t, hotline.Draft)
	}
	url := o.serve(t)
	enter(t, ctx, url, agent)
	visit(t, ctx, url+"/hotline?state=DRAFT", 1440, 900)
	if !eval[bool](t, ctx, `document.querySelector(".bulk button[type=submit]").disabled`) {
		t.Error("the bar works without a picked row")
	}
	run(t, ctx, keys("jx"))
	eventually(t, ctx, "one picked", `document.querySelector("[data-bulk-count]").textContent === "已选 1 件"`)
	picture(t, ctx, "bulk-picked-1440")
	run(t, ctx, keys("X"))
	eventually(t, ctx, "all picked", `document.querySelector("[data-bulk-count]").textContent === "已选 3 件"`)
	run(t, ctx, keys("a"))
	eventually(t, ctx, "a result for each", `document.querySelectorAll(".bulk-results tbody tr").length === 3 && document.querySelector("h1").textContent.includes("3 件全部完成")`)
	picture(t, ctx, "bulk-done-1440")
	run(t, ctx, chromedp.EmulateViewport(390, 844), chromedp.Navigate(url+"/hotline?state=TRIAGE"), chromedp.WaitReady("html.js"))
	picture(t, ctx, "bulk-390")
	if !strings.Contains(eval[string](t, ctx, `getComputedStyle(document.querySelector(".filters select")).display + getComputedStyle(document.querySelector(".filters-label")).display`), "flex") {
		t.Error("the filters fill a phone")
	}
}
