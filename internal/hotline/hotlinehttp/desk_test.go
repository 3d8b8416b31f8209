package hotlinehttp_test

import (
	"context"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinehttp"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/rest"
	"yichuang/internal/store"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// office is the hotline's pages over a centre at work, with somebody signed in for each role.
type office struct {
	*hotlinetest.World
	*webtest.Site
}

// The people of an office: the hotline's own staff, and two units with liaison and head.
const (
	agent      = "agent"
	dispatcher = "dispatcher"
	liaison    = "liaison"
	head       = "head"
	other      = "other"
	reviewer   = "reviewer"
	callbacker = "callbacker"
	supervisor = "supervisor"
	admin      = "admin"
)

func newOffice(t testing.TB) office {
	w := hotlinetest.Open(t, store.SQLite)
	seedLists(t, w)
	person := func(unit, role string) *actor.Actor { return w.Person(t, unit, role).Actor }
	users := map[string]*actor.Actor{
		agent: person("", org.RoleAgent), dispatcher: person("", org.RoleDispatcher), reviewer: person("", org.RoleReviewer), callbacker: person("", org.RoleCallbacker),
		supervisor: person("", org.RoleSupervisor), admin: person("", org.RoleAdmin), liaison: person(w.Unit.ID, org.RoleLiaison), head: person(w.Unit.ID, org.RoleUnitHead),
		other: person(w.Other.ID, org.RoleLiaison),
	}
	site := webtest.New(t, users, func(pages *web.Kit, _ *rest.Kit) {
		hotlinehttp.RegisterDesks(pages, hotlinehttp.Deps{Hotline: w.Hotline, Figures: w.Figures, Topics: w.Topics, Desk: w.Desk, Advice: w.Advice, Org: w.Org, Blobs: w.Blobs, Knowledge: w.Knowledge, Telephony: w.Telephony})
		pages.Nav(hotlinehttp.NavItems(w.Hotline, w.Desk)...)
	}, func(o *web.Options) {
		o.Clock = w.Clock
		o.Site = func(context.Context) web.Site { return web.Site{Centre: "临夏市政务服务中心", Phone: "12345"} }
	})
	return office{w, site}
}

// seedLists gives the centre a few categories.
func seedLists(t testing.TB, w *hotlinetest.World) {
	t.Helper()
	err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		return hotline.PutCategoriesTx(tx, w.Centre, []hotline.Category{{Code: "01", Name: "城乡建设"}, {Code: "0101", Name: "供热采暖", Parent: "01"}, {Code: "0102", Name: "供水", Parent: "01"},
			{Code: "0103", Name: "物业服务", Parent: "01"}, {Code: "02", Name: "劳动和社会保障"}, {Code: "0201", Name: "拖欠工资", Parent: "02"}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// call is a valid call as the call-taker types it.
func call(change ...string) []string {
	form := map[string]string{"key": "k1", "phone": "13909300001", "name": "马女士", "channel": "电话", "kind": hotline.Help, "urgency": hotline.Ordinary,
		"content": "红园小区二号楼暖气不热。", "category": "0101 供热采暖", "confidential": hotline.NotConfidential, "do": "accept"}
	for i := 0; i+1 < len(change); i += 2 {
		form[change[i]] = change[i+1]
	}
	var out []string
	for k, v := range form {
		out = append(out, k, v)
	}
	return out
}

// hidden reads a hidden field out of a page.
func hidden(t testing.TB, page *webtest.Answer, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page.Body.String())
	if found == nil {
		t.Fatalf("no hidden field %s", name)
	}
	return found[1]
}

// tickets counts what the office has registered.
func (o office) tickets(t testing.TB) int {
	t.Helper()
	rows, _, err := o.Hotline.List(o.World.As(t, org.RoleDispatcher), hotline.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return len(rows)
}

func path(t hotline.Ticket, below string) string { return "/hotline/tickets/" + t.No + below }

func TestCallTakerRegistersACallOnce(t *testing.T) {
	o := newOffice(t)
	desk := o.Site.As(agent)
	desk.Get("/hotline/new").Want(200).Has("登记来电", "诉求类型", `data-draft="new-call"`, "0101 供热采暖")
	first := desk.Post("/hotline/new", call()...).Want(303).Header().Get("Location")
	again := desk.Post("/hotline/new", call()...).Want(303).Header().Get("Location")
	if first != again || o.tickets(t) != 1 {
		t.Fatalf("two presses led to %s and %s, %d tickets", first, again, o.tickets(t))
	}
	no := strings.TrimPrefix(first, "/hotline/new?done=")
	d, err := o.Hotline.Find(o.System(), no)
	if err != nil || d.State != hotline.Triage || d.Category != "0101" || d.Title != "红园小区二号楼暖气不热。" {
		t.Fatalf("registered as %s %q %q: %v", d.State, d.Category, d.Title, err)
	}
	desk.Get(first).Want(200).Has(no, o.Hotline.QueryCode(d.ID), path(d.Ticket, "/receipt"), "再登记一件")
	desk.Get(path(d.Ticket, "/receipt")).Want(200).Has(o.Hotline.QueryCode(d.ID)).Lacks("13909300001")
}

func TestCallTakerKeepsWhatWasTypedWhenSomethingIsWrong(t *testing.T) {
	o := newOffice(t)
	desk := o.Site.As(agent)
	desk.Post("/hotline/new", call("phone", "12", "category", "没有的分类")...).Want(422).Has("电话号码应为", "没有的分类", "红园小区二号楼暖气不热。", "马女士")
	desk.Post("/hotline/new", call("do", "answer")...).Want(422).Has("请填写答复内容")
	if n := o.tickets(t); n != 0 {
		t.Fatalf("%d tickets were registered", n)
	}
	desk.Post("/hotline/new", call("do", "answer", "kind", hotline.Complaint, "reply", "已解释。")...).Want(303)
	if d, err := o.Hotline.Find(o.System(), "20260508-000001"); err != nil || d.State != hotline.Draft {
		t.Fatalf("a complaint that was answered directly is %s: %v", d.State, err)
	}
	desk.Get(path(hotline.Ticket{No: "20260508-000001"}, "")).Has("已登记，但下一步没有完成", "只有咨询类诉求可以直接答复办结")
}

func TestCallTakerSeesHistoryAndDuplicates(t *testing.T) {
	o := newOffice(t)
	earlier := o.Ticket(t, hotline.Handling, func(in *hotline.RegisterInput) { in.Phone, in.Title = "13909300001", "红园小区暖气不热" })
	desk := o.Site.As(agent)
	desk.Post("/hotline/new/look", "phone", "139 0930 0001", "content", "红园小区暖气不热").Want(200).Has("来电历史", path(earlier, ""), "内容几乎相同").Lacks("<html", "13909300001")
	desk.Post("/hotline/new/look", "phone", "13900000000").Want(200).Has("没有历史工单").Lacks(earlier.No)
	desk.Post("/hotline/new", call("do", "look")...).Want(200).Has(path(earlier, ""), "红园小区二号楼暖气不热。")
	if o.tickets(t) != 1 {
		t.Error("looking up a caller registered a ticket")
	}
}

func TestWorkGoesThroughTheDesks(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Draft)
	do := func(user, slug string, want hotline.State, pairs ...string) {
		t.Helper()
		desk := o.Site.As(user)
		page := desk.Get(path(tk, "?do="+slug)).Want(200)
		pairs = append(pairs, "version", hidden(t, page, "version"), "key", hidden(t, page, "key"), "seen", hidden(t, page, "seen"))
		desk.Post(path(tk, "/"+slug), pairs...).Goes(path(tk, ""))
		if d := o.Get(t, tk.ID); d.State != want {
			t.Fatalf("after %s the ticket is %s, want %s", slug, d.State, want)
		}
	}
	do(agent, "accept", hotline.Triage, "category", "0102 供水", "urgency", hotline.Ordinary)
	do(dispatcher, "dispatch", hotline.Dispatched, "unit_other", o.Unit.ID, "remark", "请尽快处理")
	do(liaison, "sign", hotline.Handling)
	do(liaison, "ask-extension", hotline.Handling, "days", "3", "reason", "配件正在采购")
	do(supervisor, "grant-extension", hotline.Handling)
	do(liaison, "propose", hotline.Handling, "reply_public", "已更换阀门。", "solved", "已解决", "contacted_at", "2026-05-08T16:00")
	do(head, "submit", hotline.Review, "reply_public", "已更换阀门，供水恢复。", "solved", "已解决", "contacted_at", "2026-05-08T16:00")
	do(reviewer, "approve", hotline.Callback)
	do(callbacker, "call", hotline.Callback, "result", hotline.Unsatisfied, "channel", "电话", "reason", "又停水了")
	do(callbacker, "rework", hotline.Dispatched, "reason", "问题没有解决")
	o.Site.As(agent).Get(path(tk, "")).Has("第 2 轮", "又停水了", "已更换阀门，供水恢复。", "第 1 个工作日", "配件正在采购", "时限由 2026-05-14 周四 18:00 改为 2026-05-19 周二 18:00")
}

func TestRecordOffersWhatIsAllowedAndSaysWhyNot(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Triage)
	o.Site.As(dispatcher).Get(path(tk, "")).Want(200).Has("?do=dispatch#act", "为什么没有其他操作").Lacks("?do=sign#act", "?do=approve#act")
	o.Site.As(agent).Get(path(tk, "")).Has("您的角色没有“派单”权限").Lacks("?do=dispatch#act")
	o.Site.As(agent).Post(path(tk, "/dispatch"), "unit_other", o.Unit.ID).Want(403)
	o.Site.As(supervisor).Get("/hotline/new").Want(403).Has("没有这项权限")
	o.Site.As(admin).Get("/hotline").Want(403)
	o.Site.As("").Get("/hotline").Want(303)
}

func TestAStaleFormKeepsItsTextAndShowsWhatChanged(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Handling)
	desk := o.Site.As(head)
	page := desk.Get(path(tk, "?do=submit")).Want(200)
	form := []string{"version", hidden(t, page, "version"), "seen", hidden(t, page, "seen"), "key", hidden(t, page, "key"),
		"reply_public", "这是写了很久的答复。", "solved", "已解决", "contacted_at", "2026-05-08T16:00"}
	o.Site.As(agent).Post(path(tk, "/urge"), "remark", "来电人很着急").Goes(path(tk, ""))
	stale := desk.Post(path(tk, "/submit"), form...).Want(409).Has("这是写了很久的答复。", "这张工单刚被别人改过", "您填写期间，这张工单有了变化", "来电人很着急")
	form[1], form[5] = hidden(t, stale, "version"), hidden(t, stale, "key")
	desk.Post(path(tk, "/submit"), form...).Goes(path(tk, ""))

	// Where the ticket has moved on so far that the form is gone, the text is still there to be copied.
	desk.Post(path(tk, "/submit"), form[0], "1", "seen", "1", "reply_public", "第二份答复。", "solved", "已解决").Want(409).Has("第二份答复。", "没有提交")
}

func TestAnActionPressedTwiceHappensOnce(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Dispatched)
	desk := o.Site.As(liaison)
	page := desk.Get("/hotline/unit?tab=sign").Want(200).Has(tk.No, "签收时限")
	form := []string{"version", hidden(t, page, "version"), "leg", hidden(t, page, "leg"), "key", hidden(t, page, "key"), "back", "/hotline/unit?tab=sign"}
	desk.Post(path(tk, "/sign"), form...).Goes("/hotline/unit?tab=sign")
	desk.Post(path(tk, "/sign"), form...).Goes("/hotline/unit?tab=sign")
	d := o.Get(t, tk.ID)
	signed := 0
	for _, e := range d.Events {
		if e.Action == hotline.ActSign {
			signed++
		}
	}
	if signed != 1 {
		t.Errorf("signed %d times", signed)
	}
	desk.Get("/hotline/unit?tab=sign").Has("签收完成") // the message names the ticket once
	desk.Get("/hotline/unit?tab=sign").Lacks(tk.No)
	desk.Get("/hotline/unit").Has(tk.No, "写答复")
	desk.Post(path(tk, "/comment"), "text", "已安排", "back", "https://example.com/").Goes(path(tk, ""))
}

func TestAUnitSeesItsOwnTicketsOnly(t *testing.T) {
	o := newOffice(t)
	mine := o.Ticket(t, hotline.Handling)
	quiet := o.Ticket(t, hotline.Handling, func(in *hotline.RegisterInput) {
		in.Confidential, in.Name, in.Phone, in.Content = hotline.ConfidentialCaller, "赵保密", "13909309999", "举报物业私自改管。"
	})
	foreign := o.Site.As(other)
	for _, p := range []string{"", "/print", "?do=submit"} {
		foreign.Get(path(mine, p)).Want(404)
	}
	foreign.Post(path(mine, "/comment"), "text", "看看").Want(404)
	foreign.Post(path(mine, "/reveal")).Want(404)
	foreign.Get("/hotline?state=all").Want(200).Lacks(mine.No)
	foreign.Get("/hotline/unit").Want(200).Lacks(mine.No)
	foreign.Get("/hotline/search?q=暖气").Want(200).Lacks(mine.No, "室温只有十三度")

	own := o.Site.As(liaison)
	own.Get(path(mine, "")).Want(200).Has("138****0001").Lacks("13800000001")
	for _, p := range []string{path(quiet, ""), path(quiet, "/print"), "/hotline/unit", "/hotline?state=all", "/hotline/search?q=物业"} {
		own.Get(p).Want(200).Lacks("赵保密", "赵**", "13909309999", "139****9999")
	}
	own.Post(path(quiet, "/reveal")).Want(404).Lacks("13909309999")
	o.Site.As(callbacker).Post(path(quiet, "/reveal")).Want(200).Has("13909309999")
}

func TestRevealingACallerIsRecorded(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Callback)
	o.Site.As(callbacker).Get(path(tk, "")).Has("138****0001", path(tk, "/reveal")).Lacks("13800000001")
	o.Site.As(callbacker).Post(path(tk, "/reveal")).Want(200).Has("张三 13800000001")
	err := o.DB.Read(o.System(), func(tx *store.Tx) error {
		n, err := store.Get[int](tx, "SELECT COUNT(*) FROM audit_log WHERE action = 'hotline.reveal' AND object = $1", tk.ID)
		if err == nil && n != 1 {
			t.Errorf("%d audit lines", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestQueueFiltersPagesAndExports(t *testing.T) {
	o := newOffice(t)
	for i := range 55 {
		o.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) {
			if i == 0 {
				in.Kind, in.Title = hotline.Consult, "咨询取暖费补贴"
			}
		})
	}
	desk := o.Site.As(dispatcher)
	desk.Get("/hotline").Goes("/hotline?state=TRIAGE")
	page := desk.Get("/hotline?state=TRIAGE").Want(200).Has("待分派", `<span class="side-count">55</span>`, "20260508-000001", "20260508-000050", "派单时限", "剩 30 分钟").Lacks("20260508-000055")
	more := regexp.MustCompile(`hx-get="([^"]+)"`).FindStringSubmatch(page.Body.String())
	if more == nil {
		t.Fatal("no address for more rows")
	}
	desk.Fragment(html.UnescapeString(more[1]), "queue-rows").Want(200).Has("20260508-000051", "20260508-000055").Lacks("20260508-000050", "<html")
	desk.Get("/hotline?state=TRIAGE&kind=咨询").Want(200).Has("咨询取暖费补贴", "类型：咨询").Lacks("20260508-000002")
	desk.Get("/hotline?state=all&from=昨天").Want(200).Has("“昨天”不是日期")
	desk.Get("/hotline?state=all&after=x").Want(422).Has("翻页位置不对")

	file := desk.Get("/hotline/export.xlsx?state=TRIAGE&kind=咨询").Want(200)
	book, err := excelize.OpenReader(file.Body)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("工单")
	if err != nil || len(rows) != 2 || rows[1][1] != "咨询取暖费补贴" {
		t.Errorf("exported %v: %v", rows, err)
	}
	desk.Get("/hotline/export.xlsx?from=昨天").Want(422)
}

func TestCallbackDeskClosesWithOneKey(t *testing.T) {
	o := newOffice(t)
	happy, unhappy, away := o.Ticket(t, hotline.Callback), o.Ticket(t, hotline.Callback), o.Ticket(t, hotline.Callback)
	desk := o.Site.As(callbacker)
	page := desk.Get("/hotline/callback").Want(200).Has(happy.No, unhappy.No, away.No, `data-key="1"`, `data-key="0"`, "室温恢复正常")
	form := func(tk hotline.Ticket, result string, more ...string) []string {
		p := desk.Get("/hotline/callback?open=" + tk.No).Want(200)
		return append([]string{"version", hidden(t, p, "version"), "key", hidden(t, p, "key"), "seen", hidden(t, p, "seen"), "back", "/hotline/callback", "result", result}, more...)
	}
	if hidden(t, page, "back") != "/hotline/callback?open="+unhappy.No {
		t.Errorf("after the first comes %s", hidden(t, page, "back"))
	}
	once := form(happy, hotline.Satisfied)
	desk.Post("/hotline/callback/"+happy.No, once...).Goes("/hotline/callback")
	desk.Post("/hotline/callback/"+happy.No, once...).Goes("/hotline/callback")
	desk.Post("/hotline/callback/"+unhappy.No, form(unhappy, hotline.Unsatisfied)...).Want(422).Has("不满意的，请写明原因")
	desk.Post("/hotline/callback/"+unhappy.No, form(unhappy, hotline.Unsatisfied, "reason", "还是冷")...).Goes(path(unhappy, ""))
	desk.Post("/hotline/callback/"+away.No, form(away, "未接通")...).Goes("/hotline/callback")
	for tk, want := range map[hotline.TicketID]hotline.State{happy.ID: hotline.Closed, unhappy.ID: hotline.Callback, away.ID: hotline.Callback} {
		if d := o.Get(t, tk); d.State != want || len(d.Callbacks) != 1 {
			t.Errorf("%s is %s after %d calls, want %s", d.No, d.State, len(d.Callbacks), want)
		}
	}
	desk.Get("/hotline/callback").Lacks(happy.No)
	desk.Get("/hotline/callback?open="+unhappy.No).Has("退回重办", "还是冷")
}

func TestReviewDeskApprovesAndRejects(t *testing.T) {
	o := newOffice(t)
	good, poor := o.Ticket(t, hotline.Review), o.Ticket(t, hotline.Review)
	desk := o.Site.As(reviewer)
	page := desk.Get("/hotline/review").Want(200).Has(good.No, poor.No, "审核通过", "管道阀门故障", "怎么算的")
	desk.Post(path(good, "/approve"), "version", hidden(t, page, "version"), "key", hidden(t, page, "key"), "back", regexp.MustCompile(`name="back" value="(/hotline/review\?open=[^"]*)"`).FindStringSubmatch(page.Body.String())[1]).Goes("/hotline/review?open=" + poor.No)
	desk.Post(path(poor, "/reject"), "reason", "").Want(422).Has("请填写退回理由")
	desk.Post(path(poor, "/reject"), "reason", "没有写明依据", "back", "/hotline/review").Goes("/hotline/review")
	desk.Get("/hotline/review").Want(200).Has("没有待审核的答复")
	o.Site.As(liaison).Get("/hotline/review").Want(403)
}

func TestLiveBarTellsOfNewTickets(t *testing.T) {
	o := newOffice(t)
	o.Ticket(t, hotline.Triage)
	since := strconv.FormatInt(int64(o.Clock.Now()), 10)
	desk := o.Site.As(dispatcher)
	desk.Get("/hotline/live?queue=TRIAGE&since=" + since).Want(204)
	o.Clock.Advance(time.Minute)
	tk := o.Ticket(t, hotline.Triage)
	desk.Get("/hotline/live?queue=TRIAGE&since="+since).Want(200).Has("1 件新工单", "/hotline?state=TRIAGE")
	tk = o.MoveTo(t, tk, hotline.Dispatched)
	o.Site.As(liaison).Get("/hotline/live?queue=unit&since="+since).Want(200).Has("1 件新工单", "/hotline/unit")
	o.Site.As(other).Get("/hotline/live?queue=unit&since=" + since).Want(204)
	desk.Get("/hotline/live?queue=nonsense&since=" + since).Want(204)
	o.MoveTo(t, tk, hotline.Callback)
	o.Site.As(callbacker).Get("/hotline/live?queue=CALLBACK&since=" + since).Want(200).Has("1 件新工单")
}

func TestSearchMarksWhatWasFound(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Triage)
	secret := o.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) { in.Confidential, in.Title = hotline.ConfidentialAll, "暖气举报" })
	desk := o.Site.As(agent)
	desk.Get("/hotline/search?q=暖气").Want(200).Has(tk.No, "<mark>暖气</mark>", "室温只有十三度").Lacks(secret.No, "暖气举报")
	desk.Get("/hotline/search?q=" + tk.No).Goes(path(tk, ""))
	desk.Get("/hotline/search?q=没有的词").Want(200).Has("没有找到")
	desk.Get("/hotline/search").Want(200).Has("输入要找的词")
	desk.Get("/hotline?state=all").Has("内容保密").Lacks("暖气举报")
}

func TestPaperHasTheWholeCourse(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Closed)
	o.Site.As(reviewer).Get(path(tk, "/print")).Want(200).Has("工单流转单", tk.No, "管道阀门故障", "138****0001", "流转记录", "回访满意").Lacks("13800000001")
}

func TestTheRecordExplainsADeadlineDayByDay(t *testing.T) {
	o := newOffice(t)
	tk := o.Ticket(t, hotline.Suspended)
	o.Set("2026-05-18 09:00")
	o.MoveTo(t, tk, hotline.Handling)
	o.Site.As(liaison).Get(path(tk, "")).Want(200).Has("起算日，不计入", "不计：挂账", "不计：周末", "第 5 个工作日", "2026-05-25 周一 18:00", "调休上班")
}
